//! Messages between us and the wallets, by order.

use std::collections::HashMap;

use merchant_core::lifecycle::ERASED;
use shop_api::OrderId;

use crate::evidence::Wire;
use crate::store::limits::STORY_EVENTS;
use crate::store::{KeptMessage, StoryExchange};

#[derive(Default)]
pub(super) struct Messages(HashMap<OrderId, Vec<KeptMessage>>);

impl Messages {
    pub(super) fn append(&mut self, order: &OrderId, wire: Wire) {
        if wire.messages.is_empty() {
            return;
        }
        let kept = self.0.entry(order.clone()).or_default();
        kept.extend(wire.messages.into_iter().map(|message| KeptMessage {
            about: wire.about.clone(),
            message,
            erased: false,
        }));
    }

    /// Forgets the words of what was said until now.
    pub(super) fn forget(&mut self, order: &OrderId) {
        for kept in self.0.get_mut(order).into_iter().flatten() {
            let message = &mut kept.message;
            message.uri.clear();
            message.client_id.clear();
            message.time.clear();
            message.signature.clear();
            message.body.clear();
            ERASED.clone_into(&mut message.verdict);
            kept.erased = true;
        }
    }

    pub(super) fn of_order(&self, order: &OrderId) -> Vec<KeptMessage> {
        self.0.get(order).cloned().unwrap_or_default()
    }

    /// Without their bytes.
    pub(super) fn summaries(&self, order: &OrderId) -> Vec<StoryExchange> {
        let kept = self.0.get(order).into_iter().flatten().take(STORY_EVENTS as usize);
        kept.map(|KeptMessage { about, message, erased: _ }| StoryExchange {
            at: message.at,
            direction: message.direction.as_str().to_owned(),
            operation: message.operation.clone(),
            about: about.clone(),
            http_status: message.status.map(u32::from),
            verdict: message.verdict.clone(),
        })
        .collect()
    }
}
