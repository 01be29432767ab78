//! A record of what is read from requests, from which the OpenAPI document is made. Only the tool that writes
//! the document switches it on, by a feature that no function has.

use super::{Invalid, Rule, Schema};
use std::cell::RefCell;

/// What was read from one request.
#[derive(Debug, Default)]
pub struct Record {
    /// Each parameter, in the order in which they were asked for.
    pub taken: Vec<Taken>,
    /// The first rule that was broken, and by which field.
    pub refused: Option<(String, Rule)>,
    /// Whether the whole request was read: what is missing after that is filled in for callers who have an
    /// identity of their own.
    pub whole: bool,
    place: Place,
}

/// Where a parameter stands in a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the query of a GET, or in the JSON body of a POST.
    #[default]
    Either,
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a JSON body.
    Json,
    /// In an HTML form.
    Form,
}

/// A parameter that was asked for.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Where it stands.
    pub place: Place,
    /// What it stands in, such as `privileges.` or `services[0].`; empty for the request itself.
    pub within: String,
    /// Its names, the proper one first.
    pub names: Vec<&'static str>,
    /// What it may be.
    pub schema: Schema,
}

thread_local! {
    static RECORD: RefCell<Option<Record>> = const { RefCell::new(None) };
}

/// Begins a record of what this thread reads.
pub fn begin() {
    RECORD.set(Some(Record::default()));
}

/// Ends the record that was begun last.
pub fn end() -> Record {
    RECORD.take().unwrap_or_default()
}

fn with(note: impl FnOnce(&mut Record)) {
    RECORD.with_borrow_mut(|record| record.as_mut().map(note));
}

pub(crate) fn place(place: Place) {
    with(|record| record.place = place);
}

pub(crate) fn taken(within: &str, names: &[&'static str], schema: fn() -> Schema) {
    with(|record| {
        record.taken.push(Taken {
            place: record.place,
            within: within.to_owned(),
            names: names.to_vec(),
            schema: schema(),
        });
    });
}

pub(crate) fn segment(name: &'static str, schema: fn() -> Schema) {
    with(|record| {
        record.taken.push(Taken {
            place: Place::Path,
            within: String::new(),
            names: vec![name],
            schema: schema(),
        });
    });
}

pub(crate) fn refused(invalid: &Invalid) {
    with(|record| {
        let first = record.refused.is_none();
        if first {
            record.refused = Some((invalid.field.clone(), invalid.rule));
        }
    });
}

pub(crate) fn whole() {
    with(|record| record.whole = true);
}
