//! Numbers and times as people read them, and texts that fit a terminal.

pub use atalaya_contract::format::{
    ago, between, bytes, counted, duration, elapsed, grouped as count, number as figure, period, shorten, time,
};

/// Whole seconds that somebody asked for, as a period.
pub fn span(seconds: i64) -> String {
    u32::try_from(seconds).map_or_else(|_| format!("{seconds} s"), period)
}

/// `text` with every line indented, and broken between words where it is longer than `width`; a word that is longer
/// itself, such as an address, stays whole. `None`: no line is broken.
pub fn wrap(text: &str, indent: &str, width: Option<usize>) -> String {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(indent.chars().count()).max(20));
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut length = 0;
        for word in paragraph.split(' ') {
            let word_length = word.chars().count();
            if length > 0 && length + 1 + word_length > room {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += word_length;
        }
        lines.push(line);
    }
    lines.iter().map(|line| format!("{indent}{line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// `[words](address)` becomes `words`.
pub fn unlinked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('[') {
        out.push_str(before);
        match inside.split_once("](").and_then(|(words, after)| Some((words, after.split_once(')')?.1))) {
            Some((words, after)) if !words.contains('[') => {
                out.push_str(words);
                rest = after;
            }
            _ => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        let text = "the cell is not a date, write it as yyyy-MM-dd";
        assert_eq!(wrap(text, "  ", Some(30)), "  the cell is not a date,\n  write it as yyyy-MM-dd");
        assert_eq!(wrap(text, "  ", None), format!("  {text}"));
        let address = "s3://a-bucket-with-a-long-name/and/a/long/key.parquet";
        assert_eq!(wrap(&format!("at {address}"), "", Some(24)), format!("at\n{address}"));
    }
}
