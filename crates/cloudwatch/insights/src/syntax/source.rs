//! Patterns: regular expressions and globs.

use std::ops::Range;

use regex::Regex;

use super::Pattern;
use atalaya_cloudwatch::query_error::{Fault, Problem};

pub(super) const GLOB_USAGE: &str =
    "parse @message \"user=*, took *\" as user, took, or parse @message /user=(?<user>.*)/";

/// A regular expression. Like CloudWatch's it has neither look-around nor back-references.
pub(super) fn regex(pattern: &str, place: &Range<usize>) -> Result<Regex, Problem> {
    Regex::new(pattern).map_err(|error| {
        // The last line of a parser's fault says what is wrong; those before it show where, over the pattern.
        let text = error.to_string();
        let what = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
        Problem::new(Fault::Syntax, place.clone(), format!("the regular expression is wrong: {what}"))
    })
}

/// A glob and the names of its stars.
pub(super) fn glob(text: &str, names: Vec<String>, place: Range<usize>) -> Result<Pattern, Problem> {
    let texts: Vec<String> = text.split('*').map(str::to_owned).collect();
    let stars = texts.len() - 1;
    let fault = |message: String| Err(Problem::new(Fault::Arguments, place.clone(), message));
    if stars == 0 {
        return fault(format!("there is no `*` in the pattern: {GLOB_USAGE}"));
    }
    if stars != names.len() {
        return fault(format!(
            "the pattern has {stars} `*` and {} names after `as`; there must be one each",
            names.len()
        ));
    }
    if texts[1..stars].iter().any(String::is_empty) {
        return fault("two `*` stand beside each other; nothing says where the first one ends".to_owned());
    }
    Ok(Pattern::Glob { texts, names })
}
