//! When a fault fires, without any network.

use serde_json::{Value, json};

use super::*;

fn wish(value: Value) -> Result<NewFault, WishError> {
    match value {
        Value::Object(wish) => NewFault::read(wish),
        other => panic!("an object: {other}"),
    }
}

fn faults(wishes: &[Value]) -> Faults {
    let mut faults = Faults::default();
    for value in wishes {
        faults.add(wish(value.clone()).unwrap()).unwrap();
    }
    faults
}

/// Which fault fires on each of these pays, in turn.
fn days(faults: &mut Faults, pays: &[(&str, &str)]) -> Vec<Option<String>> {
    let fire = |(client_id, id): &(&str, &str)| {
        let (client_id, id) = (client_id.parse().unwrap(), id.parse().unwrap());
        let occasion = Occasion {
            client_id: &client_id,
            payment_request_id: Some(&id),
            payment: None,
            has_another: false,
        };
        faults.on_call(Operation::Pay, occasion).map(|fired| fired.mark.id.0)
    };
    pays.iter().map(fire).collect()
}

fn some(id: &str) -> Option<String> {
    Some(id.to_owned())
}

#[test]
fn a_fault_fires_once_unless_more_is_asked_for() {
    let mut faults = faults(&[
        json!({ "on": "pay", "kind": "request_lost" }),
        json!({ "on": "pay", "kind": "answer_lost", "times": 2 }),
    ]);
    let fired = days(&mut faults, &[("SHOP", "a"); 4]);
    assert_eq!(fired, [some("f-1"), some("f-2"), some("f-2"), None]);
}

#[test]
fn only_what_it_is_about_meets_it() {
    let mut faults = faults(&[
        json!({ "on": "pay", "kind": "request_lost", "clientId": "SHOP", "paymentRequestId": "b", "times": 9 }),
        json!({ "on": "cancel", "kind": "request_lost", "times": 9 }),
    ]);
    let fired = days(&mut faults, &[("SHOP", "a"), ("OTHER", "b"), ("SHOP", "b")]);
    assert_eq!(fired, [None, None, some("f-1")]);
}

#[test]
fn the_nth_match_is_counted_from_one() {
    let mut faults = faults(&[json!({ "on": "pay", "kind": "request_lost", "nth": 3 })]);
    assert_eq!(days(&mut faults, &[("SHOP", "a"); 4]), [None, None, some("f-1"), None]);
    assert_eq!(faults.views()[0].matched, 4);
}

#[test]
fn the_same_seed_makes_the_same_day_and_another_seed_another() {
    let day = |seed: u64, probability: f64| {
        let wish = json!({ "on": "pay", "kind": "request_lost", "probability": probability, "seed": seed });
        days(&mut faults(&[wish]), &[("SHOP", "a"); 64])
    };
    assert_eq!(day(1, 0.5), day(1, 0.5));
    assert_ne!(day(1, 0.5), day(2, 0.5));
    let count = day(1, 0.5).iter().flatten().count();
    assert!((16..48).contains(&count), "about half of 64: {count}");
    assert_eq!(day(1, 0.0).iter().flatten().count(), 0);
    assert_eq!(day(1, 1.0).iter().flatten().count(), 64);
}

#[test]
fn ids_are_never_used_twice() {
    let mut faults = faults(&[json!({ "on": "pay", "kind": "request_lost" })]);
    assert!(faults.remove("f-1") && !faults.remove("f-1"));
    faults.add(wish(json!({ "on": "pay", "kind": "request_lost" })).unwrap());
    assert_eq!(faults.views()[0].id.0, "f-2");
}

#[test]
fn there_is_an_end_to_how_many_there_are() {
    let mut faults = Faults::default();
    let new = wish(json!({ "on": "pay", "kind": "request_lost" })).unwrap();
    for _ in 0..MOST {
        assert!(faults.add(new.clone()).is_some());
    }
    assert!(faults.add(new).is_none());
}

#[test]
fn what_can_not_be_is_named() {
    for (value, named) in [
        (json!({ "kind": "request_lost" }), "`on`"),
        (json!({ "on": "teapot", "kind": "request_lost" }), "inquiryPayment"),
        (json!({ "on": "pay" }), "`kind`"),
        (json!({ "on": "pay", "kind": "earthquake" }), "`answer_lost`"),
        (json!({ "on": "notifyPayment", "kind": "answer_lost" }), "`not_acknowledged`"),
        (json!({ "on": "pay", "kind": "request_lost", "seconds": 1 }), "`seconds`"),
        (json!({ "on": "pay", "kind": "answer_delayed" }), "`milliseconds`"),
        (
            json!({ "on": "pay", "kind": "answer_delayed", "milliseconds": 600_001 }),
            "`milliseconds` must be from 1 to 600000",
        ),
        (json!({ "on": "pay", "kind": "answer_delayed", "milliseconds": "soon" }), "`milliseconds`"),
        (json!({ "on": "pay", "kind": "http_status", "status": 200 }), "`status` must be from 201 to 599"),
        (json!({ "on": "pay", "kind": "refused", "resultCode": "no such" }), "`resultCode`"),
        (json!({ "on": "refund", "kind": "refund_fails", "reason": "" }), "`reason`"),
        (json!({ "on": "pay", "kind": "request_lost", "times": -1 }), "times: "),
        (json!({ "on": "pay", "kind": "request_lost", "seed": "x" }), "seed: "),
        (json!({ "on": "pay", "kind": "still_processing" }), "still_processing can't happen to pay"),
        (json!({ "on": "cancel", "kind": "another", "member": "amount" }), "another amount"),
        (json!({ "on": "notifyPayment", "kind": "delayed", "seconds": -1 }), "`seconds`"),
        (json!({ "on": "pay", "kind": "request_lost", "times": 0 }), "`times`"),
        (json!({ "on": "pay", "kind": "request_lost", "nth": 0 }), "`nth`"),
        (json!({ "on": "pay", "kind": "request_lost", "probability": 0.5 }), "`seed`"),
        (json!({ "on": "pay", "kind": "request_lost", "probability": 2, "seed": 1 }), "from 0 to 1"),
        (json!({ "on": "pay", "kind": "request_lost", "seed": 1 }), "`probability`"),
        (json!({ "on": "pay", "kind": "request_lost", "times": 1, "probability": 1, "seed": 1 }), "not both"),
        (json!({ "on": "pay", "kind": "request_lost", "clientId": "a b" }), "clientId"),
    ] {
        let error = wish(value.clone()).unwrap_err().to_string();
        assert!(error.contains(named), "{value}: {error}");
    }
}

#[test]
fn a_fault_is_shown_as_it_was_asked_for() {
    let faults = faults(&[json!({
        "on": "refund", "kind": "refused", "resultStatus": "U", "resultCode": "NEVER_SEEN", "nth": 2
    })]);
    let shown = serde_json::to_value(faults.views()).unwrap();
    assert_eq!(
        shown,
        json!([{
            "id": "f-1", "on": "refund", "kind": "refused", "resultStatus": "U", "resultCode": "NEVER_SEEN",
            "clientId": null, "paymentRequestId": null, "nth": 2, "times": 1, "probability": null,
            "seed": null, "matched": 0, "fired": 0,
        }])
    );
}
