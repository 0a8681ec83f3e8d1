//! Putting in what is chosen.

use std::collections::BTreeMap;

use regex::{NoExpand, Regex};
use serde_json::Value;

use atalaya_document::nearest;

use super::{
    Dashboard, DashboardFaults, Input, Variable, fault::Faults, metric::expanded, show::listed, variable::Target,
};

impl Dashboard {
    /// The dashboard with the values of its variables put in: those that are chosen, by the ids of the variables, else
    /// the defaults. A variable that has neither changes nothing; nor does a default that is to be searched for, see
    /// [`default_choice`](Self::default_choice). A property variable changes every JSON property of its name in the
    /// widgets, and the values of every dimension; a pattern variable every match in their texts (dashboard body
    /// structure, "Variables array structure"). Choose on the dashboard as it was read: on one in which values were put
    /// in, a pattern may no longer be found.
    ///
    /// # Errors
    /// Ids of no variable, values that are not among those listed, and what would make the body invalid.
    pub fn choose(&self, chosen: &BTreeMap<String, String>) -> Result<Self, DashboardFaults> {
        let mut faults = Faults::default();
        for (id, value) in chosen {
            match self.variables().iter().position(|variable| variable.id == *id) {
                None => faults.add("/variables", self.unknown(id)),
                Some(index) => check(&self.variables()[index], index, value, &mut faults),
            }
        }
        DashboardFaults::collect(self.name(), faults.0)?;
        let mut body = self.body().clone();
        let mut changed = false;
        for variable in self.variables() {
            let value = chosen.get(&variable.id).map(String::as_str).or_else(|| variable.fixed_default());
            if let (Some(value), Some(widgets)) = (value, body.get_mut("widgets")) {
                put_in(widgets, &variable.target, value);
                changed = true;
            }
        }
        if changed { Self::parse(self.name(), &body) } else { Ok(self.clone()) }
    }

    fn unknown(&self, id: &str) -> String {
        let ids = self.variables().iter().map(|variable| variable.id.as_str());
        let hint = match self.variables() {
            [] => Some("it has none".to_owned()),
            _ => nearest::hint(id, ids),
        };
        format!("there is no variable `{id}`{}", hint.map(|hint| format!("; {hint}")).unwrap_or_default())
    }
}

/// Whether a value can be chosen: of a list that the body has, it must be one.
fn check(variable: &Variable, index: usize, value: &str, faults: &mut Faults) {
    let is_listed = variable.input != Input::Input && !variable.values.is_empty();
    if is_listed && variable.values.iter().all(|(listed, _)| listed != value) {
        let all: Vec<&str> = variable.values.iter().map(|(value, _)| value.as_str()).collect();
        let message = format!("`{value}` is none of the values of `{}`, which are {}", variable.id, listed(&all));
        faults.add(format!("/variables/{index}"), message);
    }
}

/// Changes the widgets of a body.
fn put_in(widgets: &mut Value, target: &Target, value: &str) {
    match target {
        Target::Pattern(pattern) => replace(widgets, pattern, value),
        Target::Property(property) => {
            for widget in widgets.as_array_mut().into_iter().flatten() {
                set(widget, property, value);
            }
        }
    }
}

/// Replaces every match in every text; names of properties stay.
fn replace(place: &mut Value, pattern: &Regex, value: &str) {
    match place {
        Value::String(text) => *text = pattern.replace_all(text, NoExpand(value)).into_owned(),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| replace(entry, pattern, value)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, pattern, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Sets every property of this name, and every dimension.
fn set(place: &mut Value, property: &str, value: &str) {
    match place {
        Value::Array(entries) => entries.iter_mut().for_each(|entry| set(entry, property, value)),
        Value::Object(members) => {
            if let Some(rows) = members.get_mut("metrics").and_then(Value::as_array_mut) {
                set_dimension(rows, property, value);
            }
            for (name, member) in members.iter_mut() {
                if name == property && !(member.is_array() || member.is_object()) {
                    *member = like(member, value);
                } else {
                    set(member, property, value);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Sets a dimension in the rows of a `metrics` array. Where one has it, all are written in full, since a row may repeat
/// the name or the value from the row above.
fn set_dimension(rows: &mut [Value], dimension: &str, value: &str) {
    let mut full = expanded(rows);
    let mut found = false;
    for row in full.iter_mut().flatten() {
        for pair in row[2..].as_chunks_mut::<2>().0 {
            if pair[0] == dimension {
                value.clone_into(&mut pair[1]);
                found = true;
            }
        }
    }
    if !found {
        return;
    }
    for (row, full) in rows.iter_mut().zip(full) {
        if let (Some(full), Value::Array(elements)) = (full, row) {
            elements.retain(Value::is_object);
            elements.splice(0..0, full.into_iter().map(Value::String));
        }
    }
}

/// The value as a property of the kind that it replaces.
fn like(old: &Value, value: &str) -> Value {
    let read = match old {
        Value::Number(_) => value.parse::<serde_json::Number>().ok().map(Value::Number),
        Value::Bool(_) => value.parse().ok().map(Value::Bool),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    read.unwrap_or_else(|| Value::String(value.to_owned()))
}
