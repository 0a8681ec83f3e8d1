//! The page: groups of checks, and in the end what is to be done.

use atalaya_contract::inert;

use super::check::{Check, Group, Result};
use crate::reject::sentence;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// The width where no terminal says one.
const WIDTH: usize = 80;
/// Letters of a subject before its words begin.
const SUBJECT: usize = 24;

/// All checks in their groups, and the end.
pub(super) fn page(checks: &[Check]) -> String {
    let width = table::terminal_width().unwrap_or(WIDTH);
    let mut parts = Vec::new();
    for group in Group::ALL {
        let lines: Vec<_> =
            checks.iter().filter(|check| check.group == group).map(|check| line(check, width)).collect();
        if !lines.is_empty() {
            parts.push(format!("{}\n{}", paint(style::STRONG, group.as_str()), lines.join("\n")));
        }
    }
    parts.push(end(checks));
    parts.join("\n\n")
}

/// `✗ intake                its time-out is 1 s …`, and what to do below.
fn line(check: &Check, width: usize) -> String {
    let (sign, colour) = match check.result {
        Result::Fine => ('✓', style::GOOD),
        Result::Look => ('!', style::WARN),
        Result::Wrong => ('✗', style::BAD),
    };
    let indent = " ".repeat(SUBJECT + 4);
    let subject = inert::text(&check.subject).to_string();
    let says = human::wrap(&sentence(&check.says).to_string(), &indent, Some(width));
    // A subject that is too long has a line of its own.
    let head = if subject.chars().count() > SUBJECT {
        format!("  {} {subject}\n{says}", paint(colour, sign))
    } else {
        format!("  {} {subject:<SUBJECT$}{}", paint(colour, sign), says.trim_start())
    };
    match &check.advice {
        Some(advice) if check.result != Result::Fine => {
            let advice = human::wrap(&format!("→ {}", sentence(advice)), &indent, Some(width));
            format!("{head}\n{}", paint(style::COMMAND, advice))
        }
        _ => head,
    }
}

fn end(checks: &[Check]) -> String {
    let count = |result: Result| checks.iter().filter(|check| check.result == result).count() as u64;
    let (wrong, look) = (count(Result::Wrong), count(Result::Look));
    let repairable = checks.iter().filter(|check| !check.repairs.is_empty()).count() as u64;
    let look_at = match look {
        0 => String::new(),
        _ => format!(", {} to look at", human::counted(look, "thing")),
    };
    if wrong == 0 {
        let said = format!("✓ nothing is wrong: {}{look_at}", human::counted(checks.len() as u64, "check"));
        return paint(style::GOOD, said);
    }
    let verb = if wrong == 1 { "is" } else { "are" };
    let mut text = paint(style::BAD, format!("✗ {} {verb} wrong{look_at}", human::counted(wrong, "thing")));
    if repairable > 0 {
        let which = if repairable == wrong { "it back".to_owned() } else { format!("{repairable} of them back") };
        text.push_str(&format!("\n  put {which}: {}", paint(style::COMMAND, "atalaya doctor --fix")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::repair::Repair;
    use super::*;

    #[test]
    fn the_page_fits_and_says_what_to_do() {
        let repair = Repair::EnableSource { uuid: "1".to_owned() };
        let checks = [
            Check::fine(Group::Access, "caller", "you are ann").advise("never told"),
            Check::wrong(
                Group::Wiring,
                "event source",
                "is off: the intake takes no arrivals from the queue at all, whatever comes",
            )
            .advise("atalaya doctor --fix puts it on")
            .repaired_by(repair),
            Check::look(Group::Feeds, "a/contract/with/a/very/long/name.odcs.yaml", "claims nothing"),
        ];
        let text = anstream::adapter::strip_str(&page(&checks)).to_string();
        for part in [
            "Access\n  ✓ caller                  you are ann\n\nRules and queues\n  ✗ event source",
            "→ atalaya doctor --fix puts it on",
            "Contracts and feeds\n  ! a/contract/with/a/very/long/name.odcs.yaml\n",
            "✗ 1 thing is wrong, 1 thing to look at\n  put it back: atalaya doctor --fix",
        ] {
            assert!(text.contains(part), "`{part}` is missing:\n{text}");
        }
        assert!(!text.contains("never told"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        let fine = anstream::adapter::strip_str(&page(&checks[..1])).to_string();
        assert!(fine.ends_with("✓ nothing is wrong: 1 check"), "{fine}");
    }

    #[test]
    fn nothing_that_is_looked_at_adds_a_line() {
        let forged = crate::hostile::FORGED;
        let text = page(&[Check::wrong(Group::Feeds, forged, forged).advise(forged)]);
        assert_eq!(atalaya_contract::inert::screen(&text), text);
        assert!(!text.lines().any(|line| line.trim_start().starts_with("What")), "{text}");
        assert_eq!(text.matches(r"orders/a.csv\n\nWhat").count(), 3, "{text}");
    }
}
