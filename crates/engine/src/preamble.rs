//! What stands before a header, where something else does: the words of a program, a title, notes.

use crate::{
    fault::{FileFault, code},
    header,
    plan::Plan,
    scan::record::{Found, Kept, Reader as Records},
};

/// How many records are searched for the header.
const SEARCHED: usize = 40;

/// Explains a first record that is no header: `text` begins with it, on line `line` of the file.
pub(crate) fn explanation(plan: &Plan, text: &[u8], line: u64) -> Option<FileFault> {
    if is_separator_line(text) {
        return Some(separator_line());
    }
    let header = line + header_below(plan, text)?;
    let message = format!("the first record is no header: that stands on line {header}, below other lines");
    let hint = format!(
        "take the lines before line {header} out, or set `commentPrefix` in the contract's csvDialect if they all begin alike"
    );
    Some(FileFault::new(code::SOURCE, message).hint(hint))
}

/// Whether the text begins with a line `sep=;`.
pub(crate) fn is_separator_line(text: &[u8]) -> bool {
    text.len() > 5 && text[..4].eq_ignore_ascii_case(b"sep=") && matches!(text.get(5), Some(b'\n' | b'\r'))
}

pub(crate) fn separator_line() -> FileFault {
    let message = "the first line is `sep=`, which is meant for a spreadsheet program: it is no row";
    let hint = "take the line out, or set `commentPrefix: \"sep=\"` in the contract's csvDialect to pass it over";
    FileFault::new(code::SOURCE, message).hint(hint)
}

/// How many lines below the text's start a record stands that has every label of the contract, where the first has none.
fn header_below(plan: &Plan, text: &[u8]) -> Option<u64> {
    // What follows the text is not needed: a record that is cut off there is no worse than one that is not searched.
    let mut records = Records::new(text, true, &plan.marks);
    let (mut kept, mut stops) = (Vec::new(), Vec::new());
    for number in 0..SEARCHED {
        if records.is_done() {
            return None;
        }
        kept.clear();
        stops.clear();
        let lines = records.lines;
        let mut into = Kept { text: &mut kept, ends: &mut stops, width: header::HEADER_CELLS };
        let Found::Record(record) = records.next(&mut into) else { continue };
        let Ok(labels) = header::labels(plan, record, &kept, &stops) else { continue };
        let known = plan.columns.iter().filter(|column| labels.contains(&column.label)).count();
        if number == 0 && known > 0 {
            return None;
        }
        if known == plan.columns.len() {
            return Some(lines);
        }
    }
    None
}
