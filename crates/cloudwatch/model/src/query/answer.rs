//! The series that answer a query.

use super::{
    Program,
    evaluation::{Asker, Computed},
    label::Naming,
    program::QueryKind,
};
use crate::{
    Frame, MetricStat,
    math::{Origin, Points, Value},
};

/// One of them.
#[derive(Debug)]
pub(super) struct Answer {
    /// The number of the query that it answers.
    pub(super) query: usize,
    pub(super) frame: Frame,
    pub(super) points: Points,
    /// The metric that it is or comes from, if that is one.
    pub(super) stat: Option<MetricStat>,
    /// Where a series of an array comes from.
    origin: Option<Origin>,
}

impl Program {
    /// The series of a computed query: one, or those of an array. Its points are taken where they need not be copied.
    pub(super) fn answers(&self, root: usize, computed: &Computed, frame: &Frame) -> Vec<Answer> {
        let answer = |points: Points, stat, origin| Answer { query: root, frame: *frame, points, stat, origin };
        match &computed.values[root] {
            Some(Value::Series(points)) => vec![answer(points.to_vec(), self.stat(root).cloned(), None)],
            Some(Value::Array(members)) => members
                .iter()
                .map(|member| {
                    let stat = match &member.origin {
                        Origin::Nowhere => None,
                        Origin::Query(index) => self.stat(*index).cloned(),
                        Origin::Found(stat) => Some((**stat).clone()),
                    };
                    answer(member.points.to_vec(), stat, Some(member.origin.clone()))
                })
                .collect(),
            Some(Value::Scalar(_)) | None => Vec::new(),
        }
    }

    fn stat(&self, query: usize) -> Option<&MetricStat> {
        match &self.queries[query].kind {
            QueryKind::Metric(stat) => Some(stat),
            QueryKind::Math(_) => None,
        }
    }

    /// What a graph calls each of them (CloudWatch user guide, "Add a math expression to a CloudWatch graph"): a query
    /// by its label; a metric without one by what tells it from the others of the answer; an expression without one by
    /// its id (seen, not documented). A series of an array is called `<expression label> <its own label>`, only by its own
    /// where the expression's label is empty or not given, and only by the expression's where that has the own label or
    /// a property of the metric in it ("the dynamic label applies to every metric returned by the search").
    pub(super) fn labels(&self, answers: &[Answer], asker: &Asker<'_>) -> Vec<String> {
        let naming = Naming::of(answers.iter().filter_map(|answer| answer.stat.as_ref()));
        answers.iter().map(|answer| self.label(answer, &naming, asker)).collect()
    }

    fn label(&self, answer: &Answer, naming: &Naming, asker: &Asker<'_>) -> String {
        let query = &self.queries[answer.query];
        let Some(origin) = &answer.origin else { return self.own_label(answer.query, answer, naming, asker) };
        let own = match origin {
            Origin::Nowhere => String::new(),
            Origin::Query(index) => self.own_label(*index, answer, naming, asker),
            Origin::Found(stat) => naming.name(stat),
        };
        let label = match &query.label {
            None => own,
            Some(template) => {
                let text = template.render(&own, answer, asker);
                if template.tells_series_apart() { text } else { [text, own].join(" ").trim().to_owned() }
            }
        };
        if label.is_empty() { query.id.clone() } else { label }
    }

    /// The label of a query that is one series.
    fn own_label(&self, index: usize, answer: &Answer, naming: &Naming, asker: &Asker<'_>) -> String {
        let query = &self.queries[index];
        let default = match &query.kind {
            QueryKind::Metric(stat) => naming.name(stat),
            QueryKind::Math(_) => query.id.clone(),
        };
        match &query.label {
            None => default,
            Some(template) => template.render(&default, answer, asker),
        }
    }
}
