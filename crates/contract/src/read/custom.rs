//! `customProperties`: those of Atalaya, and the policy that the contract's own say.

use atalaya_document::{Content, nearest};

use super::Reader;
use crate::{AdditionalColumns, Decimal, OnDuplicateContent, Threshold, Unit, cursor::Cursor};

/// What the contract's custom properties say about every feed.
#[derive(Default)]
pub(super) struct Policy {
    pub(super) reject_threshold: Threshold,
    pub(super) on_duplicate_content: OnDuplicateContent,
    pub(super) additional_columns: AdditionalColumns,
}

const ON_CONTRACT: &[&str] = &["rejectThreshold", "sinks", "onDuplicateContent", "additionalColumns"];
const CSV_DIALECT: &str = "csvDialect";
const IN_SERVER: &str = "move it to the customProperties of the server whose files are written so";
pub(super) const ON_SERVER: &[&str] = &["csvDialect", "schemaObject"];

impl Reader {
    pub(super) fn policy(&mut self, at: &Cursor<'_>) -> Policy {
        let mut policy = Policy::default();
        for (name, value) in self.custom_properties(at, ON_CONTRACT, ON_SERVER, "a server") {
            match name {
                "rejectThreshold" => policy.reject_threshold = self.threshold(&value),
                "onDuplicateContent" => {
                    let choices = [("skip", OnDuplicateContent::Skip), ("process", OnDuplicateContent::Process)];
                    policy.on_duplicate_content = self.choice(&value, choices);
                }
                "additionalColumns" => {
                    let choices = [("ignore", AdditionalColumns::Ignore), ("reject", AdditionalColumns::Reject)];
                    policy.additional_columns = self.choice(&value, choices);
                }
                _ => self.notes.one(&value, "sinks are not loaded; readers take the Parquet files"),
            }
        }
        policy
    }

    /// The values of the custom properties in `known`; all others are noted, those in `elsewhere` with their place.
    pub(super) fn custom_properties<'a>(
        &mut self,
        at: &Cursor<'a>,
        known: &[&'static str],
        elsewhere: &[&str],
        place: &str,
    ) -> Vec<(&'static str, Cursor<'a>)> {
        let mut found: Vec<(&'static str, Cursor<'a>)> = Vec::new();
        for item in at.key("customProperties").iter().flat_map(Cursor::items) {
            let (Some(name), Some(value)) = (item.text("property"), item.key("value")) else {
                self.notes.one(&item, "a custom property without a name or a value");
                continue;
            };
            if let Some(own) = known.iter().find(|own| **own == name) {
                if found.iter().any(|(earlier, _)| earlier == own) {
                    self.problem(&item, format!("the custom property `{name}` stands here twice"), "keep one");
                } else {
                    found.push((*own, value));
                }
            } else if name == CSV_DIALECT {
                self.problem(&item, "csvDialect says nothing here", IN_SERVER);
            } else if elsewhere.contains(&name) {
                self.notes.one(&item, format!("`{name}` is read in the customProperties of {place} only"));
            } else if let Some(meant) = nearest::word(name, known.iter().copied()) {
                self.notes.one(&item, format!("`{name}` is unknown to Atalaya; did you mean `{meant}`?"));
            } else {
                self.notes.one(&item, format!("the custom property `{name}` is not Atalaya's"));
            }
        }
        found
    }

    /// A fault for a dialect where no file is described: files would be read as if it were not there.
    pub(super) fn no_dialect(&mut self, at: &Cursor<'_>) {
        let items: Vec<Cursor<'_>> = at.key("customProperties").iter().flat_map(Cursor::items).collect();
        for item in items.iter().filter(|item| item.text("property") == Some(CSV_DIALECT)) {
            self.problem(item, "csvDialect says nothing here", IN_SERVER);
        }
    }

    fn threshold(&mut self, at: &Cursor<'_>) -> Threshold {
        let shape = "write value: {value: 5, unit: rows} or {value: 0.1, unit: percent}";
        if !matches!(at.node.content, Content::Map(_)) {
            self.problem(at, format!("rejectThreshold must be a mapping, not {}", at.node.kind()), shape);
            return Threshold::default();
        }
        self.unknown_keys(at, &["value", "unit"]);
        let unit = at.key("unit").map_or(Unit::Rows, |unit| self.unit(&unit));
        let number = at.key("value").and_then(|value| self.number(&value));
        let Some(value) = number else {
            if at.key("value").is_none() {
                self.problem(at, "rejectThreshold needs `value`", shape);
            }
            return Threshold::default();
        };
        if value < Decimal::from(0) || unit == Unit::Percent && value > Decimal::from(100) {
            let limits = if unit == Unit::Percent { "0 to 100" } else { "0 or more" };
            self.problem(at, format!("a threshold of {value} makes no sense"), format!("write {limits}"));
        }
        Threshold { value, unit }
    }

    /// `rows` or `percent`.
    pub(super) fn unit(&mut self, at: &Cursor<'_>) -> Unit {
        if at.node.text() == Some("%") {
            self.problem(at, "`%` is not a known value here", "did you mean `percent`?");
            return Unit::Percent;
        }
        self.choice(at, [("rows", Unit::Rows), ("percent", Unit::Percent)])
    }

    /// The value that a word stands for; the first one, with a fault, for an unknown word.
    pub(super) fn choice<T: Copy, const N: usize>(&mut self, at: &Cursor<'_>, choices: [(&str, T); N]) -> T {
        let written = at.node.text();
        if let Some((_, value)) = choices.iter().find(|(word, _)| Some(*word) == written) {
            return *value;
        }
        let words = choices.iter().map(|(word, _)| *word);
        match written {
            Some(text) => {
                self.problem_with(at, format!("`{text}` is not a known value here"), nearest::hint(text, words));
            }
            None => {
                let words: Vec<&str> = words.collect();
                self.problem(
                    at,
                    format!("must be text, not {}", at.node.kind()),
                    format!("one of {}", words.join(", ")),
                );
            }
        }
        choices[0].1
    }

    /// A number, exactly as written.
    pub(super) fn number(&mut self, at: &Cursor<'_>) -> Option<Decimal> {
        match &at.node.content {
            Content::Number(text) => {
                let number = text.parse().ok();
                if number.is_none() {
                    self.problem(at, format!("`{text}` is too long or no finite number"), "use at most 38 digits");
                }
                number
            }
            Content::Text(text) if text.parse::<Decimal>().is_ok() => {
                self.problem(at, "must be a number, not text", format!("write it without quotes: {text}"));
                None
            }
            _ => {
                self.problem(at, format!("must be a number, not {}", at.node.kind()), "write for example 5");
                None
            }
        }
    }

    /// The elements of a list; `of` says what they are, and `example` is such a list.
    pub(super) fn list<'a>(&mut self, at: &Cursor<'a>, of: &str, example: &str) -> Vec<Cursor<'a>> {
        if !matches!(at.node.content, Content::List(_)) {
            let message = format!("must be a list of {of}, not {}", at.node.kind());
            self.problem(at, message, format!("write for example {example}"));
        }
        at.items().collect()
    }

    /// Tells every key of a mapping that is not in `known`.
    pub(super) fn unknown_keys(&mut self, at: &Cursor<'_>, known: &[&str]) {
        for (entry, value) in at.entries() {
            if !known.contains(&entry.key.as_str()) {
                let hint = nearest::word(&entry.key, known.iter().copied()).map_or_else(
                    || format!("known here: {}", known.join(", ")),
                    |close| format!("did you mean `{close}`?"),
                );
                self.problem(&value, format!("`{}` is unknown here", entry.key), hint);
            }
        }
    }
}
