//! `stats`: aggregates, what they are grouped by, and the fields that are left.

use super::{Columns, Compiler, Scope, Stats, label};
use crate::{
    TimeSeries,
    node::Node,
    syntax::{Branch, Item, Tree},
    value::Value,
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

/// Something that is computed of all rows of a group.
#[derive(Debug, Clone)]
pub(crate) struct Aggregate {
    pub(crate) kind: AggregateKind,
    /// What it is computed of; `None` for `count(*)`.
    pub(crate) argument: Option<Node>,
    /// The time of a row, for `earliest` and `latest`.
    pub(crate) time: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum AggregateKind {
    Count,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
    /// From 0 to 100.
    Percentile(f64),
    Variance,
    StandardDeviation,
    Earliest,
    Latest,
    SortsFirst,
    SortsLast,
    Values,
}

/// The aggregates by name (user guide, "stats", functions to use with it). Percentiles carry their second argument.
pub(super) const AGGREGATES: [(&str, AggregateKind); 16] = [
    ("count", AggregateKind::Count),
    ("count_distinct", AggregateKind::CountDistinct),
    ("countDistinct", AggregateKind::CountDistinct),
    ("sum", AggregateKind::Sum),
    ("avg", AggregateKind::Average),
    ("min", AggregateKind::Minimum),
    ("max", AggregateKind::Maximum),
    ("pct", AggregateKind::Percentile(0.0)),
    ("percentile", AggregateKind::Percentile(0.0)),
    ("variance", AggregateKind::Variance),
    ("stddev", AggregateKind::StandardDeviation),
    ("earliest", AggregateKind::Earliest),
    ("latest", AggregateKind::Latest),
    ("sortsFirst", AggregateKind::SortsFirst),
    ("sortsLast", AggregateKind::SortsLast),
    ("values", AggregateKind::Values),
];

pub(super) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Collects the aggregates of a `stats`. Their arguments are fields of the rows before it.
pub(super) struct Aggregates<'a> {
    rows: &'a mut Scope,
    found: Vec<Aggregate>,
    /// The place of each in the rows after it.
    slots: Vec<usize>,
}

impl Aggregates<'_> {
    /// Adds an aggregate; where its result stands.
    pub(super) fn add(
        &mut self,
        text: &str,
        groups: &mut Scope,
        tree: &Tree,
        name: &str,
        arguments: &[Tree],
    ) -> Result<usize, Problem> {
        let known = AGGREGATES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let (name, mut kind) = *known.expect("the caller found the name in the list");
        let misused = |message: String| Err(Problem::new(Fault::Arguments, tree.span.clone(), message));
        let argument = match (kind, arguments) {
            (AggregateKind::Count, []) => None,
            (AggregateKind::Count, [Tree { branch: Branch::All, .. }]) => None,
            (AggregateKind::Percentile(_), [value, percent]) => {
                kind = AggregateKind::Percentile(percentage(percent)?);
                Some(value)
            }
            (AggregateKind::Percentile(_), _) => {
                return misused(format!("{name} takes a field and a number from 0 to 100: {name}(@duration, 95)"));
            }
            (_, [value]) => Some(value),
            _ => return misused(format!("{name} takes one argument, and {} stand here", arguments.len())),
        };
        let argument = argument.map(|tree| scalar(text, self.rows, tree)).transpose()?;
        let time = match kind {
            AggregateKind::Earliest | AggregateKind::Latest => {
                let time = self.rows.field("@timestamp").map_err(|message| {
                    Problem::new(Fault::Unknown, tree.span.clone(), format!("{name} needs @timestamp; {message}"))
                })?;
                Some(time)
            }
            _ => None,
        };
        self.found.push(Aggregate { kind, argument, time });
        let slot = groups.hidden();
        self.slots.push(slot);
        Ok(slot)
    }
}

fn percentage(tree: &Tree) -> Result<f64, Problem> {
    let percent = match tree.branch {
        Branch::Whole(value) => Some(value as f64),
        Branch::Real(value) => Some(value),
        _ => None,
    };
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| {
        Problem::new(Fault::Arguments, tree.span.clone(), "a percentile is a number from 0 to 100, such as 95 or 99.9")
    })
}

/// An expression of the rows before `stats`, which may be no map or list.
fn scalar(text: &str, rows: &mut Scope, tree: &Tree) -> Result<Node, Problem> {
    let node = Compiler { text, scope: rows, aggregates: None }.node(tree)?;
    rows.check_scalar(&node, tree, "stats")?;
    Ok(node)
}

/// A `stats` with the fields that are left after it.
pub(super) struct Planned {
    pub(super) stats: Stats,
    pub(super) scope: Scope,
    pub(super) columns: Vec<(String, usize)>,
    /// Its numbers are places in rows.
    pub(super) time_series: Option<TimeSeries>,
}

/// Plans a `stats`. Its columns are those of `by`, then its items.
pub(super) fn stats(text: &str, rows: &mut Scope, values: &[Item], by: &[Item]) -> Result<Planned, Problem> {
    let mut groups = Scope::of_groups();
    let mut columns = Columns::default();
    let by_nodes = by.iter().map(|item| scalar(text, rows, &item.tree)).collect::<Result<Vec<_>, _>>()?;
    for item in by {
        let (name, slot) = output(text, &mut groups, item);
        columns.add(name, slot);
    }
    let item_slots: Vec<usize> = values.iter().map(|_| groups.hidden()).collect();
    let mut aggregates = Aggregates { rows, found: Vec::new(), slots: Vec::new() };
    let mut items = Vec::with_capacity(values.len());
    for (item, slot) in values.iter().zip(&item_slots) {
        let before = aggregates.found.len();
        let node = Compiler { text, scope: &mut groups, aggregates: Some(&mut aggregates) }.node(&item.tree)?;
        if aggregates.found.len() == before && matches!(node, Node::Value(_)) {
            let message = "this is computed of no rows; write an aggregate such as count(*) or avg(field)";
            return Err(Problem::new(Fault::Type, item.tree.span.clone(), message));
        }
        items.push(node);
        let name = item.alias.clone().unwrap_or_else(|| label(text, &item.tree));
        groups.name(&name, item.alias.is_none(), *slot);
        columns.add(name, *slot);
    }
    let bucket = by.iter().zip(&by_nodes).position(|(item, _)| is_bin(&item.tree));
    let time_series = bucket.map(|bucket| TimeSeries {
        period: match &by_nodes[bucket] {
            Node::Floor(_, period) => u32::try_from((period.length() / 1000).max(1)).unwrap_or(u32::MAX),
            _ => 1,
        },
        time: bucket,
        groups: (0..by.len()).filter(|index| *index != bucket).collect(),
        values: item_slots.clone(),
    });
    debug_assert!(aggregates.slots.iter().enumerate().all(|(index, slot)| *slot == by.len() + values.len() + index));
    let stats = Stats { by: by_nodes, aggregates: aggregates.found, items };
    Ok(Planned { stats, scope: groups, columns: columns.0, time_series })
}

/// The column of something that is grouped by.
fn output(text: &str, groups: &mut Scope, item: &Item) -> (String, usize) {
    let slot = groups.hidden();
    let name = item.alias.clone().unwrap_or_else(|| label(text, &item.tree));
    groups.name(&name, item.alias.is_none(), slot);
    (name, slot)
}

fn is_bin(tree: &Tree) -> bool {
    matches!(&tree.branch, Branch::Call(name, _) if name.eq_ignore_ascii_case("bin"))
}

/// The row of a group before its items are computed.
pub(crate) fn group_row<'v>(
    by: Vec<Value<'v>>,
    items: usize,
    results: impl Iterator<Item = Value<'v>>,
) -> Vec<Value<'v>> {
    let mut row = by;
    row.extend(std::iter::repeat_n(Value::Null, items));
    row.extend(results);
    row
}
