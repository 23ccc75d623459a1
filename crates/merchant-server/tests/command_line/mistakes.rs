//! When a signature isn't valid, `verify` names the common mistake that explains it, and still says no.

use wallet_api::signature::SignedMessage;

use super::program::{complained, run, text};
use super::signature::{Bench, Vector, pay, signing_key, strs};

/// The header that the published key's owner makes of this message, however odd it is.
fn header_over(signed: &Vector) -> String {
    let Vector { method, uri, client_id, time, body, .. } = signed;
    let message = SignedMessage { method, uri, client_id, time, body: body.as_bytes() };
    message.sign(&signing_key()).unwrap()
}

/// What `verify` says of the signature over `signed`, given `given`. It is never valid.
fn explained(signed: &Vector, given: &Vector) -> String {
    let bench = Bench::new();
    let output = run(bench.path(), &strs(&bench.verify(given, &header_over(signed))));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert_eq!(text(&output.stdout), "");
    text(&output.stderr)
}

/// A change of the signed message, and what is named then.
type Case = (fn(&mut Vector), &'static str);

fn all_are_named(cases: &[Case]) {
    for (change, named) in cases {
        let signed = pay();
        let mut given = signed.clone();
        change(&mut given);
        let error = explained(&signed, &given);
        let sentence = format!("The signature is valid for {named}; so ");
        assert!(error.contains(&sentence), "expected {sentence:?} in: {error}");
        assert_eq!(error.lines().count(), 2, "{error}");
    }
}

#[test]
fn mistakes_in_the_body_are_named() {
    all_are_named(&[
        (|given| given.body.push('\n'), "the body without the line break at its end"),
        (|given| given.body.push_str("\r\n"), "the body without the line break at its end"),
        (|given| given.body.insert(0, '\u{feff}'), "the body without the byte order mark at its start"),
        (|given| given.body = given.body.replace(':', " :\n  "), "the body as compact JSON"),
        (|given| given.body = given.body.replace(',', ", "), "the body as compact JSON"),
    ]);
}

/// The other way round: the signer signed something else than it sent.
#[test]
fn mistakes_of_the_signers_in_the_body_are_named() {
    let given = Vector { body: r#"{"url":"https://a.example/","n":"1"}"#.to_owned(), ..pay() };
    for (body, named) in [
        (format!("{}\n", given.body), "the body with a line break at its end"),
        (format!("{}\r\n", given.body), "the body with a line break (CR LF) at its end"),
        (format!("\u{feff}{}", given.body), "the body with a byte order mark at its start"),
        (
            r#"{"url": "https://a.example/", "n": "1"}"#.to_owned(),
            "the body as JSON with a space after each comma and colon",
        ),
        (given.body.replace('/', "\\/"), "the body with \\/ where it has /, as PHP writes it"),
        (String::new(), "an empty body"),
    ] {
        let error = explained(&Vector { body, ..given.clone() }, &given);
        assert!(error.contains(&format!("The signature is valid for {named}; so ")), "{named}: {error}");
    }
    let lines = Vector { body: "{\n}".to_owned(), ..pay() };
    let error = explained(&lines, &Vector { body: "{\r\n}".to_owned(), ..pay() });
    assert!(error.contains("the body with LF as line breaks"), "{error}");
    let error = explained(&Vector { body: "{\r\n}".to_owned(), ..pay() }, &lines);
    assert!(error.contains("the body with CR LF as line breaks"), "{error}");
}

#[test]
fn mistakes_in_the_uri_are_named() {
    all_are_named(&[
        (|given| given.uri.insert_str(0, "https://open.wallet.example"), "the URI \"/v1/payments/pay\""),
        (|given| given.uri.insert_str(0, "open.wallet.example:8443"), "the URI \"/v1/payments/pay\""),
        (|given| given.uri.push('/'), "the URI \"/v1/payments/pay\""),
        (|given| given.uri.push_str("?trace=1"), "the URI \"/v1/payments/pay\""),
        (|given| given.uri.push_str("#top"), "the URI \"/v1/payments/pay\""),
        (|given| given.uri.insert_str(0, "/gateway/shop"), "the URI \"/v1/payments/pay\""),
        (|given| given.uri = given.uri[1..].to_owned(), "the URI \"/v1/payments/pay\""),
    ]);
    let prefixed = Vector { uri: "/api/open/v2/payments/pay".to_owned(), ..pay() };
    let error = explained(&prefixed, &Vector { uri: "/v2/payments/pay".to_owned(), ..pay() });
    assert!(error.contains("the URI \"/api/open/v2/payments/pay\""), "{error}");
    let slash = Vector { uri: "/v2/payments/pay/?a=1".to_owned(), ..pay() };
    let error = explained(&slash, &Vector { uri: "/v2/payments/pay?a=1".to_owned(), ..pay() });
    assert!(error.contains("the slash at its end is signed too"), "{error}");
}

#[test]
fn mistakes_in_the_method_and_the_client_id_are_named() {
    all_are_named(&[
        (|given| given.method = "post".to_owned(), "the method POST"),
        (|given| given.method = "GET".to_owned(), "the method POST"),
        (|given| given.client_id.push(' '), "the client id without white space"),
        (|given| given.client_id.insert(0, '\t'), "the client id without white space"),
    ]);
}

#[test]
fn white_space_that_the_signer_took_for_a_part_of_the_client_id_is_named() {
    let given = pay();
    for (end, shown) in [("\n", r#""\n""#), ("\r\n", r#""\r\n""#), (" ", "\" \"")] {
        let signed = Vector { client_id: format!("{}{end}", given.client_id), ..given.clone() };
        let error = explained(&signed, &given);
        assert!(error.contains(&format!("valid for the client id with {shown} at its end; so ")), "{error}");
    }
}

#[test]
fn the_same_time_written_differently_is_named() {
    let ways = [
        "2019-05-28T04:12:12+00:00",
        "2019-05-28T04:12:12.000+00:00",
        "2019-05-28T04:12:12Z",
        "1559016732000",
    ];
    for signed in ways {
        for given in ways.into_iter().chain(["2019-05-28T12:12:12+08:00"]).filter(|given| *given != signed) {
            let of = |time: &str| Vector { time: time.to_owned(), ..pay() };
            let error = explained(&of(signed), &of(given));
            assert!(error.contains(&format!("valid for the time {signed:?}; so ")), "{given}: {error}");
        }
    }
}

#[test]
fn a_signature_that_was_encoded_twice_or_broken_over_lines_is_named() {
    let bench = Bench::new();
    let vector = pay();
    let value = &vector.sig_header_value;
    let base64 = value.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let in_base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &base64);
    let broken = format!("{}\n{}", &base64[..64], &base64[64..]);
    for (signature, named) in [
        (value.replace('%', "%25"), "the signature percent-decoded twice"),
        (
            format!("algorithm=RSA256, keyVersion=1, signature={}", value.replace('%', "%25")),
            "percent-decoded twice",
        ),
        (in_base64, "the signature decoded from base64 twice"),
        (broken, "the signature without the line breaks inside"),
    ] {
        let error = complained(bench.path(), &strs(&bench.verify(&vector, &signature)));
        assert!(error.contains(named) && error.contains("; so "), "{named}: {error}");
    }
}

#[test]
fn two_mistakes_at_once_are_both_named() {
    let signed = pay();
    let mut given = signed.clone();
    given.body.push('\n');
    given.uri.insert_str(0, "https://open.wallet.example");
    let error = explained(&signed, &given);
    let both = "valid for the body without the line break at its end and the URI \"/v1/payments/pay\"; so ";
    assert!(error.contains(both), "{error}");
}

#[test]
fn where_no_mistake_explains_it_both_sides_get_something_to_compare() {
    let signed = pay();
    let given = Vector { body: signed.body.replace("10000", "20000"), ..signed.clone() };
    let error = explained(&signed, &given);
    for expected in [
        "[signature_mismatch]",
        "No common mistake explains it",
        "1. The key. Its fingerprint is ",
        "105 bytes, SHA-256 ",
        "175 bytes, SHA-256 ",
        r#"beginning "POST /v1/payments/pay\nTEST_5X00000000000000.2019-05-28T12:12:12+08:00.""#,
    ] {
        assert!(error.contains(expected), "expected {expected:?} in: {error}");
    }
}

#[test]
fn a_valid_signature_over_an_odd_message_is_valid_with_a_note() {
    let bench = Bench::new();
    let odd = Vector { method: "post".to_owned(), ..pay() };
    let output = run(bench.path(), &strs(&bench.verify(&odd, &header_over(&odd))));
    assert!(text(&output.stdout).starts_with("valid\n"), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("note: --method \"post\""), "{}", text(&output.stderr));
}
