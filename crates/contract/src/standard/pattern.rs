//! What identifiers and references look like, in each edition.

use std::sync::LazyLock;

use regex::Regex;

use super::Edition::{self, V320};

/// A pattern of an edition, and in words what it allows.
pub(super) struct Pattern {
    regex: Regex,
    pub(super) wanted: &'static str,
}

impl Pattern {
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

/// The letters of an identifier: v3.2.0 leaves out only those that have a meaning in references.
pub(super) fn identifier(edition: Edition) -> &'static Pattern {
    if edition < V320 { &NARROW_ID } else { &WIDE_ID }
}

/// `object.property`, or a path of alternating sections and ids that may begin in another file.
pub(super) fn reference(edition: Edition) -> &'static Pattern {
    if edition < V320 { &NARROW_REFERENCE } else { &WIDE_REFERENCE }
}

const NARROW: &str = "[A-Za-z0-9_-]+";
const WIDE: &str = r"[^\s.#/\\@!%&^]+";
const A_REFERENCE: &str = "a reference such as customers.id";

static NARROW_ID: LazyLock<Pattern> =
    LazyLock::new(|| pattern(&format!("^{NARROW}$"), "letters, digits, `_` and `-` only"));

static WIDE_ID: LazyLock<Pattern> =
    LazyLock::new(|| pattern(&format!("^{WIDE}$"), r"an identifier without blanks and without . # / \ @ ! % & ^"));

static NARROW_REFERENCE: LazyLock<Pattern> = LazyLock::new(|| {
    let word = "[A-Za-z_][A-Za-z0-9_]*";
    pattern(&format!(r"^(?:{word}\.{word}|{})$", path("yaml", NARROW)), A_REFERENCE)
});

/// Since v3.2.0 a name may hold `-`, nested properties have as many names as levels, and a file may end in `.yml`.
static WIDE_REFERENCE: LazyLock<Pattern> = LazyLock::new(|| {
    let word = "[A-Za-z_][A-Za-z0-9_-]*";
    pattern(&format!(r"^(?:{word}(?:\.{word})+|{})$", path("ya?ml", WIDE)), A_REFERENCE)
});

fn path(suffix: &str, id: &str) -> String {
    let step = format!("[A-Za-z_][A-Za-z0-9_]*/{id}");
    format!(r"(?:(?:https?://)?[A-Za-z0-9._\-/]+\.{suffix}#)?/?{step}(?:/{step})*")
}

fn pattern(text: &str, wanted: &'static str) -> Pattern {
    Pattern { regex: Regex::new(text).expect("the pattern is a constant"), wanted }
}
