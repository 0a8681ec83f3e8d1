//! `quality[]`: rules of type library become [`QualityRule`]s; the others are noted.

use atalaya_document::{Content, nearest};

use super::Reader;
use crate::{Decimal, Literal, LiteralKind, Metric, Operator, Property, QualityRule, Severity, Unit, cursor::Cursor};

/// What a rule stands on.
enum Subject<'a> {
    /// A column, by its index.
    Property(usize),
    /// A table with these columns.
    Object(&'a [Property]),
}

const METRICS: &[&str] = &["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"];

impl Reader {
    /// The rules of the column with this index.
    pub(super) fn property_rules(&mut self, at: &Cursor<'_>, index: usize) -> Vec<QualityRule> {
        self.rules(at, &Subject::Property(index))
    }

    /// The rules of the table.
    pub(super) fn object_rules(&mut self, at: &Cursor<'_>, properties: &[Property]) -> Vec<QualityRule> {
        self.rules(at, &Subject::Object(properties))
    }

    fn rules(&mut self, at: &Cursor<'_>, subject: &Subject<'_>) -> Vec<QualityRule> {
        let items: Vec<Cursor<'_>> = at.key("quality").iter().flat_map(Cursor::items).collect();
        items.iter().flat_map(|item| self.rule(item, subject)).collect()
    }

    /// A rule of v3.0.x may have several comparisons; each becomes a rule of its own.
    fn rule(&mut self, at: &Cursor<'_>, subject: &Subject<'_>) -> Vec<QualityRule> {
        let kind = at.text("type").unwrap_or("library");
        if kind != "library" {
            let what = match kind {
                "text" => "a rule in words; nobody checks it",
                "sql" => "rules in SQL are not run",
                _ => "rules of other engines are not run",
            };
            self.notes.one(at, what);
            return Vec::new();
        }
        let Some(named) = at.key("metric").or_else(|| at.key("rule")) else {
            self.notes.one(at, "a rule without a metric measures nothing");
            return Vec::new();
        };
        let written = named.node.text().unwrap_or_default();
        let Some(metric_name) = metric_of(written) else {
            self.unknown_metric(&named, written);
            return Vec::new();
        };
        self.note_rule(at);
        let Some(metric) = self.metric(at, metric_name, subject) else { return Vec::new() };
        let unit = at.key("unit").map_or(Unit::Rows, |unit| self.unit(&unit));
        if metric == Metric::RowCount && unit == Unit::Percent {
            self.problem(at, "a row count has no percentage", "leave unit out");
        }
        let severity = self.severity(at);
        let name = at.text("name").or_else(|| at.text("id")).unwrap_or(metric_name).to_owned();
        let operators = self.operators(at, metric_name, unit);
        operators
            .into_iter()
            .map(|operator| QualityRule { name: name.clone(), metric: metric.clone(), operator, unit, severity })
            .collect()
    }

    fn unknown_metric(&mut self, at: &Cursor<'_>, written: &str) {
        match nearest::word(written, METRICS.iter().copied()) {
            Some(close) => {
                self.problem(at, format!("`{written}` is no known metric"), format!("did you mean `{close}`?"))
            }
            None => self.notes.one(at, format!("the metric `{written}` is not known and not measured")),
        }
    }

    fn metric(&mut self, at: &Cursor<'_>, name: &str, subject: &Subject<'_>) -> Option<Metric> {
        let known: &[&str] = match (name, subject) {
            ("missingValues", _) => &["missingValues"],
            ("invalidValues", _) => &["validValues", "pattern"],
            ("duplicateValues", Subject::Object(_)) => &["properties"],
            _ => &[],
        };
        if let Some(arguments) = at.key("arguments") {
            self.unknown_arguments(&arguments, name, known);
        }
        match (name, subject) {
            ("rowCount", Subject::Object(_)) => Some(Metric::RowCount),
            ("rowCount", Subject::Property(_)) => {
                self.problem(
                    at,
                    "rowCount counts rows, not a column's values",
                    "move the rule to the object's quality",
                );
                None
            }
            ("duplicateValues", Subject::Property(index)) => Some(Metric::DuplicateValues(vec![*index])),
            ("duplicateValues", Subject::Object(properties)) => self.columns(at, properties),
            (_, Subject::Object(_)) => {
                self.problem(at, format!("{name} looks at one column"), "move the rule to the property's quality");
                None
            }
            ("nullValues", _) => Some(Metric::NullValues),
            ("missingValues", _) => self.missing_values(at),
            _ => self.invalid_values(at),
        }
    }

    fn unknown_arguments(&mut self, arguments: &Cursor<'_>, metric: &str, known: &[&str]) {
        for (entry, value) in arguments.entries() {
            if !known.contains(&entry.key.as_str()) {
                let message = format!("`{}` is no argument of {metric}", entry.key);
                let hint = nearest::hint(&entry.key, known.iter().copied());
                self.problem_with(&value, message, hint.or_else(|| Some("leave it out".to_owned())));
            }
        }
    }

    fn columns(&mut self, at: &Cursor<'_>, properties: &[Property]) -> Option<Metric> {
        let names = argument(at, "properties");
        let Some(names) = names.filter(|names| names.items().next().is_some()) else {
            let hint = "add arguments: {properties: [a, b]}";
            self.problem(at, "duplicateValues of an object needs the columns to compare", hint);
            return None;
        };
        let items: Vec<Cursor<'_>> = names.items().collect();
        let indices = items.iter().filter_map(|item| {
            let name = item.node.text().unwrap_or_default();
            let index = properties.iter().position(|property| property.name == name);
            if index.is_none() {
                let hint = nearest::hint(name, properties.iter().map(|property| property.name.as_str()));
                self.problem_with(item, format!("no property is named `{name}`"), hint);
            }
            index
        });
        Some(Metric::DuplicateValues(indices.collect()))
    }

    fn missing_values(&mut self, at: &Cursor<'_>) -> Option<Metric> {
        let Some(list) = argument(at, "missingValues") else {
            let hint = "add arguments: {missingValues: [null, \"\", N/A]}, or write nullValues";
            self.problem(at, "missingValues needs the values that mean missing", hint);
            return None;
        };
        Some(Metric::MissingValues(self.literals(&list)))
    }

    fn invalid_values(&mut self, at: &Cursor<'_>) -> Option<Metric> {
        let valid_values = argument(at, "validValues").map(|list| self.literals(&list));
        let written = argument(at, "pattern");
        if valid_values.as_ref().is_none_or(Vec::is_empty) && written.is_none() {
            let hint = "add arguments: {validValues: [a, b]} or {pattern: '^[A-Z]{3}$'}";
            self.problem(at, "invalidValues needs what is valid", hint);
            return None;
        }
        let pattern = written.and_then(|pattern| self.pattern(&pattern));
        Some(Metric::InvalidValues { valid_values: valid_values.filter(|values| !values.is_empty()), pattern })
    }

    /// The values of a list, of whatever type.
    fn literals(&mut self, list: &Cursor<'_>) -> Vec<Literal> {
        let items = self.list(list, "values", "[a, b]");
        items.iter().filter_map(|item| self.literal(item)).collect()
    }

    pub(super) fn literal(&mut self, at: &Cursor<'_>) -> Option<Literal> {
        let kind = match &at.node.content {
            Content::Null => LiteralKind::Null,
            Content::Bool(flag) => LiteralKind::Boolean(*flag),
            Content::Number(text) => text.parse().map_or(LiteralKind::LongNumber, LiteralKind::Number),
            Content::Text(_) => LiteralKind::Text,
            Content::List(_) | Content::Map(_) => {
                self.problem(at, format!("must be a single value, not {}", at.node.kind()), "write a value a line");
                return None;
            }
        };
        Some(Literal { text: at.node.source().unwrap_or_default().into_owned(), kind, line: at.place.line })
    }

    fn severity(&mut self, at: &Cursor<'_>) -> Severity {
        let Some(severity) = at.key("severity") else { return Severity::Error };
        let choices = [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Warning)];
        self.choice(&severity, choices)
    }

    /// The comparisons. A rule of v3.0.x without one wants none of what it counts, except of rows.
    fn operators(&mut self, at: &Cursor<'_>, metric: &str, unit: Unit) -> Vec<Operator> {
        let written: Vec<_> = at.entries().filter(|(entry, _)| entry.key.starts_with("must")).collect();
        if written.is_empty() && metric != "rowCount" {
            return vec![Operator::MustBe(Decimal::from(0))];
        }
        if written.is_empty() {
            self.problem(at, "the rule compares with nothing", "add one comparison, such as mustBeGreaterThan: 0");
        }
        let read = written.iter().filter_map(|(entry, value)| {
            let operator = self.operator(&entry.key, value)?;
            if never_holds(operator, unit) {
                let what = if unit == Unit::Percent { "percentage from 0 to 100" } else { "number of rows" };
                self.problem(value, format!("no {what} meets it"), NEVER);
            }
            Some(operator)
        });
        read.collect()
    }

    fn operator(&mut self, key: &str, at: &Cursor<'_>) -> Option<Operator> {
        if matches!(key, "mustBeBetween" | "mustNotBeBetween") {
            let items: Vec<Cursor<'_>> = at.items().collect();
            let [low, high] = items.as_slice() else { return None };
            let (low, high) = (self.number(low)?, self.number(high)?);
            if low > high {
                self.problem(at, format!("{low} is above {high}"), "write the smaller number first");
            }
            return Some(if key == "mustBeBetween" {
                Operator::MustBeBetween(low, high)
            } else {
                Operator::MustNotBeBetween(low, high)
            });
        }
        let operator: fn(Decimal) -> Operator = match key {
            "mustBe" => Operator::MustBe,
            "mustNotBe" => Operator::MustNotBe,
            "mustBeGreaterThan" => Operator::MustBeGreaterThan,
            "mustBeGreaterOrEqualTo" => Operator::MustBeGreaterOrEqualTo,
            "mustBeLessThan" => Operator::MustBeLessThan,
            "mustBeLessOrEqualTo" => Operator::MustBeLessOrEqualTo,
            _ => {
                self.problem(at, format!("`{key}` is no comparison"), "mustBe, mustBeLessThan, mustBeBetween …");
                return None;
            }
        };
        Some(operator(self.number(at)?))
    }

    fn note_rule(&mut self, at: &Cursor<'_>) {
        for (entry, value) in at.entries() {
            match entry.key.as_str() {
                key @ ("schedule" | "scheduler") => {
                    self.notes.field(&alike(&at.path), key, &value, "rules are judged on every file, on no schedule");
                }
                "rule" if at.key("metric").is_some() => {
                    self.notes.one(&value, "the metric counts, the rule's old name does not")
                }
                "type" | "metric" | "rule" | "arguments" | "name" | "id" | "unit" | "severity" | "validValues"
                | "missingValues" | "pattern" | "properties" => {}
                key if key.starts_with("must") => {}
                key => self.notes.field(&alike(&at.path), key, &value, "descriptive, not checked"),
            }
        }
    }
}

const NEVER: &str =
    "write what the count of rows has to be, such as mustBe: 0 for none, or mustBeLessThan: 1 with unit: percent";

/// Whether nothing that can be counted meets a comparison.
fn never_holds(operator: Operator, unit: Unit) -> bool {
    let (least, most) = (Decimal::from(0), (unit == Unit::Percent).then(|| Decimal::from(100)));
    let is_above = |number: Decimal| most.is_some_and(|most| number > most);
    match operator {
        Operator::MustBe(number) => number < least || is_above(number) || unit == Unit::Rows && has_fraction(number),
        Operator::MustBeLessThan(number) => number <= least,
        Operator::MustBeLessOrEqualTo(number) => number < least,
        Operator::MustBeGreaterThan(number) => most.is_some_and(|most| number >= most),
        Operator::MustBeGreaterOrEqualTo(number) => is_above(number),
        Operator::MustBeBetween(low, high) => high < least || is_above(low),
        Operator::MustNotBe(_) | Operator::MustNotBeBetween(..) => false,
    }
}

fn has_fraction(number: Decimal) -> bool {
    number.to_string().split_once('.').is_some_and(|(_, fraction)| fraction.contains(|digit| digit != '0'))
}

/// The path of all rules of the object that the rule at `path` belongs to: `[*]` for every index but the object's.
fn alike(path: &str) -> String {
    let Some((object, rest)) = path.split_once(']') else { return path.to_owned() };
    let steps =
        rest.split('.').map(|step| step.split_once('[').map_or(step.to_owned(), |(name, _)| format!("{name}[*]")));
    format!("{object}]{}", steps.collect::<Vec<_>>().join("."))
}

/// The metric that a name means: v3.1.0's own names, and those that v3.0.x used for the same.
fn metric_of(name: &str) -> Option<&'static str> {
    let old = match name {
        "nullCheck" | "nullCount" => "nullValues",
        "missingCount" => "missingValues",
        "validValues" | "invalidCount" => "invalidValues",
        "duplicateCount" | "uniqueCheck" => "duplicateValues",
        name => name,
    };
    METRICS.iter().find(|metric| **metric == old).copied()
}

/// An argument; v3.0.x has them beside the rule's name.
fn argument<'a>(at: &Cursor<'a>, key: &str) -> Option<Cursor<'a>> {
    at.key("arguments").and_then(|arguments| arguments.key(key)).or_else(|| at.key(key))
}
