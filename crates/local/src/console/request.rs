//! What a browser asks for: the parts of its path and its query, decoded.

use std::collections::BTreeMap;

use hyper::{Method, StatusCode, Uri};
use percent_encoding::percent_decode_str;

use super::answer::Refusal;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The parts of the path.
    pub(super) path: Vec<String>,
    /// The query; the last of several of one name counts.
    pub(super) query: BTreeMap<String, String>,
}

impl Asked {
    /// Reads a request.
    pub(super) fn read(method: &Method, uri: &Uri) -> Result<Self, Refusal> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let sentence = format!("the console only shows: it answers GET and HEAD, not {method}");
            return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, sentence));
        }
        let parts = uri.path().split('/').filter(|part| !part.is_empty()).map(decoded);
        let pairs = uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(&name.replace('+', " "))?, decoded(&value.replace('+', " "))?))
        });
        let unreadable = || Refusal::bad("the address holds characters that are no UTF-8 text");
        Ok(Self {
            path: parts.collect::<Option<_>>().ok_or_else(unreadable)?,
            query: pairs.collect::<Option<_>>().ok_or_else(unreadable)?,
        })
    }

    /// A value of the query; an empty one is none.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value of the query as what it is to be.
    pub(super) fn parsed<T: std::str::FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, Refusal> {
        let Some(text) = self.value(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Refusal::bad(format!("`{name}` is `{text}`, which is not {what}")))
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: Method, uri: &str) -> Result<Asked, Refusal> {
        Asked::read(&method, &uri.parse().expect("a URI"))
    }

    #[test]
    fn path_and_query_are_decoded() {
        let asked = read(Method::GET, "/alarms/a%20b%2Fc/?x=1%2B1&y=a+b&x=2&z").expect("ours");
        assert_eq!(asked.path, ["alarms", "a b/c"]);
        assert_eq!(asked.value("x"), Some("2"));
        assert_eq!(asked.value("y"), Some("a b"));
        assert_eq!(asked.value("z"), None);
        let refused = asked.parsed::<u32>("y", "a number").expect_err("no number");
        assert_eq!(refused.sentence, "`y` is `a b`, which is not a number");
        assert!(read(Method::GET, "/%ff").is_err());
    }

    #[test]
    fn nothing_can_be_changed() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
            let refused = read(method, "/api/alarms").expect_err("it changes something");
            assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}
