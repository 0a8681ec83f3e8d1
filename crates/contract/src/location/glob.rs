//! One glob, compiled within bounds: whatever a contract's author writes, reading it neither panics nor takes more
//! memory or time than a plain glob of the greatest length.

use std::panic::{AssertUnwindSafe, catch_unwind};

use globset::{Glob, GlobBuilder, GlobMatcher};
use regex_automata::{
    nfa::thompson::{Compiler, Config, NFA, WhichCaptures},
    util::syntax,
};

/// The deepest nesting of braces.
const MAX_DEPTH: usize = 4;
/// Most states of a glob's automaton. A glob of the greatest length has about 1,600 at the worst.
const MAX_STATES: usize = 2_048;
/// Most bytes of a glob's automaton.
const MAX_AUTOMATON_BYTES: usize = 1024 * 1024;

/// A glob whose matcher is ready.
#[derive(Debug, Clone)]
pub(crate) struct CompiledGlob {
    /// Every match begins so.
    prefix: String,
    matcher: GlobMatcher,
}

impl CompiledGlob {
    /// Compiles a glob of at most `max_bytes`.
    ///
    /// # Errors
    /// What is wrong with it, to be put after its text.
    pub(crate) fn new(pattern: &str, ignore_case: bool, max_bytes: usize) -> Result<Self, String> {
        let glob = checked(pattern, ignore_case, max_bytes)?;
        // The automaton was made by the same compiler with a smaller bound, so that nothing is left that can fail. The
        // matcher's constructor would panic: if it does after all, then this glob is refused and no other suffers.
        let matcher = catch_unwind(AssertUnwindSafe(|| glob.compile_matcher()))
            .map_err(|_| "is a glob that cannot be compiled; write a simpler one".to_owned())?;
        let prefix = if ignore_case { "" } else { literal_prefix(pattern) };
        Ok(Self { prefix: prefix.to_owned(), matcher })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        text.starts_with(&self.prefix) && self.matcher.is_match(text)
    }
}

/// The automaton of a glob.
///
/// # Errors
/// As [`CompiledGlob::new`].
pub(crate) fn automaton(pattern: &str, max_bytes: usize) -> Result<NFA, String> {
    compile(checked(pattern, false, max_bytes)?.regex())
}

/// The glob's text up to its first special character: what every match begins with.
pub(crate) fn literal_prefix(pattern: &str) -> &str {
    pattern.split(['*', '?', '[', '{', '\\']).next().unwrap_or_default()
}

/// Reads a glob and makes sure that it compiles. `*` stays within a path segment, `**` does not.
fn checked(pattern: &str, ignore_case: bool, max_bytes: usize) -> Result<Glob, String> {
    if pattern.len() > max_bytes {
        return Err(format!("is longer than {max_bytes} bytes"));
    }
    if pattern.chars().any(char::is_control) {
        return Err("holds a control character".to_owned());
    }
    check_structure(pattern)?;
    let mut builder = GlobBuilder::new(pattern);
    builder.literal_separator(true).backslash_escape(true).case_insensitive(ignore_case);
    let glob = builder.build().map_err(|error| format!("is no glob: {}", error.kind()))?;
    compile(glob.regex())?;
    Ok(glob)
}

/// Compiles a glob's regex as the matcher does, with a smaller bound.
fn compile(regex: &str) -> Result<NFA, String> {
    let too_large = || "is a glob that is too large once compiled; write a simpler one".to_owned();
    let config =
        Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(MAX_AUTOMATON_BYTES));
    let automaton = Compiler::new()
        .syntax(syntax::Config::new().utf8(false).dot_matches_new_line(true))
        .configure(config)
        .build(regex)
        .map_err(|error| match error.size_limit() {
            Some(_) => too_large(),
            None => format!("is a glob that cannot be compiled: {error}"),
        })?;
    if automaton.states().len() > MAX_STATES { Err(too_large()) } else { Ok(automaton) }
}

/// Refuses what a glob's grammar allows and its matcher cannot do: braces so deep that compiling them fails, and
/// classes of letters other than ASCII's, of which the matcher would see single bytes.
fn check_structure(pattern: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    let mut chars = pattern.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => {
                chars.next();
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '[' if !is_ascii_class(&mut chars) => {
                return Err("has [ ] with a letter that is not ASCII; list such letters in { } instead".to_owned());
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(format!("nests braces deeper than {MAX_DEPTH}"));
        }
    }
    Ok(())
}

/// Goes past a class, whose `[` was taken. A class without an end is told of where the glob is read.
fn is_ascii_class(chars: &mut std::str::Chars<'_>) -> bool {
    let rest = chars.as_str();
    if rest.starts_with(['!', '^']) {
        chars.next();
    }
    let mut is_first = true;
    for char in chars.by_ref() {
        match char {
            ']' if !is_first => return true,
            _ if !char.is_ascii() => return false,
            _ => is_first = false,
        }
    }
    true
}
