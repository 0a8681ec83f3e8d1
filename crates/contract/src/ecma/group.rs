//! Groups: where they open and close, and how many capture.

use super::{Before, PatternFault, Translator};

/// The groups of a pattern.
pub(super) struct Groups {
    /// How many groups capture, which decides whether `\1` refers to one.
    pub(super) captures: usize,
    /// Whether one has a name, which decides whether `\k` refers to it.
    pub(super) named: bool,
    /// Where the groups begin that are open.
    open: Vec<usize>,
}

impl Groups {
    /// Counts the groups of a whole pattern.
    pub(super) fn count(chars: &[char]) -> Self {
        let mut groups = Self { captures: 0, named: false, open: Vec::new() };
        let (mut at, mut in_class) = (0, false);
        while at < chars.len() {
            match chars[at] {
                '\\' => at += 1,
                '[' => in_class = true,
                ']' => in_class = false,
                '(' if !in_class => {
                    let is_named =
                        chars[at + 1..].starts_with(&['?', '<']) && !matches!(chars.get(at + 3), Some('=' | '!'));
                    groups.captures += usize::from(is_named || chars.get(at + 1) != Some(&'?'));
                    groups.named |= is_named;
                }
                _ => {}
            }
            at += 1;
        }
        groups
    }

    pub(super) fn all_closed(&self) -> Result<(), PatternFault> {
        match self.open.last() {
            None => Ok(()),
            Some(start) => Err(PatternFault::unreadable(*start, "the group is never closed by `)`")),
        }
    }
}

impl Translator {
    pub(super) fn open_group(&mut self) -> Result<(), PatternFault> {
        let start = self.at;
        self.at += 1;
        if self.pass("?") {
            self.group_kind(start)?;
        }
        self.groups.open.push(start);
        self.out.push_str("(?:");
        self.before = Before::Nothing;
        Ok(())
    }

    /// Passes what follows `(?`. Names are of no use without captures.
    fn group_kind(&mut self, start: usize) -> Result<(), PatternFault> {
        if ["=", "!", "<=", "<!"].iter().any(|kind| self.pass(kind)) {
            return Err(PatternFault::new(
                "looks ahead or behind, which linear-time matching cannot do",
                "say what is wanted without looking ahead or behind, or write a second rule",
            ));
        }
        if self.pass(":") {
            return Ok(());
        }
        if self.pass("<") {
            let start_of_name = self.at;
            loop {
                match self.peek() {
                    Some(letter)
                        if letter.is_alphabetic()
                            || self.at > start_of_name && letter.is_numeric()
                            || matches!(letter, '_' | '$') =>
                    {
                        self.at += 1
                    }
                    Some('\\') if self.is_escaped_letter() => self.at += 6,
                    _ => break,
                }
            }
            return if self.at > start_of_name && self.pass(">") {
                Ok(())
            } else {
                Err(PatternFault::unreadable(start, "the name of the group is not well formed"))
            };
        }
        let hint = match self.peek() {
            Some('P') => "write (?<name>…) for a group with a name",
            Some('>') => "write (?:…): groups that give nothing back are of no use here",
            Some('#' | '|' | '&' | '+' | 'R' | '(' | '0'..='9') => {
                "write (?:…) for a group, and (…) for one that is counted"
            }
            _ => "flags are not read: write both cases, such as [Aa], and [^] for any character at all",
        };
        Err(PatternFault::unreadable(start, "no group begins so in ECMA-262").hint(hint))
    }

    /// Whether `\uXXXX` comes next.
    fn is_escaped_letter(&self) -> bool {
        let next = self.chars.get(self.at + 1..self.at + 6);
        next.is_some_and(|next| next[0] == 'u' && next[1..].iter().all(char::is_ascii_hexdigit))
    }

    pub(super) fn close_group(&mut self) -> Result<(), PatternFault> {
        if self.groups.open.pop().is_none() {
            return Err(PatternFault::unreadable(self.at, "`)` without a `(` before it"));
        }
        self.at += 1;
        self.atom(")");
        Ok(())
    }
}
