//! Nothing personal or secret leaves: canaries in every sensitive field, looked for in all that a server says
//! and writes down, as they are, in base64 wherever they stand in it, percent-encoded, and in hexadecimal.

mod at_rest;
mod canaries;
mod erased;
mod forms;
mod log;
#[cfg(unix)]
mod program;
mod scene;

use shop_api::OrderId;

pub use log::Log;

use crate::support::{TestServer, database};
use canaries::SKU;
use forms::{Needle, Search};
use scene::Scene;

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

#[tokio::test]
async fn nothing_secret_is_in_the_log_in_answers_metrics_messages_or_the_database() {
    let scene = Scene::play().await;
    let mut needles = canaries::all();
    needles.extend(scene.secrets.iter().map(|(name, text)| Needle::new(name, text)));
    let search = Search::new(&needles);
    let controls = |text: &str| Search::new(&[Needle::new("the control", text)]);
    let refusals: Vec<u8> =
        scene.refusals.iter().flat_map(|answer| [answer.headers.as_bytes(), &answer.body].concat()).collect();
    let metrics = scene.server.admin().get("/metrics").await;
    let messages: Vec<u8> =
        scene.receiver.received().iter().flat_map(|message| json(&message.body)).collect();
    // What was kept of the webhooks is told to operators.
    let story = scene.server.admin().get(&format!("/admin/v1/orders/{}", scene.order)).await.expect(200);
    let mut leaks = Vec::new();
    for (place, bytes, control) in [
        ("the log", scene.log.bytes(), scene.order.as_str()),
        ("the answers to what was refused", refusals, "application/problem+json"),
        ("the metrics", metrics.body, "merchant_notifications_applied_total"),
        ("the webhooks", messages, scene.order.as_str()),
        ("the webhooks' log", json(&story["messages"]), "order.refund_failed"),
        ("the database", at_rest::bytes(&scene.server.database()), SKU),
    ] {
        assert!(
            !controls(control).find(&bytes).is_empty(),
            "the search finds nothing in {place}, not even {control}"
        );
        leaks.extend(search.find(&bytes).into_iter().map(|found| format!("{found} is in {place}")));
    }
    assert!(leaks.is_empty(), "{leaks:#?}");
}

#[tokio::test]
async fn what_is_sealed_opens_for_those_who_may_read_it() {
    let scene = Scene::play().await;
    let (store, id) = (scene.server.app().store.clone(), OrderId(scene.order.clone()));
    let order = store.load(&id).await.unwrap().unwrap();
    let shown = format!("{order:?}");
    assert_eq!(
        Search::new(&canaries::all()).find(shown.as_bytes()),
        [""; 0],
        "`Debug` shows nothing: {shown}"
    );
    let address = order.address.as_ref().unwrap();
    assert_eq!((address.name.as_str(), address.line1.as_str()), (canaries::NAME, canaries::LINE1));
    assert_eq!(order.fulfilment.unwrap().tracking.unwrap().as_str(), canaries::TRACKING);
    assert_eq!(order.refunds[0].reason, canaries::REASON);
    let call = store.pay_request(&order.attempts[0].id).await.unwrap().unwrap();
    assert!(!format!("{call:?}").contains(canaries::USER_AGENT));
    assert!(String::from_utf8(call.body).unwrap().contains(canaries::USER_AGENT));
    let kept: Vec<u8> =
        store.wire(&id).await.unwrap().into_iter().flat_map(|kept| kept.message.body).collect();
    let needles = [canaries::REMARK, canaries::EXTENDED, canaries::REFUSED, canaries::REASON];
    for needle in needles {
        assert!(!Search::new(&[Needle::new("it", needle)]).find(&kept).is_empty(), "{needle} is evidence");
    }
    let story = store.story(&id).await.unwrap();
    let told = |text: &str| story.events.iter().any(|event| event.detail.contains(text));
    assert!(told(canaries::REASON) && told(canaries::TRACKING), "{story:?}");
}

/// A value that is copied to another row doesn't pass for that row's own.
#[tokio::test]
async fn a_sealed_value_opens_in_its_own_row_only() {
    let scene = Scene::play().await;
    let database = scene.server.database();
    let (app, id) = (scene.server.app(), OrderId(scene.order.clone()));
    let other = database::text_of(&database, &format!("SELECT id FROM orders WHERE id <> '{id}' LIMIT 1"));
    let copy = format!(
        "UPDATE orders SET address = (SELECT address FROM orders WHERE id = '{other}') WHERE id = '{id}'"
    );
    database.run(&copy).unwrap();
    let error = app.store.load(&id).await.unwrap_err().to_string();
    assert!(error.contains("orders.address") && error.contains("copied from elsewhere"), "{error}");
    let answer = scene.server.admin().get(&format!("/admin/v1/orders/{id}")).await;
    answer.problem(503, "unavailable");
}

#[tokio::test]
async fn without_its_data_key_a_database_is_not_served_and_the_key_is_named() {
    let server = TestServer::start().await;
    let other = merchant_server::vault::DataKey::new(&[1; 32]);
    let vault = merchant_server::vault::Vault::new(other, Vec::new(), server.app().rng.clone());
    let store = server.database().database().open(std::sync::Arc::new(vault)).await.unwrap();
    let error = store.secret("customer_tag_key", vec![0; 32]).await.unwrap_err().to_string();
    let missing = database::databases::vault().current().to_string();
    assert!(error.contains("secrets.value") && error.contains(&missing), "{error}");
}
