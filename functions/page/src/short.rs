//! A page in one line: the subject of an e-mail, and the text of an SMS.

use atalaya_cloud::subject::{ascii as only_ascii, cut, subject_line};
use atalaya_contract::{format::clock_utc, inert};

use crate::{document::Document, text::lasted};

/// The most characters of one SMS in the alphabet of GSM.
pub const MAX_SMS_CHARS: usize = 160;

/// The subject of a page: state, alarm, feeds, and what is wrong as far as there is room.
#[must_use]
pub fn subject(page: &Document) -> String {
    let quiet = if page.quiet.is_some() { "quiet note, " } else { "" };
    let after = lasted(page).map(|lasted| format!(" after {lasted}")).unwrap_or_default();
    let feeds = match page.datasets.as_slice() {
        [] => String::new(),
        [feed] => format!(" ({feed})"),
        [first, rest @ ..] => format!(" ({first} and {} more)", rest.len()),
    };
    let begin = format!("{quiet}{}{after}: {}", page.kind.word(), cut(&ascii(&page.alarm.short_name), 40));
    subject_line(&fitted(&format!("{begin}{}", cut(&ascii(&feeds), 30)), &page.summary, 99))
}

/// The text of an SMS: at most [`MAX_SMS_CHARS`] characters, all of them in the alphabet of GSM, so that it is one
/// message and not several.
#[must_use]
pub fn sms(page: &Document) -> String {
    let after = lasted(page).map(|lasted| format!(" after {lasted}")).unwrap_or_default();
    let value = page.measure.as_ref().and_then(|measure| measure.short()).map(|value| format!(", {value}"));
    let begin = format!(
        "{}{after}: {}{}, {}",
        page.kind.word(),
        cut(&ascii(&page.alarm.short_name), 50),
        value.unwrap_or_default(),
        clock_utc(page.alarm.changed_at),
    );
    let line: String = gsm(&fitted(&begin, &page.summary, MAX_SMS_CHARS));
    line.chars().take(MAX_SMS_CHARS).collect()
}

/// A text from outside in ASCII, of which no client makes a link.
fn ascii(text: &str) -> String {
    only_ascii(&inert::text(text).unlinked().to_string())
}

/// `begin`, and behind it as much of `rest` as fits, cut between words.
fn fitted(begin: &str, rest: &str, chars: usize) -> String {
    let (begin, rest) = (only_ascii(begin), ascii(rest));
    let whole = format!("{begin}: {rest}");
    if rest.is_empty() || whole.len() <= chars {
        return if rest.is_empty() { begin } else { whole };
    }
    // Room for the colon, the space and the dots.
    let room = chars.saturating_sub(begin.len() + 5);
    let kept = rest.get(..room).unwrap_or_default();
    let kept = kept.rsplit_once(' ').map_or(kept, |(kept, _)| kept);
    if kept.is_empty() { begin } else { format!("{begin}: {kept}...") }
}

/// Characters of ASCII that GSM writes as two, or not at all, as others that it has.
fn gsm(text: &str) -> String {
    let replaced = |char: char| match char {
        '[' | '{' => '(',
        ']' | '}' => ')',
        '\\' | '|' => '/',
        '~' | '^' => '-',
        '`' => '\'',
        other => other,
    };
    only_ascii(text).chars().map(replaced).collect()
}
