//! What a command is about to touch, told before it does: counts, the first items, and what becomes of each.

use std::collections::BTreeMap;

use atalaya_contract::inert;
use comfy_table::Cell;
use serde::Serialize;

use crate::reject::sentence;
use atalaya_terminal::style::{self, paint};
use atalaya_terminal::{human, table};

/// How many items are listed one by one.
const LISTED: usize = 10;

/// One thing that a command is about to touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    /// Its id, whole: of a file, or of a message.
    pub(crate) id: String,
    /// What people call it: a file's key, what a message says.
    pub(crate) name: String,
    /// The dataset that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dataset: Option<String>,
    /// How it stands now, in a word or two that it shares with others.
    pub(crate) state: String,
    /// What will happen to it, in words that it shares with others.
    pub(crate) will: String,
    /// What changes in this one, before and after.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) change: String,
}

/// What a command is about to do, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Proposal {
    /// The command as it was typed, without its options for asking and printing.
    pub(crate) command: String,
    /// Which files or messages, in words: of the audit record.
    pub(crate) subject: String,
    /// Why, in the operator's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// What the items are: `file`, `message`.
    #[serde(skip)]
    pub(crate) noun: &'static str,
    /// What is done with them, as in "redrive 3 files?".
    #[serde(skip)]
    pub(crate) verb: &'static str,
    /// What there is to know besides, one sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
}

/// How many items share a state, a dataset and a fate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Group {
    pub(crate) count: u64,
    pub(crate) state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dataset: Option<String>,
    pub(crate) will: String,
}

/// The items counted by state, dataset and fate, most first.
pub(crate) fn groups<'a>(items: impl IntoIterator<Item = &'a Item>) -> Vec<Group> {
    let mut counts: BTreeMap<_, u64> = BTreeMap::new();
    for item in items {
        *counts.entry((&item.state, &item.dataset, &item.will)).or_default() += 1;
    }
    let mut groups: Vec<_> = counts
        .into_iter()
        .map(|((state, dataset, will), count)| Group {
            count,
            state: state.clone(),
            dataset: dataset.clone(),
            will: will.clone(),
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

/// `redrive 3 files`.
pub(crate) fn headline(proposal: &Proposal, count: usize) -> String {
    format!("{} {}", proposal.verb, human::counted(count as u64, proposal.noun))
}

/// The page that the operator decides by.
pub(crate) fn page(proposal: &Proposal, items: &[Item]) -> String {
    let width = table::terminal_width();
    let mut lines = vec![paint(style::STRONG, headline(proposal, items.len()))];
    match items {
        [item] => lines.extend(one(item, width)),
        items => {
            lines.extend([String::new(), group_table(&groups(items), proposal.noun), String::new()]);
            lines.push(item_table(items, proposal.noun));
            if items.len() > LISTED {
                let more = human::count((items.len() - LISTED) as u64);
                lines.push(paint(style::DIM, format!("  and {more} more; --dry-run --json lists all")));
            }
        }
    }
    if !proposal.notes.is_empty() {
        lines.push(String::new());
        lines.extend(proposal.notes.iter().map(|note| human::wrap(&sentence(note).to_string(), "  ", width)));
    }
    lines.join("\n")
}

fn one(item: &Item, width: Option<usize>) -> Vec<String> {
    let dataset = item.dataset.as_ref().map(|dataset| format!(" of {}", inert::name(dataset))).unwrap_or_default();
    let fact = |name: &str, value: &str| {
        let value = human::wrap(&sentence(value).to_string(), "          ", width);
        format!("  {} {}", paint(style::DIM, format!("{name:<7}")), value.trim_start())
    };
    let mut lines = vec![fact("what", &format!("{}{dataset}", item.name)), fact("id", &item.id)];
    lines.push(fact("is", &item.state));
    lines.push(fact("will", &item.will));
    if !item.change.is_empty() {
        lines.push(fact("change", &item.change));
    }
    lines
}

fn group_table(groups: &[Group], noun: &str) -> String {
    let plural = format!("{noun}s");
    let mut listing = table::new([plural.as_str(), "now", "dataset", "what will happen"]);
    for group in groups {
        listing.add_row([
            Cell::new(human::count(group.count)),
            table::cell(&group.state),
            table::cell(group.dataset.as_deref().unwrap_or("–")),
            table::cell(&group.will),
        ]);
    }
    table::right_align(&mut listing, &[0]);
    table::render(&listing)
}

fn item_table(items: &[Item], noun: &str) -> String {
    let has_change = items.iter().take(LISTED).any(|item| !item.change.is_empty());
    let mut listing = table::with_headings(["id", noun].into_iter().chain(has_change.then_some("change")));
    for item in items.iter().take(LISTED) {
        let mut row = vec![table::cell(short(&item.id)), table::cell(&item.name)];
        if has_change {
            row.push(table::cell(&item.change));
        }
        listing.add_row(row);
    }
    // A key that is too long is broken where its folders end; words are broken between words.
    if let Some(name) = listing.column_mut(1).filter(|_| noun.ends_with("file")) {
        name.set_delimiter('/');
    }
    table::render(&listing)
}

/// As much of an id as people read out to each other.
pub(crate) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: usize, state: &str) -> Item {
        Item {
            id: format!("{number:032x}"),
            name: format!("orders/2026-05-{number:02}.csv"),
            dataset: Some("orders".to_owned()),
            state: state.to_owned(),
            will: "gets a new attempt".to_owned(),
            change: "attempt 1 → 2".to_owned(),
        }
    }

    fn proposal() -> Proposal {
        Proposal {
            command: "redrive --failed".to_owned(),
            subject: "all failed files".to_owned(),
            reason: None,
            noun: "file",
            verb: "redrive",
            notes: vec!["1 file was begun before".to_owned()],
        }
    }

    #[test]
    fn the_page_counts_all_and_lists_the_first() {
        let mut items: Vec<_> = (0..24).map(|number| item(number, "failed")).collect();
        items.push(item(24, "received"));
        let page = page(&proposal(), &items);
        let lines: Vec<_> = page.lines().map(str::trim_end).collect();
        for part in
            ["redrive 25 files", "     24  failed", "      1  received", "and 15 more", "1 file was begun before"]
        {
            assert!(lines.iter().any(|line| line.contains(part)), "`{part}` is missing:\n{page}");
        }
        assert!(lines.iter().all(|line| line.chars().count() <= 80), "{page}");
        assert_eq!(lines.iter().filter(|line| line.contains("2026-05-")).count(), LISTED, "{page}");
    }

    #[test]
    fn one_item_is_told_in_full() {
        let page = page(&proposal(), &[item(7, "failed")]);
        for part in ["redrive 1 file", "00000000000000000000000000000007", "failed", "attempt 1 → 2", "of orders"] {
            assert!(page.contains(part), "`{part}` is missing:\n{page}");
        }
    }

    #[test]
    fn nothing_that_is_touched_adds_a_line() {
        for count in [1, 12] {
            crate::hostile::stays_in_its_line(|given| {
                let text = || given.to_owned();
                let (dataset, state, will, change) = (Some(text()), text(), text(), text());
                let item = Item { id: text(), name: text(), dataset, state, will, change };
                page(&Proposal { notes: vec![text()], ..proposal() }, &vec![item; count])
            });
        }
    }
}
