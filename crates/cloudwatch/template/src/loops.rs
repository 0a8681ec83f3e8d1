//! `Fn::ForEach`: expanded before anything else, as the transform `AWS::LanguageExtensions` does.

use std::collections::{BTreeMap, HashSet};

use atalaya_document::{Content, Entry, Node, Place};

use super::{
    error::TemplateError,
    resolver::{Outcome, Resolver},
    text::MAX_NODES,
};

/// How deep loops may stand in loops (CloudFormation user guide, Fn::ForEach).
const MAX_NESTED: usize = 5;
/// A text counts as one more node for each stretch of so many bytes.
const LONG_TEXT: usize = 256;
const PREFIX: &str = "Fn::ForEach::";

/// An entry of a section and the outermost loop that made it, if one did.
#[derive(Debug)]
pub(crate) struct Expanded {
    pub(crate) entry: Entry,
    pub(crate) origin: Option<String>,
}

/// What the identifiers of the loops around stand for.
type Identifiers = BTreeMap<String, String>;

/// Expands loops; its resolver knows parameters and mappings, which are all that a collection may ask for.
pub(crate) struct Expander<'a> {
    pub(crate) resolver: Resolver<'a>,
    nodes: usize,
    loops: BTreeMap<String, Place>,
}

impl<'a> Expander<'a> {
    pub(crate) fn new(resolver: Resolver<'a>) -> Self {
        Self { resolver, nodes: 0, loops: BTreeMap::new() }
    }

    /// The entries of a section without loops.
    pub(crate) fn section(&mut self, section: &Node, path: &str) -> Vec<Expanded> {
        self.names(section, path);
        self.entries(section.entries(), &Identifiers::new(), path)
    }

    /// Checks that each loop's name stands once, before loops in loops repeat them.
    fn names(&mut self, node: &Node, path: &str) {
        for item in node.items().unwrap_or_default() {
            self.names(item, path);
        }
        for entry in node.entries() {
            let path = format!("{path}/{}", entry.key);
            if let Some(name) = entry.key.strip_prefix(PREFIX)
                && let Some(first) = self.loops.insert(name.to_owned(), entry.place)
            {
                let fault = TemplateError::new(entry.place, &path, format!("a second loop is named `{name}`"));
                self.resolver.faults.push(fault.hint(format!("the first is in line {}; name each once", first.line)));
            }
            self.names(&entry.value, &path);
        }
    }

    fn entries(&mut self, entries: &[Entry], identifiers: &Identifiers, path: &str) -> Vec<Expanded> {
        let mut expanded: Vec<Expanded> = Vec::with_capacity(entries.len());
        let mut keys = HashSet::new();
        for entry in entries {
            let path = format!("{path}/{}", entry.key);
            let new = match entry.key.strip_prefix(PREFIX) {
                Some(name) => self.iterate(name, entry, identifiers, &path).unwrap_or_default(),
                None => {
                    let key = replaced(&entry.key, identifiers);
                    let value = self.node(&entry.value, identifiers, &path);
                    vec![Expanded { entry: Entry { key, place: entry.place, value }, origin: None }]
                }
            };
            for new in new {
                if keys.insert(new.entry.key.clone()) {
                    expanded.push(new);
                } else {
                    let message = format!("the loop makes the key `{}` a second time", new.entry.key);
                    self.resolver.faults.push(TemplateError::new(entry.place, &path, message));
                }
            }
        }
        expanded
    }

    fn node(&mut self, node: &Node, identifiers: &Identifiers, path: &str) -> Node {
        self.nodes += 1;
        let content = match &node.content {
            // Beyond the bound nothing more is copied; `section`'s caller reports it.
            _ if self.nodes > MAX_NODES => Content::Null,
            Content::Text(text) => {
                let text = replaced(text, identifiers);
                self.nodes += text.len() / LONG_TEXT;
                Content::Text(text)
            }
            Content::List(items) => {
                Content::List(items.iter().map(|item| self.node(item, identifiers, path)).collect())
            }
            Content::Map(entries) => match entries.as_slice() {
                [Entry { key, value: Node { content: Content::Text(name), .. }, .. }]
                    if key == "Ref" && identifiers.contains_key(name) =>
                {
                    Content::Text(identifiers[name].clone())
                }
                entries => {
                    let expanded = self.entries(entries, identifiers, path);
                    Content::Map(expanded.into_iter().map(|expanded| expanded.entry).collect())
                }
            },
            content => content.clone(),
        };
        Node::new(node.place, content)
    }

    /// Whether the loops made more than fits.
    pub(crate) fn is_too_large(&self) -> bool {
        self.nodes > MAX_NODES
    }

    /// The entries that a loop makes: `[identifier, collection, {key: value}]`.
    fn iterate(&mut self, name: &str, entry: &Entry, outer: &Identifiers, path: &str) -> Outcome<Vec<Expanded>> {
        self.resolver.needs_extensions(entry.place, path, "Fn::ForEach")?;
        let usage = "[identifier, [values], {key: value}]";
        let [identifier, collection, fragment] = self.resolver.arguments(&entry.value, path, usage)?;
        if name.is_empty() || !is_alphanumeric(name) {
            let fault =
                TemplateError::new(entry.place, path, format!("the loop's name `{name}` must be letters and digits"));
            return self.resolver.fail(fault);
        }
        let identifier = match identifier.scalar() {
            Some(text) if is_alphanumeric(&text) && !text.is_empty() && !outer.contains_key(&*text) => {
                text.into_owned()
            }
            _ => {
                let message = format!(
                    "the identifier {} must be letters and digits, and not that of a loop around",
                    identifier.noun()
                );
                return self.resolver.fail(TemplateError::new(identifier.place, path, message));
            }
        };
        if outer.len() == MAX_NESTED {
            let fault =
                TemplateError::new(entry.place, path, format!("more than {MAX_NESTED} loops stand in each other"));
            return self.resolver.fail(fault);
        }
        if !fragment.is_map() {
            let fault = TemplateError::new(fragment.place, path, format!("is written as {usage}"));
            return self.resolver.fail(fault);
        }
        self.check_keys(fragment, &identifier, path)?;
        let mut made = Vec::new();
        for value in self.collection(collection, outer, path)? {
            if self.is_too_large() {
                break;
            }
            let mut identifiers = outer.clone();
            identifiers.insert(identifier.clone(), value);
            made.extend(self.entries(fragment.entries(), &identifiers, path));
        }
        made.iter_mut().for_each(|made| made.origin = Some(name.to_owned()));
        Ok(made)
    }

    /// Each key must hold the identifier: otherwise every turn would make the same.
    fn check_keys(&mut self, fragment: &Node, identifier: &str, path: &str) -> Outcome<()> {
        let [plain, stripped] = [format!("${{{identifier}}}"), format!("&{{{identifier}}}")];
        let has = |key: &str| key.starts_with(PREFIX) || key.contains(&plain) || key.contains(&stripped);
        match fragment.entries().iter().find(|entry| !has(&entry.key)) {
            None => Ok(()),
            Some(entry) => {
                let message = format!("the key `{}` must hold {plain} or {stripped}", entry.key);
                self.resolver.fail(TemplateError::new(entry.place, path, message))
            }
        }
    }

    /// The values of a collection: a list of scalars and parameters, or a `Ref` or `Fn::FindInMap` that gives a list.
    fn collection(&mut self, collection: &Node, outer: &Identifiers, path: &str) -> Outcome<Vec<String>> {
        let collection = &self.node(collection, outer, path);
        let candidates = collection.items().unwrap_or(std::slice::from_ref(collection));
        for candidate in candidates {
            if let [Entry { key, place, .. }] = candidate.entries()
                && key.starts_with("Fn::")
                && key != "Fn::FindInMap"
            {
                let fault =
                    TemplateError::new(*place, path, format!("{key} cannot stand in the collection of Fn::ForEach"));
                return self.resolver.fail(fault.hint("it takes a list, a Ref to a list parameter, or Fn::FindInMap"));
            }
        }
        let items = self.resolver.list(collection, path)?;
        // A list parameter among the items brings all its values.
        let items = items.into_iter().flat_map(|item| match item.content {
            Content::List(inner) => inner,
            _ => vec![item],
        });
        let mut values: Vec<String> = Vec::new();
        let mut seen = HashSet::new();
        for item in items {
            match item.scalar() {
                Some(value) if seen.insert(value.to_string()) => values.push(value.into_owned()),
                Some(value) => {
                    let fault = TemplateError::new(item.place, path, format!("the collection holds `{value}` twice"));
                    return self.resolver.fail(fault);
                }
                None => {
                    let message = format!("a value of the collection must be text, is {}", item.noun());
                    return self.resolver.fail(TemplateError::new(item.place, path, message));
                }
            }
        }
        Ok(values)
    }
}

/// Whether a text is of ASCII letters and digits, as logical ids are.
pub(crate) fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Puts the values in for `${Identifier}`, and without what is neither letter nor digit for `&{Identifier}`.
fn replaced(text: &str, identifiers: &Identifiers) -> String {
    if identifiers.is_empty() || !text.contains('{') {
        return text.to_owned();
    }
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(brace) = rest.find('{') {
        let name = rest[brace + 1..].find('}').map(|length| &rest[brace + 1..brace + 1 + length]);
        let value = name.and_then(|name| identifiers.get(name.trim()).map(|value| (name, value)));
        match (value, rest[..brace].char_indices().next_back()) {
            (Some((name, value)), Some((start, sign @ ('$' | '&')))) => {
                result.push_str(&rest[..start]);
                match sign {
                    '$' => result.push_str(value),
                    _ => result.extend(value.chars().filter(char::is_ascii_alphanumeric)),
                }
                rest = &rest[brace + name.len() + 2..];
            }
            _ => {
                result.push_str(&rest[..=brace]);
                rest = &rest[brace + 1..];
            }
        }
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_replaced() {
        let identifiers = Identifiers::from([("X".to_owned(), "a-b".to_owned()), ("Y".to_owned(), "${X}".to_owned())]);
        for (text, expected) in [
            ("${X}", "a-b"),
            ("&{X}", "ab"),
            ("p${X}q&{X}r", "pa-bqabr"),
            ("${Z}${X}", "${Z}a-b"),
            ("${!X} {X} $X", "${!X} {X} $X"),
            ("${Y}", "${X}"),
            ("é${X}{", "éa-b{"),
            ("{{${X}}}", "{{a-b}}"),
        ] {
            assert_eq!(replaced(text, &identifiers), expected, "{text}");
        }
    }
}
