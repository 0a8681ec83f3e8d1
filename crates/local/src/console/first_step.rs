//! The first step of an alarm's description, taken apart: what can be typed, and the words around it.

use serde::Serialize;

/// What the commands of a first step begin with.
const PROGRAMS: [&str; 2] = ["atalaya ", "aws "];
/// What ends a command within a sentence.
const ENDS: [&str; 4] = [", ", "; ", ": ", " of "];

/// A part of a first step. All parts together are the whole text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Part<'a> {
    /// What can be typed as it stands, once its placeholders are filled.
    Command(&'a str),
    /// Words for people, with the spaces around them.
    Prose(&'a str),
}

/// `atalaya doctor, then atalaya dlq list`: a command, `, then `, a command. A command begins a clause; what begins with
/// no program of ours is prose, so that it is never copied into a shell.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(start) = command_start(rest) {
        let (before, from) = rest.split_at(start);
        let (command, after) = from.split_at(command_end(from));
        if !before.is_empty() {
            parts.push(Part::Prose(before));
        }
        parts.push(Part::Command(command));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(Part::Prose(rest));
    }
    parts
}

/// Where the first command of the text begins, in bytes.
fn command_start(text: &str) -> Option<usize> {
    let begins_clause = |at: &usize| {
        let before = text[..*at].trim_end();
        before.is_empty() || before.ends_with([',', ';', ':']) || before.ends_with("then")
    };
    let starts = PROGRAMS.iter().flat_map(|program| text.match_indices(program)).map(|(at, _)| at);
    starts.filter(begins_clause).min()
}

/// Where the command that the text begins with ends, in bytes. What stands in double quotes belongs to it.
fn command_end(text: &str) -> usize {
    let is_quoted = |at: usize| text[..at].matches('"').count() % 2 == 1;
    let ends = ENDS.iter().flat_map(|end| text.match_indices(end)).map(|(at, _)| at);
    let end = ends.filter(|at| !is_quoted(*at)).min().unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ' ']).len()
}

#[cfg(test)]
mod tests {
    use super::{
        Part::{Command, Prose},
        *,
    };

    #[test]
    fn only_commands_can_be_copied() {
        let cases: [(&str, &[Part<'_>]); 8] = [
            ("atalaya dlq show intake", &[Command("atalaya dlq show intake")]),
            (
                "atalaya status, then atalaya doctor",
                &[Command("atalaya status"), Prose(", then "), Command("atalaya doctor")],
            ),
            (
                "atalaya trace {file_id}; when the cause is gone, atalaya redrive --failed --since 24h",
                &[
                    Command("atalaya trace {file_id}"),
                    Prose("; when the cause is gone, "),
                    Command("atalaya redrive --failed --since 24h"),
                ],
            ),
            ("atalaya doctor, which names it", &[Command("atalaya doctor"), Prose(", which names it")]),
            (
                "atalaya files --limit 20, then atalaya trace ID of a slow one",
                &[
                    Command("atalaya files --limit 20"),
                    Prose(", then "),
                    Command("atalaya trace ID"),
                    Prose(" of a slow one"),
                ],
            ),
            (
                "atalaya redrive ID --reason \"late, again\".",
                &[Command("atalaya redrive ID --reason \"late, again\""), Prose(".")],
            ),
            ("the AWS Health Dashboard; ask the aws desk", &[Prose("the AWS Health Dashboard; ask the aws desk")]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
