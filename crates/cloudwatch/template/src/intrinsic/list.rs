//! Functions on lists.

use atalaya_document::{Content, Node};

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

impl Resolver<'_> {
    /// `Fn::Split: [delimiter, text]`.
    pub(crate) fn split(&mut self, argument: &Node, path: &str) -> Outcome<Node> {
        let [delimiter, text] = self.arguments(argument, path, "[delimiter, text]")?;
        let (delimiter, text) = (self.text(delimiter, path)?, self.text(text, path)?);
        if delimiter.is_empty() {
            return self.fail(TemplateError::new(argument.place, path, "the delimiter is empty"));
        }
        let items = text.split(&delimiter).map(|item| Node::of_text(argument.place, item)).collect();
        Ok(Node::new(argument.place, Content::List(items)))
    }

    /// `Fn::Select: [index, [values]]`; the first value has the index 0.
    pub(crate) fn select(&mut self, argument: &Node, path: &str) -> Outcome<Node> {
        let [index, values] = self.arguments(argument, path, "[index, [values]]")?;
        let text = self.text(index, path)?;
        let Ok(position) = text.trim().parse::<usize>() else {
            return self.fail(TemplateError::new(
                index.place,
                path,
                format!("the index must be 0, 1, 2 …, is {text:?}"),
            ));
        };
        let mut values = self.list(values, path)?;
        if position >= values.len() {
            let message = format!("there is no value {position}: the list has {}", values.len());
            return self.fail(TemplateError::new(index.place, path, message).hint("the first value has the index 0"));
        }
        Ok(values.swap_remove(position))
    }

    /// `Fn::Length: list`.
    pub(crate) fn length(&mut self, argument: &Node, path: &str) -> Outcome<Node> {
        self.needs_extensions(argument.place, path, "Fn::Length")?;
        let count = self.list(argument, path)?.len();
        Ok(Node::new(argument.place, Content::Number(count.to_string())))
    }
}
