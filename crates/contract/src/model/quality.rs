//! Rules about a column or a table as a whole, and how much a file may break.

use std::cmp::Ordering;

use crate::{Decimal, Pattern};

/// How many rejected rows a file may hold and still become available. Default: none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold {
    /// The largest tolerated amount, inclusive.
    pub value: Decimal,
    /// What `value` counts.
    pub unit: Unit,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { value: Decimal::from(0), unit: Unit::Rows }
    }
}

impl Threshold {
    /// Whether so many faulty rows of `rows` are tolerated. Exact: 69 of 375 are 18.4 percent.
    #[must_use]
    pub fn tolerates(self, faulty: u64, rows: u64) -> bool {
        self.unit.compare(faulty, rows, self.value).is_le()
    }
}

/// What a threshold or a measured value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A number of rows.
    Rows,
    /// Rows in a hundred rows read, 0 to 100.
    Percent,
}

impl Unit {
    /// Compares `count` of `rows` rows, in this unit, with `value`: without rounding. Nothing of no rows is 0 percent.
    #[must_use]
    pub fn compare(self, count: u64, rows: u64, value: Decimal) -> Ordering {
        match self {
            Self::Rows => Decimal::from_fraction_cmp(u128::from(count), 1, value),
            Self::Percent => Decimal::from_fraction_cmp(u128::from(count) * 100, u128::from(rows.max(1)), value),
        }
    }
}

/// A quality rule of type `library`: a metric of the whole file compared with a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct QualityRule {
    /// `name` or `id` of the rule, or the metric's name where the document gives none.
    pub name: String,
    /// What is measured.
    pub metric: Metric,
    /// The comparison that the measured value must satisfy.
    pub operator: Operator,
    /// Whether the measured value is a number of rows or a share of the rows read.
    pub unit: Unit,
    /// What a broken rule does.
    pub severity: Severity,
}

impl QualityRule {
    /// Whether the rule allows no bad cell at all, so that each row that has one breaks it: the rows are rejected then,
    /// and the file is not judged by their number.
    #[must_use]
    pub fn rejects_rows(&self) -> bool {
        self.severity == Severity::Error && self.metric != Metric::RowCount && self.operator.allows_none(self.unit)
    }

    /// Whether the rule tolerates some bad cells and not any number of them.
    #[must_use]
    pub fn has_tolerance(&self) -> bool {
        let wants_some = matches!(self.operator, Operator::MustBe(_) | Operator::MustBeBetween(..));
        let tolerates = wants_some || self.operator.holds(self.unit, 0, 1);
        self.metric != Metric::RowCount && !self.rejects_rows() && tolerates
    }
}

/// What a quality rule measures, over all rows read.
#[derive(Debug, Clone, PartialEq)]
pub enum Metric {
    /// Nulls in the column.
    NullValues,
    /// Cells of the column that hold one of these values, or texts where no value of the column's type is written so.
    MissingValues(Vec<Literal>),
    /// Values of the column that are not in the list or do not match the pattern (nulls are not looked at).
    InvalidValues {
        /// The values that are valid; none when the rule has only a pattern.
        valid_values: Option<Vec<Literal>>,
        /// The regular expression that a valid value's text matches.
        pattern: Option<Pattern>,
    },
    /// Rows whose values of these columns (indices into [`crate::Object::properties`]; on a property its own index alone)
    /// an earlier row already holds; nulls are not compared.
    DuplicateValues(Vec<usize>),
    /// All rows read.
    RowCount,
}

/// A value in a list of the contract. What it is as a value of the column follows from the column's type and the
/// dialect of the file.
#[derive(Debug, Clone, Eq)]
pub struct Literal {
    /// The characters that the author wrote, without quotes.
    pub text: String,
    /// What the document says that it is.
    pub kind: LiteralKind,
    /// Line of the document where it stands, from 1.
    pub line: usize,
}

/// Places do not count.
impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.kind == other.kind
    }
}

/// What a literal is in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiteralKind {
    /// Null.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(Decimal),
    /// A number of more digits than a decimal has here, such as `5e-324`.
    LongNumber,
    /// Text.
    Text,
}

/// The eight comparisons of ODCS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    MustBe(Decimal),
    /// `≠`
    MustNotBe(Decimal),
    /// `>`
    MustBeGreaterThan(Decimal),
    /// `≥`
    MustBeGreaterOrEqualTo(Decimal),
    /// `<`
    MustBeLessThan(Decimal),
    /// `≤`
    MustBeLessOrEqualTo(Decimal),
    /// Within both bounds, bounds included.
    MustBeBetween(Decimal, Decimal),
    /// Outside both bounds, bounds excluded.
    MustNotBeBetween(Decimal, Decimal),
}

impl Operator {
    /// Whether `count` of `rows` rows, measured in `unit`, satisfy the comparison: exactly, without rounding.
    #[must_use]
    pub fn holds(self, unit: Unit, count: u64, rows: u64) -> bool {
        let measured = |value| unit.compare(count, rows, value);
        let within = |low, high| measured(low).is_ge() && measured(high).is_le();
        match self {
            Self::MustBe(x) => measured(x).is_eq(),
            Self::MustNotBe(x) => measured(x).is_ne(),
            Self::MustBeGreaterThan(x) => measured(x).is_gt(),
            Self::MustBeGreaterOrEqualTo(x) => measured(x).is_ge(),
            Self::MustBeLessThan(x) => measured(x).is_lt(),
            Self::MustBeLessOrEqualTo(x) => measured(x).is_le(),
            Self::MustBeBetween(low, high) => within(low, high),
            Self::MustNotBeBetween(low, high) => !within(low, high),
        }
    }

    /// Whether no count but zero satisfies the comparison.
    fn allows_none(self, unit: Unit) -> bool {
        let zero = Decimal::from(0);
        // Rows are counted in whole numbers; any share of rows, however small, is a number of percent.
        let below_all = |most: Decimal| most == zero || unit == Unit::Rows && most < Decimal::from(1);
        match self {
            Self::MustBe(x) => x == zero,
            Self::MustBeLessOrEqualTo(x) => x >= zero && below_all(x),
            Self::MustBeBetween(low, high) => low <= zero && high >= zero && below_all(high),
            Self::MustBeLessThan(x) => unit == Unit::Rows && x > zero && x <= Decimal::from(1),
            Self::MustNotBe(_)
            | Self::MustBeGreaterThan(_)
            | Self::MustBeGreaterOrEqualTo(_)
            | Self::MustNotBeBetween(..) => false,
        }
    }
}

/// What a broken quality rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Severity {
    /// The file is rejected.
    #[default]
    Error,
    /// The breach is counted and told; the file's outcome does not change.
    Warning,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn shares_are_compared_exactly() {
        let threshold = |value: &str| Threshold { value: decimal(value), unit: Unit::Percent };
        assert!(threshold("18.4").tolerates(69, 375));
        assert!(!threshold("18.399999999999999").tolerates(69, 375));
        assert!(!threshold("33.333333333333333333").tolerates(1, 3));
        assert!(threshold("33.333333333333333334").tolerates(1, 3));
        assert!(threshold("0").tolerates(0, 0));
        let all = u64::MAX;
        assert!(threshold("100").tolerates(all, all) && !threshold("99.999999999999999999").tolerates(all, all));
        assert!(Operator::MustBe(decimal("18.4")).holds(Unit::Percent, 69, 375));
    }

    #[test]
    fn a_rule_that_allows_no_bad_cell_is_known_by_its_comparison() {
        use Operator::*;
        let zero = decimal("0");
        for (operator, rows, percent) in [
            (MustBe(zero), true, true),
            (MustBeLessOrEqualTo(zero), true, true),
            (MustBeLessThan(decimal("1")), true, false),
            (MustBeLessThan(decimal("0.5")), true, false),
            (MustBeLessThan(decimal("2")), false, false),
            (MustBeLessThan(zero), false, false),
            (MustBeLessOrEqualTo(decimal("0.9")), true, false),
            (MustBeBetween(decimal("-1"), zero), true, true),
            (MustBe(decimal("1")), false, false),
            (MustNotBe(decimal("1")), false, false),
        ] {
            assert_eq!(operator.allows_none(Unit::Rows), rows, "{operator:?}");
            assert_eq!(operator.allows_none(Unit::Percent), percent, "{operator:?}");
        }
    }
}
