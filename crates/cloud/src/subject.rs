//! The subject of a message, as SNS and e-mail can carry it.

/// SNS takes fewer than 100 characters.
pub const MAX_SUBJECT_CHARS: usize = 99;

/// `text` as a subject: printable ASCII, at most [`MAX_SUBJECT_CHARS`] with the middle left out of a longer one,
/// beginning with a letter, a digit or a punctuation mark.
#[must_use]
pub fn subject_line(text: &str) -> String {
    let line = cut(&ascii(text), MAX_SUBJECT_CHARS);
    let begins_well = line.starts_with(|first: char| first.is_ascii_graphic());
    if begins_well { line } else { format!("-{}", &line[1.min(line.len())..]) }
}

/// What ASCII cannot say becomes a question mark, and a control character a space.
#[must_use]
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            ' '..='~' => char,
            _ if char.is_control() => ' ',
            _ => '?',
        })
        .collect()
}

/// The text with its middle left out where it is longer than `chars`; its begin and its end say most. ASCII only.
#[must_use]
pub fn cut(text: &str, chars: usize) -> String {
    if text.len() <= chars {
        return text.to_owned();
    }
    let kept = chars.saturating_sub(3);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    format!("{}...{}", &text[..head], &text[text.len() - tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_a_short_line_of_ascii() {
        assert_eq!(subject_line("orders: march.csv is available"), "orders: march.csv is available");
        assert_eq!(subject_line(" añb\r\n"), "-a?b  ");
        assert_eq!(subject_line(""), "-");
        let long = subject_line(&format!("begin {} end", "x".repeat(200)));
        assert_eq!(long.len(), MAX_SUBJECT_CHARS);
        assert!(long.starts_with("begin xx") && long.ends_with("xx end") && long.contains("..."), "{long}");
    }
}
