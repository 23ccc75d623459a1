//! The session's state machine and the table of requests under way.
//!
//! Triggered by: a screen that wants to ask the server ([`Session::send`]), the wallet's auth code, and
//! the server's replies. Outcome: each request is answered exactly once by a [`Delivery`]. Requests that
//! need a session wait until it is open. A session that the server no longer knows is opened anew once
//! for each request, which is then repeated; the server's idempotency keys make that safe.

use shop_api::{ProblemCode, StartSession, Timestamp};

use super::{ApiCall, ApiFailure, Purpose};
use crate::{
    effect::{Effect, Token},
    event::{AskId, Grant, HostFault, Reply, RequestId},
    value::Value,
    wire,
};

/// The session and its requests.
#[derive(Clone, Debug)]
pub struct Session {
    state: State,
    waiting: Vec<Outgoing>,
    under_way: Vec<(RequestId, Outgoing)>,
    last_request: u32,
    last_ask: u32,
    clock: Clock,
}

#[derive(Clone, Debug)]
enum State {
    /// Nobody has asked yet, or the server forgot us.
    Closed,
    /// The wallet is being asked who the shopper is.
    Authorising { ask: AskId, again: bool },
    /// The server is being told.
    Opening { again: bool },
    /// Requests can be sent.
    Open(Token),
}

#[derive(Clone, Debug)]
struct Outgoing {
    purpose: Purpose,
    call: ApiCall,
    repeated: bool,
}

/// What the session hands on.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// A session is open, for this customer.
    Opened(shop_api::CustomerTag),
    /// The answer to a request.
    Answer(Purpose, Result<Value, ApiFailure>),
}

/// How far the server's clock is from the phone's.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    ahead: u64,
    behind: u64,
}

impl Session {
    /// No session yet.
    pub fn new() -> Self {
        Self {
            state: State::Closed,
            waiting: Vec::new(),
            under_way: Vec::new(),
            last_request: 0,
            last_ask: 0,
            clock: Clock::default(),
        }
    }

    /// The server's time, as well as it is known.
    pub fn server_time(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_add(self.clock.ahead).saturating_sub(self.clock.behind))
    }

    /// Learns the server's time from an answer.
    pub fn learn_time(&mut self, now: Timestamp, server: Timestamp) {
        self.clock = Clock { ahead: server.millis_since(now), behind: now.millis_since(server) };
    }

    /// Asks the server; first the wallet, when there is no session.
    pub fn send(&mut self, purpose: Purpose, call: ApiCall, effects: &mut Vec<Effect>) {
        self.forward(Outgoing { purpose, call, repeated: false }, effects);
    }

    /// Whether such a request waits or is under way.
    pub fn is_asking(&self, purpose: &Purpose) -> bool {
        let under_way = self.under_way.iter().map(|(_, outgoing)| outgoing);
        self.waiting.iter().chain(under_way).any(|outgoing| outgoing.purpose == *purpose)
    }

    /// The wallet answered.
    pub fn authorised(
        &mut self,
        ask: AskId,
        grant: Result<Grant, HostFault>,
        effects: &mut Vec<Effect>,
    ) -> Vec<Delivery> {
        let State::Authorising { ask: expected, again } = self.state else { return Vec::new() };
        if ask != expected {
            return Vec::new();
        }
        match grant {
            Ok(Grant { auth_code, site_name }) => {
                self.state = State::Opening { again };
                let call = ApiCall::start_session(StartSession { auth_code, site_name });
                self.dispatch(Outgoing { purpose: Purpose::Session, call, repeated: false }, None, effects);
                Vec::new()
            }
            Err(HostFault) => self.give_up(&ApiFailure::NoSession),
        }
    }

    /// The server answered a request, or didn't.
    pub fn replied(&mut self, request: RequestId, reply: Reply, effects: &mut Vec<Effect>) -> Vec<Delivery> {
        let Some(at) = self.under_way.iter().position(|(id, _)| *id == request) else { return Vec::new() };
        let (_, outgoing) = self.under_way.remove(at);
        let result = result_of(reply);
        if outgoing.purpose == Purpose::Session {
            return self.opened(result, effects);
        }
        if is_session_lost(&result) && outgoing.call.needs_session && !outgoing.repeated {
            if matches!(self.state, State::Open(_)) {
                self.state = State::Closed;
            }
            self.forward(Outgoing { repeated: true, ..outgoing }, effects);
            return Vec::new();
        }
        vec![Delivery::Answer(outgoing.purpose, result)]
    }

    fn opened(&mut self, result: Result<Value, ApiFailure>, effects: &mut Vec<Effect>) -> Vec<Delivery> {
        let again = matches!(self.state, State::Opening { again: true });
        let failure = match result {
            Ok(body) => match wire::read::<shop_api::Session>(&body) {
                Ok(session) => {
                    self.state = State::Open(Token(session.token));
                    for outgoing in std::mem::take(&mut self.waiting) {
                        self.forward(outgoing, effects);
                    }
                    return vec![Delivery::Opened(session.customer_tag)];
                }
                Err(wire::Unreadable) => ApiFailure::Offline,
            },
            Err(failure) => failure,
        };
        // An auth code works once and for a short time: with a fresh one it may go well.
        if !again && is_code_rejected(&failure) {
            self.ask_wallet(true, effects);
            return Vec::new();
        }
        self.give_up(&if is_code_rejected(&failure) { ApiFailure::NoSession } else { failure })
    }

    fn give_up(&mut self, failure: &ApiFailure) -> Vec<Delivery> {
        self.state = State::Closed;
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_iter().map(|outgoing| Delivery::Answer(outgoing.purpose, Err(failure.clone()))).collect()
    }

    fn forward(&mut self, outgoing: Outgoing, effects: &mut Vec<Effect>) {
        if !outgoing.call.needs_session {
            self.dispatch(outgoing, None, effects);
            return;
        }
        match &self.state {
            State::Open(token) => {
                let token = token.clone();
                self.dispatch(outgoing, Some(token), effects);
            }
            State::Closed => {
                self.waiting.push(outgoing);
                self.ask_wallet(false, effects);
            }
            State::Authorising { .. } | State::Opening { .. } => self.waiting.push(outgoing),
        }
    }

    fn ask_wallet(&mut self, again: bool, effects: &mut Vec<Effect>) {
        self.last_ask = self.last_ask.wrapping_add(1);
        let ask = AskId(self.last_ask);
        self.state = State::Authorising { ask, again };
        effects.push(Effect::Authorise(ask));
    }

    fn dispatch(&mut self, outgoing: Outgoing, token: Option<Token>, effects: &mut Vec<Effect>) {
        self.last_request = self.last_request.wrapping_add(1);
        let request = RequestId(self.last_request);
        effects.push(Effect::Call { request, call: outgoing.call.clone(), token });
        self.under_way.push((request, outgoing));
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

fn result_of(reply: Reply) -> Result<Value, ApiFailure> {
    match reply {
        Reply::Lost => Err(ApiFailure::Offline),
        Reply::Answer { status: 200..=299, body } => Ok(body),
        // Something between us and the server may answer in its place, with a page of its own.
        Reply::Answer { body, .. } => match wire::read::<shop_api::Problem>(&body) {
            Ok(problem) => Err(ApiFailure::Refused {
                code: problem.code,
                order: problem.order_id,
                changes: problem.changes.unwrap_or_default(),
            }),
            Err(wire::Unreadable) => Err(ApiFailure::Offline),
        },
    }
}

fn is_session_lost(result: &Result<Value, ApiFailure>) -> bool {
    matches!(
        result,
        Err(ApiFailure::Refused { code: ProblemCode::SessionExpired | ProblemCode::SessionRequired, .. })
    )
}

fn is_code_rejected(failure: &ApiFailure) -> bool {
    matches!(failure, ApiFailure::Refused { code: ProblemCode::AuthCodeRejected, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{problem, session_answer};

    fn grant() -> Result<Grant, HostFault> {
        Ok(Grant { auth_code: "code".into(), site_name: None })
    }

    fn last_request(effects: &[Effect]) -> RequestId {
        effects
            .iter()
            .rev()
            .find_map(|effect| if let Effect::Call { request, .. } = effect { Some(*request) } else { None })
            .unwrap()
    }

    /// A session that is open, with `GET /orders` under way.
    fn open() -> (Session, RequestId) {
        let (mut session, mut effects) = (Session::new(), Vec::new());
        session.send(Purpose::Orders, ApiCall::orders(), &mut effects);
        assert_eq!(effects, [Effect::Authorise(AskId(1))]);
        assert_eq!(session.authorised(AskId(1), grant(), &mut effects), []);
        let opening = last_request(&effects);
        let delivered = session.replied(opening, session_answer("tag"), &mut effects);
        assert_eq!(delivered, [Delivery::Opened("tag".into())]);
        (session, last_request(&effects))
    }

    #[test]
    fn a_request_waits_for_the_session_and_is_answered_once() {
        let (mut session, request) = open();
        let answer = Reply::Answer { status: 200, body: Value::Null };
        let delivered = session.replied(request, answer.clone(), &mut Vec::new());
        assert_eq!(delivered, [Delivery::Answer(Purpose::Orders, Ok(Value::Null))]);
        assert_eq!(session.replied(request, answer, &mut Vec::new()), [], "a second answer is nobody's");
    }

    #[test]
    fn an_expired_session_is_opened_anew_once_and_the_request_repeated() {
        let (mut session, request) = open();
        let mut effects = Vec::new();
        assert_eq!(session.replied(request, problem(401, "session_expired"), &mut effects), []);
        assert_eq!(effects, [Effect::Authorise(AskId(2))]);
        session.authorised(AskId(2), grant(), &mut effects);
        session.replied(last_request(&effects), session_answer("tag"), &mut effects);
        let repeated = last_request(&effects);
        let delivered = session.replied(repeated, problem(401, "session_expired"), &mut effects);
        assert!(matches!(
            delivered[..],
            [Delivery::Answer(Purpose::Orders, Err(ApiFailure::Refused { .. }))]
        ));
    }

    #[test]
    fn a_wallet_that_refuses_fails_what_waits() {
        let (mut session, mut effects) = (Session::new(), Vec::new());
        session.send(Purpose::Orders, ApiCall::orders(), &mut effects);
        let delivered = session.authorised(AskId(1), Err(HostFault), &mut effects);
        assert_eq!(delivered, [Delivery::Answer(Purpose::Orders, Err(ApiFailure::NoSession))]);
    }

    #[test]
    fn a_rejected_auth_code_is_replaced_once() {
        let (mut session, mut effects) = (Session::new(), Vec::new());
        session.send(Purpose::Orders, ApiCall::orders(), &mut effects);
        for ask in [AskId(1), AskId(2)] {
            session.authorised(ask, grant(), &mut effects);
            let delivered =
                session.replied(last_request(&effects), problem(401, "auth_code_rejected"), &mut effects);
            if ask == AskId(2) {
                assert_eq!(delivered, [Delivery::Answer(Purpose::Orders, Err(ApiFailure::NoSession))]);
            }
        }
    }

    #[test]
    fn a_page_of_somebody_in_between_is_no_refusal() {
        let (mut session, request) = open();
        let page = Reply::Answer { status: 502, body: Value::from("<html>") };
        let delivered = session.replied(request, page, &mut Vec::new());
        assert_eq!(delivered, [Delivery::Answer(Purpose::Orders, Err(ApiFailure::Offline))]);
    }

    #[test]
    fn the_servers_clock_is_followed_in_both_directions() {
        let mut session = Session::new();
        session.learn_time(Timestamp(1_000), Timestamp(61_000));
        assert_eq!(session.server_time(Timestamp(2_000)), Timestamp(62_000));
        session.learn_time(Timestamp(61_000), Timestamp(1_000));
        assert_eq!(session.server_time(Timestamp(62_000)), Timestamp(2_000));
    }
}
