//! Functions that give text.

use atalaya_document::Node;

use crate::resolver::{Outcome, Resolver};

impl Resolver<'_> {
    /// `Fn::Join: [delimiter, [values]]`.
    pub(crate) fn join(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        let [delimiter, values] = self.arguments(argument, path, "[delimiter, [values]]")?;
        let delimiter = self.text(delimiter, path);
        let values = self.list(values, path)?;
        let texts: Vec<_> = values.iter().map(|value| self.text(value, path)).collect();
        let texts = texts.into_iter().collect::<Outcome<Vec<_>>>()?;
        Ok(texts.join(&delimiter?))
    }

    /// `Fn::Base64: text`.
    pub(crate) fn base64(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        Ok(atalaya_cloudwatch::base64::encode(self.text(argument, path)?.as_bytes()))
    }

    /// `Fn::ToJsonString: list or mapping`.
    pub(crate) fn json_string(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        self.needs_extensions(argument.place, path, "Fn::ToJsonString")?;
        if argument.items().is_none() && !argument.is_map() {
            return self.fail(crate::TemplateError::new(
                argument.place,
                path,
                format!("must be a list or a mapping, is {}", argument.noun()),
            ));
        }
        Ok(self.value(argument, path)?.map_or_else(|| "null".to_owned(), |value| value.to_json()))
    }
}
