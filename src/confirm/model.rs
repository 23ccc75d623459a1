//! The confirmation's state machine.
//!
//! Triggered by: the page opening with the selected lines, the server's quotes, what the shopper chooses
//! (coupon, delivery, address), Pay, the answer to placing. Outcome: a [`ConfirmTransition`]; with [`ConfirmTransition::Placed`] it is done. The
//! lock: while an order is being placed nothing else can be asked for. After a placing whose outcome isn't
//! known only the same quote may be sent again, because its id is what keeps the order from being made
//! twice.

use std::rc::Rc;

use shop_api::{
    DeliveryOption, DeliveryRefusalCode, MinorUnits, Order, OrderId, ProblemCode, Quote, QuoteId,
    QuoteRequest, RequestedLine, Timestamp,
};

use super::{choices::Choices, view::changed};
use crate::{
    checkout::Misuse, intent::ConfirmIntent, notice::Notice, patch::ListLog, session::ApiFailure, text::Text,
    value::Value, wire,
};

/// The confirmation page.
#[derive(Clone, Debug)]
pub struct Confirm {
    state: State,
    /// Requests so far; the answer to an earlier one is stale.
    round: u32,
    wanted: Vec<RequestedLine>,
    choices: Choices,
    /// What wasn't as it was quoted, in words, until the shopper does something about it.
    changes: Vec<Text>,
    lines: ListLog,
}

#[derive(Clone, Debug)]
enum State {
    /// Nothing to confirm.
    Empty,
    /// The server is pricing. With `place_at`: the shopper has pressed Pay, and a total that is still the
    /// same is placed at once. `shown` is the quote before this one.
    Quoting { place_at: Option<MinorUnits>, notice: Option<Notice>, shown: Option<Rc<Quote>> },
    /// The quote is shown.
    Ready { quote: Rc<Quote>, notice: Option<Notice> },
    /// The order is being placed.
    Placing { quote: Rc<Quote>, placement: Placement },
    /// No answer to the placing: the order may exist.
    Unsure { quote: Rc<Quote>, placement: Placement },
    /// Another order of the same product isn't settled: the shopper decides.
    Blocked(Blocked),
    /// No quote.
    Failed(Notice),
}

/// What is sent to place an order.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Placement {
    pub quote_id: QuoteId,
    pub despite: Option<OrderId>,
    pub lines: Vec<RequestedLine>,
}

/// An order that stands in the way.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Blocked {
    pub quote: Rc<Quote>,
    pub placement: Placement,
    pub by: OrderId,
}

/// What the confirmation wants of the checkout.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ConfirmTransition {
    /// Ask for a quote; the answer goes to [`Confirm::quoted`].
    Quote {
        round: u32,
        request: QuoteRequest,
    },
    /// Write the placement down, then send it; the answer goes to [`Confirm::placed`].
    Place {
        round: u32,
        placement: Placement,
    },
    /// Done.
    Placed(Box<Order>),
    /// The lines can't be ordered: the cart has to change.
    BackToCart,
    OpenOrder(OrderId),
}

impl Confirm {
    /// No page open yet.
    pub fn new() -> Self {
        Self {
            state: State::Empty,
            round: 0,
            wanted: Vec::new(),
            choices: Choices::default(),
            changes: Vec::new(),
            lines: ListLog::default(),
        }
    }

    /// What happened to the lines.
    pub fn log(&self) -> &ListLog {
        &self.lines
    }

    /// The lines that were asked for.
    pub fn wanted(&self) -> &[RequestedLine] {
        &self.wanted
    }

    /// What the shopper chose beside the lines.
    pub fn choices(&self) -> &Choices {
        &self.choices
    }

    /// What wasn't as it was quoted.
    pub fn changes(&self) -> &[Text] {
        &self.changes
    }

    /// Whether coupon, delivery and address can be chosen now.
    pub fn may_choose(&self) -> bool {
        match &self.state {
            State::Ready { .. } | State::Quoting { place_at: None, shown: Some(_), .. } => true,
            State::Empty
            | State::Quoting { .. }
            | State::Placing { .. }
            | State::Unsure { .. }
            | State::Blocked(_)
            | State::Failed(_) => false,
        }
    }

    /// The quote that is shown.
    pub fn quote(&self) -> Option<&Rc<Quote>> {
        match &self.state {
            State::Ready { quote, .. }
            | State::Placing { quote, .. }
            | State::Unsure { quote, .. }
            | State::Blocked(Blocked { quote, .. }) => Some(quote),
            State::Quoting { shown, .. } => shown.as_ref(),
            State::Empty | State::Failed(_) => None,
        }
    }

    /// The name of the phase in the view.
    pub fn phase(&self) -> &'static str {
        match &self.state {
            State::Quoting { place_at: Some(_), .. } | State::Placing { .. } => "placing",
            State::Quoting { shown: None, .. } => "loading",
            State::Quoting { shown: Some(_), .. } => "updating",
            State::Ready { .. } | State::Unsure { .. } | State::Blocked(_) => "ready",
            State::Empty | State::Failed(_) => "error",
        }
    }

    /// What the page should say.
    pub fn notice(&self) -> Option<Notice> {
        match &self.state {
            State::Empty => Some(Notice::NothingSelected),
            // The open form says it better.
            State::Ready { notice: Some(Notice::AddressNeeded), .. } if self.choices.form().is_some() => None,
            State::Ready { notice, .. } => *notice,
            State::Unsure { .. } => Some(Notice::PlacingUnsure),
            State::Failed(notice) => Some(*notice),
            State::Quoting { .. } | State::Placing { .. } | State::Blocked(_) => None,
        }
    }

    /// The order that stands in the way.
    pub fn blocked_by(&self) -> Option<&OrderId> {
        match &self.state {
            State::Blocked(blocked) => Some(&blocked.by),
            State::Empty
            | State::Quoting { .. }
            | State::Ready { .. }
            | State::Placing { .. }
            | State::Unsure { .. }
            | State::Failed(_) => None,
        }
    }

    /// Whether Pay would do something.
    pub fn may_pay(&self) -> bool {
        match &self.state {
            State::Ready { quote, .. } => quote.quote_id.is_some(),
            State::Unsure { .. } => true,
            State::Empty
            | State::Quoting { .. }
            | State::Placing { .. }
            | State::Blocked(_)
            | State::Failed(_) => false,
        }
    }

    /// The page opened. While an order is being placed, or may have been, it shows that one.
    pub fn opened(&mut self, lines: Vec<RequestedLine>) -> Option<ConfirmTransition> {
        match &self.state {
            State::Placing { .. } | State::Unsure { .. } => None,
            State::Empty
            | State::Quoting { .. }
            | State::Ready { .. }
            | State::Blocked(_)
            | State::Failed(_) => {
                self.wanted = lines;
                if self.wanted.is_empty() {
                    self.state = State::Empty;
                    self.lines.replaced();
                    return None;
                }
                self.state = State::Empty;
                self.changes.clear();
                Some(self.ask_for_quote(None, None))
            }
        }
    }

    fn ask_for_quote(&mut self, place_at: Option<MinorUnits>, notice: Option<Notice>) -> ConfirmTransition {
        let shown = self.quote().cloned();
        self.state = State::Quoting { place_at, notice, shown };
        self.lines.replaced();
        self.round = self.round.wrapping_add(1);
        let request = self.choices.request(self.wanted.clone());
        ConfirmTransition::Quote { round: self.round, request }
    }

    /// Coupon, delivery, address: each asks for the price anew, unless it leads to a form first.
    fn choose(&mut self, choice: ConfirmIntent) -> Result<Option<ConfirmTransition>, Misuse> {
        if !self.may_choose() {
            return Err(Misuse("there is no quote to change"));
        }
        let quote = self.quote().cloned();
        let asks = match choice {
            ConfirmIntent::ApplyCoupon(code) => self.choices.apply_coupon(&code),
            ConfirmIntent::RemoveCoupon => self.choices.remove_coupon()?,
            ConfirmIntent::ChooseDelivery(id) => {
                let options = quote.as_ref().map_or(&[][..], |quote| &quote.delivery_options);
                self.choices.choose_delivery(&id, options)?
            }
            ConfirmIntent::EditAddress => {
                self.choices.edit_address(quote.as_deref().and_then(chosen_delivery));
                false
            }
            ConfirmIntent::UseAddress(address) => self.choices.use_address(address)?,
            ConfirmIntent::Pay | ConfirmIntent::OpenOrder | ConfirmIntent::OrderAnyway => false,
        };
        self.changes.clear();
        Ok(asks.then(|| self.ask_for_quote(None, None)))
    }

    /// The server's quote. `learn` is told the server's clock.
    pub fn quoted(
        &mut self,
        round: u32,
        answer: Result<Value, ApiFailure>,
        learn: impl FnOnce(Timestamp),
    ) -> Option<ConfirmTransition> {
        let State::Quoting { place_at, notice, .. } = self.state else { return None };
        if round != self.round {
            return None;
        }
        let quote = answer
            .and_then(|body| wire::read::<Quote>(&body).map_err(|wire::Unreadable| ApiFailure::Offline));
        self.lines.replaced();
        let quote = match quote {
            Ok(quote) => quote,
            Err(failure) => {
                self.state = State::Failed(Notice::of(&failure));
                return None;
            }
        };
        learn(quote.server_time);
        let same_total = place_at.is_some_and(|total| total == quote.total);
        let quote_id = quote.quote_id.clone();
        let notice = match (&quote_id, place_at) {
            (None, _) => Some(obstacle(&quote)),
            (Some(_), Some(_)) if !same_total => Some(Notice::PriceChanged),
            (Some(_), _) => notice,
        };
        self.state = State::Ready { quote: Rc::new(quote), notice };
        quote_id.filter(|_| same_total).and_then(|quote_id| self.place(quote_id))
    }

    fn place(&mut self, quote_id: QuoteId) -> Option<ConfirmTransition> {
        let quote = self.quote()?.clone();
        Some(self.send(quote, Placement { quote_id, despite: None, lines: self.wanted.clone() }))
    }

    fn send(&mut self, quote: Rc<Quote>, placement: Placement) -> ConfirmTransition {
        self.round = self.round.wrapping_add(1);
        self.state = State::Placing { quote, placement: placement.clone() };
        ConfirmTransition::Place { round: self.round, placement }
    }

    /// # Errors
    /// [`Misuse`] for what the page doesn't offer in its state.
    pub fn on(
        &mut self,
        intent: ConfirmIntent,
        server_time: Timestamp,
    ) -> Result<Option<ConfirmTransition>, Misuse> {
        match (&self.state, intent) {
            (
                _,
                choice @ (ConfirmIntent::ApplyCoupon(_)
                | ConfirmIntent::RemoveCoupon
                | ConfirmIntent::ChooseDelivery(_)
                | ConfirmIntent::EditAddress
                | ConfirmIntent::UseAddress(_)),
            ) => self.choose(choice),
            (State::Ready { quote, .. }, ConfirmIntent::Pay) => {
                let quote_id =
                    quote.quote_id.clone().ok_or(Misuse("the quote has problems and can't be ordered"))?;
                if server_time >= quote.expires_at {
                    let total = quote.total;
                    return Ok(Some(self.ask_for_quote(Some(total), None)));
                }
                Ok(self.place(quote_id))
            }
            (State::Unsure { quote, placement }, ConfirmIntent::Pay) => {
                let (quote, placement) = (quote.clone(), placement.clone());
                Ok(Some(self.send(quote, placement)))
            }
            (State::Blocked(blocked), ConfirmIntent::OpenOrder) => {
                Ok(Some(ConfirmTransition::OpenOrder(blocked.by.clone())))
            }
            (State::Blocked(blocked), ConfirmIntent::OrderAnyway) => {
                let Blocked { quote, placement, by } = blocked.clone();
                Ok(Some(self.send(quote, Placement { despite: Some(by), ..placement })))
            }
            (State::Placing { .. }, ConfirmIntent::Pay) => Err(Misuse("the order is being placed already")),
            (State::Blocked(_), ConfirmIntent::Pay) => {
                Err(Misuse("the shopper has to decide about the open order"))
            }
            (State::Empty | State::Quoting { .. } | State::Failed(_), ConfirmIntent::Pay) => {
                Err(Misuse("there is no quote to order"))
            }
            (
                State::Empty
                | State::Quoting { .. }
                | State::Ready { .. }
                | State::Placing { .. }
                | State::Unsure { .. }
                | State::Failed(_),
                ConfirmIntent::OpenOrder | ConfirmIntent::OrderAnyway,
            ) => Err(Misuse("no open order stands in the way")),
        }
    }

    /// The notice's button.
    ///
    /// # Errors
    /// [`Misuse`] when the page shows no notice with a button.
    pub fn on_notice(
        &mut self,
        selected: Vec<RequestedLine>,
        server_time: Timestamp,
    ) -> Result<Option<ConfirmTransition>, Misuse> {
        match &self.state {
            State::Empty => Ok(Some(ConfirmTransition::BackToCart)),
            State::Ready { notice: Some(Notice::LinesChanged), .. } => {
                Ok(Some(ConfirmTransition::BackToCart))
            }
            State::Ready { notice: Some(Notice::AddressNeeded), .. } => {
                self.on(ConfirmIntent::EditAddress, server_time)
            }
            State::Ready { notice: Some(_), .. } | State::Unsure { .. } => {
                self.on(ConfirmIntent::Pay, server_time)
            }
            State::Failed(_) => Ok(self.opened(selected)),
            State::Ready { notice: None, .. }
            | State::Quoting { .. }
            | State::Placing { .. }
            | State::Blocked(_) => Err(Misuse("the page shows no notice")),
        }
    }

    /// The answer to placing the order.
    pub fn placed(&mut self, round: u32, answer: Result<Value, ApiFailure>) -> Option<ConfirmTransition> {
        let State::Placing { quote, placement } = &self.state else { return None };
        if round != self.round {
            return None;
        }
        let (quote, placement) = (quote.clone(), placement.clone());
        let order = answer
            .and_then(|body| wire::read::<Order>(&body).map_err(|wire::Unreadable| ApiFailure::Offline));
        let failure = match order {
            Ok(order) => {
                self.state = State::Empty;
                self.choices.ordered();
                self.lines.replaced();
                return Some(ConfirmTransition::Placed(Box::new(order)));
            }
            Err(failure) => failure,
        };
        match failure {
            ApiFailure::Refused { code: ProblemCode::OpenPaymentExists, order: Some(by), .. } => {
                self.state = State::Blocked(Blocked { quote, placement, by });
                None
            }
            ApiFailure::Refused {
                code: ProblemCode::QuoteExpired | ProblemCode::QuoteChanged | ProblemCode::QuoteNotFound,
                changes,
                ..
            } => {
                self.changes = changes.iter().filter_map(|change| changed(change, &quote)).collect();
                Some(self.ask_for_quote(None, Some(Notice::PriceChanged)))
            }
            failure if failure.is_unsure() => {
                self.state = State::Unsure { quote, placement };
                None
            }
            failure => {
                self.state = State::Ready { quote, notice: Some(Notice::of(&failure)) };
                None
            }
        }
    }

    /// Whatever was asked for is nobody's any more; answers to it are stale.
    pub fn forget(&mut self) {
        self.state = State::Empty;
        self.round = self.round.wrapping_add(1);
        self.wanted.clear();
        self.choices = Choices::default();
        self.changes.clear();
        self.lines.replaced();
    }

    /// An order turned up among the customer's orders. Returns whether it is the one that the page waits
    /// for; then the page is done.
    pub fn found(&mut self, quote_id: &QuoteId) -> bool {
        let is_ours = match &self.state {
            State::Unsure { placement, .. } => placement.quote_id == *quote_id,
            State::Empty
            | State::Quoting { .. }
            | State::Ready { .. }
            | State::Placing { .. }
            | State::Blocked(_)
            | State::Failed(_) => false,
        };
        if is_ours {
            self.state = State::Empty;
            self.choices.ordered();
            self.lines.replaced();
        }
        is_ours
    }
}

/// The way of delivery that a quote is for.
pub fn chosen_delivery(quote: &Quote) -> Option<&DeliveryOption> {
    let chosen = quote.breakdown.delivery.as_ref()?;
    quote.delivery_options.iter().find(|option| option.id == chosen.id)
}

/// Why a quote can't be ordered.
fn obstacle(quote: &Quote) -> Notice {
    if !quote.problems.is_empty() {
        return Notice::LinesChanged;
    }
    if quote.amount_problem.is_some() {
        return Notice::AmountNotAllowed;
    }
    let refusal = chosen_delivery(quote).and_then(|option| option.refusal.as_ref());
    match refusal.map(|refusal| &refusal.code) {
        Some(DeliveryRefusalCode::NeedsAddress) => Notice::AddressNeeded,
        Some(_) | None => Notice::NotDeliverable,
    }
}

impl Default for Confirm {
    fn default() -> Self {
        Self::new()
    }
}
