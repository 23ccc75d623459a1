//! Runs the core: one queue of events, drained in a loop.
//!
//! In: events from the loader and from promises. Out: effects carried out. The core is never borrowed
//! while JavaScript is called: a host may call back in the middle of a call, and then its event waits in
//! the queue for its turn.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use js_sys::{Array, Date, Object, Promise};
use shop_api::{AttemptId, Cashier, Timestamp};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::{
    convert::{self, get, set},
    http,
    my::{CallFailure, Host, set_timeout},
    storage,
};
use crate::{
    checkout::Checkout,
    effect::{Destination, Effect, FaultCode, Token},
    event::{AskId, Event, Grant, HostFault, PageId, RequestId, TimerId},
    session::ApiCall,
    text,
};

#[wasm_bindgen]
extern "C" {
    /// What the loader offers to the core.
    #[derive(Clone)]
    pub type Shell;
    #[wasm_bindgen(method, structural)]
    fn view(this: &Shell, page: u32, view: &JsValue);
    #[wasm_bindgen(method, structural)]
    fn patch(this: &Shell, page: u32, changes: &Array);
    #[wasm_bindgen(method, structural)]
    fn report(this: &Shell, code: &str, message: &str);
}

/// How long the host may take to say which wallet and which system it is; the server does without.
const SITE_INFO_MILLIS: u32 = 3_000;
/// How long a shopper who is asked for consent may think.
const AUTH_CODE_MILLIS: u32 = 120_000;

/// The core and its surroundings.
pub struct Runner {
    core: RefCell<Checkout>,
    queue: RefCell<VecDeque<Event>>,
    draining: Cell<bool>,
    /// Something is to be stored that the writer hasn't taken yet.
    unsaved: Cell<bool>,
    /// The writer, while it writes. Requests wait for it, so that what an order needs after a restart is
    /// written before the order is placed.
    writer: RefCell<Option<Promise>>,
    shell: Shell,
    host: Host,
    server: String,
    surroundings: RefCell<http::Surroundings>,
    /// Pages of the mini program: shop, cart, confirm, result.
    routes: [String; 4],
}

impl Runner {
    /// Starts a core: the storage is read, then the first event goes in.
    pub fn start(shell: Shell, host: Host, server: String, routes: [String; 4]) -> Rc<Self> {
        let runner = Rc::new(Self {
            core: RefCell::new(Checkout::new()),
            queue: RefCell::new(VecDeque::new()),
            draining: Cell::new(false),
            unsaved: Cell::new(false),
            writer: RefCell::new(None),
            shell,
            host,
            server,
            surroundings: RefCell::default(),
            routes,
        });
        let starting = Rc::clone(&runner);
        spawn_local(async move {
            let stored = storage::load(&starting.host).await;
            // The first request, of the catalogue, says in which wallet: its prices depend on that.
            starting.look_around().await;
            starting.feed(Event::Started { stored });
        });
        runner
    }

    /// The name of the screen that a page shows.
    pub fn screen_name(&self, page: PageId) -> &'static str {
        self.core.borrow().screen_name(page).unwrap_or_default()
    }

    /// Tells `onError`.
    pub fn report(&self, code: FaultCode, message: &str) {
        self.shell.report(code.as_str(), message);
    }

    /// Takes in an event, and drains the queue unless that is being done already.
    pub fn feed(self: &Rc<Self>, event: Event) {
        self.queue.borrow_mut().push_back(event);
        if self.draining.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.queue.borrow_mut().pop_front() else { break };
            let effects = self.core.borrow_mut().update(now(), event);
            for effect in effects {
                self.run(effect);
            }
        }
        self.draining.set(false);
    }

    fn run(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::View(PageId(page), view) => self.shell.view(page, &convert::write(&view)),
            Effect::Patch(PageId(page), changes) => self.shell.patch(page, &convert::write_changes(&changes)),
            Effect::Report(fault) => self.report(fault.code, &fault.message),
            Effect::Store => self.store(),
            Effect::Call { request, call, token } => spawn_local(Rc::clone(self).call(request, call, token)),
            Effect::Authorise(ask) => spawn_local(Rc::clone(self).authorise(ask)),
            Effect::OpenCashier { attempt, cashier } => {
                spawn_local(Rc::clone(self).open_cashier(attempt, cashier))
            }
            Effect::Go(destination) => spawn_local(Rc::clone(self).go(destination)),
            Effect::StartTimer(timer, millis) => spawn_local(Rc::clone(self).wait(timer, millis)),
        }
    }

    fn store(self: &Rc<Self>) {
        self.unsaved.set(true);
        if self.writer.borrow().is_some() {
            return;
        }
        let runner = Rc::clone(self);
        let writer = future_to_promise(async move {
            // However often something changes meanwhile, only the newest is written.
            while runner.unsaved.replace(false) {
                let value = runner.core.borrow().stored();
                if let Err(reason) = storage::save(&runner.host, &value).await {
                    runner.report(FaultCode::HostFailed, &text::join(&["setStorage failed: ", &reason]));
                }
            }
            runner.writer.replace(None);
            Ok(JsValue::UNDEFINED)
        });
        self.writer.replace(Some(writer));
    }

    async fn look_around(&self) {
        let ask = |method| self.host.call_within(SITE_INFO_MILLIS, method, Object::new());
        let site = ask("getSiteInfo").await.ok();
        let system = ask("getSystemInfo").await.ok();
        let text =
            |answer: Option<JsValue>, member| answer.and_then(|answer| get(&answer, member).as_string());
        let found =
            http::Surroundings { site_name: text(site, "siteName"), system: text(system, "platform") };
        self.surroundings.replace(found);
    }

    async fn call(self: Rc<Self>, request: RequestId, call: ApiCall, token: Option<Token>) {
        let writer = self.writer.borrow().clone();
        settle(writer).await;
        let surroundings = self.surroundings.borrow().clone();
        let sent = http::send(&self.host, &self.server, &surroundings, &call, token.as_ref()).await;
        if let Some(fault) = sent.fault {
            self.report(FaultCode::HostFailed, &fault);
        }
        self.feed(Event::Replied(request, sent.reply));
    }

    async fn authorise(self: Rc<Self>, ask: AskId) {
        let site_name = self.surroundings.borrow().site_name.clone();
        let options = Object::new();
        set(&options, "scopes", &Array::of1(&JsValue::from_str("auth_base")));
        let answer = self.host.call_within(AUTH_CODE_MILLIS, "getAuthCode", options).await;
        let code = answer.as_ref().ok().and_then(|answer| get(answer, "authCode").as_string());
        let grant = code.map(|auth_code| Grant { auth_code, site_name }).ok_or(HostFault);
        if grant.is_err() {
            self.report_failure("getAuthCode", answer);
        }
        self.feed(Event::Authorised(ask, grant));
    }

    async fn open_cashier(self: Rc<Self>, attempt: AttemptId, cashier: Cashier) {
        let Cashier { payment_url, trade_no, order_str } = cashier;
        let options = Object::new();
        for (name, value) in [("paymentUrl", payment_url), ("tradeNO", trade_no), ("orderStr", order_str)] {
            if let Some(value) = value {
                set(&options, name, &JsValue::from_str(&value));
            }
        }
        let answer = self.host.call("tradePay", options).await;
        let code = answer.as_ref().ok().map(|answer| {
            // A result code is text; some wallets give the number.
            convert::text_of(&get(answer, "resultCode")).unwrap_or_default()
        });
        if code.is_none() {
            self.report_failure("tradePay", answer);
        }
        self.feed(Event::CashierReturned { attempt, code });
    }

    async fn go(self: Rc<Self>, destination: Destination) {
        let [shop, cart, confirm, result] = &self.routes;
        let order = |id: &shop_api::OrderId| {
            text::join(&[result, "?orderId=", &crate::session::escaped(id.as_str())])
        };
        let (method, url) = match &destination {
            Destination::Shop => ("reLaunch", Some(shop.clone())),
            Destination::Cart => ("navigateTo", Some(cart.clone())),
            Destination::Confirm => ("navigateTo", Some(confirm.clone())),
            Destination::Order(id) => ("navigateTo", Some(order(id))),
            Destination::OrderInstead(id) => ("redirectTo", Some(order(id))),
            Destination::Back => ("navigateBack", None),
        };
        let options = Object::new();
        if let Some(url) = url {
            set(&options, "url", &JsValue::from_str(&url));
        }
        let answer = self.host.call(method, options).await;
        if answer.is_err() {
            self.report_failure(method, answer);
        }
    }

    async fn wait(self: Rc<Self>, timer: TimerId, millis: u32) {
        let elapsed = Promise::new(&mut |resolve, _| set_timeout(&resolve, millis));
        settle(Some(elapsed)).await;
        self.feed(Event::TimerFired(timer));
    }

    fn report_failure(&self, method: &str, answer: Result<JsValue, CallFailure>) {
        let why = match answer {
            Ok(_) => "the answer lacks what was asked for".to_owned(),
            Err(CallFailure::Missing) => "the host has no such method".to_owned(),
            Err(CallFailure::Failed(thrown)) => convert::reason(&thrown),
        };
        self.report(FaultCode::HostFailed, &text::join(&[method, " failed: ", &why]));
    }
}

async fn settle(promise: Option<Promise>) {
    if let Some(promise) = promise {
        // Whatever came of it: its own task has dealt with that.
        let _ = JsFuture::from(promise).await;
    }
}

fn now() -> Timestamp {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and far below 2^53")]
    Timestamp(Date::now().max(0.0) as u64)
}
