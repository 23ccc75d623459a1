//! Notifications that can't be believed and may be true all the same: the wallet is asked, and nothing else
//! follows from them (law 10).

use shop_api::AttemptId;

use super::step::Step;
use super::{Actor, AttemptState, Doubt, JobKind, schedule};

pub(super) fn notified(step: &mut Step, id: &AttemptId, doubt: Doubt) {
    let Some(attempt) = step.order.attempt(id) else { return };
    let due = match (&attempt.state, doubt) {
        (
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::NeedsAttention { .. },
            Doubt::Unverified,
        ) => schedule::doubtful_inquiry(attempt, step.now),
        (
            AttemptState::Creating
            | AttemptState::Open { .. }
            | AttemptState::Unknown
            | AttemptState::NeedsAttention { .. }
            | AttemptState::Failed { .. }
            | AttemptState::Cancelled { .. },
            Doubt::Stale | Doubt::Mismatch,
        ) => schedule::soonest_inquiry(attempt, step.now),
        // Anybody can send what isn't signed: it can't have the wallet asked about what has ended.
        (AttemptState::Failed { .. } | AttemptState::Cancelled { .. }, Doubt::Unverified)
        | (AttemptState::Succeeded { .. } | AttemptState::Reversed { .. }, _) => return,
    };
    step.note(Actor::Server, "notification_doubted", Some(id), format!("{}: asking", doubt.text()));
    step.put_job(JobKind::Inquire, Some(id), due);
}
