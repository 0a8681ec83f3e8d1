//! `Fn::Sub`.

use std::collections::BTreeMap;

use atalaya_document::Node;

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

impl Resolver<'_> {
    /// `Fn::Sub: text`, or `Fn::Sub: [text, {Name: value}]`. `${!Word}` stands for `${Word}` itself.
    pub(crate) fn sub(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        let (text, variables) = match argument.items() {
            None => (argument, &[][..]),
            Some([text, variables]) if variables.is_map() => (text, variables.entries()),
            Some(_) => {
                let usage = "is written as text with ${Name}, or as [text, {Name: value}]";
                return self.fail(TemplateError::new(argument.place, path, usage));
            }
        };
        let Some(template) = text.scalar() else {
            let message = format!("the text must stand here itself, not {}", text.noun());
            return self.fail(TemplateError::new(text.place, path, message));
        };
        let mut values = BTreeMap::new();
        let mut failed = None;
        for entry in variables {
            match self.text(&entry.value, &format!("{path}/{}", entry.key)) {
                Ok(value) => drop(values.insert(entry.key.as_str(), value)),
                Err(failure) => failed = Some(failure),
            }
        }
        let mut result = String::with_capacity(template.len());
        for part in parts(&template) {
            match part {
                Part::Plain(plain) => result.push_str(plain),
                Part::Literal(word) => result.extend(["${", word, "}"]),
                Part::Name(name) => {
                    match values.get(name).map_or_else(|| self.named(name, text, path), |v| Ok(v.clone())) {
                        Ok(value) => result.push_str(&value),
                        Err(failure) => failed = Some(failure),
                    }
                }
            }
        }
        failed.map_or(Ok(result), Err)
    }

    /// What `${Name}` or `${Resource.Attribute}` stands for.
    fn named(&mut self, name: &str, text: &Node, path: &str) -> Outcome<String> {
        if let Some((resource, attribute)) = name.split_once('.') {
            return self.attribute(resource, attribute, text.place, path);
        }
        let value = self.reference(name, text.place, path)?;
        match value.as_ref().and_then(Node::scalar) {
            Some(value) => Ok(value.into_owned()),
            None => {
                let noun = value.as_ref().map_or("AWS::NoValue".to_owned(), Node::noun);
                self.fail(
                    TemplateError::new(text.place, path, format!("${{{name}}} must be text, is {noun}"))
                        .hint("join a list by Fn::Join in the second argument of Fn::Sub"),
                )
            }
        }
    }
}

/// A part of the text of `Fn::Sub`.
#[derive(Debug, PartialEq)]
enum Part<'t> {
    Plain(&'t str),
    Name(&'t str),
    Literal(&'t str),
}

/// Cuts a text at its `${…}`. Without a closing brace, or with nothing inside, `${` is plain text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start + 2..].find('}') else { break };
        let inside = &rest[start + 2..start + 2 + length];
        let end = start + 2 + length + 1;
        match inside.strip_prefix('!') {
            _ if inside.trim().is_empty() => parts.push(Part::Plain(&rest[..end])),
            Some(word) => parts.extend([Part::Plain(&rest[..start]), Part::Literal(word)]),
            None => parts.extend([Part::Plain(&rest[..start]), Part::Name(inside.trim())]),
        }
        rest = &rest[end..];
    }
    parts.push(Part::Plain(rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_its_names() {
        let cut = |text| parts(text).into_iter().filter(|part| *part != Part::Plain("")).collect::<Vec<_>>();
        assert_eq!(cut("a${B}c${D.E}"), [Part::Plain("a"), Part::Name("B"), Part::Plain("c"), Part::Name("D.E")]);
        assert_eq!(cut("${!B}"), [Part::Literal("B")]);
        assert_eq!(cut("$B ${ C } ${"), [Part::Plain("$B "), Part::Name("C"), Part::Plain(" ${")]);
        assert_eq!(cut("${}"), [Part::Plain("${}")]);
    }
}
