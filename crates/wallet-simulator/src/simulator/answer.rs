//! Answering signed requests: bytes in, bytes out, as it should be or as a fault wants it.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use wallet_api::ids::ClientId;
use wallet_api::operation::Operation;
use wallet_api::operation::result::WireResult;
use wallet_api::profile::WalletProfile;
use wallet_api::signature::{RESPONSE_TIME, SIGNATURE};
use wallet_api::wire::write_result;

use super::{Books, Simulator};
use crate::faults::answer::{Manner, PAGE, manner, said, subject};
use crate::faults::kind::CallFault;
use crate::faults::{Fired, Mark, Occasion};
use crate::gate;
use crate::notifier::header_map;
use crate::openapi::{Desk, written};
use crate::seal::{Letter, Sealed};
use crate::store::StoreError;
use crate::transcript::{Direction, Observed, Verdict};
use crate::wallet::decide::Settlement;

/// A signed request as it came in.
#[derive(Debug)]
pub struct RawRequest {
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub uri: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The exact bytes.
    pub body: Vec<u8>,
}

/// What a request gets.
#[derive(Debug)]
pub enum Reply {
    /// An answer.
    Answer(RawResponse),
    /// The connection is closed without one.
    Nothing,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct RawResponse {
    /// The HTTP status; 200 unless a fault says otherwise.
    pub status: u16,
    /// What the body is.
    pub content_type: &'static str,
    /// Signed headers, or none.
    pub headers: Vec<(&'static str, String)>,
    /// The exact bytes.
    pub body: Vec<u8>,
    /// How long it is kept back.
    pub wait: Duration,
}

impl RawResponse {
    fn json(headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Self {
        let content_type = "application/json; charset=UTF-8";
        Self { status: 200, content_type, headers, body, wait: Duration::ZERO }
    }
}

impl Simulator {
    /// Answers a signed request: `bytes -> bytes`, beside what it writes to the journal. Blocks.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses; nothing happened then.
    pub fn answer(&self, request: &RawRequest) -> Result<Reply, StoreError> {
        let mut books = self.books();
        let verified = gate::verify(&books.keys, request);
        let signature = match &verified {
            Ok(_) => Verdict::Valid,
            Err(_) if request.headers.contains_key(SIGNATURE) => Verdict::Invalid,
            Err(_) => Verdict::Unsigned,
        };
        self.record(&Observed {
            direction: Direction::In,
            method: &request.method,
            uri: &request.uri,
            headers: &request.headers,
            body: &request.body,
            signature,
            status: None,
            fault: None,
        });
        let reply = match verified {
            Err((code, message)) => {
                let body = written(write_result(&WireResult::failed(code, message)))?;
                let response = Some(RawResponse::json(Vec::new(), body));
                Spoken { response, signature: Verdict::Unsigned, mark: None }
            }
            Ok(client_id) => self.speak(&mut books, &client_id, request)?,
        };
        drop(books);
        self.news.notify_one();
        let Spoken { response, signature, mark } = reply;
        let headers = response.as_ref().map(|response| header_map(&response.headers)).unwrap_or_default();
        self.record(&Observed {
            direction: Direction::Out,
            method: &request.method,
            uri: &request.uri,
            headers: &headers,
            body: response.as_ref().map_or(&[], |response| &response.body),
            signature,
            status: Some(response.as_ref().map_or(0, |response| response.status)),
            fault: mark.as_ref(),
        });
        Ok(response.map_or(Reply::Nothing, Reply::Answer))
    }

    /// Answers whoever is known, as it should be or as a fault wants it.
    fn speak(
        &self,
        books: &mut Books,
        client_id: &ClientId,
        request: &RawRequest,
    ) -> Result<Spoken, StoreError> {
        let dialect = books.dialect(client_id).ok_or(StoreError::Impossible)?;
        let now = books.store.wallet().time(self.ports.clock.now());
        let (path, body) = (request.uri.as_str(), request.body.as_slice());
        let mut desk = Desk {
            store: &mut books.store,
            now,
            rng: self.rng(),
            origin: &self.origin,
            client_id,
            dialect: Arc::clone(&dialect),
            body,
            settlement: Settlement::AtOnce,
        };
        let Some(operation) = dialect.profile.operation(path) else {
            let body = desk.answer(path)?;
            return self.reply(&dialect.profile, path, body, Manner::FAITHFUL);
        };
        let Some(fired) = self.fault_of(&desk, operation, body) else {
            let answer = desk.answer(path)?;
            let spoken = self.reply(&dialect.profile, path, answer, Manner::FAITHFUL)?;
            if let Some(response) = &spoken.response {
                let (id, _) = subject(desk.store.wallet(), client_id, operation, body);
                self.faults().remember(client_id, operation, id.as_ref(), response);
            }
            return Ok(spoken);
        };
        let Fired { mark, what: fault } = fired;
        let answer = said(&mut desk, operation, path, &fault)?;
        let spoken = match manner(&fault) {
            Manner::AnotherAnswer => {
                let (id, _) = subject(desk.store.wallet(), client_id, operation, body);
                let response = self.faults().answer_to_another(client_id, operation, id.as_ref()).cloned();
                Spoken { response, signature: Verdict::Valid, mark: None }
            }
            manner => self.reply(&dialect.profile, path, answer, manner)?,
        };
        Ok(Spoken { mark: Some(mark), ..spoken })
    }

    /// What goes wrong with this call.
    fn fault_of(&self, desk: &Desk<'_>, operation: Operation, body: &[u8]) -> Option<Fired<CallFault>> {
        let (id, payment) = subject(desk.store.wallet(), desk.client_id, operation, body);
        let occasion = Occasion {
            client_id: desk.client_id,
            payment_request_id: id.as_ref(),
            payment,
            has_another: false,
        };
        self.faults().on_call(operation, occasion)
    }

    /// Signed with the machine's time, not the wallet's: a merchant's clock doesn't move with a tester's.
    /// `Response-Time` is ISO also where `Request-Time` isn't.
    fn reply(
        &self,
        profile: &WalletProfile,
        uri: &str,
        body: Vec<u8>,
        manner: Manner,
    ) -> Result<Spoken, StoreError> {
        let (flaw, shift, wait) = match manner {
            Manner::Signed { flaw, shift, wait } => (flaw, shift, wait),
            Manner::Page(status) => {
                let (content_type, body) = ("text/html; charset=utf-8", PAGE.as_bytes().to_vec());
                let response = RawResponse { status, content_type, ..RawResponse::json(Vec::new(), body) };
                return Ok(Spoken { response: Some(response), signature: Verdict::Unsigned, mark: None });
            }
            Manner::Nothing | Manner::AnotherAnswer => return Ok(Spoken::NOTHING),
        };
        let letter = Letter {
            uri,
            client_id: profile.client_id.as_str(),
            time_header: RESPONSE_TIME,
            time: profile.time_format.in_body().format(self.shifted(shift)),
            encoding: profile.signature_encoding,
            body,
        };
        let Sealed { headers, body, signature } =
            self.seal(letter, flaw).map_err(|_| StoreError::Impossible)?;
        let response = RawResponse { wait, ..RawResponse::json(headers, body) };
        Ok(Spoken { response: Some(response), signature, mark: None })
    }
}

/// What was said to a request.
struct Spoken {
    response: Option<RawResponse>,
    signature: Verdict,
    mark: Option<Mark>,
}

impl Spoken {
    const NOTHING: Self = Self { response: None, signature: Verdict::None, mark: None };
}
