//! The embedded font, and how wide words are in it: what is measured here is what a renderer draws, so that nothing
//! leaves its box.

use std::{borrow::Cow, sync::LazyLock};

use skrifa::{
    FontRef, MetadataProvider as _,
    charmap::Charmap,
    instance::{LocationRef, Size},
    metrics::GlyphMetrics,
};

/// Inter Regular, as OpenType.
static REGULAR: &[u8] = include_bytes!("../fonts/Inter-Regular.otf");
/// Inter SemiBold, as OpenType.
static SEMIBOLD: &[u8] = include_bytes!("../fonts/Inter-SemiBold.otf");

/// What the drawings name as their font: the embedded one, and what a system has where it is not served.
pub(super) const FAMILY: &str = "Inter, system-ui, sans-serif";

/// What stands for words that do not fit.
const ELLIPSIS: &str = "…";

/// The regular face of the drawings' font (Inter, SIL Open Font License), for a page that shows them.
#[must_use]
pub fn font_regular() -> &'static [u8] {
    REGULAR
}

/// The semibold face, weight 600.
#[must_use]
pub fn font_semibold() -> &'static [u8] {
    SEMIBOLD
}

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// A face, size and colour of words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Height of an em in px.
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) colour: atalaya_cloudwatch_dashboard::Colour,
}

/// The advances of a face, in ems.
struct Face {
    letters: Charmap<'static>,
    glyphs: GlyphMetrics<'static>,
    units: f64,
    ascii: [f64; 128],
}

impl Face {
    fn new(bytes: &'static [u8]) -> Self {
        let font = FontRef::new(bytes).expect("the embedded font is one");
        let (size, location) = (Size::unscaled(), LocationRef::default());
        let units = f64::from(font.metrics(size, location).units_per_em);
        let (letters, glyphs) = (font.charmap(), font.glyph_metrics(size, location));
        let mut face = Self { letters, glyphs, units, ascii: [0.0; 128] };
        for (code, letter) in (0_u8..128).zip(0..) {
            face.ascii[letter] = face.look_up(char::from(code));
        }
        face
    }

    /// A letter that the font lacks is drawn by another one; an em is as wide as they get.
    fn look_up(&self, letter: char) -> f64 {
        let advance = self.letters.map(letter).and_then(|glyph| self.glyphs.advance_width(glyph));
        advance.map_or(1.0, |advance| f64::from(advance) / self.units)
    }

    fn advance(&self, letter: char) -> f64 {
        self.ascii.get(letter as usize).copied().unwrap_or_else(|| self.look_up(letter))
    }
}

static FACES: LazyLock<[Face; 2]> = LazyLock::new(|| [Face::new(REGULAR), Face::new(SEMIBOLD)]);

impl Style {
    fn face(&self) -> &'static Face {
        match self.weight {
            Weight::Regular => &FACES[0],
            Weight::SemiBold => &FACES[1],
        }
    }

    /// How wide a text is, in px. Kerning is left out: it only brings letters closer.
    pub(super) fn width(&self, text: &str) -> f64 {
        let face = self.face();
        text.chars().map(|letter| face.advance(letter)).sum::<f64>() * self.size
    }

    /// The text, or as much of its beginning as is no wider than `width` px, with an ellipsis; nothing where not even
    /// one letter fits.
    pub(super) fn fit<'a>(&self, text: &'a str, width: f64) -> Cow<'a, str> {
        let room = width / self.size;
        let (face, mut used) = (self.face(), 0.0);
        let dots = face.advance('…');
        // As far as the text fits with an ellipsis behind it.
        let mut end = 0;
        for (at, letter) in text.char_indices() {
            used += face.advance(letter);
            if used > room {
                let kept = text[..end].trim_end_matches([' ', '-', ',', '·', '/']);
                return if kept.is_empty() { Cow::Borrowed("") } else { Cow::Owned(format!("{kept}{ELLIPSIS}")) };
            }
            if used + dots <= room {
                end = at + letter.len_utf8();
            }
        }
        Cow::Borrowed(text)
    }

    /// The lines of a text that is broken between words, at most `most` of them; the last one ends with an ellipsis
    /// where words are left. A word wider than a line is broken.
    pub(super) fn wrap(&self, text: &str, width: f64, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut words = text.split_whitespace().flat_map(|word| self.pieces(word, width)).peekable();
        while lines.len() < most && words.peek().is_some() {
            let mut line = String::new();
            while let Some(word) = words.peek() {
                let longer = if line.is_empty() { (*word).to_owned() } else { format!("{line} {word}") };
                if !line.is_empty() && self.width(&longer) > width {
                    break;
                }
                line = longer;
                words.next();
            }
            lines.push(line);
        }
        if let (Some(next), Some(last)) = (words.next(), lines.last_mut()) {
            // Wider than the line for certain, so that it ends with the ellipsis.
            *last = self.fit(&format!("{last} {next}{ELLIPSIS}{last}"), width).into_owned();
        }
        lines
    }

    /// A word as pieces that are no wider than a line each.
    fn pieces<'a>(&self, word: &'a str, width: f64) -> Vec<&'a str> {
        let (face, room) = (self.face(), width / self.size);
        let (mut pieces, mut start, mut used) = (Vec::new(), 0, 0.0);
        for (at, letter) in word.char_indices() {
            used += face.advance(letter);
            if used > room && at > start {
                pieces.push(&word[start..at]);
                (start, used) = (at, face.advance(letter));
            }
        }
        pieces.push(&word[start..]);
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { size: 10.0, weight: Weight::Regular, colour: [0; 3] };

    #[test]
    fn digits_are_of_one_width() {
        for weight in [Weight::Regular, Weight::SemiBold] {
            let style = Style { weight, ..STYLE };
            let zero = style.width("0");
            assert!(('1'..='9').all(|digit| (style.width(&digit.to_string()) - zero).abs() < 0.02), "{weight:?}");
        }
    }

    #[test]
    fn a_text_that_is_too_wide_ends_with_an_ellipsis() {
        let text = "rejected rows";
        assert_eq!(STYLE.fit(text, STYLE.width(text)), text);
        let fitted = STYLE.fit(text, STYLE.width(text) - 0.1);
        assert!(fitted.ends_with('…') && STYLE.width(&fitted) < STYLE.width(text), "{fitted}");
        assert_eq!(STYLE.fit("a - bbbb", STYLE.width("a - …")), "a…");
        assert_eq!(STYLE.fit(text, 3.0), "");
        assert_eq!(STYLE.fit("", 0.0), "");
    }

    #[test]
    fn lines_break_between_words_and_the_last_one_says_that_there_is_more() {
        let width = STYLE.width("files waiting");
        assert_eq!(STYLE.wrap("files waiting  for rows", width, 9), ["files waiting", "for rows"]);
        let cut = STYLE.wrap("files waiting for rows", width, 1);
        assert!(cut.len() == 1 && cut[0].ends_with('…') && STYLE.width(&cut[0]) <= width, "{cut:?}");
        let broken = STYLE.wrap("wwwwwwwwwwwwwww", STYLE.width("wwww"), 9);
        assert_eq!(broken.concat(), "w".repeat(15));
        assert!(broken.iter().all(|line| STYLE.width(line) <= STYLE.width("wwww") + 1e-9));
        assert!(STYLE.wrap(" ", width, 3).is_empty());
    }
}
