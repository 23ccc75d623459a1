//! What the loader may call. Each method is one event; arguments are plain, nothing is returned.

use std::rc::Rc;

use js_sys::Array;
use shop_api::OrderId;
use wasm_bindgen::prelude::wasm_bindgen;

use super::{
    convert,
    my::Host,
    runner::{Runner, Shell},
};
use crate::{
    effect::FaultCode,
    event::{Event, PageEvent, PageId, Screen},
    intent::Intent,
    text,
};

/// One life of the core.
#[wasm_bindgen]
pub struct Core {
    runner: Rc<Runner>,
}

#[wasm_bindgen]
impl Core {
    /// Starts a core. `routes`: where the pages shop, cart, confirm and result live.
    #[wasm_bindgen(constructor)]
    pub fn new(shell: Shell, host: wasm_bindgen::JsValue, server: String, routes: Array) -> Self {
        let route = |at| routes.get(at).as_string().unwrap_or_default();
        Self { runner: Runner::start(shell, Host(host), server, [route(0), route(1), route(2), route(3)]) }
    }

    /// A page opened; `order` is the member `orderId` of its query, or empty.
    pub fn open(&self, page: u32, name: &str, order: String) {
        let screen = match name {
            "shop" => Screen::Shop,
            "cart" => Screen::Cart,
            "confirm" => Screen::Confirm,
            _ => Screen::Result((!order.is_empty()).then_some(OrderId(order))),
        };
        self.page(page, PageEvent::Opened(screen));
    }

    /// A page can be seen.
    pub fn show(&self, page: u32) {
        self.page(page, PageEvent::Shown);
    }

    /// A page can't be seen.
    pub fn hide(&self, page: u32) {
        self.page(page, PageEvent::Hidden);
    }

    /// A page is gone.
    pub fn close(&self, page: u32) {
        self.page(page, PageEvent::Closed);
    }

    /// The mini program came to the foreground.
    #[wasm_bindgen(js_name = appShown)]
    pub fn app_shown(&self) {
        self.runner.feed(Event::AppShown);
    }

    /// A handler of a page was called; `key` says on which element, `form` is what was typed into its fields.
    pub fn tap(&self, page: u32, handler: &str, key: &str, form: &wasm_bindgen::JsValue) {
        let page = PageId(page);
        match Intent::parse(self.runner.screen_name(page), handler, key, &convert::read(form)) {
            Some(intent) => self.runner.feed(Event::Asked(page, intent)),
            None => self.runner.report(FaultCode::Misuse, &text::join(&["no page has a handler ", handler])),
        }
    }
}

impl Core {
    fn page(&self, page: u32, event: PageEvent) {
        self.runner.feed(Event::Page(PageId(page), event));
    }
}
