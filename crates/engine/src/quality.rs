//! Quality rules. One that allows no bad cell becomes a check of its column or a key, whose rows are rejected; any other
//! is a measure of the whole file, judged at its end.

use atalaya_contract::{Metric, Object, Operator, QualityRule, Severity, Unit};

use crate::{
    batch::Batch,
    check::{Cell, CellCheck},
    column::{Column, State},
    fault::{FileFault, code},
    keys::{KeyRule, KeySort, part},
    plan::{ColumnPlan, Common, PlanError},
};

/// A rule about the whole file, ready to be measured.
#[derive(Debug)]
pub(crate) struct QualityPlan {
    pub(crate) name: String,
    /// Name of the property that the rule stands on.
    column: Option<String>,
    measure: Measure,
    operator: Operator,
    unit: Unit,
    severity: Severity,
    /// Whether the rule tolerates some bad cells, so that each is listed though its row is not rejected.
    pub(crate) lists_cells: bool,
}

/// What is counted. Columns are indices into the plan's columns.
#[derive(Debug)]
enum Measure {
    Cells {
        column: usize,
        check: CellCheck,
    },
    /// Counted by the keys.
    Duplicates,
    Rows,
}

/// Compiles all rules of an object: into checks of `columns`, into `keys`, and into rules about the whole file.
pub(crate) fn compile(
    object: &Object,
    columns: &mut [ColumnPlan],
    keys: &mut Vec<KeyRule>,
) -> Result<Vec<QualityPlan>, PlanError> {
    let of_object = object.quality.iter().map(|rule| (rule, None));
    let of_properties = object.properties.iter().enumerate();
    let of_properties =
        of_properties.flat_map(|(at, property)| property.quality.iter().map(move |rule| (rule, Some(at))));
    let mut plans = Vec::new();
    for (rule, at) in of_object.chain(of_properties) {
        let place = at.map_or(&object.name, |at| &object.properties[at].name);
        let fault = |error: PlanError| error.at(format!("quality rule `{}` of {place}", rule.name));
        let column_name = at.map(|at| object.properties[at].name.clone());
        let measure = match &rule.metric {
            Metric::RowCount => Measure::Rows,
            Metric::DuplicateValues(of) => {
                let of = if of.is_empty() { at.into_iter().collect() } else { of.clone() };
                if of.is_empty() || of.iter().any(|column| *column >= object.properties.len()) {
                    return Err(fault("the rule names no columns of the object".to_owned().into()));
                }
                if rule.rejects_rows() {
                    add_key(keys, &rule.name, of);
                    continue;
                }
                keys.push(KeyRule { sort: KeySort::Quality(plans.len()), name: rule.name.clone(), columns: of });
                Measure::Duplicates
            }
            metric => {
                let column = at.ok_or_else(|| fault("this metric is measured on a property".to_owned().into()))?;
                let check = CellCheck::of_metric(&rule.name, metric, &columns[column].kind).map_err(fault)?;
                let Some(check) = check else { continue };
                if rule.rejects_rows() {
                    columns[column].add_check(check);
                    continue;
                }
                columns[column].needs_values = true;
                Measure::Cells { column, check }
            }
        };
        plans.push(QualityPlan::new(rule, column_name, measure));
    }
    Ok(plans)
}

/// A rule that allows no duplicates, unless another one rejects the same rows already.
fn add_key(keys: &mut Vec<KeyRule>, name: &str, columns: Vec<usize>) {
    if !keys.iter().any(|key| key.rejects() && key.columns == columns) {
        keys.push(KeyRule { sort: KeySort::Duplicates, name: name.to_owned(), columns });
    }
}

impl QualityPlan {
    fn new(rule: &QualityRule, column: Option<String>, measure: Measure) -> Self {
        let QualityRule { name, operator, unit, severity, .. } = rule.clone();
        Self { name, column, measure, operator, unit, severity, lists_cells: rule.has_tolerance() }
    }

    /// The check that the rule counts by, and its column.
    pub(crate) fn check(&self) -> Option<(usize, &CellCheck)> {
        match &self.measure {
            Measure::Cells { column, check } => Some((*column, check)),
            Measure::Duplicates | Measure::Rows => None,
        }
    }

    /// Calls `each` with every row of a batch that counts because of its cell; `position` is where in the file's columns
    /// the rule's column stands.
    pub(crate) fn bad_cells(
        &self,
        batch: &Batch<'_>,
        columns: &[Column],
        common: &Common,
        position: impl Fn(usize) -> usize,
        mut each: impl FnMut(usize),
    ) {
        let Measure::Cells { column, check } = &self.measure else { return };
        let (at, column) = (position(*column), &columns[*column]);
        for (row, state) in column.states.iter().enumerate() {
            let text = || common.marks.trim(batch.cell(row, at));
            let content = || batch.text(row, at, &common.marks);
            let is_broken = match state {
                State::Absent => false,
                State::Null => check.is_broken(Cell::Null(text())),
                State::Unusable => check.is_broken(Cell::Unusable(&content())),
                State::Value => check.is_broken(Cell::Value(part(&column.values, row), &content())),
            };
            if is_broken {
                each(row);
            }
        }
    }

    /// How many rows of a batch count whatever they hold.
    pub(crate) fn counts_rows(&self) -> bool {
        matches!(self.measure, Measure::Rows)
    }

    /// What a file breaks of the rule that has `count` of `rows` rows counted.
    pub(crate) fn judge(&self, count: u64, rows: u64) -> Option<Breach> {
        if self.operator.holds(self.unit, count, rows) {
            return None;
        }
        let what = match &self.measure {
            Measure::Cells { check, .. } => check.counted(),
            Measure::Duplicates => "rows with values that an earlier row holds",
            Measure::Rows => "rows",
        };
        let amount = match self.unit {
            Unit::Rows => format!("{count} {what}"),
            Unit::Percent => {
                let percent = if rows == 0 { 0.0 } else { count as f64 * 100.0 / rows as f64 };
                format!("{percent:.4} percent {what} ({count} of {rows} rows)")
            }
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
