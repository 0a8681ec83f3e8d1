//! What a query found.

/// The rows of a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The names of the columns: an alias, a field's name, or an expression as it is written, such as `bin(5m)`.
    pub columns: Vec<String>,
    /// The cells of each row, as many as columns. `None` where the row has no such field.
    pub rows: Vec<Vec<Option<String>>>,
    /// What was looked at.
    pub statistics: Statistics,
    /// What tells each row's event from all others (`@ptr`), as many as rows; none after `stats`.
    pub pointers: Vec<String>,
    /// Which columns make lines over time, where the last `stats` groups by `bin`.
    pub time_series: Option<TimeSeries>,
}

impl Answer {
    /// The number of the column with this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// What a query looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Events that passed the filters before the first `stats`.
    pub records_matched: u64,
    /// Events in the range.
    pub records_scanned: u64,
    /// Bytes of their messages.
    pub bytes_scanned: u64,
}

/// How rows are drawn over time: a line for each value column and each combination of the group columns. All columns
/// are numbers of [`Answer::columns`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeSeries {
    /// Length of a bucket in seconds, at least 1; that of the shortest where buckets are months or longer.
    pub period: u32,
    /// The column with the beginning of the bucket, as `2024-07-05 15:15:00.000`.
    pub time: usize,
    /// The columns that tell lines apart.
    pub groups: Vec<usize>,
    /// The columns with the figures.
    pub values: Vec<usize>,
}
