//! How far a paid order is on its way, as operators say and shoppers see.

use serde_json::{Value, json};

use crate::support::TestServer;
use crate::support::server::READING_TOKEN;

fn path(order: &Value) -> String {
    format!("/admin/v1/orders/{}/fulfilment", order["orderId"].as_str().unwrap())
}

fn said(status: &str, tracking: Option<&str>) -> Value {
    json!({ "status": status, "tracking": tracking })
}

#[tokio::test]
async fn a_paid_order_goes_forward_and_the_shopper_sees_it() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    let order = server.order(&ana, &[("TEA-S", 1)]).await;
    let admin = server.admin();
    admin.post(&path(&order), said("shipped", None)).await.problem(409, "nothing_to_fulfil");
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.notify(&server.client(), &request).await;
    assert_eq!(server.read(&ana, &order).await["fulfilment"], Value::Null);
    admin.post(&path(&order), said("shipped", Some("LBC 1234"))).await.expect(200);
    let again = admin.post(&path(&order), said("shipped", None)).await.expect(200);
    assert_eq!(again["fulfilment"]["tracking"], "LBC 1234");
    let seen = server.read(&ana, &order).await;
    assert_eq!((&seen["status"], &seen["fulfilment"]["status"]), (&json!("paid"), &json!("shipped")));
    assert_eq!(seen["fulfilment"]["tracking"], "LBC 1234");
    let detail = admin.post(&path(&order), said("accepted", None)).await.problem(409, "fulfilment_backward");
    assert!(detail.contains("shipped already"), "{detail}");
    admin.post(&path(&order), said("completed", None)).await.expect(200);
    let story =
        admin.get(&format!("/admin/v1/orders/{}", order["orderId"].as_str().unwrap())).await.expect(200);
    let told: Vec<_> = story["events"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["kind"] == "fulfilment")
        .map(|event| event["detail"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["shipped by maria: LBC 1234", "completed by maria: LBC 1234"]);
}

#[tokio::test]
async fn what_cant_be_said_is_refused_by_its_field() {
    let server = TestServer::start().await;
    let ana = server.shopper("ana").await;
    let order = server.order(&ana, &[("TEA-S", 1)]).await;
    for (body, field) in [
        (json!({ "status": "lost" }), "status"),
        (json!({ "status": "shipped", "tracking": "" }), "tracking"),
        (json!({ "status": "shipped", "tracking": "a\nb" }), "tracking"),
    ] {
        let detail = server.admin().post(&path(&order), body).await.problem(422, "invalid_field");
        assert!(detail.contains(field), "{detail}");
    }
    let auditor = crate::support::Client { token: Some(READING_TOKEN.to_owned()), ..server.admin() };
    auditor.post(&path(&order), said("shipped", None)).await.problem(403, "scope_required");
    let nobody = crate::support::Client { token: None, ..server.admin() };
    assert_eq!(nobody.post(&path(&order), said("shipped", None)).await.status, 401);
}
