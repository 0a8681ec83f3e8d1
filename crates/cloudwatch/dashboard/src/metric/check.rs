//! Whether the rows of a widget can be computed.

use std::collections::BTreeMap;

use super::{MetricWidget, Row, RowSource};
use crate::fault::Faults;
use atalaya_cloudwatch::{MetricDataQuery, Program, QuerySource};

/// The shortest period, in seconds.
const SHORTEST: u32 = 1;

impl MetricWidget {
    /// Compiles the rows as a request would: ids, labels, expressions, what they name and of which types they are. Each
    /// row at fault is told, and the others are checked as if it were sound. Notes the period that an expression has by
    /// what it needs.
    pub(super) fn check_expressions(&mut self, faults: &mut Faults) {
        let mut queries = self.own_queries();
        if queries.is_empty() {
            return;
        }
        let Some(program) = self.compiled(&mut queries, faults) else { return };
        let only_searched = Program::compile(&shortened(queries)).ok();
        for row in &mut self.rows {
            let Row { id, source: RowSource::Expression { period, searched, .. }, .. } = row else { continue };
            if period.is_none() {
                *searched = only_searched.as_ref().and_then(|it| it.period_of(id)).filter(|period| *period > SHORTEST);
                *period = program.period_of(id);
            }
        }
    }

    /// The queries as a program, and a fault for each row that has one; those rows then have sound ones.
    fn compiled(&self, queries: &mut [MetricDataQuery], faults: &mut Faults) -> Option<Program> {
        let mut told: BTreeMap<usize, String> = BTreeMap::new();
        let program = loop {
            let error = match Program::compile(queries) {
                Ok(program) => break Some(program),
                Err(error) => error,
            };
            match queries.iter().position(|query| query.id == error.id) {
                Some(row) if row < self.rows.len() && !told.contains_key(&row) => {
                    told.insert(row, error.to_string());
                    queries[row] = sound(format!("sound{row}"), &queries[row]);
                }
                // A fault of the whole, such as too many searches.
                _ => {
                    told.entry(0).or_insert_with(|| error.to_string());
                    break None;
                }
            }
        };
        for (row, message) in told {
            faults.add(&self.rows[row].path, message);
        }
        program
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

/// The queries with metrics in the shortest period, so that a longer one of an expression is that of a SEARCH.
fn shortened(mut queries: Vec<MetricDataQuery>) -> Vec<MetricDataQuery> {
    for query in &mut queries {
        if let QuerySource::Metric(stat) = &mut query.source {
            stat.period = SHORTEST;
        }
    }
    queries
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
