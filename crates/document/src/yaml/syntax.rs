//! What to do about a fault of YAML's syntax.

use crate::Place;

/// Parts of the parser's messages, with the way out. The first that fits counts.
const HINTS: &[(&str, &str)] = &[
    ("tab cannot be used", "indent with spaces"),
    ("tabs disallowed", "indent with spaces"),
    ("found a tab", "indent with spaces"),
    ("start with a tab", "indent with spaces"),
    (
        "unprintable",
        "take the control character out; in double quotes it can be written as an escape, such as \"\\x07\" or \"\\e\"",
    ),
    ("byte order mark", "take the byte-order mark out: it may stand at the very start of the file only"),
    (
        "mapping values are not allowed",
        "a text that holds `: ` needs quotes around it; or a line before is indented otherwise than its neighbours",
    ),
    ("unexpected character", "a text that begins with @, `, % or another mark of YAML needs quotes around it"),
    ("cannot start with '-'", "put the text in quotes"),
    ("unknown anchor", "`*` refers to an anchor: put a text that begins with it in quotes"),
    ("scanning an anchor or alias", "`*` and `&` mark aliases and anchors: put a text that begins with one in quotes"),
    ("while parsing a tag", "`!` begins a tag: put a text that begins with it in quotes"),
    ("scanning a tag", "`!` begins a tag: put a text that begins with it in quotes"),
    ("unknown escape", "in double quotes a backslash begins an escape: write the text in single quotes"),
    ("hexadecimal number", "in double quotes a backslash begins an escape: write the text in single quotes"),
    (
        "invalid Unicode character escape",
        "in double quotes a backslash begins an escape: write the text in single quotes",
    ),
    ("unexpected end of stream", "a quote that is opened above is never closed"),
    (
        "trailing content",
        "what follows the closing quote is no part of the text: put all of it within the quotes, and double an apostrophe within single quotes",
    ),
    ("expected node content", "a mark such as a comma, `?` or `|` that is meant as text needs quotes around it"),
    ("quoted scalar", "look for a quote above that is never closed, and double a quote within single quotes"),
    (
        "flow sequence",
        "`[` begins a list: close it with `]`, or put a text that begins so, such as a regular expression, in single quotes",
    ),
    (
        "flow mapping",
        "a text that holds `[`, `]`, `{`, `}` or a comma needs single quotes here; a mapping that `{` begins ends with `}`",
    ),
    ("misplaced bracket", "put a text that holds `]` or `}` at its start in single quotes"),
    ("illegal placement", "close the `[` or `{` above, or put the text that begins with it in single quotes"),
    ("flow construct", "close the `[` or `{` above, or put the text that begins with it in single quotes"),
    (
        "did not find expected key",
        "indent this line as those of its mapping; a text that begins with a quote, `[` or `{` ends where that is closed: put the whole in single quotes",
    ),
    ("expected '-'", "indent the elements of a list alike, each beginning with `- `"),
    ("block sequence entries are not allowed", "begin a list on a line of its own below its key"),
    ("invalid indentation", "indent this line deeper than its key, and as deep as its neighbours"),
    ("wrongly indented", "indent every line of the text as deep as its first one, with spaces"),
    ("simple key", "put `: ` and a value behind the key, or indent this line deeper to make it part of the text above"),
    ("multiline text", "a comment cannot stand within a text of several lines: move it, or put the text in quotes"),
    ("scanning a block scalar", "a text after `|` or `>` begins on the next line, indented deeper"),
    ("must be followed by a valid YAML whitespace", "put a blank after it, no tab"),
    ("directive", "a line that begins with % is a directive of YAML: put a text that begins with it in quotes"),
    ("document end marker", "take `...` out"),
];

/// The first character that no YAML may hold as it is (YAML 1.2, 5.1, c-printable), and its place.
pub(super) fn unprintable(text: &str) -> Option<Place> {
    let is_printable = |letter: char| {
        !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}')
            || matches!(letter, '\t' | '\n' | '\r' | '\u{85}')
    };
    let at = text.find(|letter| !is_printable(letter))?;
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some(Place { line, column })
}

/// The way out of a fault with this message of the parser.
pub(super) fn hint(message: &str) -> Option<&'static str> {
    HINTS.iter().find(|(part, _)| message.contains(part)).map(|(_, hint)| *hint)
}
