//! What goes over the wire, word for word.

use std::time::Duration;

use tempfile::TempDir;
use wallet_api::clock::later;
use wallet_api::ids::CustomerId;
use wallet_api::profile::PRESETS;
use wallet_api::random::SeededRng;

use super::*;
use crate::wallet::decide::founding;
use crate::wallet::event::Merchant;

const ORIGIN: &str = "http://127.0.0.1:8702";
const PAY: &str = r#"{"appId":"app-1","paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentExpiryTime":"2026-03-01T10:15:00Z"}"#;

struct Scene {
    store: Store,
    rng: SeededRng,
    now: Timestamp,
    client_id: ClientId,
    dialect: Arc<Dialect>,
    _folder: TempDir,
}

fn scene_of(profile: &str) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    store.commit(founding()).unwrap();
    let client_id = ClientId::new("SHOP").unwrap();
    let merchant = Merchant {
        client_id: client_id.clone(),
        app_id: "app-1".parse().ok(),
        partner_id: None,
        key_version: "1".parse().unwrap(),
        profile: profile.to_owned(),
        public_key: String::new(),
    };
    let dialect = Arc::new(Dialect::of(&merchant, ORIGIN).unwrap());
    let now = "2026-03-01T10:00:00Z".parse().unwrap();
    Scene { store, rng: SeededRng::new(1), now, client_id, dialect, _folder: folder }
}

fn scene() -> Scene {
    scene_of("generic-v2")
}

impl Scene {
    fn ask(&mut self, operation: Operation, body: &str) -> String {
        let path = self.dialect.profile.path(operation);
        self.ask_at(&path, body)
    }

    fn ask_at(&mut self, path: &str, body: &str) -> String {
        let mut desk = Desk {
            store: &mut self.store,
            now: self.now,
            rng: &self.rng,
            origin: ORIGIN,
            client_id: &self.client_id,
            dialect: Arc::clone(&self.dialect),
            body: body.as_bytes(),
            settlement: Settlement::AtOnce,
        };
        String::from_utf8(desk.answer(path).unwrap()).unwrap()
    }

    fn confirm(&mut self) {
        let payment_id = self.store.wallet().payments().next().unwrap().terms.payment_id.clone();
        let ana = CustomerId::new("c-ana").unwrap();
        let (events, _) = self.store.wallet().decide_confirm(self.now, payment_id.as_str(), &ana).unwrap();
        self.store.commit(events).unwrap();
    }
}

#[test]
fn a_payment_on_the_wire_from_accepted_to_paid_and_refunded() {
    let mut scene = scene();
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY));
    scene.confirm();
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY));
    let refund = r#"{"refundRequestId":"r-1","paymentRequestId":"a-1","refundAmount":{"currency":"PHP","value":"100"}}"#;
    insta::assert_snapshot!(scene.ask(Operation::Refund, refund));
    insta::assert_snapshot!(scene.ask(Operation::InquiryRefund, r#"{"refundRequestId":"r-1"}"#));
    insta::assert_snapshot!(scene.ask(Operation::InquiryPayment, r#"{"paymentRequestId":"a-1"}"#));
}

#[test]
fn a_payment_on_the_wire_when_its_time_ran_out() {
    let mut scene = scene();
    scene.ask(Operation::Pay, PAY);
    scene.now = later(scene.now, Duration::from_secs(901));
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY));
    insta::assert_snapshot!(scene.ask(Operation::InquiryPayment, r#"{"paymentRequestId":"a-1"}"#));
}

#[test]
fn an_accepted_payment_in_the_words_of_every_wallet() {
    let mut said = String::new();
    for preset in PRESETS {
        let mut scene = scene_of(preset.name);
        let body = match preset.name {
            "generic-v1" => {
                PAY.replacen('{', r#"{"partnerId":"p","extendInfo":"{\"customerBelongsTo\":\"W\"}","#, 1)
            }
            "touch-n-go" => PAY.replacen(
                '{',
                r#"{"partnerId":"p","productCode":"x","extendInfo":"{\"customerBelongsTo\":\"TNG\"}","#,
                1,
            ),
            "super-qi" | "antom" => PAY.replacen('{', r#"{"productCode":"x","#, 1),
            "dana" => PAY.replace("paymentRequestId", "merchantTransId"),
            _ => PAY.to_owned(),
        };
        said.push_str(&format!("{}: {}\n", preset.name, scene.ask(Operation::Pay, &body)));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_token_on_the_wire() {
    let mut scene = scene();
    let code = "code-1".parse().unwrap();
    let (customer_id, expires_at) =
        (CustomerId::new("c-ana").unwrap(), later(scene.now, Duration::from_secs(300)));
    scene.store.commit(vec![Event::AuthCodeIssued { code, customer_id, expires_at }]).unwrap();
    let ask =
        r#"{"appId":"app-1","authClientId":"SHOP","grantType":"AUTHORIZATION_CODE","authCode":"code-1"}"#;
    insta::assert_snapshot!(scene.ask(Operation::ApplyToken, ask));
    insta::assert_snapshot!(scene.ask(Operation::ApplyToken, ask));
}

#[test]
fn whoever_claims_to_be_another_is_refused() {
    let mut scene = scene();
    for (body, text) in [
        (PAY.replace("app-1", "app-2"), "appId"),
        (PAY.replace(r#""appId":"app-1","#, ""), "appId is missing"),
        (PAY.replacen('{', r#"{"authClientId":"OTHER","#, 1), "authClientId"),
    ] {
        let answer = scene.ask(Operation::Pay, &body);
        assert!(answer.contains(text), "{answer}");
    }
    assert_eq!(scene.store.wallet().payments().count(), 0);
}

#[test]
fn what_is_longer_than_documented_is_refused_by_name() {
    let mut scene = scene();
    let order = |text: &str| {
        PAY.replacen(
            '{',
            &format!(
                r#"{{"order":{{"referenceOrderId":"o-1","orderDescription":"{text}","orderAmount":{{"currency":"PHP","value":"1"}}}},"#
            ),
            1,
        )
    };
    let url = |url: &str| PAY.replacen('{', &format!(r#"{{"paymentNotifyUrl":"{url}","#), 1);
    for (body, text) in [
        (order(&"x".repeat(257)), "order"),
        (url(&format!("https://shop.example/{}", "x".repeat(1_100))), "paymentNotifyUrl"),
        (url("ftp://shop.example/"), "paymentNotifyUrl"),
    ] {
        let answer = scene.ask(Operation::Pay, &body);
        assert!(answer.contains("PARAM_ILLEGAL") && answer.contains(text), "{answer}");
    }
    assert!(scene.ask(Operation::Pay, &order(&"x".repeat(256))).contains("ACCEPT"));
}

#[test]
fn the_same_content_in_another_order_is_the_same_content() {
    let one = br#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#;
    let other = br#" { "b" : {"d":"x", "c":[1, 2]}, "a":1 }"#;
    assert_eq!(canonical(one), canonical(other));
    assert_ne!(canonical(one), canonical(br#"{"a":1,"b":{"c":[2,1],"d":"x"}}"#));
}

#[test]
fn only_the_paths_of_the_merchants_own_profile_are_operations() {
    let mut scene = scene();
    assert!(scene.ask_at("/api/open/v2/payments/pay", PAY).contains("ACCEPT"));
    for path in ["/v2/payments/pay", "/api/open/v1/payments/pay", "/api/open/v2/payments/pay/", ""] {
        assert!(scene.ask_at(path, PAY).contains("NO_INTERFACE_DEF"), "{path}");
    }
}
