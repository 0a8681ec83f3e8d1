//! Turns a node with functions into a node without.

use atalaya_document::{Content, Entry, Node, Place};

use super::{Context, document::Document, error::TemplateError, parameters::Parameters};

/// How long a chain of references may be; the bound keeps the recursion over them safe.
const MAX_CHAIN: usize = 100;

/// Something could not be resolved; why stands among the resolver's faults.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed;

/// A result whose error is already reported.
pub(crate) type Outcome<T> = Result<T, Failed>;

/// Resolves the functions of one document in one context, and gathers what is wrong.
pub(crate) struct Resolver<'a> {
    pub(crate) context: &'a Context,
    pub(crate) document: &'a Document,
    pub(crate) parameters: &'a Parameters,
    pub(crate) faults: Vec<TemplateError>,
    /// The references that are being followed, to find those that lead to themselves.
    chain: Vec<String>,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(context: &'a Context, document: &'a Document, parameters: &'a Parameters) -> Self {
        Self { context, document, parameters, faults: Vec::new(), chain: Vec::new() }
    }

    /// Reports a fault.
    pub(crate) fn fail<T>(&mut self, fault: TemplateError) -> Outcome<T> {
        self.faults.push(fault);
        Err(Failed)
    }

    /// The node without functions; `None` when it is `AWS::NoValue`, which takes a property or an item away.
    pub(crate) fn value(&mut self, node: &Node, path: &str) -> Outcome<Option<Node>> {
        let content = match &node.content {
            Content::List(items) => {
                let outcomes: Vec<_> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.value(item, &format!("{path}/{index}")))
                    .collect();
                let items = outcomes.into_iter().collect::<Outcome<Vec<_>>>()?;
                Content::List(items.into_iter().flatten().collect())
            }
            Content::Map(entries) => match self.function(node, path)? {
                Some(Entry { key, value, place }) => return self.call(key, value, *place, path),
                None => {
                    let outcomes: Vec<_> = entries.iter().map(|entry| self.property(entry, path)).collect();
                    let entries = outcomes.into_iter().collect::<Outcome<Vec<_>>>()?;
                    Content::Map(entries.into_iter().flatten().collect())
                }
            },
            content => content.clone(),
        };
        Ok(Some(Node::new(node.place, content)))
    }

    /// An entry of a mapping with its value resolved.
    pub(crate) fn property(&mut self, entry: &Entry, path: &str) -> Outcome<Option<Entry>> {
        let value = self.value(&entry.value, &format!("{path}/{}", entry.key))?;
        Ok(value.map(|value| Entry { key: entry.key.clone(), place: entry.place, value }))
    }

    /// The function that a mapping calls, if it is a call.
    pub(crate) fn function<'n>(&mut self, node: &'n Node, path: &str) -> Outcome<Option<&'n Entry>> {
        let is_call = |entry: &&Entry| entry.key.starts_with("Fn::") || entry.key == "Ref";
        match node.entries() {
            [entry] => Ok(Some(entry).filter(is_call)),
            // `Ref` beside other keys is a plain word of somebody's properties.
            entries => match entries.iter().find(|entry| entry.key.starts_with("Fn::")) {
                Some(entry) => self.fail(TemplateError::new(
                    entry.place,
                    path,
                    format!("{} must be the only key of its mapping", entry.key),
                )),
                None => Ok(None),
            },
        }
    }

    /// The scalar that a node gives, as text.
    pub(crate) fn text(&mut self, node: &Node, path: &str) -> Outcome<String> {
        let value = self.value(node, path)?;
        match value.as_ref().map(|value| (value.scalar(), value)) {
            Some((Some(text), _)) => Ok(text.into_owned()),
            Some((None, value)) => {
                self.fail(TemplateError::new(node.place, path, format!("must be text, is {}", value.noun())))
            }
            None => self.fail(TemplateError::new(node.place, path, "must be text, is AWS::NoValue")),
        }
    }

    /// The list that a node gives.
    pub(crate) fn list(&mut self, node: &Node, path: &str) -> Outcome<Vec<Node>> {
        match self.value(node, path)? {
            Some(Node { content: Content::List(items), .. }) => Ok(items),
            other => {
                let noun = other.map_or("AWS::NoValue".to_owned(), |value| value.noun());
                self.fail(TemplateError::new(node.place, path, format!("must be a list, is {noun}")))
            }
        }
    }

    /// The arguments of a function that takes exactly so many, before they are resolved.
    pub(crate) fn arguments<'n, const N: usize>(
        &mut self,
        argument: &'n Node,
        path: &str,
        usage: &str,
    ) -> Outcome<&'n [Node; N]> {
        match argument.items().and_then(|items| items.try_into().ok()) {
            Some(items) => Ok(items),
            None => self.fail(TemplateError::new(argument.place, path, format!("is written as {usage}"))),
        }
    }

    /// The arguments of a function that takes some, before they are resolved.
    pub(crate) fn arguments_between<'n>(
        &mut self,
        argument: &'n Node,
        counts: std::ops::RangeInclusive<usize>,
        path: &str,
        usage: &str,
    ) -> Outcome<&'n [Node]> {
        match argument.items() {
            Some(items) if counts.contains(&items.len()) => Ok(items),
            _ => self.fail(TemplateError::new(argument.place, path, format!("is written as {usage}"))),
        }
    }

    /// Follows a reference, unless it leads back to itself.
    pub(crate) fn follow<T>(
        &mut self,
        name: String,
        place: Place,
        path: &str,
        step: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        if let Some(first) = self.chain.iter().position(|open| *open == name) {
            let way = self.chain[first..].join(" → ");
            return self.fail(TemplateError::new(place, path, format!("leads to itself: {way} → {name}")));
        }
        if self.chain.len() == MAX_CHAIN {
            return self.fail(TemplateError::new(place, path, "a chain of references is too long here"));
        }
        self.chain.push(name);
        let outcome = step(self);
        self.chain.pop();
        outcome
    }

    fn call(&mut self, name: &str, argument: &Node, place: Place, path: &str) -> Outcome<Option<Node>> {
        let path = &format!("{path}/{name}");
        let text = |text: String| Some(Node::of_text(place, text));
        match name {
            "Ref" => {
                let target = self.target(argument, path)?;
                self.reference(&target, place, path)
            }
            "Fn::GetAtt" => self.get_att(argument, place, path).map(text),
            "Fn::Sub" => self.sub(argument, path).map(text),
            "Fn::Join" => self.join(argument, path).map(text),
            "Fn::Base64" => self.base64(argument, path).map(text),
            "Fn::ImportValue" => self.import_value(argument, path).map(text),
            "Fn::Split" => self.split(argument, path).map(Some),
            "Fn::Select" => self.select(argument, path).map(Some),
            "Fn::Cidr" => self.cidr(argument, path).map(Some),
            "Fn::FindInMap" => self.find_in_map(argument, path),
            "Fn::If" => self.if_(argument, path),
            "Fn::Length" => self.length(argument, path).map(Some),
            "Fn::ToJsonString" => self.json_string(argument, path).map(text),
            "Fn::GetAZs" => self.fail(
                TemplateError::new(place, path, "which zones an account has in a region is not known offline")
                    .hint("give the zones as a parameter"),
            ),
            "Fn::Transform" => self.fail(
                TemplateError::new(place, path, "a macro runs in AWS, so what it makes of this is not known offline")
                    .hint("test the template that the macro gives: CloudFormation's `get-template --template-stage Processed`"),
            ),
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => self.fail(
                TemplateError::new(place, path, format!("{name} stands here, where a value is expected"))
                    .hint("declare it under Conditions and use it by Fn::If"),
            ),
            _ => self.fail(
                TemplateError::new(place, path, format!("`{name}` is no function of CloudFormation that is supported"))
                    .hint("the functions are Ref, Fn::Sub, Fn::GetAtt, Fn::Join, Fn::If, Fn::FindInMap, Fn::ImportValue, Fn::Select, Fn::Split, Fn::Base64, Fn::Cidr, Fn::Length, Fn::ToJsonString, Fn::ForEach"),
            ),
        }
    }

    /// The name that `Ref` or `Fn::GetAtt` is about; only the language extensions allow a function there.
    pub(crate) fn target(&mut self, node: &Node, path: &str) -> Outcome<String> {
        if node.is_map() {
            self.needs_extensions(node.place, path, "a function inside Ref or Fn::GetAtt")?;
        }
        self.text(node, path)
    }

    /// A fault unless the template asks for the language extensions.
    pub(crate) fn needs_extensions(&mut self, place: Place, path: &str, what: &str) -> Outcome<()> {
        if self.document.has_extensions {
            return Ok(());
        }
        self.fail(
            TemplateError::new(place, path, format!("{what} needs the transform AWS::LanguageExtensions"))
                .hint("write `Transform: AWS::LanguageExtensions` at the template's top"),
        )
    }
}
