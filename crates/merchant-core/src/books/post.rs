//! From two states of an order to the postings between them.

use shop_api::AttemptId;

use super::figures::{Figures, Position, Repayment, Standing};
use super::{Entry, Posting, PostingKind};
use crate::lifecycle::Order;

/// What leads from one state of an order to the next, in the books: one posting for each attempt, sale or
/// refund that changed. All postings of an order together are where its money stands now.
pub fn postings(before: Option<&Order>, after: &Order) -> Vec<Posting> {
    let currency = &after.currency.code;
    let start = before.map_or_else(|| Figures::none(currency), Figures::of);
    let end = Figures::of(after);
    let mut walk = Walk { position: start.position(), figures: start, postings: Vec::new() };
    for attempt in &after.attempts {
        walk.payment(&attempt.id, &end);
    }
    walk.figures.sale.clone_from(&end.sale);
    walk.post(PostingKind::Sale, "");
    for refund in &end.refunds {
        walk.refund(refund);
    }
    walk.postings
}

/// On the way from the one to the other, one change at a time.
struct Walk {
    figures: Figures,
    position: Position,
    postings: Vec<Posting>,
}

impl Walk {
    fn payment(&mut self, id: &AttemptId, end: &Figures) {
        let took = |figures: &Figures| figures.received.iter().find(|(found, _)| found == id).cloned();
        let (old, new) = (took(&self.figures), took(end));
        let kind = match (&old, &new) {
            (Some((_, old)), Some((_, new))) if new < old => PostingKind::PaymentReversed,
            (Some(_), None) => PostingKind::PaymentReversed,
            (_, Some(_)) | (None, None) => PostingKind::PaymentReceived,
        };
        replace(&mut self.figures.received, new, |(found, _)| found == id);
        self.post(kind, id.as_str());
    }

    fn refund(&mut self, refund: &Repayment) {
        let kind = match refund.standing {
            Standing::Owed => PostingKind::RefundOwed,
            Standing::Paid => PostingKind::RefundPaid,
            Standing::Dropped => PostingKind::RefundDropped,
        };
        replace(&mut self.figures.refunds, Some(refund.clone()), |found| found.id == refund.id);
        self.post(kind, refund.id.as_str());
    }

    /// Posts what the last change moved, if it moved anything.
    fn post(&mut self, kind: PostingKind, subject: &str) {
        let reached = self.figures.position();
        let mut moved = reached.clone();
        for (place, amount) in &self.position {
            *moved.entry(place.clone()).or_insert(0) -= amount;
        }
        let entries: Vec<_> = moved
            .into_iter()
            .filter(|(_, amount)| *amount != 0)
            .map(|((account, currency), amount)| Entry { account, currency, amount })
            .collect();
        if !entries.is_empty() {
            self.postings.push(Posting { kind, subject: subject.to_owned(), entries });
        }
        self.position = reached;
    }
}

fn replace<T>(list: &mut Vec<T>, new: Option<T>, is_it: impl Fn(&T) -> bool) {
    list.retain(|item| !is_it(item));
    list.extend(new);
}
