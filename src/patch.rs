//! From what changed to the smallest `setData` and `$spliceData`.
//!
//! A view has a small head (a handful of texts and flags) and one list. The head is compared with what
//! was sent, which costs the same however long the list is. The list is never compared: whoever edits it
//! writes the edit into its [`ListLog`], and a view that is some edits behind replays them.

use crate::{text, value::Value};

/// One change of a page's data.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// `setData({[path]: value})`.
    Set {
        /// `lines[3].quantity`.
        path: String,
        /// The new value.
        value: Value,
    },
    /// `$spliceData({[path]: [start, delete, ...items]})`.
    Splice {
        /// The list.
        path: String,
        /// Where.
        start: usize,
        /// How many rows go.
        delete: usize,
        /// The rows that come.
        items: Vec<Value>,
    },
}

/// One edit of a keyed list, at the position it had then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Insert(usize),
    Remove(usize),
    Update(usize),
}

/// So many edits are remembered; a view that is further behind gets the whole list.
const MEMORY: usize = 16;

/// What happened to a list lately.
#[derive(Clone, Debug, Default)]
pub struct ListLog {
    /// The edits after `forgotten`, oldest first.
    edits: Vec<Edit>,
    /// How many edits came before those.
    forgotten: u32,
}

/// How far a view has followed a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(u32);

impl ListLog {
    /// The log of a list that is empty as long as what fills it isn't known.
    pub const UNKNOWN: &'static Self = &Self { edits: Vec::new(), forgotten: 0 };

    /// Where the list stands now.
    pub fn revision(&self) -> Revision {
        Revision(self.forgotten.saturating_add(u32::try_from(self.edits.len()).unwrap_or(u32::MAX)))
    }

    /// A row came in at this position.
    pub fn inserted(&mut self, at: usize) {
        self.note(Edit::Insert(at));
    }

    /// The row at this position went.
    pub fn removed(&mut self, at: usize) {
        self.note(Edit::Remove(at));
    }

    /// The row at this position says something else now.
    pub fn updated(&mut self, at: usize) {
        self.note(Edit::Update(at));
    }

    /// The list is another one: every view needs all of it.
    pub fn replaced(&mut self) {
        self.forgotten = self.revision().0.saturating_add(1);
        self.edits.clear();
    }

    fn note(&mut self, edit: Edit) {
        if self.edits.len() == MEMORY {
            self.edits.remove(0);
            self.forgotten = self.forgotten.saturating_add(1);
        }
        self.edits.push(edit);
    }

    /// The edits that a view at `since` lacks; `None`: it needs the whole list.
    fn after(&self, since: Revision) -> Option<&[Edit]> {
        let known = since.0.checked_sub(self.forgotten)?;
        self.edits.get(usize::try_from(known).ok()?..)
    }
}

/// How a list is written.
pub trait Rows {
    /// The list's name in the view.
    fn name(&self) -> &'static str;
    /// What happened to it.
    fn log(&self) -> &ListLog;
    /// How many rows there are.
    fn count(&self) -> usize;
    /// A whole row.
    fn row(&self, at: usize) -> Value;
    /// The members of a row that an update may change.
    fn moving(&self, at: usize) -> Value;
}

/// Every row.
pub fn all_rows(rows: &dyn Rows) -> Value {
    Value::List((0..rows.count()).map(|at| rows.row(at)).collect())
}

/// The changes that a view at `since` needs.
pub fn list_changes(rows: &dyn Rows, since: Revision, changes: &mut Vec<Change>) {
    match rows.log().after(since).and_then(Plan::of) {
        Some(plan) => plan.write(rows, changes),
        None => changes.push(Change::Set { path: rows.name().to_owned(), value: all_rows(rows) }),
    }
}

/// Edits in a form that can be written from the list as it is now: at most one row came or went.
struct Plan {
    splice: Option<Edit>,
    updated: Vec<usize>,
}

impl Plan {
    fn of(edits: &[Edit]) -> Option<Self> {
        let mut plan = Self { splice: None, updated: Vec::new() };
        for edit in edits {
            match *edit {
                Edit::Update(at) => plan.update(at),
                Edit::Insert(at) => {
                    plan.make_room(*edit)?;
                    plan.updated
                        .iter_mut()
                        .filter(|row| **row >= at)
                        .for_each(|row| *row = row.saturating_add(1));
                }
                Edit::Remove(at) => {
                    plan.make_room(*edit)?;
                    plan.updated.retain(|row| *row != at);
                    plan.updated
                        .iter_mut()
                        .filter(|row| **row > at)
                        .for_each(|row| *row = row.saturating_sub(1));
                }
            }
        }
        Some(plan)
    }

    fn make_room(&mut self, splice: Edit) -> Option<()> {
        self.splice.replace(splice).is_none().then_some(())
    }

    fn update(&mut self, at: usize) {
        if !self.updated.contains(&at) {
            self.updated.push(at);
        }
    }

    fn write(&self, rows: &dyn Rows, changes: &mut Vec<Change>) {
        let splice =
            |start, delete, items| Change::Splice { path: rows.name().to_owned(), start, delete, items };
        match self.splice {
            Some(Edit::Insert(at)) => changes.push(splice(at, 0, vec![rows.row(at)])),
            Some(Edit::Remove(at)) => changes.push(splice(at, 1, Vec::new())),
            Some(Edit::Update(_)) | None => {}
        }
        for at in &self.updated {
            if let Value::Object(members) = rows.moving(*at) {
                let path = indexed(rows.name(), *at);
                changes.extend(
                    members
                        .into_iter()
                        .map(|(name, value)| Change::Set { path: member(&path, &name), value }),
                );
            }
        }
    }
}

/// The changes that turn one small tree into another.
pub fn head_changes(old: &Value, new: &Value, changes: &mut Vec<Change>) {
    differences("", old, new, changes);
}

fn differences(path: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    match (old, new) {
        (Value::Object(before), Value::Object(after)) if same_names(before, after) => {
            for ((name, old), (_, new)) in before.iter().zip(after) {
                differences(&member(path, name), old, new, changes);
            }
        }
        (Value::List(before), Value::List(after)) if before.len() == after.len() => {
            for (at, (old, new)) in before.iter().zip(after).enumerate() {
                differences(&indexed(path, at), old, new, changes);
            }
        }
        (old, new) if old == new => {}
        (_, new) => changes.push(Change::Set { path: path.to_owned(), value: new.clone() }),
    }
}

fn same_names<N: PartialEq, V>(one: &[(N, V)], other: &[(N, V)]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|((a, _), (b, _))| a == b)
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { text::join(&[path, ".", name]) }
}

fn indexed(path: &str, at: usize) -> String {
    text::join(&[path, "[", &at.to_string(), "]"])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::object;

    /// A list of numbers, keyed by themselves; `moving` is the part after the hundreds.
    #[derive(Clone, Default)]
    struct Numbers {
        rows: Vec<u32>,
        log: ListLog,
    }

    impl Rows for Numbers {
        fn name(&self) -> &'static str {
            "rows"
        }
        fn log(&self) -> &ListLog {
            &self.log
        }
        fn count(&self) -> usize {
            self.rows.len()
        }
        fn row(&self, at: usize) -> Value {
            object! {
                "key": self.rows[at] / 100,
                "rest": self.rows[at] % 100,
            }
        }
        fn moving(&self, at: usize) -> Value {
            object! {
                "rest": self.rows[at] % 100,
            }
        }
    }

    impl Numbers {
        fn edit(&mut self, kind: u8, at: usize, value: u32) {
            let len = self.rows.len();
            match kind {
                0 => {
                    self.rows.insert(at % (len + 1), value);
                    self.log.inserted(at % (len + 1));
                }
                1 if len > 0 => {
                    self.rows.remove(at % len);
                    self.log.removed(at % len);
                }
                2 if len > 0 => {
                    let row = &mut self.rows[at % len];
                    *row = *row / 100 * 100 + value % 100;
                    self.log.updated(at % len);
                }
                _ => {
                    self.rows = vec![value, value + 100];
                    self.log.replaced();
                }
            }
        }
    }

    fn apply(rows: &mut Vec<Value>, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Splice { start, delete, items, .. } => {
                    rows.splice(*start..start + delete, items.iter().cloned());
                }
                Change::Set { path, value: Value::List(all) } if path == "rows" => rows.clone_from(all),
                Change::Set { path, value } => {
                    let (at, name) = path.trim_start_matches("rows[").split_once("].").unwrap();
                    let Value::Object(members) = &mut rows[at.parse::<usize>().unwrap()] else {
                        panic!("{path}")
                    };
                    members.iter_mut().find(|(key, _)| key == name).unwrap().1 = value.clone();
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_view_that_follows_shows_the_list_as_it_is(
            steps in prop::collection::vec(prop::collection::vec((0u8..4, 0usize..50, 0u32..9_000), 0..5), 1..12)
        ) {
            let mut list = Numbers::default();
            let (mut shown, mut seen) = (Vec::new(), list.log.revision());
            for edits in steps {
                for (kind, at, value) in edits {
                    list.edit(kind, at, value);
                }
                let mut changes = Vec::new();
                list_changes(&list, seen, &mut changes);
                apply(&mut shown, &changes);
                seen = list.log.revision();
                prop_assert_eq!(Value::List(shown.clone()), all_rows(&list));
            }
        }
    }

    #[test]
    fn one_changed_row_is_a_few_members() {
        let mut list = Numbers { rows: (1..=1000).map(|key| key * 100).collect(), log: ListLog::default() };
        let seen = list.log.revision();
        list.edit(2, 500, 7);
        let mut changes = Vec::new();
        list_changes(&list, seen, &mut changes);
        assert_eq!(changes, [Change::Set { path: "rows[500].rest".into(), value: 7u32.into() }]);
    }

    #[test]
    fn a_head_sends_only_what_differs() {
        let head = |total: &'static str, selected: bool| {
            object! {
                "total": total,
                "categories": vec![object! {
                    "id": "a",
                    "selected": selected,
                }],
            }
        };
        let mut changes = Vec::new();
        head_changes(&head("1", true), &head("1", false), &mut changes);
        assert_eq!(changes, [Change::Set { path: "categories[0].selected".into(), value: false.into() }]);
    }
}
