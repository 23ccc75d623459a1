//! Keeps the testers' interface to this machine: a web page elsewhere can neither read nor move anything,
//! be it by its own origin or by a name of its own that resolves to loopback.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;
use wallet_api::profile::is_loopback;

use super::problem::Problem;

/// Lets a request pass whose `Host` is loopback and whose `Origin` is absent or loopback.
pub(super) async fn local_only(request: Request, next: Next) -> Result<Response, Problem> {
    let headers = request.headers();
    let host = text(headers, &header::HOST).map(|host| format!("http://{host}/"));
    let host_fits = host.is_some_and(|url| is_local(&url));
    let origin_fits = match headers.get(header::ORIGIN) {
        Some(_) => text(headers, &header::ORIGIN).is_some_and(is_local),
        None => true,
    };
    if host_fits && origin_fits {
        Ok(next.run(request).await)
    } else {
        let detail = "The testers' interface answers only this machine: Host and Origin must be loopback.";
        Err(Problem::new(StatusCode::FORBIDDEN, "not_local", detail))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is_local(url: &str) -> bool {
    Url::parse(url)
        .is_ok_and(|url| is_loopback(&url) && url.username().is_empty() && url.password().is_none())
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_loopback_is_local() {
        for local in
            ["http://127.0.0.1:8702/", "http://localhost:8700", "http://[::1]:1/", "http://127.1.2.3"]
        {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "http://evil.example/",
            "http://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "null",
            "",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
