//! A page's prose on a terminal: marks that only a browser needs are gone, and lines fit.

use atalaya_terminal::human;

/// What stands around a block of an example.
const FENCE: &str = "```";

/// The prose with every line indented. Paragraphs and items of lists are broken between words; tables and examples
/// stay as they are. `None`: no line is broken.
pub(super) fn prose(text: &str, indent: &str, width: Option<usize>) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    let mut fenced = false;
    let flush = |paragraph: &mut String, blocks: &mut Vec<String>| {
        if !paragraph.is_empty() {
            blocks.push(block(&plain(paragraph), indent, width));
            paragraph.clear();
        }
    };
    for line in text.lines() {
        if line.starts_with(FENCE) {
            flush(&mut paragraph, &mut blocks);
            fenced = !fenced;
        } else if fenced || line.starts_with('|') {
            flush(&mut paragraph, &mut blocks);
            if fenced || !line.trim_matches(['|', '-', ':', ' ']).is_empty() {
                let extra = if fenced { "  " } else { "" };
                blocks.push(format!("{indent}{extra}{}", if fenced { line.to_owned() } else { plain(line) }));
            }
        } else if line.is_empty() {
            flush(&mut paragraph, &mut blocks);
            if blocks.last().is_some_and(|last| !last.is_empty()) {
                blocks.push(String::new());
            }
        } else if let Some(heading) = line.strip_prefix("### ") {
            flush(&mut paragraph, &mut blocks);
            blocks.push(format!("{indent}{}", plain(heading)));
        } else {
            if is_item(line) {
                flush(&mut paragraph, &mut blocks);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line.trim_start());
        }
    }
    flush(&mut paragraph, &mut blocks);
    blocks.join("\n")
}

/// A paragraph, or an item whose later lines stand under its words.
fn block(text: &str, indent: &str, width: Option<usize>) -> String {
    let mark = if is_item(text) { text.find(' ').map_or(0, |at| at + 1) } else { 0 };
    let hanging = format!("{indent}{}", " ".repeat(mark));
    let wrapped = human::wrap(&text[mark..], &hanging, width);
    // The first line gets the mark where the others have blanks.
    format!("{indent}{}{}", &text[..mark], &wrapped[hanging.len()..])
}

/// Whether a line begins an item of a list: `- x`, `1. x`.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let number = mark
        .strip_suffix('.')
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty());
    !rest.is_empty() && (mark == "-" || number)
}

/// The text without links' addresses and emphasis; what stands in backticks keeps them and all else.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, piece) in text.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 0 { out.push_str(&human::unlinked(piece).replace('*', "")) } else { out.push_str(piece) }
    }
    // What a link consists of may stand in backticks.
    human::unlinked(&out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_for_browsers_are_gone() {
        let text =
            "Cause *sender*: **all** of `a*b[0]` and [`README.md`](../README.md), [x] [Down](PipelineDown.md#x).";
        assert_eq!(plain(text), "Cause sender: all of `a*b[0]` and `README.md`, [x] Down.");
    }

    #[test]
    fn paragraphs_and_items_fit() {
        let text = "One two three four five six\nseven.\n\n- an item of a list that goes\n  on\n2. another\n\n| a | b |\n|---|---|\n| 1 | *2* |\n\n```text\nas  it is\n```";
        let expected = "  One two three four\n  five six seven.\n\n  - an item of a list\n    that goes on\n  2. another\n\n  | a | b |\n  | 1 | 2 |\n\n    as  it is";
        assert_eq!(prose(text, "  ", Some(24)), expected);
    }
}
