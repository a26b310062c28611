//! The walk over all elements: without recursion, each byte looked at a bounded number of times.

use super::schema::{Field, Schema, Shape};
use super::{Element, Fault, FaultKind, secret, value};
use crate::encoding::der::{self, DerError, DerErrorKind, MAX_DEPTH};

/// An element around others.
struct Level {
    /// Where its content ends.
    end: usize,
    /// Whether it is a string whose content is looked into.
    string: bool,
    /// What is known of what is inside.
    shape: Shape,
    /// Which field of `shape` comes next.
    next: usize,
    /// How many elements inside have been seen.
    count: usize,
    /// Members by position that are secret.
    secrets: u16,
    /// What a path calls it.
    label: String,
}

/// An element that is visited.
pub(super) struct Visit<'a> {
    bytes: &'a [u8],
    levels: &'a [Level],
    tag: u8,
    label: &'a str,
    content: usize,
    secret: bool,
    opened: bool,
    pub(super) offset: usize,
    pub(super) end: usize,
    pub(super) name: Option<&'static str>,
}

impl Visit<'_> {
    /// The way to it.
    pub(super) fn path(&self) -> String {
        join(self.levels, Some(self.label))
    }

    /// It as a line of a listing.
    pub(super) fn element(&self) -> Element {
        let header = &self.bytes[self.offset..self.content];
        let content = &self.bytes[self.content..self.end];
        let (value, meaning) = match (self.opened, self.secret) {
            (true, _) => (String::new(), None),
            (false, true) => (format!("{} secret bytes, not shown", content.len()), None),
            (false, false) => value::text(self.tag, content),
        };
        Element {
            offset: self.offset,
            depth: self.levels.len(),
            header: header.len(),
            length: content.len(),
            tag: value::tag(header),
            name: self.name,
            encapsulated: self.levels.last().is_some_and(|level| level.string),
            value,
            meaning,
        }
    }
}

fn join(levels: &[Level], last: Option<&str>) -> String {
    let labels: Vec<&str> = levels.iter().map(|level| level.label.as_str()).chain(last).collect();
    if labels.is_empty() { "the whole".to_owned() } else { labels.join(".") }
}

/// Visits all elements until `visit` says no, and tells the first fault.
pub(super) fn walk(
    bytes: &[u8],
    schema: Option<Schema>,
    visit: &mut dyn FnMut(&Visit<'_>) -> bool,
) -> Option<Fault> {
    let mut levels: Vec<Level> = Vec::new();
    let mut mismatch: Option<Fault> = None;
    let mut cut: Option<Fault> = None;
    let mut at = 0;
    let fault = |levels: &[Level], error: DerError| Fault {
        offset: error.offset,
        path: join(levels, None),
        kind: FaultKind::Encoding(error.kind),
    };
    if bytes.is_empty() {
        return Some(fault(&levels, DerError { offset: 0, kind: DerErrorKind::Empty }));
    }
    // Each turn reads a header of at least two bytes or leaves a level that a header opened.
    loop {
        let limit = levels.last().map_or(bytes.len(), |level| level.end);
        let mut header = match der::read_header(bytes, at, limit) {
            Ok(header) => header,
            Err(error) => return cut.or_else(|| Some(fault(&levels, error))),
        };
        if header.content.checked_add(header.length).is_none_or(|end| end > limit) {
            let missing = header.length.saturating_sub(limit - header.content);
            let kind =
                if levels.is_empty() { DerErrorKind::Truncated { missing } } else { DerErrorKind::Overrun };
            let found = fault(&levels, DerError { offset: at, kind });
            // What is left of an input that is cut short is looked at all the same; other lengths cannot be believed.
            if cut.is_none() && !levels.is_empty() {
                return Some(found);
            }
            cut.get_or_insert(found);
            header.length = limit - header.content;
        }
        let tag = bytes[at];
        let content = &bytes[header.content..header.content + header.length];
        let end = header.content + header.length;
        let position = levels.last().map_or(0, |level| level.count);
        let (name, shape, problem) = match levels.last_mut() {
            Some(level) => fit(level, tag, || value::tag(&bytes[at..header.content])),
            None => schema.map_or((None, Shape::Any, None), |schema| root(schema.field(), tag)),
        };
        let label = label_of(levels.last(), name, position, || value::tag(&bytes[at..header.content]));
        if let Some(kind) = problem {
            let path = if matches!(kind, FaultKind::Surplus { .. }) {
                join(&levels, None)
            } else {
                join(&levels, Some(&label))
            };
            mismatch.get_or_insert(Fault { offset: at, path, kind });
        }
        let secret = levels.last().is_some_and(|level| position < 16 && level.secrets >> position & 1 == 1);
        let inside = if secret || levels.len() + 1 >= MAX_DEPTH { None } else { value::inside(tag, content) };
        let constructed = tag & 0x20 != 0;
        let opened = (constructed && header.length > 0 && !secret) || inside.is_some();
        let (offset, content_at) = (at, header.content);
        let this = Visit {
            bytes,
            levels: &levels,
            tag,
            label: &label,
            content: content_at,
            secret,
            opened,
            offset,
            end,
            name,
        };
        if !visit(&this) {
            return cut.or(mismatch);
        }
        if opened {
            if levels.len() == MAX_DEPTH {
                let deep = fault(&levels, DerError { offset: at, kind: DerErrorKind::TooDeep });
                return cut.or(Some(deep));
            }
            let shape = match shape {
                Shape::Holds(_) if constructed => Shape::Any,
                Shape::Holds(field) => Shape::One(field),
                shape if constructed => shape,
                _ => Shape::Any,
            };
            levels.push(Level {
                end,
                string: inside.is_some(),
                shape,
                next: 0,
                count: 0,
                secrets: if tag == 0x30 { secret::members(content) } else { 0 },
                label,
            });
            at = content_at + inside.unwrap_or(0);
            continue;
        }
        if constructed && header.length == 0 {
            // Nothing is inside: what must be is missing.
            if let Some(expected) = required(shape, 0) {
                let path = join(&levels, Some(&label));
                mismatch.get_or_insert(Fault { offset: end, path, kind: FaultKind::Missing { expected } });
            }
        }
        at = end;
        while let Some(level) = levels.last().filter(|level| level.end == at) {
            if let Some(expected) = required(level.shape, level.next) {
                let path = join(&levels, None);
                mismatch.get_or_insert(Fault { offset: at, path, kind: FaultKind::Missing { expected } });
            }
            levels.pop();
        }
        if levels.is_empty() {
            break;
        }
    }
    let left = bytes.len() - at;
    match cut.or(mismatch) {
        None if left > 0 => {
            Some(fault(&levels, DerError { offset: at, kind: DerErrorKind::Trailing { count: left } }))
        }
        mismatch => mismatch,
    }
}

type Fit = (Option<&'static str>, Shape, Option<FaultKind>);

fn root(field: &'static Field, tag: u8) -> Fit {
    if field.takes(tag) {
        (Some(field.name), field.shape, None)
    } else {
        let found = value::tag(&[tag]);
        (None, Shape::Any, Some(FaultKind::Unexpected { expected: field.name, found }))
    }
}

/// The field of the structure that the next element of a level is.
fn fit(level: &mut Level, tag: u8, found: impl Fn() -> String) -> Fit {
    level.count += 1;
    let fields: &'static [Field] = match level.shape {
        Shape::Any | Shape::Holds(_) => return (None, Shape::Any, None),
        Shape::Each(field) if field.takes(tag) => return (Some(field.name), field.shape, None),
        Shape::Each(field) => {
            let problem = FaultKind::Unexpected { expected: field.name, found: found() };
            return (None, Shape::Any, Some(problem));
        }
        Shape::Members(fields) => fields,
        Shape::One(field) => std::slice::from_ref(field),
    };
    while let Some(field) = fields.get(level.next) {
        level.next += 1;
        if field.takes(tag) {
            return (Some(field.name), field.shape, None);
        }
        if !field.optional {
            // What follows cannot be told any more.
            level.shape = Shape::Any;
            let problem = FaultKind::Unexpected { expected: field.name, found: found() };
            return (Some(field.name), Shape::Any, Some(problem));
        }
    }
    level.shape = Shape::Any;
    (None, Shape::Any, Some(FaultKind::Surplus { found: found() }))
}

/// The first field from `next` on that must be there.
fn required(shape: Shape, next: usize) -> Option<&'static str> {
    let fields = match shape {
        Shape::Members(fields) => fields,
        Shape::One(field) => std::slice::from_ref(field),
        Shape::Any | Shape::Each(_) | Shape::Holds(_) => return None,
    };
    fields.get(next..)?.iter().find(|field| !field.optional).map(|field| field.name)
}

fn label_of(
    level: Option<&Level>,
    name: Option<&'static str>,
    position: usize,
    tag: impl Fn() -> String,
) -> String {
    match (name, level) {
        (Some(name), Some(Level { shape: Shape::Each(_), .. })) => format!("{name}[{position}]"),
        (Some(name), _) => name.to_owned(),
        (None, None) => tag(),
        (None, Some(_)) => format!("{}[{position}]", tag()),
    }
}
