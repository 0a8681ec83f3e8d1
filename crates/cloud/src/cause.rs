//! What a failing step said, made readable: Step Functions passes a function's error on as a JSON document.

use atalaya_contract::FailureNote;
use serde::Deserialize;

/// What Lambda makes of a function's error.
#[derive(Deserialize)]
struct LambdaCause {
    #[serde(rename = "errorMessage")]
    message: String,
    #[serde(rename = "errorType")]
    kind: Option<String>,
}

/// The human part of a failure: a function's own words where the message is Lambda's JSON document, else the message.
#[must_use]
pub fn readable(note: &FailureNote) -> FailureNote {
    match serde_json::from_str::<LambdaCause>(&note.message) {
        Ok(cause) => FailureNote { kind: cause.kind.unwrap_or_else(|| note.kind.clone()), message: cause.message },
        Err(_) => note.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_functions_error_is_shown_in_its_own_words() {
        let note = |kind: &str, message: &str| FailureNote { kind: kind.to_owned(), message: message.to_owned() };
        let cause = r#"{"errorType":"Permanent","errorMessage":"the contract is gone","stackTrace":[]}"#;
        assert_eq!(readable(&note("Permanent", cause)), note("Permanent", "the contract is gone"));
        let plain = note("States.Timeout", "");
        assert_eq!(readable(&plain), plain);
    }
}
