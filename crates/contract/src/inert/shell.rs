//! Words of commands that people copy into a shell.

use std::fmt::Write as _;

use super::characters::is_unseen;

/// Whether the text means itself in a shell wherever it stands, within quotes too: nothing needs to be done to it before
/// it is put into a command.
#[must_use]
pub fn is_shell_plain(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    !text.is_empty() && !text.starts_with('-') && text.chars().all(plain)
}

/// `text` as one word of a shell, which means exactly that text and can do nothing else: bare where it is plain, else in
/// single quotes. What cannot be shown is written in octal within `$'…'`, which bash, zsh, ksh and POSIX.1-2024 know.
/// `None`: no argument of a program can hold a NUL.
///
/// A text that begins with `-` is quoted as any other; where it might be taken for an option, `--` or `--option=` has to
/// stand before it.
#[must_use]
pub fn shell_word(text: &str) -> Option<String> {
    let plain =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | '/' | ':' | ',' | '@' | '+');
    if text.contains('\0') {
        return None;
    }
    if !text.is_empty() && text.chars().all(plain) {
        return Some(text.to_owned());
    }
    if !text.contains(is_unseen) {
        return Some(format!("'{}'", text.replace('\'', r"'\''")));
    }
    let mut word = "$'".to_owned();
    for char in text.chars() {
        match char {
            '\'' | '\\' => word.extend(['\\', char]),
            _ if is_unseen(char) => {
                for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string cannot fail. Three digits always: a digit behind them is not one of theirs.
                    let _ = write!(word, "\\{byte:03o}");
                }
            }
            _ => word.push(char),
        }
    }
    word.push('\'');
    Some(word)
}
