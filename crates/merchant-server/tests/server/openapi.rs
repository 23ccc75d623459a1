//! The OpenAPI documents: kept as they are unless meant to change, and true of the running server.

use merchant_server::http::openapi::{Audience, text};
use serde_json::Value;

use crate::support::{Client, TestServer};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

#[test]
fn the_documents_change_on_purpose_only() {
    insta::assert_snapshot!("openapi_public", text(Audience::Public));
    insta::assert_snapshot!("openapi_operators", text(Audience::Operators));
}

#[test]
fn every_reference_leads_somewhere() {
    for audience in [Audience::Public, Audience::Operators] {
        let document: Value = serde_json::from_str(text(audience)).unwrap();
        let lost: Vec<_> = references(&document).filter(|to| document.pointer(&to[1..]).is_none()).collect();
        assert_eq!(lost, <[&str; 0]>::default(), "{audience:?}");
    }
}

fn references(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::Object(fields) => {
            let here = fields.get("$ref").and_then(Value::as_str);
            Box::new(here.into_iter().chain(fields.values().flat_map(references)))
        }
        Value::Array(items) => Box::new(items.iter().flat_map(references)),
        _ => Box::new(std::iter::empty()),
    }
}

#[tokio::test]
async fn every_described_operation_is_served_and_no_other_method() {
    let server = TestServer::start().await;
    agrees(&server.client(), Audience::Public).await;
    agrees(&server.admin(), Audience::Operators).await;
}

async fn agrees(client: &Client, audience: Audience) {
    let document: Value = serde_json::from_str(text(audience)).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 5, "{audience:?}");
    for (path, item) in paths {
        let address = path.replace(['{', '}'], "");
        for method in METHODS {
            let is_described = item.get(method.to_lowercase()).is_some();
            let answer = client.send(method, &address, &[], None).await;
            assert_eq!(answer.status != 405, is_described, "{method} {path}: {}", answer.status);
            assert_ne!(answer.status, 500, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn each_listener_serves_its_own_document() {
    let server = TestServer::start().await;
    for (client, audience) in [(server.client(), Audience::Public), (server.admin(), Audience::Operators)] {
        let served = client.get("/openapi.json").await.expect(200);
        assert_eq!(served, serde_json::from_str::<Value>(text(audience)).unwrap());
    }
}
