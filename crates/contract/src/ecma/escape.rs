//! Escapes: what follows a backslash.

use super::{PatternFault, Translator, class};

/// `\b` and `\B` of ECMA-262 know ASCII letters only.
const BOUNDARY: &str = r"(?-u:\b)";
const NO_BOUNDARY: &str = r"(?-u:\B)";

/// What an escape means, outside a class or in one.
pub(super) enum Escape {
    /// A character, by its code point; or half a surrogate pair.
    Code(u32),
    /// One of the sets of [`class::set`].
    Set(&'static str),
}

impl Translator {
    /// Translates an escape outside a class.
    pub(super) fn escape(&mut self) -> Result<(), PatternFault> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            None => return Err(PatternFault::unreadable(start, "a backslash stands at the end")),
            Some('b') => {
                self.at += 1;
                self.assertion(BOUNDARY);
                return Ok(());
            }
            Some('B') => {
                self.at += 1;
                self.has_no_boundary = true;
                self.assertion(NO_BOUNDARY);
                return Ok(());
            }
            Some('k') if self.groups.named && self.peek_second() == Some('<') => return Err(refers_back()),
            Some('k') if self.groups.named => {
                return Err(PatternFault::unreadable(start, "`\\k` names no group"));
            }
            Some('1'..='9') => {
                let digits = self.chars[self.at..].iter().take_while(|letter| letter.is_ascii_digit());
                let number = digits.clone().collect::<String>().parse::<usize>().unwrap_or(usize::MAX);
                if number <= self.groups.captures {
                    return Err(refers_back());
                }
            }
            Some(_) => {}
        }
        match self.escape_at(false) {
            Escape::Code(code) => self.literal(code),
            Escape::Set(set) => self.atom(&format!("[{set}]")),
        }
        Ok(())
    }

    /// Reads what follows a backslash that refers to no group, from after it. At least one character follows.
    pub(super) fn escape_at(&mut self, in_class: bool) -> Escape {
        let letter = self.peek().unwrap_or('\\');
        self.at += 1;
        if let Some(set) = class::set(letter) {
            return Escape::Set(set);
        }
        let code = match letter {
            't' => 0x09,
            'n' => 0x0a,
            'v' => 0x0b,
            'f' => 0x0c,
            'r' => 0x0d,
            'b' if in_class => 0x08,
            'c' => return Escape::Code(self.control(in_class)),
            'x' => match self.hexadecimal(2) {
                Some(code) => code,
                None => self.itself(letter),
            },
            'u' => match self.hexadecimal(4) {
                Some(code) => self.paired(code),
                None => self.itself(letter),
            },
            '0'..='7' => self.octal(letter),
            letter => self.itself(letter),
        };
        Escape::Code(code)
    }

    /// A letter that has no meaning as an escape stands for itself (annex B.1.2, IdentityEscape).
    fn itself(&mut self, letter: char) -> u32 {
        if letter.is_ascii_alphanumeric() {
            let hint = match letter {
                'p' | 'P' => "; write the letters that are meant, such as [A-Za-zÀ-ÿ]",
                'u' => "; write \\uXXXX with four digits",
                'x' => "; write \\xXX with two digits",
                'A' => "; the start of the text is ^",
                'z' | 'Z' => "; the end of the text is $",
                _ => "",
            };
            self.remark(format!("`\\{letter}` is the letter {letter} in ECMA-262, as patterns of ODCS are read{hint}"));
        }
        u32::from(letter)
    }

    /// `\cA`; a backslash that no control letter follows stands for itself.
    fn control(&mut self, in_class: bool) -> u32 {
        match self.peek() {
            Some(letter) if letter.is_ascii_alphabetic() || in_class && (letter.is_ascii_digit() || letter == '_') => {
                self.at += 1;
                u32::from(letter) % 32
            }
            _ => {
                self.at -= 1;
                u32::from('\\')
            }
        }
    }

    /// So many hexadecimal digits; none are passed when there are fewer.
    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.chars.get(self.at..self.at + digits)?.iter().collect();
        let code = text.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(&text, 16).ok())??;
        self.at += digits;
        Some(code)
    }

    /// By code points, two halves of a surrogate pair are one character.
    fn paired(&mut self, code: u32) -> u32 {
        if !(0xd800..0xe000).contains(&code) {
            return code;
        }
        let before = self.at;
        if code < 0xdc00
            && self.pass("\\u")
            && let Some(low @ 0xdc00..=0xdfff) = self.hexadecimal(4)
        {
            return 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        self.at = before;
        self.remark(format!(
            "`\\u{code:04X}` alone is half a character and matches nothing: patterns go by code points"
        ));
        code
    }

    /// Up to three octal digits, at most 377 (annex B.1.2, LegacyOctalEscapeSequence).
    fn octal(&mut self, first: char) -> u32 {
        let mut code = first.to_digit(8).unwrap_or(0);
        let end = self.at + 2;
        while self.at < end
            && let Some(digit) = self.peek().and_then(|letter| letter.to_digit(8))
            && code * 8 + digit <= 0o377
        {
            code = code * 8 + digit;
            self.at += 1;
        }
        code
    }
}

fn refers_back() -> PatternFault {
    PatternFault::new(
        "refers back to a group, which linear-time matching cannot do",
        "write out what the group may match",
    )
}
