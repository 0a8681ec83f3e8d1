//! Which characters cannot be shown as they are, and how they are written.

use std::fmt::Write as _;

/// Whether the character shows nothing of itself, or does something instead: controls; separators of lines and of
/// paragraphs; marks, embeddings and isolates of bidirectional text; joiners, fillers, selectors, tags and all else
/// that Unicode lets a font ignore; private use; and code points that are no characters.
pub(super) const fn is_unseen(char: char) -> bool {
    matches!(char,
        // C0, DEL and C1.
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        // Default_Ignorable_Code_Point of Unicode 17, which has the bidirectional marks in it.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        // Line and paragraph separator; a braille cell without dots, which is blank; specials up to U+FFFB, which hold
        // annotations.
        | '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{fff0}'..='\u{fffb}'
        // Private use, and noncharacters.
        | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}'
    ) || (char as u32) & 0xfffe == 0xfffe
}

/// Writes the character as an escape.
pub(super) fn escape(char: char, out: &mut String) {
    match char {
        '\n' => out.push_str(r"\n"),
        '\r' => out.push_str(r"\r"),
        '\t' => out.push_str(r"\t"),
        // Writing to a string cannot fail.
        _ => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
        }
    }
}

/// Whether a program that reads mail would make a link of the word, by a scheme or by `www.`. The scheme `s3` is known
/// to none of them, and all addresses of Atalaya's outputs have it.
pub(super) fn is_link(word: &str) -> bool {
    let has_scheme = word.match_indices("://").any(|(at, _)| {
        let before = &word[..at];
        let scheme = before.rsplit(|char: char| !char.is_ascii_alphanumeric()).next().unwrap_or_default();
        !scheme.eq_ignore_ascii_case("s3")
    });
    has_scheme || word.to_ascii_lowercase().contains("www.")
}
