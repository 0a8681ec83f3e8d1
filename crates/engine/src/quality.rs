//! Quality rules: measures of the whole file, judged at its end.

use std::collections::HashSet;

use atalaya_contract::{Metric, Object, Operator, QualityRule, Severity, Unit};
use regex::Regex;

use crate::{
    batch::Batch,
    column::{Column, State},
    fault::{FileFault, code},
    keys::{KeyRule, KeySort},
    plan::{Common, PlanError},
};

/// A rule, ready to be measured.
#[derive(Debug)]
pub(crate) struct QualityPlan {
    name: String,
    /// Name of the property that the rule stands on.
    column: Option<String>,
    measure: Measure,
    operator: Operator,
    unit: Unit,
    severity: Severity,
}

/// What is counted. Columns are indices into the plan's columns.
#[derive(Debug)]
enum Measure {
    Nulls {
        column: usize,
    },
    Missing {
        column: usize,
        texts: HashSet<Vec<u8>>,
        null: bool,
    },
    Invalid {
        column: usize,
        valid: HashSet<Vec<u8>>,
        pattern: Option<Regex>,
    },
    /// Counted by the keys.
    Duplicates,
    Rows,
}

/// Compiles all rules of an object; those that look for duplicates add to `keys`.
pub(crate) fn compile(object: &Object, keys: &mut Vec<KeyRule>) -> Result<Vec<QualityPlan>, PlanError> {
    let of_object = object.quality.iter().map(|rule| (rule, None));
    let of_properties = object.properties.iter().enumerate();
    let of_properties =
        of_properties.flat_map(|(at, property)| property.quality.iter().map(move |rule| (rule, Some(at))));
    let mut plans = Vec::new();
    for (rule, at) in of_object.chain(of_properties) {
        let place = at.map_or(&object.name, |at| &object.properties[at].name);
        let fault = |message: String| PlanError { place: format!("quality rule `{}` of {place}", rule.name), message };
        let column = || at.ok_or_else(|| fault("this metric is measured on a property".to_owned()));
        let measure = match &rule.metric {
            Metric::NullValues => Measure::Nulls { column: column()? },
            Metric::MissingValues(texts) => Measure::Missing {
                column: column()?,
                null: texts.contains(&None),
                texts: texts.iter().flatten().map(|text| text.clone().into_bytes()).collect(),
            },
            Metric::InvalidValues { valid_values, pattern } => Measure::Invalid {
                column: column()?,
                valid: valid_values.iter().map(|text| text.clone().into_bytes()).collect(),
                pattern: pattern.as_deref().map(Regex::new).transpose().map_err(|error| fault(error.to_string()))?,
            },
            Metric::DuplicateValues(columns) => {
                let columns = if columns.is_empty() { at.into_iter().collect() } else { columns.clone() };
                if columns.is_empty() || columns.iter().any(|column| *column >= object.properties.len()) {
                    return Err(fault("the rule names no columns of the object".to_owned()));
                }
                keys.push(KeyRule { sort: KeySort::Quality(plans.len()), columns });
                Measure::Duplicates
            }
            Metric::RowCount => Measure::Rows,
        };
        plans.push(QualityPlan::new(rule, at.map(|at| object.properties[at].name.clone()), measure));
    }
    Ok(plans)
}

impl QualityPlan {
    fn new(rule: &QualityRule, column: Option<String>, measure: Measure) -> Self {
        let QualityRule { name, operator, unit, severity, .. } = rule.clone();
        Self { name, column, measure, operator, unit, severity }
    }

    /// How many rows of a batch count; `position` tells where in the file's columns a column of the plan stands.
    pub(crate) fn count(
        &self,
        batch: &Batch<'_>,
        columns: &[Column],
        common: &Common,
        position: impl Fn(usize) -> usize,
    ) -> u64 {
        let cells = |column: usize, counts: &dyn Fn(State, &[u8]) -> bool| {
            let mut count = 0;
            let states = &columns[column].states;
            batch.each_cell(position(column), |row, cell| {
                let state = states[row as usize];
                count += u64::from(state != State::Absent && counts(state, common.marks.trim(cell)));
            });
            count
        };
        match &self.measure {
            Measure::Nulls { column } => {
                columns[*column].states.iter().filter(|state| **state == State::Null).count() as u64
            }
            Measure::Missing { column, texts, null } => {
                cells(*column, &|state, cell| state == State::Null && *null || texts.contains(cell))
            }
            Measure::Invalid { column, valid, pattern } => cells(*column, &|state, cell| {
                let matches = |pattern: &Regex| std::str::from_utf8(cell).is_ok_and(|text| pattern.is_match(text));
                let is_valid = (valid.is_empty() || valid.contains(cell)) && pattern.as_ref().is_none_or(matches);
                state != State::Null && !is_valid
            }),
            Measure::Duplicates => 0,
            Measure::Rows => batch.rows as u64,
        }
    }

    /// What a file breaks of the rule that has `count` of `rows` rows counted.
    pub(crate) fn judge(&self, count: u64, rows: u64) -> Option<Breach> {
        // Exact for any file: counts stay far below 2^53.
        let measured = match self.unit {
            Unit::Rows => count as f64,
            Unit::Percent if rows == 0 => 0.0,
            Unit::Percent => count as f64 * 100.0 / rows as f64,
        };
        if self.operator.holds(measured) {
            return None;
        }
        let what = match self.measure {
            Measure::Nulls { .. } => "nulls",
            Measure::Missing { .. } => "missing values",
            Measure::Invalid { .. } => "invalid values",
            Measure::Duplicates => "rows with values that an earlier row holds",
            Measure::Rows => "rows",
        };
        let amount = match self.unit {
            Unit::Rows => format!("{count} {what}"),
            Unit::Percent => format!("{measured:.4} percent {what} ({count} of {rows} rows)"),
        };
        let whose = self.column.as_ref().map_or_else(|| "the file".to_owned(), |column| format!("column `{column}`"));
        let message = format!("{whose} has {amount}; quality rule `{}` wants {}", self.name, words(self.operator));
        Some(match self.severity {
            Severity::Warning => Breach::Warning(message),
            Severity::Error => {
                let fault = FileFault::new(code::CONSTRAINT, message).rule(self.name.clone());
                let fault =
                    fault.hint("look into where the file comes from; the rule stands in `quality` of the contract");
                Breach::Error(match &self.column {
                    Some(column) => fault.column(column.clone()),
                    None => fault,
                })
            }
        })
    }
}

/// What a broken rule does.
pub(crate) enum Breach {
    Error(FileFault),
    Warning(String),
}

fn words(operator: Operator) -> String {
    match operator {
        Operator::MustBe(x) => format!("{x}"),
        Operator::MustNotBe(x) => format!("anything but {x}"),
        Operator::MustBeGreaterThan(x) => format!("more than {x}"),
        Operator::MustBeGreaterOrEqualTo(x) => format!("at least {x}"),
        Operator::MustBeLessThan(x) => format!("less than {x}"),
        Operator::MustBeLessOrEqualTo(x) => format!("at most {x}"),
        Operator::MustBeBetween(low, high) => format!("{low} to {high}"),
        Operator::MustNotBeBetween(low, high) => format!("less than {low} or more than {high}"),
    }
}
