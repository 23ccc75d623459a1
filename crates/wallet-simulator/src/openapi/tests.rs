//! What goes over the wire, word for word.

use std::time::Duration;

use tempfile::TempDir;
use wallet_api::clock::later;
use wallet_api::ids::CustomerId;
use wallet_api::random::SeededRng;

use super::*;
use crate::wallet::decide::founding;
use crate::wallet::event::Event;

const PAY: &str = r#"{"appId":"app-1","paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentExpiryTime":"2026-03-01T10:15:00Z"}"#;

struct Scene {
    store: Store,
    rng: SeededRng,
    now: Timestamp,
    _folder: TempDir,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    store.commit(founding()).unwrap();
    Scene { store, rng: SeededRng::new(1), now: "2026-03-01T10:00:00Z".parse().unwrap(), _folder: folder }
}

impl Scene {
    fn ask(&mut self, operation: Operation, body: &str) -> String {
        let origin = "http://127.0.0.1:8702";
        let mut desk = Desk { store: &mut self.store, now: self.now, rng: &self.rng, origin };
        let client_id = ClientId::new("SHOP").unwrap();
        String::from_utf8(desk.answer(&client_id, Some(operation), body.as_bytes()).unwrap()).unwrap()
    }

    fn confirm(&mut self) {
        let payment_id = self.store.wallet().payments().next().unwrap().terms.payment_id.clone();
        let ana = CustomerId::new("c-ana").unwrap();
        let (events, _) = self.store.wallet().decide_confirm(self.now, payment_id.as_str(), &ana).unwrap();
        self.store.commit(events).unwrap();
    }
}

#[test]
fn a_payment_on_the_wire_from_accepted_to_paid() {
    let mut scene = scene();
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY), @r#"{"result":{"resultStatus":"A","resultCode":"ACCEPT","resultMessage":"accept"},"paymentId":"sim783825822a6f9e62da2190e828e4c9d2","paymentRequestId":"a-1","redirectActionForm":{"method":"GET","redirectUrl":"http://127.0.0.1:8702/cashier/sim783825822a6f9e62da2190e828e4c9d2"}}"#);
    scene.confirm();
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"sim783825822a6f9e62da2190e828e4c9d2","paymentRequestId":"a-1","paymentTime":"2026-03-01T10:00:00+00:00"}"#);
    insta::assert_snapshot!(scene.ask(Operation::InquiryPayment, r#"{"paymentRequestId":"a-1"}"#), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"sim783825822a6f9e62da2190e828e4c9d2","paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentTime":"2026-03-01T10:00:00+00:00","paymentStatus":"SUCCESS","paymentCreateTime":"2026-03-01T10:00:00+00:00"}"#);
}

#[test]
fn a_payment_on_the_wire_when_its_time_ran_out() {
    let mut scene = scene();
    scene.ask(Operation::Pay, PAY);
    scene.now = later(scene.now, Duration::from_secs(901));
    insta::assert_snapshot!(scene.ask(Operation::Pay, PAY), @r#"{"result":{"resultStatus":"F","resultCode":"ORDER_IS_CLOSED","resultMessage":"Order payment expired."},"paymentId":"sim783825822a6f9e62da2190e828e4c9d2","paymentRequestId":"a-1"}"#);
    insta::assert_snapshot!(scene.ask(Operation::InquiryPayment, r#"{"paymentRequestId":"a-1"}"#), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"paymentId":"sim783825822a6f9e62da2190e828e4c9d2","paymentRequestId":"a-1","paymentAmount":{"currency":"PHP","value":"129900"},"paymentStatus":"FAIL","paymentFailReason":"Order payment expired.","paymentCreateTime":"2026-03-01T10:00:00+00:00"}"#);
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
    insta::assert_snapshot!(scene.ask(Operation::ApplyToken, ask), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"success"},"accessToken":"783825822a6f9e62da2190e828e4c9d2576e5977e3a0b3620b092dfb9e9996fa","accessTokenExpiryTime":"2026-03-02T10:00:00+00:00","refreshToken":"532deabf88729cb43995ab5a9cd49bf9b90a079904dc0645ecda9e47ce7345a9","refreshTokenExpiryTime":"2026-03-31T10:00:00+00:00","customerId":"c-ana"}"#);
    insta::assert_snapshot!(scene.ask(Operation::ApplyToken, ask), @r#"{"result":{"resultStatus":"F","resultCode":"USED_AUTHCODE","resultMessage":"the auth code is not good; ask my.getAuthCode for another"}}"#);
}

#[test]
fn the_same_content_in_another_order_is_the_same_content() {
    let one = br#"{"a":1,"b":{"c":[1,2],"d":"x"}}"#;
    let other = br#" { "b" : {"d":"x", "c":[1, 2]}, "a":1 }"#;
    assert_eq!(canonical(one), canonical(other));
    assert_ne!(canonical(one), canonical(br#"{"a":1,"b":{"c":[2,1],"d":"x"}}"#));
}

#[test]
fn only_documented_paths_are_operations() {
    assert_eq!(operation("/api/open/v2/payments/pay"), Some(Operation::Pay));
    for path in ["/v2/payments/pay", "/api/open/v1/payments/pay", "/api/open/v2/payments/pay/", ""] {
        assert_eq!(operation(path), None, "{path}");
    }
}
