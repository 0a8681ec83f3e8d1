//! Functions that give text.

use crate::template::{
    node::Node,
    resolver::{Outcome, Resolver},
};

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
        Ok(encode(self.text(argument, path)?.as_bytes()))
    }

    /// `Fn::ToJsonString: list or mapping`.
    pub(crate) fn json_string(&mut self, argument: &Node, path: &str) -> Outcome<String> {
        self.needs_extensions(argument.place, path, "Fn::ToJsonString")?;
        if argument.items().is_none() && !argument.is_map() {
            return self.fail(crate::template::TemplateError::new(
                argument.place,
                path,
                format!("must be a list or a mapping, is {}", argument.noun()),
            ));
        }
        Ok(self.value(argument, path)?.map_or_else(|| "null".to_owned(), |value| value.to_json()))
    }
}

/// Base64 with padding (RFC 4648, section 4).
fn encode(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0, |group, (index, byte)| group | u32::from(*byte) << (16 - 8 * index));
        for index in 0..4 {
            let digit = (group >> (18 - 6 * index)) as usize & 63;
            text.push(if index <= chunk.len() { char::from(ALPHABET[digit]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_is_that_of_the_rfc() {
        for (plain, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("é\u{ff}", "w6nDvw==")]
        {
            assert_eq!(super::encode(plain.as_bytes()), encoded);
        }
    }
}
