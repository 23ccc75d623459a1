//! Secrets, a test message, what is listed.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use super::program::{CONFIG, complained, folder, said};

/// A folder whose configuration tells an endpoint at this address, with a secret of its own.
fn telling(port: u16) -> tempfile::TempDir {
    let folder = folder();
    let table = format!(
        "[webhooks.erp]\nurl = \"http://127.0.0.1:{port}/hooks\"\nsecret_files = [\"secret\"]\ntimeout_seconds = 5\n"
    );
    std::fs::write(folder.path().join("shop.toml"), format!("{CONFIG}{table}")).unwrap();
    std::fs::write(folder.path().join("secret"), said(folder.path(), &["webhooks", "secret"])).unwrap();
    private(&folder.path().join("secret"), 0o600);
    folder
}

fn private(file: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// Answers one request with this status line; what it was sent.
fn answering(listener: TcpListener, status: &'static str) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        while !String::from_utf8_lossy(&request).contains("\"data\":{}") {
            let read = stream.read(&mut chunk).unwrap();
            request.extend_from_slice(&chunk[..read]);
        }
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        String::from_utf8(request).unwrap()
    })
}

#[test]
fn a_test_message_is_signed_and_its_answer_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = telling(listener.local_addr().unwrap().port());
    let receiver = answering(listener, "204 No Content");
    let told = said(folder.path(), &["webhooks", "test", "erp"]);
    assert!(told.contains("HTTP 204"), "{told}");
    let request = receiver.join().unwrap();
    assert!(request.starts_with("POST /hooks HTTP/1.1\r\n"), "{request}");
    for part in [
        "webhook-id: msg_test_",
        "webhook-timestamp: ",
        "webhook-signature: v1,",
        "\"type\":\"webhook.test\"",
    ] {
        assert!(request.contains(part), "{part} in {request}");
    }
}

#[test]
fn an_endpoint_that_does_not_take_it_is_a_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = telling(listener.local_addr().unwrap().port());
    let receiver = answering(listener, "500 Oops");
    assert!(complained(folder.path(), &["webhooks", "test", "erp"]).contains("HTTP 500"));
    receiver.join().unwrap();
    assert!(complained(folder.path(), &["webhooks", "test", "crm"]).contains("configured are: erp"));
}

#[test]
fn a_secret_that_others_may_read_is_refused_and_none_is_shown() {
    let folder = telling(1);
    let secret = std::fs::read_to_string(folder.path().join("secret")).unwrap();
    assert!(secret.starts_with("whsec_"), "{secret}");
    assert_ne!(secret, said(folder.path(), &["webhooks", "secret"]));
    private(&folder.path().join("secret"), 0o644);
    let error = complained(folder.path(), &["webhooks", "test", "erp"]);
    assert!(error.contains("chmod 600") && !error.contains(secret.trim()), "{error}");
    std::fs::write(folder.path().join("secret"), "whsec_c2hvcnQ=").unwrap();
    private(&folder.path().join("secret"), 0o600);
    let error = complained(folder.path(), &["webhooks", "test", "erp"]);
    assert!(error.contains("24 to 64") && !error.contains("c2hvcnQ"), "{error}");
}

#[test]
fn messages_that_arent_there_are_named() {
    let folder = telling(1);
    said(folder.path(), &["migrate"]);
    assert_eq!(said(folder.path(), &["webhooks", "list", "--json"]).trim(), "[]");
    assert!(complained(folder.path(), &["webhooks", "resend", "msg_1"]).contains("no such message"));
    assert_eq!(said(folder.path(), &["books", "balance", "--json"]).trim(), "[]");
    assert!(complained(folder.path(), &["books", "balance", "--at", "soon"]).contains("2026-03-01"));
    assert!(
        complained(folder.path(), &["books", "entries", "--order", "o-1"]).contains("there is no order o-1")
    );
}
