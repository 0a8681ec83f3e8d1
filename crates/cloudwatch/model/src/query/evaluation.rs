//! Computing queries on a frame.

use std::cell::{Cell, RefCell};

use super::{Places, Program, answer::Answer, places::Placed, program::QueryKind};
use crate::QueryError;
use crate::{
    Frame, MetricId, MetricStore,
    math::{Evaluation, Points, Source, Value},
};

/// A series of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultSeries {
    /// The id of the query that it answers; several series have the same one where an expression gives an array.
    pub id: String,
    /// What a graph calls it.
    pub label: String,
    /// The metric that it is, or that it was computed from; none where there is not one alone.
    pub metric: Option<MetricId>,
    /// A value for each period of the frame; `None` where there is none.
    pub values: Points,
}

/// Who asks, and when.
#[derive(Debug, Clone)]
pub(super) struct Asker<'a> {
    pub(super) now: i64,
    pub(super) account_id: &'a str,
    pub(super) region: &'a str,
    /// Seconds that the clock of labels is ahead of UTC.
    pub(super) offset: i32,
}

/// The account and region of who does not say them: those of a local AWS.
pub(super) const LOCAL: (&str, &str) = ("000000000000", "us-east-1");

/// Values of queries by their numbers, where they were needed.
pub(super) struct Computed {
    pub(super) values: Vec<Option<Value<'static>>>,
    /// Whether a SEARCH found more series than it may give.
    pub(super) cut: bool,
}

impl Program {
    /// The series of every query with `return_data`, in the order of the queries. Each metric is read on `frame`,
    /// whatever period its query says. A SEARCH looks at the two weeks before the frame's end.
    ///
    /// # Errors
    ///
    /// Where an argument that is computed from data is out of its range, as in `SLICE(METRICS(), -1 * MAX(m1))`.
    pub fn evaluate(&self, store: &MetricStore, frame: &Frame) -> Result<Vec<ResultSeries>, QueryError> {
        self.evaluate_on(store, frame)
    }

    pub(crate) fn evaluate_on(&self, source: &dyn Source, frame: &Frame) -> Result<Vec<ResultSeries>, QueryError> {
        let asker = Asker { now: frame.end(), account_id: LOCAL.0, region: LOCAL.1, offset: 0 };
        let computed = self.compute(source, frame, &asker, &self.order)?;
        let roots = (0..self.queries.len()).filter(|&index| self.queries[index].returned);
        let answers: Vec<Answer> = roots.flat_map(|root| self.answers(root, &computed, frame)).collect();
        let labels = self.labels(&answers, &asker);
        Ok(answers
            .into_iter()
            .zip(labels)
            .map(|(answer, label)| ResultSeries {
                id: self.queries[answer.query].id.clone(),
                label,
                metric: answer.stat.map(|stat| stat.metric),
                values: answer.points,
            })
            .collect())
    }

    /// The points of the one series that an alarm watches; those of its first series where the query gives several.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate); and where not exactly one query has `return_data`.
    pub fn returned(&self, store: &MetricStore, frame: &Frame) -> Result<Points, QueryError> {
        self.returned_on(store, frame)
    }

    /// [`returned`](Self::returned), with what is known of the metrics' places in the store.
    ///
    /// # Errors
    ///
    /// As [`returned`](Self::returned).
    pub fn returned_from(&self, places: &mut Places, store: &MetricStore, frame: &Frame) -> Result<Points, QueryError> {
        self.returned_on(&Placed { store, places: RefCell::new(places) }, frame)
    }

    pub(crate) fn returned_on(&self, source: &dyn Source, frame: &Frame) -> Result<Points, QueryError> {
        let root = self.root()?;
        let asker = Asker { now: frame.end(), account_id: LOCAL.0, region: LOCAL.1, offset: 0 };
        let mut computed = self.compute(source, frame, &asker, &self.order)?;
        Ok(match computed.values[root].take() {
            Some(Value::Series(points)) => points.into_owned(),
            Some(Value::Array(members)) => {
                members.into_iter().next().map_or_else(|| vec![None; frame.count], |member| member.points.into_owned())
            }
            Some(Value::Scalar(_)) | None => vec![None; frame.count],
        })
    }

    /// The values of the queries of a plan.
    pub(super) fn compute(
        &self,
        source: &dyn Source,
        frame: &Frame,
        asker: &Asker<'_>,
        plan: &[usize],
    ) -> Result<Computed, QueryError> {
        let mut values: Vec<Option<Value<'static>>> = vec![None; self.queries.len()];
        let cut = Cell::new(false);
        for &index in plan {
            let query = &self.queries[index];
            let value = match &query.kind {
                QueryKind::Metric(stat) => Value::series(source.points_of(index, stat, frame)),
                QueryKind::Math(math) => {
                    let (now, account_id) = (asker.now, asker.account_id);
                    let evaluation = Evaluation { source, frame, now, account_id, values: &values, cut: &cut };
                    let value = evaluation.value(&math.node).map_err(|problem| problem.of(&query.id, &math.text))?;
                    value.into_owned()
                }
            };
            values[index] = Some(value);
        }
        Ok(Computed { values, cut: cut.get() })
    }
}
