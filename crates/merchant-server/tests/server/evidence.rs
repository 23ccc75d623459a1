//! Evidence: every message to the byte, and a file in which no byte can be changed unseen.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use merchant_core::lifecycle::{Eraser, Event};
use merchant_server::app::{Cause, erasure};
use merchant_server::evidence::{Direction, EvidenceFile, Findings, KeyPart, MessagePart, Owner, verify};
use merchant_server::http::admin::story_of;
use serde_json::{Value, json};
use shop_api::OrderId;
use wallet_api::keys::SigningKey;

use crate::support::{Give, Inquiry, Pay, TestServer, keys};

const CONFIRM: Duration = Duration::from_secs(6);

fn key_part(owner: Owner, key: &SigningKey) -> KeyPart {
    let public = key.key().public_key().unwrap();
    KeyPart {
        owner,
        client_id: keys::CLIENT_ID.into(),
        key_version: "1".into(),
        fingerprint: public.fingerprint(),
        public_key: public.to_pem(),
    }
}

async fn evidence(server: &TestServer, order: &Value) -> EvidenceFile {
    let (store, id) = (server.app().store.clone(), OrderId(order["orderId"].as_str().unwrap().to_owned()));
    let story = serde_json::to_value(story_of(&*store, &id).await.unwrap().unwrap()).unwrap();
    let parts = vec![key_part(Owner::Merchant, &keys::merchant()), key_part(Owner::Wallet, &keys::wallet())];
    EvidenceFile::new(story, parts, store.wire(&id).await.unwrap(), server.app().now())
}

/// Paid by notification, a part given back.
async fn paid_and_refunded() -> (TestServer, Value) {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let (order, _) = server.paid_order(&shopper, &[("TEA-S", 2), ("MUG", 1)]).await;
    server.refund(&order, "k1", "700").await.expect(202);
    server.pass(CONFIRM).await;
    (server, order)
}

/// What an attacker would write who knows the format.
fn forged(mut file: EvidenceFile, change: impl FnOnce(&mut EvidenceFile)) -> Findings {
    change(&mut file);
    file.digests = file.digest();
    verify(&file.to_bytes())
}

#[tokio::test]
async fn a_sound_file_proves_what_was_asked_paid_and_given_back() {
    let (server, order) = paid_and_refunded().await;
    let file = evidence(&server, &order).await;
    let went: Vec<_> = file.messages.iter().map(|part| (part.direction, part.operation.as_str())).collect();
    use Direction::{Received, Sent};
    let expected = [
        (Sent, "pay"),
        (Received, "pay"),
        (Received, "notifyPayment"),
        (Sent, "notifyPayment"),
        (Sent, "refund"),
        (Received, "refund"),
        (Sent, "inquiryRefund"),
        (Received, "inquiryRefund"),
    ];
    assert_eq!(went, expected);
    let findings = verify(&file.to_bytes());
    assert!(findings.faults.is_empty(), "{findings:?}");
    for part in [
        "no byte was changed",
        "asked for PHP 2500",
        "of PHP 2500 is paid (notifyPayment)",
        "refund k1 of PHP 700",
        "8 entries",
    ] {
        assert!(findings.proven.iter().any(|line| line.contains(part)), "{part}: {findings:?}");
    }
    assert_eq!(verify(&evidence(&server, &order).await.to_bytes()), findings, "made again it is the same");
}

#[tokio::test]
async fn any_changed_byte_is_found() {
    let (server, order) = paid_and_refunded().await;
    let bytes = evidence(&server, &order).await.to_bytes();
    // A prime, so that every part is met at ever other places.
    for place in (0..bytes.len()).step_by(13) {
        for flip in [0x01, 0x20] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            let around =
                String::from_utf8_lossy(&bytes[place.saturating_sub(20)..(place + 20).min(bytes.len())]);
            assert!(!verify(&changed).faults.is_empty(), "byte {place} near {around:?}");
        }
    }
    for changed in [&bytes[..bytes.len() - 1], &[bytes.as_slice(), b"\n"].concat(), &bytes[1..], b""] {
        assert!(!verify(changed).faults.is_empty());
    }
}

#[tokio::test]
async fn a_change_is_told_where_it_is() {
    let (server, order) = paid_and_refunded().await;
    let file = evidence(&server, &order).await;
    let told = |change: &dyn Fn(&mut EvidenceFile)| {
        let mut changed = file.clone();
        change(&mut changed);
        verify(&changed.to_bytes()).faults.join("; ")
    };
    assert!(told(&|file| file.story["total"] = json!("1")).contains("the story"));
    assert!(told(&|file| file.keys[1].client_id.push('x')).contains("a key"));
    assert!(told(&|file| file.messages[2].time.push('x')).contains("message 3 (of 8)"));
    assert!(told(&|file| drop(file.messages.pop())).contains("message 8"));
    assert!(told(&|file| file.digests.whole.replace_range(0..1, "x")).contains("list of digests"));
}

#[tokio::test]
async fn what_is_forged_and_sealed_anew_fails_by_signature_amount_or_books() {
    let (server, order) = paid_and_refunded().await;
    let file = evidence(&server, &order).await;
    let body =
        |file: &EvidenceFile, index: usize| String::from_utf8(file.messages[index].bytes().unwrap()).unwrap();
    let with_body = |index: usize, from: &str, to: &str| {
        let text = body(&file, index);
        assert!(text.contains(from), "{text}");
        let changed = STANDARD.encode(text.replace(from, to));
        forged(file.clone(), |file| file.messages[index].body = changed).faults.join("; ")
    };
    // Each part of what a signature covers, and the signature itself.
    assert!(with_body(0, "2500", "2501").contains("message 1 (pay)"));
    assert!(with_body(2, "2500", "9900").contains("message 3 (notifyPayment)"));
    for change in [
        (|part| part.uri.push('x')) as fn(&mut merchant_server::evidence::MessagePart),
        |part| part.time.push('x'),
        |part| part.client_id.push('x'),
        |part| part.signature = part.signature.replace("keyVersion=1", "keyVersion=2"),
        |part| part.signature = String::new(),
        |part| part.direction = Direction::Sent,
    ] {
        let faults = forged(file.clone(), |file| change(&mut file.messages[2])).faults.join("; ");
        assert!(faults.contains("message 3") && faults.contains("is called paid"), "{faults}");
    }
    // Taken away.
    let faults = forged(file.clone(), |file| drop(file.messages.remove(2))).faults.join("; ");
    assert!(faults.contains("no message signed by the wallet says so"), "{faults}");
    // A story that claims more than the wallet said.
    let faults = forged(file.clone(), |file| file.story["total"] = json!("9900")).faults.join("; ");
    assert!(faults.contains("another amount") && faults.contains("is called paid"), "{faults}");
    let faults =
        forged(file.clone(), |file| file.story["refunds"][0]["amount"] = json!("2500")).faults.join("; ");
    assert!(faults.contains("refund k1"), "{faults}");
    let faults = forged(file.clone(), |file| file.story["entries"][0]["amount"] = json!(1)).faults.join("; ");
    assert!(faults.contains("doesn't sum to zero"), "{faults}");
    // Somebody else's key.
    let stranger = key_part(Owner::Wallet, &keys::stranger());
    let faults = forged(file.clone(), |file| file.keys[1] = stranger.clone()).faults.join("; ");
    assert!(faults.contains("message 2 (pay)"), "{faults}");
    let faults = forged(file, |file| file.keys[1].public_key = stranger.public_key.clone()).faults.join("; ");
    assert!(faults.contains("isn't what its fingerprint says"), "{faults}");
}

#[tokio::test]
async fn what_was_not_believed_is_kept_and_proves_nothing() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let request = server.requests(&order).await.remove(0);
    server.wallet.finish(&request, "SUCCESS", None);
    server.wallet.next_inquiry(Inquiry::BadlySigned);
    server.returned(&shopper, &order, "9000").await;
    server.run_jobs().await;
    let file = evidence(&server, &order).await;
    let [.., answer] = file.messages.as_slice() else { panic!("no messages") };
    assert_eq!((answer.direction, answer.operation.as_str()), (Direction::Received, "inquiryPayment"));
    assert!(answer.verdict.starts_with("not believed"), "{}", answer.verdict);
    let findings = verify(&file.to_bytes());
    assert!(findings.faults.is_empty(), "{findings:?}");
    assert!(!findings.proven.iter().any(|line| line.contains("is paid")), "{findings:?}");
    let faults =
        forged(file.clone(), |file| file.messages.last_mut().unwrap().verdict = "believed".into()).faults;
    assert!(faults.iter().any(|fault| fault.contains("its signature isn't valid")), "{faults:?}");
    let claimed = forged(file, |file| {
        file.story["status"] = json!("paid");
        file.story["attempts"][0]["status"] = json!("succeeded");
    });
    assert!(claimed.faults.iter().any(|fault| fault.contains("is called paid")), "{claimed:?}");
}

#[tokio::test]
async fn a_call_without_an_answer_leaves_what_was_sent_and_why() {
    let server = TestServer::start().await;
    let shopper = server.shopper("ana").await;
    server.wallet.next_pay(Pay::LoseRequest);
    let order = server.order(&shopper, &[("MUG", 1)]).await;
    let file = evidence(&server, &order).await;
    let sent = &file.messages[0];
    assert_eq!((sent.direction, sent.operation.as_str()), (Direction::Sent, "pay"));
    assert!(verify(&file.to_bytes()).faults.is_empty());
    let (order, _) = server.paid_order(&server.shopper("ben").await, &[("MUG", 1)]).await;
    server.wallet.next_refund(Give::TakeAndLoseAnswer);
    server.refund(&order, "k1", "all").await.expect(202);
    server.run_jobs().await;
    let about: Vec<_> =
        evidence(&server, &order).await.messages.iter().map(|part| part.about.clone()).collect();
    assert!(about.contains(&"k1".to_owned()), "{about:?}");
}

#[tokio::test]
async fn what_was_erased_is_listed_without_words_and_proves_nothing() {
    let (server, order) = paid_and_refunded().await;
    let sound = evidence(&server, &order).await;
    let (app, id) = (server.app(), OrderId(order["orderId"].as_str().unwrap().to_owned()));
    let wish = Event::ErasureRequested(erasure(Eraser::Operator("maria".into()), &*app.rng));
    app.apply(&id, None, wish, Cause::default()).await.unwrap();
    server.refund(&order, "k2", "300").await.expect(202);
    server.pass(CONFIRM).await;
    let file = evidence(&server, &order).await;
    assert_eq!(file.messages.iter().filter(|part| part.erased).count(), 8);
    for (erased, before) in file.messages.iter().zip(&sound.messages).take(8) {
        let facts = |part: &MessagePart| {
            (part.about.clone(), part.direction, part.operation.clone(), part.status, part.at)
        };
        assert_eq!(facts(erased), facts(before));
        let words = [&erased.uri, &erased.client_id, &erased.time, &erased.signature, &erased.body];
        assert_eq!(words, [""; 5]);
    }
    let findings = verify(&file.to_bytes());
    assert!(findings.faults.is_empty(), "{findings:?}");
    let erased = findings.erased.join("; ");
    for part in ["8 of 12 messages", "which is called paid", "refund k1, which is called given back"] {
        assert!(erased.contains(part), "{part}: {findings:?}");
    }
    let proven = findings.proven.join("; ");
    assert!(proven.contains("refund k2 of PHP 300") && proven.contains("2 of 4 messages"), "{findings:?}");
    assert!(!proven.contains("is paid") && !proven.contains("asked for"), "{findings:?}");

    let faults = |change: &dyn Fn(&mut EvidenceFile)| forged(file.clone(), change).faults.join("; ");
    let with_words = faults(&|file| file.messages[0].signature.clone_from(&sound.messages[0].signature));
    assert!(with_words.contains("message 1 (pay) is called erased"), "{with_words}");
    let never_erased = faults(&|file| file.story["erasedAt"] = Value::Null);
    assert!(never_erased.contains("message 8 (inquiryRefund) is called erased"), "{never_erased}");
    let nothing_said = faults(&|file| file.messages.retain(|part| part.operation != "notifyPayment"));
    assert!(nothing_said.contains("no message signed by the wallet says so"), "{nothing_said}");
    let hidden = forged(sound, |file| {
        file.messages[2].erased = true;
        file.messages[2].body.clear();
        file.messages[2].signature.clear();
    });
    assert!(hidden.faults.join("; ").contains("message 3 (notifyPayment) is called erased"), "{hidden:?}");
}

#[tokio::test]
async fn kept_messages_are_append_only() {
    let (server, _) = paid_and_refunded().await;
    for sql in ["UPDATE wire SET about = 'x'", "DELETE FROM wire"] {
        let error = server.database().run(sql).unwrap_err();
        assert!(error.contains("append-only"), "{error}");
    }
}

#[tokio::test]
async fn the_command_line_writes_a_file_and_checks_it_without_configuration() {
    let (server, order) = paid_and_refunded().await;
    let folder = server.folder().to_owned();
    std::fs::write(folder.join("shop.toml"), crate::refunds::CONFIG).unwrap();
    let private = keys::merchant().key().to_pkcs8_pem().unwrap().to_string();
    std::fs::write(folder.join("private.pem"), private).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(folder.join("private.pem"), mode).unwrap();
    }
    std::fs::write(folder.join("wallet.pem"), keys::wallet().key().public_key().unwrap().to_pem()).unwrap();
    let run = |folder: &std::path::Path, arguments: &[&str]| {
        let mut command = server.program();
        command.args(arguments).current_dir(folder).output().unwrap()
    };
    let id = order["orderId"].as_str().unwrap();
    let arguments = ["--config", "shop.toml", "orders", "evidence", id, "--out", "evidence.json"];
    let written = run(&folder, &arguments);
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(folder.join("evidence.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it names the shopper");
    }
    let elsewhere = tempfile::TempDir::new().unwrap();
    let file = elsewhere.path().join("evidence.json");
    std::fs::copy(folder.join("evidence.json"), &file).unwrap();
    let checked = run(elsewhere.path(), &["verify-evidence", "evidence.json"]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert!(checked.status.success(), "{said}");
    assert!(
        said.contains("PHP 2500 is paid") && said.contains("not proven\n  that nothing was left out"),
        "{said}"
    );
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"2500\"", "\"2501\"", 1)).unwrap();
    let checked = run(elsewhere.path(), &["verify-evidence", "evidence.json"]);
    let said = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(checked.status.code(), Some(1), "{said}");
    assert!(said.contains("wrong\n  the story was changed"), "{said}");
}
