//! One order on its way to being paid.
//!
//! Triggered by: the shopper, the order as the server tells it, `tradePay` coming back, the mini program
//! coming to the foreground, timers. Outcome: [`PaymentCommand`]s. Two locks: no cashier is opened while
//! one is open, and no attempt is started while one is being started.

use shop_api::{Attempt, AttemptId, AttemptStatus, Cashier, Order, OrderId, OrderStatus};

use super::outcome::{TradePayCode, TradePayOutcome};
use crate::{
    checkout::Misuse, event::TimerId, notice::Notice, orders::is_settled, patch::ListLog, session::ApiFailure,
};

/// An order that somebody looks at or pays.
#[derive(Clone, Debug)]
pub struct Payment {
    order: OrderId,
    cashier: CashierState,
    poll: Poll,
    /// Polls so far; the answer to an earlier one is stale.
    round: u32,
    /// Polls that failed in a row.
    failures: u32,
    /// The shopper wants to pay: the cashier opens as soon as the server has it.
    open_when_ready: bool,
    starting: bool,
    notice: Option<Notice>,
    lines: ListLog,
}

/// The cashier, as far as this run of the program knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum CashierState {
    NotOpened,
    /// `tradePay` hasn't come back. With a timer: the program came to the foreground, so it should have.
    Open {
        attempt: AttemptId,
        overdue: Option<TimerId>,
    },
    Returned {
        attempt: AttemptId,
        outcome: TradePayOutcome,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Poll {
    Idle,
    Asking,
    Resting(TimerId),
    /// Asking again would fail again: the shopper has to do something first.
    Stopped,
}

/// What a payment wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum PaymentCommand {
    /// Open the cashier.
    OpenCashier(AttemptId, Cashier),
    /// Tell the server what `tradePay` said.
    Hint(AttemptId, TradePayCode),
    /// Ask for the order; the answer goes to [`Payment::polled`].
    Poll {
        /// Which poll.
        round: u32,
        /// Whether the server may hold it open until something changes.
        wait: bool,
    },
    /// Start the next attempt after this one.
    Start {
        /// The attempt that failed.
        after: AttemptId,
    },
    /// Call [`Payment::timer_fired`] after so many milliseconds.
    Wait(TimerId, u32),
}

/// How long `tradePay` may take to come back once the mini program is in the foreground again.
const OVERDUE_MILLIS: u32 = 4_000;
/// The rest after a poll that brought nothing new: a server that is stopping answers early.
const PAUSE_MILLIS: u32 = 1_000;
/// Rests after failed polls.
const BACKOFF_MILLIS: [u32; 5] = [1_000, 2_000, 4_000, 8_000, 15_000];

impl Payment {
    /// Nothing is known yet.
    pub fn new(order: OrderId) -> Self {
        Self {
            order,
            cashier: CashierState::NotOpened,
            poll: Poll::Idle,
            round: 0,
            failures: 0,
            open_when_ready: false,
            starting: false,
            notice: None,
            lines: ListLog::default(),
        }
    }

    /// A page without an order to show.
    pub fn of_nothing() -> Self {
        let mut payment = Self::new(OrderId(String::new()));
        payment.poll = Poll::Stopped;
        payment.notice = Some(Notice::OrderNotFound);
        payment
    }

    /// Which order.
    pub fn order(&self) -> &OrderId {
        &self.order
    }

    /// The cashier.
    pub fn cashier(&self) -> &CashierState {
        &self.cashier
    }

    /// Whether the cashier is open.
    pub fn is_cashier_open(&self) -> bool {
        matches!(self.cashier, CashierState::Open { .. })
    }

    /// Whether the shopper waits for the cashier.
    pub fn is_preparing(&self) -> bool {
        self.starting || self.open_when_ready
    }

    /// What the page should say.
    pub fn notice(&self) -> Option<Notice> {
        self.notice
    }

    /// What happened to the order's lines, for the view.
    pub fn lines(&self) -> &ListLog {
        &self.lines
    }

    /// The order's lines are known now.
    pub fn lines_known(&mut self) {
        self.lines.replaced();
    }

    /// The shopper pressed Pay for this order: its cashier opens as soon as it can.
    pub fn pay(&mut self, order: Option<&Order>) -> Vec<PaymentCommand> {
        self.open_when_ready = true;
        self.notice = None;
        self.advance(order)
    }

    /// The shopper wants the cashier of the attempt that is open.
    ///
    /// # Errors
    /// [`Misuse`] when it is open, or can't be.
    pub fn open_cashier(&mut self, order: &Order) -> Result<Vec<PaymentCommand>, Misuse> {
        if self.is_cashier_open() {
            return Err(Misuse("the cashier is open already"));
        }
        ready_cashier(order).ok_or(Misuse("the order has no cashier to open"))?;
        Ok(self.pay(Some(order)))
    }

    /// The shopper wants another attempt after one that failed.
    ///
    /// # Errors
    /// [`Misuse`] when one is being started, or the server doesn't allow it.
    pub fn try_again(&mut self, order: &Order) -> Result<Vec<PaymentCommand>, Misuse> {
        if self.starting {
            return Err(Misuse("the next attempt is being started already"));
        }
        let attempt = order.attempt.as_ref().filter(|_| order.may_start_payment);
        let after = attempt.ok_or(Misuse("the order allows no new attempt"))?.attempt_id.clone();
        self.starting = true;
        self.notice = None;
        Ok(vec![PaymentCommand::Start { after }])
    }

    /// The next attempt is there: its cashier opens as soon as it can.
    pub fn started(&mut self, order: Option<&Order>) -> Vec<PaymentCommand> {
        self.starting = false;
        self.pay(order)
    }

    /// The server didn't start another attempt, or didn't answer.
    pub fn not_started(&mut self, failure: &ApiFailure) -> Vec<PaymentCommand> {
        self.starting = false;
        self.notice = Some(Notice::of(failure));
        self.ask_now()
    }

    /// The order is news, from wherever it came.
    pub fn advance(&mut self, order: Option<&Order>) -> Vec<PaymentCommand> {
        let Some(order) = order else { return Vec::new() };
        if let CashierState::Returned { attempt, .. } = &self.cashier
            && order.attempt.as_ref().is_none_or(|newest| newest.attempt_id != *attempt)
        {
            self.cashier = CashierState::NotOpened;
        }
        if is_settled(&order.status) || is_over(order) {
            self.open_when_ready = false;
            return Vec::new();
        }
        match ready_cashier(order) {
            Some((attempt, cashier)) if self.open_when_ready && !self.is_cashier_open() => {
                self.open_when_ready = false;
                self.cashier = CashierState::Open { attempt: attempt.clone(), overdue: None };
                vec![PaymentCommand::OpenCashier(attempt, cashier)]
            }
            Some(_) | None => Vec::new(),
        }
    }

    /// `tradePay` came back for this attempt.
    ///
    /// # Errors
    /// [`Misuse`] when no cashier of it is open: a host that calls back twice.
    pub fn returned(
        &mut self,
        attempt: AttemptId,
        code: TradePayCode,
    ) -> Result<Vec<PaymentCommand>, Misuse> {
        match &self.cashier {
            CashierState::Open { attempt: open, .. } if *open == attempt => {}
            // Given up too early: the answer came after all.
            CashierState::Returned { attempt: lost, outcome: TradePayOutcome::Lost } if *lost == attempt => {}
            CashierState::NotOpened | CashierState::Open { .. } | CashierState::Returned { .. } => {
                return Err(Misuse("no cashier of this attempt is open"));
            }
        }
        let outcome = code.outcome();
        self.notice = (outcome == TradePayOutcome::NotOpened).then_some(Notice::CashierFailed);
        self.cashier = CashierState::Returned { attempt: attempt.clone(), outcome };
        Ok(vec![PaymentCommand::Hint(attempt, code)])
    }

    /// The mini program, or the order's page, came to the foreground.
    pub fn came_back(&mut self, timer: TimerId) -> Vec<PaymentCommand> {
        let mut commands = self.ask_now();
        if let CashierState::Open { overdue: overdue @ None, .. } = &mut self.cashier {
            *overdue = Some(timer);
            commands.push(PaymentCommand::Wait(timer, OVERDUE_MILLIS));
        }
        commands
    }

    /// A timer went off; one that isn't ours does nothing.
    pub fn timer_fired(&mut self, timer: TimerId) -> Vec<PaymentCommand> {
        if self.poll == Poll::Resting(timer) {
            self.poll = Poll::Idle;
            return Vec::new();
        }
        match self.cashier.clone() {
            CashierState::Open { attempt, overdue: Some(overdue) } if overdue == timer => {
                self.returned(attempt, TradePayCode::Lost).unwrap_or_default()
            }
            CashierState::NotOpened | CashierState::Open { .. } | CashierState::Returned { .. } => Vec::new(),
        }
    }

    /// Keeps following the order while somebody looks at it and it can change.
    pub fn follow(&mut self, order: Option<&Order>) -> Vec<PaymentCommand> {
        let settled = order.is_some_and(|order| is_settled(&order.status));
        if self.poll != Poll::Idle || settled { Vec::new() } else { self.ask(order.is_some()) }
    }

    /// Asks for the order at once, whatever is under way; what is under way becomes stale.
    pub fn ask_now(&mut self) -> Vec<PaymentCommand> {
        self.ask(false)
    }

    /// The shopper pressed the notice's button.
    pub fn retry(&mut self) -> Vec<PaymentCommand> {
        self.notice = None;
        self.ask_now()
    }

    fn ask(&mut self, wait: bool) -> Vec<PaymentCommand> {
        self.poll = Poll::Asking;
        self.round = self.round.wrapping_add(1);
        vec![PaymentCommand::Poll { round: self.round, wait }]
    }

    /// A poll was answered: with news, with nothing new, or not at all. `timer` is for a rest.
    pub fn polled(
        &mut self,
        round: u32,
        answer: Result<bool, &ApiFailure>,
        timer: TimerId,
    ) -> Vec<PaymentCommand> {
        if round != self.round || self.poll != Poll::Asking {
            return Vec::new();
        }
        match answer {
            Ok(news) => {
                if self.failures > 0 {
                    self.notice = None;
                }
                self.failures = 0;
                if news {
                    self.poll = Poll::Idle;
                    return Vec::new();
                }
                self.rest(timer, PAUSE_MILLIS)
            }
            Err(failure) => self.poll_failed(Notice::of(failure), timer),
        }
    }

    fn poll_failed(&mut self, notice: Notice, timer: TimerId) -> Vec<PaymentCommand> {
        self.notice = Some(notice);
        if matches!(notice, Notice::OrderNotFound | Notice::NoSession | Notice::UpgradeRequired) {
            self.poll = Poll::Stopped;
            return Vec::new();
        }
        let step = usize::try_from(self.failures).unwrap_or(usize::MAX);
        let rest = BACKOFF_MILLIS.get(step).or(BACKOFF_MILLIS.last()).copied().unwrap_or(PAUSE_MILLIS);
        self.failures = self.failures.saturating_add(1);
        self.rest(timer, rest)
    }

    fn rest(&mut self, timer: TimerId, millis: u32) -> Vec<PaymentCommand> {
        self.poll = Poll::Resting(timer);
        vec![PaymentCommand::Wait(timer, millis)]
    }
}

/// The cashier that could be opened now.
fn ready_cashier(order: &Order) -> Option<(AttemptId, Cashier)> {
    let attempt = order.attempt.as_ref().filter(|_| order.status == OrderStatus::AwaitingPayment)?;
    let Attempt { attempt_id, status: AttemptStatus::Open, cashier: Some(cashier), .. } = attempt else {
        return None;
    };
    Some((attempt_id.clone(), cashier.clone()))
}

/// Whether the newest attempt has ended: no cashier comes of it.
fn is_over(order: &Order) -> bool {
    order.attempt.as_ref().is_some_and(|attempt| match attempt.status {
        AttemptStatus::Succeeded
        | AttemptStatus::Failed
        | AttemptStatus::Cancelled
        | AttemptStatus::NeedsAttention => true,
        AttemptStatus::Creating
        | AttemptStatus::Open
        | AttemptStatus::Unknown
        | AttemptStatus::Cancelling
        | AttemptStatus::Other(_) => false,
    })
}
