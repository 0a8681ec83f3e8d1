//! Codes and rules of faults, and faults of the whole file.

/// Frictionless error codes.
pub(crate) mod code {
    pub(crate) const TYPE: &str = "type-error";
    pub(crate) const CONSTRAINT: &str = "constraint-error";
    pub(crate) const MISSING_CELL: &str = "missing-cell";
    pub(crate) const EXTRA_CELL: &str = "extra-cell";
    pub(crate) const BLANK_ROW: &str = "blank-row";
    pub(crate) const UNIQUE: &str = "unique-error";
    pub(crate) const PRIMARY_KEY: &str = "primary-key-error";
    pub(crate) const ENCODING: &str = "encoding-error";
    pub(crate) const BLANK_HEADER: &str = "blank-header";
    pub(crate) const BLANK_LABEL: &str = "blank-label";
    pub(crate) const MISSING_LABEL: &str = "missing-label";
    pub(crate) const EXTRA_LABEL: &str = "extra-label";
    pub(crate) const DUPLICATE_LABEL: &str = "duplicate-label";
    pub(crate) const SOURCE: &str = "source-error";
}

/// The rules that a cell can break, as a set: a value can be too short and not match a pattern at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rules(u16);

impl Rules {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const REQUIRED: Self = Self(1);
    pub(crate) const TYPE: Self = Self(1 << 1);
    pub(crate) const MINIMUM: Self = Self(1 << 2);
    pub(crate) const MAXIMUM: Self = Self(1 << 3);
    pub(crate) const EXCLUSIVE_MINIMUM: Self = Self(1 << 4);
    pub(crate) const EXCLUSIVE_MAXIMUM: Self = Self(1 << 5);
    pub(crate) const MULTIPLE_OF: Self = Self(1 << 6);
    pub(crate) const MIN_LENGTH: Self = Self(1 << 7);
    pub(crate) const MAX_LENGTH: Self = Self(1 << 8);
    pub(crate) const PATTERN: Self = Self(1 << 9);
    pub(crate) const ENCODING: Self = Self(1 << 10);
    /// `enum`, or a quality rule that allows no bad cell: the column's checks tell which.
    pub(crate) const CHECKS: Self = Self(1 << 11);
    /// No rule, but a remark: the clock of the zone shows the time twice.
    pub(crate) const REPEATED_HOUR: Self = Self(1 << 12);

    /// Every rule with the name that the contract gives it.
    const NAMES: [(Self, &'static str); 12] = [
        (Self::REQUIRED, "required"),
        (Self::TYPE, "logicalType"),
        (Self::ENCODING, "encoding"),
        (Self::MIN_LENGTH, "minLength"),
        (Self::MAX_LENGTH, "maxLength"),
        (Self::PATTERN, "pattern"),
        (Self::MINIMUM, "minimum"),
        (Self::EXCLUSIVE_MINIMUM, "exclusiveMinimum"),
        (Self::MAXIMUM, "maximum"),
        (Self::EXCLUSIVE_MAXIMUM, "exclusiveMaximum"),
        (Self::MULTIPLE_OF, "multipleOf"),
        (Self::CHECKS, "quality"),
    ];

    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set where `broken`, else none.
    #[must_use]
    pub(crate) fn when(self, broken: bool) -> Self {
        if broken { self } else { Self::NONE }
    }

    /// This set without `other`.
    #[must_use]
    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The rules of the set, one by one, with their names.
    pub(crate) fn each(self) -> impl Iterator<Item = (Self, &'static str)> {
        Self::NAMES.into_iter().filter(move |(rule, _)| self.contains(*rule))
    }
}

/// A fault of the whole file; boxed, since it is an error that is rare and large.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FileFault(Box<FaultParts>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FaultParts {
    pub(crate) code: &'static str,
    pub(crate) rule: Option<String>,
    pub(crate) column: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// Physical line from 1 and byte offset, where the fault has a place.
    pub(crate) place: Option<(u64, u64)>,
}

impl FileFault {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(FaultParts { code, rule: None, column: None, message, hint: None, place: None }))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn at(mut self, line: u64, byte: u64) -> Self {
        self.0.place = Some((line, byte));
        self
    }

    pub(crate) fn column(mut self, column: impl Into<String>) -> Self {
        self.0.column = Some(column.into());
        self
    }

    pub(crate) fn rule(mut self, rule: impl Into<String>) -> Self {
        self.0.rule = Some(rule.into());
        self
    }

    pub(crate) fn into_parts(self) -> FaultParts {
        *self.0
    }
}
