//! Colours of a body.

use super::{Colour, fault::Faults, fields::Fields};

/// `color`: `#` and six hexadecimal digits. Three digits stand for six, each doubled: the user guide's own examples
/// write them so.
pub(super) fn read(fields: &Fields<'_>, faults: &mut Faults) -> Option<Colour> {
    let text = fields.text("color", faults)?;
    let colour = parse(text);
    if colour.is_none() {
        faults
            .add(fields.at("color"), format!("`{text}` is no colour; write # and six hexadecimal digits, as #2ca02c"));
    }
    colour
}

fn parse(text: &str) -> Option<Colour> {
    let digits = text.strip_prefix('#')?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let part = |from: usize, to: usize| u8::from_str_radix(&digits[from..to], 16).ok();
    match digits.len() {
        6 => Some([part(0, 2)?, part(2, 4)?, part(4, 6)?]),
        3 => Some([part(0, 1)? * 17, part(1, 2)? * 17, part(2, 3)? * 17]),
        _ => None,
    }
}
