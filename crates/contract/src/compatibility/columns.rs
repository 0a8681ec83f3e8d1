//! Tables and their columns.

use super::{Changes, Effect, rules, shown, types};
use crate::{AdditionalColumns, Contract, Feed, Object, Property};

pub(super) fn compare(changes: &mut Changes, old: &Contract, new: &Contract) {
    for (index, object) in old.objects.iter().enumerate() {
        match counterpart(object, old, new) {
            Some((now, at)) => {
                let layout = FileLayout::of(new, at).or_else(|| FileLayout::of(old, index)).unwrap_or_default();
                table(changes, object, now, layout);
            }
            None => changes.push(&object.name, "the dataset is gone", Effect::Breaks, Effect::Breaks),
        }
    }
    for object in new.objects.iter().filter(|object| counterpart(object, new, old).is_none()) {
        changes.push(&object.name, "new dataset", Effect::None, Effect::None);
    }
}

/// The table of the other contract that has the name; else the only table of each, since a table may be renamed.
fn counterpart<'a>(object: &Object, own: &Contract, other: &'a Contract) -> Option<(&'a Object, usize)> {
    let same = other.objects.iter().position(|one| one.name == object.name);
    let only = own.objects.len() == 1 && other.objects.len() == 1;
    let at = same.or(only.then_some(0))?;
    Some((&other.objects[at], at))
}

/// How the files of a table's feeds name their columns.
#[derive(Debug, Clone, Copy)]
struct FileLayout {
    /// By a header; else by their order.
    by_header: bool,
    /// Whether a column that the contract does not name rejects the file.
    rejects_additional: bool,
}

impl FileLayout {
    /// The strictest of the feeds that carry the table.
    fn of(contract: &Contract, object: usize) -> Option<Self> {
        let feeds: Vec<&Feed> =
            contract.feeds.iter().chain(&contract.desk).filter(|feed| feed.object == object).collect();
        (!feeds.is_empty()).then(|| Self {
            by_header: feeds.iter().all(|feed| feed.dialect.header),
            rejects_additional: feeds.iter().any(|feed| feed.additional_columns == AdditionalColumns::Reject),
        })
    }
}

impl Default for FileLayout {
    fn default() -> Self {
        Self { by_header: true, rejects_additional: false }
    }
}

fn table(changes: &mut Changes, old: &Object, new: &Object, layout: FileLayout) {
    if old.name != new.name {
        let message = format!("the dataset is now called {}: readers filter by its name", shown(&new.name));
        changes.push(&old.name, message, Effect::Notice, Effect::Breaks);
    }
    for column in &old.properties {
        let place = format!("{}.{}", old.name, column.name);
        match find(new, &column.name) {
            Some(now) => {
                self::column(changes, &place, column, now, layout);
                rules::compare(changes, &place, (&column.quality, old), (&now.quality, new));
            }
            None => removed(changes, &place, column, new, layout),
        }
    }
    for column in new.properties.iter().filter(|column| find(old, &column.name).is_none()) {
        added(changes, &format!("{}.{}", new.name, column.name), column, old, layout);
    }
    order(changes, old, new, layout);
    key(changes, old, new);
    rules::compare(changes, &old.name, (&old.quality, old), (&new.quality, new));
}

fn find<'a>(object: &'a Object, name: &str) -> Option<&'a Property> {
    object.properties.iter().find(|column| column.name == name)
}

fn removed(changes: &mut Changes, place: &str, column: &Property, new: &Object, layout: FileLayout) {
    let renamed = new.properties.iter().find(|now| now.label == column.label);
    if let Some(now) = renamed {
        let message = format!("the column is now called {}", shown(&now.name));
        changes.push(place, message, Effect::None, Effect::Breaks);
        return;
    }
    let (follows, senders) = if !layout.by_header {
        (": the cells of files without a header move", Effect::Breaks)
    } else if layout.rejects_additional {
        (": files that still have it are rejected", Effect::Breaks)
    } else {
        ("", Effect::None)
    };
    changes.push(place, format!("the column is gone{follows}"), senders, Effect::Breaks);
}

fn added(changes: &mut Changes, place: &str, column: &Property, old: &Object, layout: FileLayout) {
    if layout.by_header && old.properties.iter().any(|before| before.label == column.label) {
        // It was told as a column that has another name now.
        return;
    }
    let required = if column.required { "required " } else { "" };
    let message = match layout.by_header {
        true => format!("new {required}column: files whose header lacks {} are rejected", shown(&column.label)),
        false => format!("new {required}column: files without a header need one more cell"),
    };
    changes.push(place, message, Effect::Breaks, Effect::None);
}

fn order(changes: &mut Changes, old: &Object, new: &Object, layout: FileLayout) {
    let kept = |object: &Object, other: &Object| -> Vec<String> {
        let names = object.properties.iter().map(|column| column.name.clone());
        names.filter(|name| find(other, name).is_some()).collect()
    };
    if kept(old, new) == kept(new, old) {
        return;
    }
    match layout.by_header {
        true => changes.push(&old.name, "the columns stand in another order", Effect::None, Effect::Notice),
        false => {
            let message = "the columns stand in another order, and files without a header go by it";
            changes.push(&old.name, message, Effect::Breaks, Effect::Notice);
        }
    }
}

fn key(changes: &mut Changes, old: &Object, new: &Object) {
    let columns = |object: &Object| -> Vec<Property> {
        object.primary_key.iter().map(|at| object.properties[*at].clone()).collect()
    };
    let (before, now) = (columns(old), columns(new));
    // A column that has another name now is the same one in the key.
    let same = |(left, right): (&Property, &Property)| left.name == right.name || left.label == right.label;
    if before.len() == now.len() && before.iter().zip(&now).all(same) {
        return;
    }
    let text = |columns: &[Property]| match columns {
        [] => "none".to_owned(),
        columns => columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", "),
    };
    let message = format!("primary key {} → {}", text(&before), text(&now));
    match (before.is_empty(), now.is_empty()) {
        (true, false) => changes.push(&old.name, message, Effect::Breaks, Effect::None),
        (false, true) => changes.push(&old.name, message, Effect::None, Effect::Breaks),
        _ => changes.push(&old.name, message, Effect::Breaks, Effect::Breaks),
    }
}

fn column(changes: &mut Changes, place: &str, old: &Property, new: &Property, layout: FileLayout) {
    if layout.by_header && old.label != new.label {
        let message = format!("label {} → {}: files name it so in the header", shown(&old.label), shown(&new.label));
        changes.stricter(place, message);
    }
    types::compare(changes, place, &old.logical_type, &new.logical_type);
    match (old.required, new.required) {
        (false, true) => changes.stricter(place, "is required now: rows with a null are rejected".to_owned()),
        (true, false) => {
            let message = "is no longer required: nulls come where none came";
            changes.push(place, message, Effect::None, Effect::Breaks);
        }
        _ => {}
    }
    match (old.unique, new.unique) {
        (false, true) => changes.stricter(place, "is unique now: rows with a value again are rejected".to_owned()),
        (true, false) => {
            let message = "is no longer unique: values come more than once";
            changes.push(place, message, Effect::None, Effect::Breaks);
        }
        _ => {}
    }
    types::enumeration(changes, place, old.enumeration.as_deref(), new.enumeration.as_deref());
    match (old.is_masked(), new.is_masked()) {
        (false, true) => {
            let message = "its values are masked wherever faults are shown";
            changes.push(place, message, Effect::Notice, Effect::None);
        }
        (true, false) => {
            let message = "its values are shown with faults, no longer masked";
            changes.push(place, message, Effect::Notice, Effect::Notice);
        }
        _ => {}
    }
}
