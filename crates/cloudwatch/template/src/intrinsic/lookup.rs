//! Functions that look a value up: in `Mappings`, and in the exports of other stacks.

use atalaya_document::{Entry, Node};

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

use super::reference::listed;

impl Resolver<'_> {
    /// `Fn::FindInMap: [map, first key, second key]`, with the language extensions also `{DefaultValue: value}`.
    pub(crate) fn find_in_map(&mut self, argument: &Node, path: &str) -> Outcome<Option<Node>> {
        let items =
            self.arguments_between(argument, 3..=4, path, "[map, first key, second key, {DefaultValue: value}]")?;
        let default = match items.get(3).map(|node| (node, node.entries())) {
            None => None,
            Some((node, [Entry { key, value, .. }])) if key == "DefaultValue" => {
                self.needs_extensions(node.place, path, "DefaultValue in Fn::FindInMap")?;
                Some(value)
            }
            Some((node, _)) => {
                let fault = TemplateError::new(node.place, path, "the fourth value must be {DefaultValue: value}");
                return self.fail(fault);
            }
        };
        for key in &items[..3] {
            if let [Entry { key: function, place, .. }] = key.entries()
                && !matches!(function.as_str(), "Ref" | "Fn::FindInMap")
            {
                self.needs_extensions(*place, path, &format!("{function} inside Fn::FindInMap"))?;
            }
        }
        let keys: Vec<_> = items[..3].iter().map(|key| self.text(key, path)).collect();
        let keys = keys.into_iter().collect::<Outcome<Vec<_>>>()?;
        let mut found = &self.document.mappings;
        for (index, key) in keys.iter().enumerate() {
            match (found.get(key), default) {
                (Some(next), _) => found = next,
                (None, Some(default)) => return self.value(default, path),
                (None, None) => {
                    let way = [&["Mappings".to_owned()], &keys[..index]].concat().join("/");
                    let names: Vec<_> = found.entries().iter().map(|entry| entry.key.as_str()).collect();
                    let fault = TemplateError::new(items[index].place, path, format!("{way} has no key `{key}`"));
                    return self.fail(fault.hint(format!("it has {}", listed(&names))));
                }
            }
        }
        Ok(Some(Node::new(argument.place, found.content.clone())))
    }

    /// `Fn::ImportValue: name`.
    pub(crate) fn import_value(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        let name = self.text(argument, path)?;
        match self.context.exports.get(&name) {
            Some(value) => Ok(value.clone()),
            None => {
                let names: Vec<_> = self.context.exports.keys().map(String::as_str).collect();
                let fault = TemplateError::new(argument.place, path, format!("no stack exports `{name}`"));
                self.fail(fault.hint(format!("the exports that are known: {}", listed(&names))))
            }
        }
    }
}
