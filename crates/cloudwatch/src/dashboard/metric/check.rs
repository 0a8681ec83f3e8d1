//! Whether the rows of a widget can be computed.

use super::{MetricWidget, Row, RowSource};
use crate::{MetricDataQuery, Program, QuerySource, dashboard::fault::Faults};

impl MetricWidget {
    /// Compiles the rows as a request would: ids, labels, expressions, what they name and of which types they are. Each
    /// row at fault is told, and the others are checked as if it were sound. Notes the period that an expression has by
    /// what it needs.
    pub(super) fn check_expressions(&mut self, faults: &mut Faults) {
        let mut queries = self.own_queries();
        if queries.is_empty() {
            return;
        }
        let mut told = Vec::new();
        let program = loop {
            match Program::compile(&queries) {
                Ok(program) => break program,
                Err(error) => {
                    let row = queries.iter().position(|query| query.id == error.id);
                    let Some((row, path)) = row.and_then(|row| Some((row, self.rows.get(row)?.path.as_str()))) else {
                        faults.add(self.rows[0].path.rsplit_once('/').map_or("", |(list, _)| list), error.to_string());
                        return;
                    };
                    faults.add(path, error.to_string());
                    if told.contains(&row) {
                        return;
                    }
                    told.push(row);
                    queries[row] = sound(format!("sound{row}"), &queries[row]);
                }
            }
        };
        for row in &mut self.rows {
            let Row { id, source: RowSource::Expression { period, .. }, .. } = row else { continue };
            *period = period.or_else(|| program.period_of(id));
        }
    }

    /// What is asked where nobody overrides periods. Where no row is visible something else is asked too, so that the
    /// rows are checked all the same.
    fn own_queries(&self) -> Vec<MetricDataQuery> {
        let period = |row: &Row| match row.source {
            RowSource::Metric { period, .. } => Some(period.unwrap_or(self.period)),
            RowSource::Expression { period, .. } => period,
        };
        let mut queries: Vec<MetricDataQuery> = self.rows.iter().map(|row| self.query(row, period(row))).collect();
        if self.rows.iter().all(|row| !row.visible) && !queries.is_empty() && queries.len() < super::MOST_ROWS {
            let id =
                (0..).map(|number| format!("visible{number}")).find(|id| self.rows.iter().all(|row| row.id != *id));
            queries.push(constant(id.expect("some number is not taken"), true));
        }
        queries
    }
}

/// A query that is sound.
fn constant(id: String, return_data: bool) -> MetricDataQuery {
    let source = QuerySource::Expression { expression: "TIME_SERIES(0)".to_owned(), period: None };
    MetricDataQuery { id, source, label: None, return_data }
}

/// A query in the place of one with a fault: the others may go on using its id, if that is one.
fn sound(stand_in: String, query: &MetricDataQuery) -> MetricDataQuery {
    let is_id = query.id.starts_with(|first: char| first.is_ascii_lowercase())
        && query.id.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    let id = if is_id { query.id.clone() } else { stand_in };
    constant(id, query.return_data)
}
