//! `Fn::If` and the functions of the `Conditions` section.

use atalaya_document::{Entry, Node, Place};

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

impl Resolver<'_> {
    /// `Fn::If: [condition, value if true, value if false]`; the other value is not looked at.
    pub(crate) fn if_(&mut self, argument: &Node, path: &str) -> Outcome<Option<Node>> {
        let [condition, yes, no] = self.arguments(argument, path, "[condition, value if true, value if false]")?;
        let Some(name) = condition.scalar() else {
            let message = format!("the condition must be its name, is {}", condition.noun());
            return self.fail(TemplateError::new(condition.place, path, message));
        };
        let (chosen, index) = if self.condition(&name, condition.place, path)? { (yes, 1) } else { (no, 2) };
        self.value(chosen, &format!("{path}/{index}"))
    }

    /// Whether a condition of the template holds.
    pub(crate) fn condition(&mut self, name: &str, place: Place, path: &str) -> Outcome<bool> {
        let document = self.document;
        let Some(entry) = document.conditions.iter().find(|entry| entry.key == name) else {
            let fault = TemplateError::new(place, path, format!("there is no condition `{name}`"));
            let names: Vec<_> = document.conditions.iter().map(|entry| entry.key.as_str()).collect();
            return self.fail(fault.hint(format!("the template has {}", super::reference::listed(&names))));
        };
        let own = format!("Conditions/{name}");
        self.follow(own.clone(), place, path, |resolver| resolver.holds(&entry.value, &own))
    }

    /// Whether an expression of the `Conditions` section holds.
    fn holds(&mut self, node: &Node, path: &str) -> Outcome<bool> {
        let [Entry { key, value, .. }] = node.entries() else {
            return self.no_condition(node, path);
        };
        let path = &format!("{path}/{key}");
        match key.as_str() {
            "Condition" => match value.scalar() {
                Some(name) => self.condition(&name, value.place, path),
                None => self.no_condition(value, path),
            },
            "Fn::Equals" => {
                let [one, other] = self.arguments(value, path, "[one value, other value]")?;
                let (one, other) = (self.value(one, path), self.value(other, path));
                Ok(is_equal(one?.as_ref(), other?.as_ref()))
            }
            "Fn::Not" => {
                let [part] = self.arguments(value, path, "[condition]")?;
                Ok(!self.holds(part, path)?)
            }
            "Fn::And" | "Fn::Or" => {
                let parts =
                    self.arguments_between(value, 2..=10, path, "[condition, condition, …] with two to ten of them")?;
                let outcomes: Vec<_> = parts.iter().map(|part| self.holds(part, path)).collect();
                let held = outcomes.into_iter().collect::<Outcome<Vec<_>>>()?;
                Ok(if key == "Fn::And" { held.iter().all(|held| *held) } else { held.iter().any(|held| *held) })
            }
            _ => self.no_condition(node, path),
        }
    }

    fn no_condition<T>(&mut self, node: &Node, path: &str) -> Outcome<T> {
        self.fail(
            TemplateError::new(node.place, path, "this is no condition")
                .hint("conditions are Fn::Equals, Fn::And, Fn::Or, Fn::Not and {Condition: name}"),
        )
    }
}

/// Scalars are compared as texts, since a parameter's value is one; lists item by item.
fn is_equal(one: Option<&Node>, other: Option<&Node>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => match (one.scalar(), other.scalar(), one.items(), other.items()) {
            (Some(one), Some(other), ..) => one == other,
            (.., Some(ones), Some(others)) => {
                ones.len() == others.len()
                    && ones.iter().zip(others).all(|(one, other)| is_equal(Some(one), Some(other)))
            }
            _ => one == other,
        },
        (None, None) => true,
        _ => false,
    }
}
