//! `atalaya contract diff`.

use std::path::Path;

use atalaya_contract::compatibility::{Change, Effect, compare};
use atalaya_contract::{Contract, inert};
use serde_json::json;

use crate::args::{DiffArgs, GlobalArgs};
use crate::connect::Stack;
use atalaya_terminal::exit::{Failure, Verdict};
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// A contract as the command line names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source<'a> {
    File(&'a Path),
    Stored { id: &'a str, version: Option<&'a str> },
}

impl<'a> Source<'a> {
    /// A name with a folder or with the suffix of YAML is a file. An id may hold an `@`: what follows the last one is
    /// the version.
    fn new(name: &'a str) -> Self {
        let is_file = name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml");
        match name.rsplit_once('@') {
            _ if is_file => Self::File(Path::new(name)),
            Some((id, version)) if !id.is_empty() && !version.is_empty() => Self::Stored { id, version: Some(version) },
            _ => Self::Stored { id: name, version: None },
        }
    }
}

/// A name such as `old.txt` is an id by the rule; where a file has it, the file is what was meant.
fn refuse_file_without_folder(name: &str) -> Result<(), Failure> {
    let path = Path::new(name);
    let is_taken_for_id = matches!(Source::new(name), Source::Stored { .. });
    if is_taken_for_id && path.extension().is_some() && path.is_file() {
        let shown = inert::name(name);
        return Err(Failure::usage(format!("{shown} is taken for a contract's id, and a file has this name"))
            .hint(format!("write ./{shown} for the file, or {shown}@VERSION for the contract")));
    }
    Ok(())
}

/// Compares both.
pub(crate) async fn run(args: &DiffArgs, global: &GlobalArgs, output: &mut Output) -> Result<Verdict, Failure> {
    let (old, new) = (Source::new(&args.old), Source::new(&args.new));
    for name in [&args.old, &args.new] {
        refuse_file_without_folder(name)?;
    }
    let needs_stack = [old, new].iter().any(|source| matches!(source, Source::Stored { .. }));
    let stack = if needs_stack { Some(Stack::find(global, output).await?) } else { None };
    let old = read(old, stack.as_ref()).await?;
    let new = read(new, stack.as_ref()).await?;
    let changes = compare(&old, &new);
    let is_breaking = changes.iter().any(Change::is_breaking);
    let named = |contract: &Contract| json!({ "id": contract.id, "version": contract.version });
    let answer = json!({ "old": named(&old), "new": named(&new), "breaking": is_breaking, "changes": changes });
    output.answer(&answer)?;
    for line in lines(&old, &new, &changes, table::terminal_width()) {
        output.line(line)?;
    }
    Ok(if is_breaking { Verdict::Negative } else { Verdict::Fine })
}

async fn read(source: Source<'_>, stack: Option<&Stack>) -> Result<Contract, Failure> {
    match (source, stack) {
        (Source::File(path), _) => super::read(path),
        (Source::Stored { id, version }, Some(stack)) => {
            let stored = super::show::find(&super::registry(stack), id, version).await?;
            Ok(stored.contract.as_ref().clone())
        }
        (Source::Stored { id, .. }, None) => Err(Failure::internal(format!("nobody looked for the contract {id}"))),
    }
}

/// The headings, worst first, and which changes stand below each.
const GROUPS: [(Effect, Effect, &str); 4] = [
    (Effect::Breaks, Effect::Breaks, "breaks senders and readers"),
    (Effect::Breaks, Effect::None, "breaks senders"),
    (Effect::None, Effect::Breaks, "breaks readers"),
    (Effect::None, Effect::None, "breaks nobody"),
];

pub(super) fn lines(old: &Contract, new: &Contract, changes: &[Change], width: Option<usize>) -> Vec<String> {
    let name = |contract: &Contract| inert::text(&format!("{} {}", contract.id, contract.version)).to_string();
    let to = if old.id == new.id { inert::text(&new.version).to_string() } else { name(new) };
    let mut lines = vec![paint(style::STRONG, format!("{} → {to}", name(old)))];
    let breaks = |effect: Effect| effect == Effect::Breaks;
    for (senders, readers, heading) in GROUPS {
        let group = changes
            .iter()
            .filter(|change| (breaks(change.senders), breaks(change.readers)) == (breaks(senders), breaks(readers)));
        let group: Vec<_> = group.collect();
        if group.is_empty() {
            continue;
        }
        let colour = if breaks(senders.max(readers)) { style::BAD } else { style::GOOD };
        lines.push(format!("  {}", paint(colour, heading)));
        for change in group {
            let whom = notice(change).map(|whom| format!(" ({whom})")).unwrap_or_default();
            let text = inert::text(&format!("{}: {}{whom}", change.place, change.message)).to_string();
            // The lines after the first stand below its text.
            lines.push(human::wrap(&text, "      ", width).replacen("      ", "    ", 1));
        }
    }
    lines.push(if changes.is_empty() {
        format!("{} nothing that is enforced differs", paint(style::GOOD, "✓"))
    } else if changes.iter().any(Change::is_breaking) {
        format!("{} {}", paint(style::BAD, "✗"), super::publish::effects(changes))
    } else {
        format!("{} {}", paint(style::GOOD, "✓"), super::publish::effects(changes))
    });
    lines
}

/// Who should know of a change that does not break them.
fn notice(change: &Change) -> Option<&'static str> {
    match (change.senders, change.readers) {
        (Effect::Notice, Effect::Notice) => Some("senders and readers should know"),
        (Effect::Notice, _) => Some("senders should know"),
        (_, Effect::Notice) => Some("readers should know"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_or_a_stored_contract() {
        let stored = |id, version| Source::Stored { id, version };
        for (name, source) in [
            ("orders.odcs.yaml", Source::File(Path::new("orders.odcs.yaml"))),
            ("./orders", Source::File(Path::new("./orders"))),
            ("a@b/orders.yml", Source::File(Path::new("a@b/orders.yml"))),
            ("orders", stored("orders", None)),
            ("orders@1.2.0", stored("orders", Some("1.2.0"))),
            ("team@acme@1", stored("team@acme", Some("1"))),
            ("urn:acme:orders", stored("urn:acme:orders", None)),
            ("@1", stored("@1", None)),
        ] {
            assert_eq!(Source::new(name), source, "{name}");
        }
    }
}
