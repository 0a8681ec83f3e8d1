//! Long answers, page by page.

use serde_json::{Value, json};

use super::ApiError;

/// The part of a list that a call asks for. The token is the number of entries before it, so a list that changes
/// between two calls may show an entry twice or not at all.
pub(crate) struct Page {
    first: usize,
    size: usize,
}

impl Page {
    pub(crate) fn new(token: Option<&str>, size: usize) -> Result<Self, ApiError> {
        let first = match token {
            None => 0,
            Some(token) => token
                .strip_prefix("from-")
                .and_then(|first| first.parse().ok())
                .ok_or_else(|| ApiError::next_token(format!("`{token}` is no NextToken of an earlier answer")))?,
        };
        Ok(Self { first, size })
    }

    /// The page's entries, and the token of the next page where there is one.
    pub(crate) fn of<T>(&self, entries: impl IntoIterator<Item = T>) -> (Vec<T>, Option<String>) {
        let mut rest = entries.into_iter().skip(self.first);
        let page: Vec<T> = rest.by_ref().take(self.size).collect();
        let token = rest.next().map(|_| format!("from-{}", self.first + self.size));
        (page, token)
    }
}

/// Adds the token to an answer.
pub(crate) fn with_token(mut answer: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        answer["NextToken"] = json!(token);
    }
    answer
}
