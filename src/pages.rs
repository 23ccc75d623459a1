//! Which page instances there are, and how far each has followed its view.
//!
//! A page that becomes visible gets its whole view; while it is visible it gets what changed; while it is
//! hidden it gets nothing.

use shop_api::OrderId;

use crate::{
    effect::Effect,
    event::{PageId, Screen},
    patch::{self, Revision, Rows},
    value::Value,
};

/// The open pages.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    open: Vec<Page>,
}

/// One page instance.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Page {
    pub id: PageId,
    pub screen: Screen,
    pub visible: bool,
    /// Whether it was seen before it was last shown.
    pub returned: bool,
    /// What it shows; `None`: it needs everything.
    shown: Option<Shown>,
}

#[derive(Clone, Debug)]
struct Shown {
    head: Value,
    list: Revision,
}

impl Pages {
    /// A page opened.
    pub fn open(&mut self, id: PageId, screen: Screen) {
        self.close(id);
        self.open.push(Page { id, screen, visible: false, returned: false, shown: None });
    }

    /// A page is seen, or isn't any more. Returns whether there is such a page.
    pub fn set_visible(&mut self, id: PageId, visible: bool) -> bool {
        let page = self.open.iter_mut().find(|page| page.id == id);
        page.map(|page| {
            page.visible = visible;
            page.returned |= !visible;
            page.shown = None;
        })
        .is_some()
    }

    /// A page is gone.
    pub fn close(&mut self, id: PageId) {
        self.open.retain(|page| page.id != id);
    }

    /// The page with this number.
    pub fn get(&self, id: PageId) -> Option<&Page> {
        self.open.iter().find(|page| page.id == id)
    }

    /// The open pages.
    pub fn iter(&self) -> impl Iterator<Item = &Page> {
        self.open.iter()
    }

    /// The pages that can be seen.
    pub fn visible(&mut self) -> impl Iterator<Item = &mut Page> {
        self.open.iter_mut().filter(|page| page.visible)
    }

    /// Whether a page of this order can be seen.
    pub fn shows_order(&self, order: &OrderId) -> bool {
        self.open
            .iter()
            .any(|page| page.visible && matches!(&page.screen, Screen::Result(Some(id)) if id == order))
    }
}

impl Page {
    /// Brings the page up to date.
    pub fn update(&mut self, head: Value, rows: &dyn Rows, effects: &mut Vec<Effect>) {
        let list = rows.log().revision();
        match &self.shown {
            None => {
                effects.push(Effect::View(self.id, head.clone().with(rows.name(), patch::all_rows(rows))))
            }
            Some(shown) => {
                let mut changes = Vec::new();
                patch::head_changes(&shown.head, &head, &mut changes);
                if shown.list != list {
                    patch::list_changes(rows, shown.list, &mut changes);
                }
                if !changes.is_empty() {
                    effects.push(Effect::Patch(self.id, changes));
                }
            }
        }
        self.shown = Some(Shown { head, list });
    }
}

/// The name by which JavaScript knows a screen.
pub fn screen_name(screen: &Screen) -> &'static str {
    match screen {
        Screen::Shop => "shop",
        Screen::Cart => "cart",
        Screen::Confirm => "confirm",
        Screen::Result(_) => "result",
    }
}
