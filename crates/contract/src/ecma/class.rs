//! Classes: `[…]`, and the sets that escapes name.

use super::{PatternFault, Translator, escape::Escape, one};

/// No character at all.
pub(super) const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";

/// The elements of a class that match what `\d`, `\w`, `\s` and their opposites match in ECMA-262 without flags
/// (22.2.2.9, CharacterClassEscape).
pub(super) fn set(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        'D' => "[^0-9]",
        'w' => "0-9A-Za-z_",
        'W' => "[^0-9A-Za-z_]",
        's' => SPACES,
        'S' => r"[^\t\n\x0B\x0C\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}]",
        _ => return None,
    })
}

/// White space and line terminators (ECMA-262, 12.2 and 12.3).
const SPACES: &str = r"\t\n\x0B\x0C\r \x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x{FEFF}";

/// The classes of POSIX by name.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

impl Translator {
    pub(super) fn class(&mut self) -> Result<(), PatternFault> {
        let start = self.at;
        self.at += 1;
        let negated = self.pass("^");
        let mut elements = String::new();
        loop {
            match self.peek() {
                None => return Err(PatternFault::unreadable(start, "the class is never closed by `]`")),
                Some(']') => break,
                Some(_) => self.element(&mut elements)?,
            }
        }
        self.at += 1;
        self.remark_bare_posix(start);
        let class = match (negated, elements.is_empty()) {
            (false, true) => NOTHING.to_owned(),
            (true, true) => r"[\x{0}-\x{10FFFF}]".to_owned(),
            (false, false) => format!("[{elements}]"),
            (true, false) => format!("[^{elements}]"),
        };
        self.atom(&class);
        Ok(())
    }

    /// Translates one character, set or range of a class.
    fn element(&mut self, out: &mut String) -> Result<(), PatternFault> {
        self.remark_other_dialects();
        let start = self.at;
        let first = self.class_atom()?;
        if self.peek() != Some('-') || matches!(self.peek_second(), None | Some(']')) {
            push(&first, out);
            return Ok(());
        }
        self.at += 1;
        let second = self.class_atom()?;
        match (&first, &second) {
            (Escape::Code(low), Escape::Code(high)) if low > high => {
                Err(PatternFault::unreadable(start, "the range ends before it begins")
                    .hint("write the lesser end first, or put a backslash before the dash if it stands for itself"))
            }
            (Escape::Code(low), Escape::Code(high)) => {
                push_range(*low, *high, out);
                Ok(())
            }
            // A set is no end of a range: the dash stands for itself (annex B.1.2).
            _ => {
                push(&first, out);
                push(&Escape::Code(u32::from('-')), out);
                push(&second, out);
                Ok(())
            }
        }
    }

    fn class_atom(&mut self) -> Result<Escape, PatternFault> {
        let start = self.at;
        let letter = self.peek().unwrap_or(']');
        self.at += 1;
        if letter != '\\' {
            return Ok(Escape::Code(u32::from(letter)));
        }
        match self.peek() {
            None => return Err(PatternFault::unreadable(start, "a backslash stands at the end")),
            Some('k') if self.groups.named => {
                return Err(PatternFault::unreadable(start, "`\\k` refers to no group within a class"));
            }
            Some(_) => {}
        }
        Ok(self.escape_at(true))
    }

    /// `[:alpha:]`, which is no class of POSIX anywhere: there it stands within another pair of brackets.
    fn remark_bare_posix(&mut self, start: usize) {
        let class: String = self.chars[start..self.at].iter().collect();
        let name = class.strip_prefix("[:").and_then(|rest| rest.strip_suffix(":]"));
        if name.is_some_and(|name| POSIX.contains(&name)) {
            self.remark(format!("`{class}` is one of the characters that stand in it; write ranges such as [a-z]"));
        }
    }

    /// What means a set or an intersection elsewhere.
    fn remark_other_dialects(&mut self) {
        let rest = &self.chars[self.at..];
        let is_intersection = rest.starts_with(&['&', '&']);
        let name = rest.strip_prefix(&['[', ':']).map(|inner| {
            let inner = inner.iter().skip_while(|letter| **letter == '^');
            inner.take_while(|letter| **letter != ':').collect::<String>()
        });
        if is_intersection {
            self.remark("`&&` in a class is the character & in ECMA-262, no intersection".to_owned());
        }
        let Some(name) = name else { return };
        if POSIX.contains(&name.as_str()) {
            self.remark(format!(
                "`[:{name}:]` in a class is none of POSIX in ECMA-262, but the characters of its name; write ranges such as a-z"
            ));
        }
    }
}

fn push(element: &Escape, out: &mut String) {
    match element {
        Escape::Set(set) => out.push_str(set),
        Escape::Code(code) => out.push_str(&one(*code)),
    }
}

/// A range without the halves of surrogate pairs, which no text holds.
fn push_range(low: u32, high: u32, out: &mut String) {
    let is_half = |code: &u32| (0xd800..0xe000).contains(code);
    let low = if is_half(&low) { 0xe000 } else { low };
    let high = if is_half(&high) { 0xd7ff } else { high };
    if low <= high {
        out.push_str(&one(low));
        out.push('-');
        out.push_str(&one(high));
    } else {
        out.push_str(NOTHING);
    }
}
