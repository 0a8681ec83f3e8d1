//! A list of queries, checked once and ready to be computed many times.

use crate::period::valid_period;
use std::collections::{BTreeSet, HashMap};

use super::label::LabelTemplate;
use crate::{MetricDataQuery, MetricStat, QueryError, QuerySource, query_error::Fault};
use crate::{
    math::{Kind, Names, Node, Tree, Type, check, parse},
    search::MOST_SEARCHES,
};

/// The most queries of one request.
const MOST_QUERIES: usize = 500;
/// The longest id, in characters.
const LONGEST_ID: usize = 255;
/// The longest expression, in characters.
const LONGEST_EXPRESSION: usize = 2048;

/// A list of queries whose expressions are parsed, whose names are resolved and whose types are known.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) queries: Vec<Query>,
    /// What answers need, in an order in which each query comes after those that it needs.
    pub(super) order: Vec<usize>,
}

/// A checked query.
#[derive(Debug, Clone)]
pub(super) struct Query {
    pub(super) id: String,
    pub(super) label: Option<LabelTemplate>,
    pub(super) returned: bool,
    pub(super) kind: QueryKind,
    /// Length of a period in seconds: a metric's own; an expression's where it says one, else the longest of what it
    /// needs; none where nothing says one.
    pub(super) period: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) enum QueryKind {
    Metric(MetricStat),
    Math(Box<Math>),
}

/// A checked expression.
#[derive(Debug, Clone)]
pub(super) struct Math {
    pub(super) text: String,
    pub(super) node: Node,
    pub(super) kind: Type,
    /// The queries that it needs, by their numbers.
    pub(super) needs: Vec<usize>,
}

impl Program {
    /// Checks a list of queries: ids, expressions, what they name and of which types it is, cycles, periods, labels
    /// and the limits of `GetMetricData`.
    ///
    /// # Errors
    ///
    /// The first fault, with the query's id and the place in its expression. What only AWS can answer has
    /// [`Fault::Unsupported`].
    pub fn compile(queries: &[MetricDataQuery]) -> Result<Self, QueryError> {
        check_list(queries)?;
        let trees = queries.iter().map(tree).collect::<Result<Vec<_>, _>>()?;
        let mut names = Names::new(queries.iter().zip(&trees).map(|(query, tree)| {
            (query.id.as_str(), if tree.is_some() { Kind::Expression(None) } else { Kind::Metric })
        }));
        let needs = trees.iter().zip(queries).map(|(tree, query)| needs(query, tree.as_ref(), &names));
        let needs = needs.collect::<Result<Vec<_>, _>>()?;
        let order = sorted(queries, &needs)?;

        let mut checked: Vec<Option<Query>> = queries.iter().map(|_| None).collect();
        for &index in &order {
            let query = compile_query(&queries[index], trees[index].as_ref(), &needs[index], &names, &checked)?;
            if let QueryKind::Math(math) = &query.kind {
                names.set(index, math.kind);
            }
            checked[index] = Some(query);
        }
        let queries: Vec<Query> = checked.into_iter().flatten().collect();
        let searches: usize = queries.iter().map(|query| query.searches()).sum();
        if searches > MOST_SEARCHES {
            let message = format!("{searches} searches stand in one request, and there may be {MOST_SEARCHES}");
            return Err(QueryError::list(Fault::Limit, message));
        }
        let needed = reachable(&queries, queries.iter().enumerate().filter(|(_, it)| it.returned).map(|(at, _)| at));
        Ok(Self { order: order.into_iter().filter(|index| needed.contains(index)).collect(), queries })
    }

    /// The period of its metrics in seconds, when there are some and all agree.
    #[must_use]
    pub fn period(&self) -> Option<u32> {
        let mut periods = self.metrics().map(|(_, stat)| stat.period);
        let first = periods.next()?;
        periods.all(|period| period == first).then_some(first)
    }

    /// The period in seconds that a query is computed in: its own, else the longest of what it needs; none where nothing
    /// says one.
    #[must_use]
    pub fn period_of(&self, id: &str) -> Option<u32> {
        self.queries.iter().find(|query| query.id == id)?.period
    }

    /// Its plain metrics and their ids, in their order.
    pub(super) fn metrics(&self) -> impl Iterator<Item = (&str, &MetricStat)> {
        self.queries.iter().filter_map(|query| match &query.kind {
            QueryKind::Metric(stat) => Some((query.id.as_str(), stat)),
            QueryKind::Math(_) => None,
        })
    }

    /// What these queries need, themselves included, in an order in which each comes after those that it needs.
    pub(super) fn plan(&self, roots: &[usize]) -> Vec<usize> {
        let needed = reachable(&self.queries, roots.iter().copied());
        self.order.iter().copied().filter(|index| needed.contains(index)).collect()
    }
}

impl Query {
    pub(super) fn math(&self) -> Option<&Math> {
        match &self.kind {
            QueryKind::Metric(_) => None,
            QueryKind::Math(math) => Some(math),
        }
    }

    pub(super) fn searches(&self) -> usize {
        self.math().map_or(0, |math| math.node.searches().len())
    }
}

/// What can be said of the list without reading an expression.
fn check_list(queries: &[MetricDataQuery]) -> Result<(), QueryError> {
    if queries.is_empty() {
        return Err(QueryError::list(Fault::Limit, "there is no query"));
    }
    if queries.len() > MOST_QUERIES {
        let message = format!("there are {} queries, and a request has at most {MOST_QUERIES}", queries.len());
        return Err(QueryError::list(Fault::Limit, message));
    }
    let mut ids = HashMap::new();
    for (index, query) in queries.iter().enumerate() {
        check_id(&query.id)?;
        if let Some(first) = ids.insert(query.id.as_str(), index) {
            let message = format!("queries {} and {} have the same id; each needs its own", first + 1, index + 1);
            return Err(QueryError::of(&query.id, Fault::Id, message));
        }
    }
    if queries.iter().all(|query| !query.return_data) {
        return Err(QueryError::list(Fault::Limit, "no query has ReturnData, so there is nothing to answer"));
    }
    Ok(())
}

/// Letters, digits and underscores, a lower-case letter first.
fn check_id(id: &str) -> Result<(), QueryError> {
    let fault = |message: String| Err(QueryError::of(id, Fault::Id, message));
    match id.chars().next() {
        None => return Err(QueryError::list(Fault::Id, "a query has no id")),
        Some(first) if !first.is_ascii_lowercase() => {
            return fault("an id begins with a lower-case letter, such as m1".to_owned());
        }
        Some(_) => {}
    }
    if let Some(stray) = id.chars().find(|it| !it.is_ascii_alphanumeric() && *it != '_') {
        return fault(format!("an id holds letters, digits and underscores, and this one `{stray}`"));
    }
    if id.len() > LONGEST_ID {
        return fault(format!("an id has at most {LONGEST_ID} characters"));
    }
    Ok(())
}

/// The tree of an expression; nothing for a metric.
fn tree(query: &MetricDataQuery) -> Result<Option<Tree>, QueryError> {
    let QuerySource::Expression { expression, .. } = &query.source else { return Ok(None) };
    if expression.chars().count() > LONGEST_EXPRESSION {
        let message = format!("an expression has at most {LONGEST_EXPRESSION} characters");
        return Err(QueryError::of(&query.id, Fault::Limit, message));
    }
    let first_word = expression.split_whitespace().next().unwrap_or_default();
    if first_word.eq_ignore_ascii_case("SELECT") {
        let message =
            "a Metrics Insights query (SELECT …) is unsupported offline; write the metrics out, or SEARCH for them";
        return Err(QueryError::of(&query.id, Fault::Unsupported, message));
    }
    parse(expression).map(Some).map_err(|problem| problem.of(&query.id, expression))
}

/// The queries that an expression names, and all metrics where it calls METRICS.
fn needs(query: &MetricDataQuery, tree: Option<&Tree>, names: &Names<'_>) -> Result<Vec<usize>, QueryError> {
    const WORDS: [&str; 8] = ["REPEAT", "LINEAR", "ASC", "DESC", "AVG", "MIN", "MAX", "SUM"];
    let (Some(tree), QuerySource::Expression { expression, .. }) = (tree, &query.source) else { return Ok(Vec::new()) };
    let mut needs = BTreeSet::new();
    for (name, span) in tree.names() {
        match names.find(name) {
            Some(index) => drop(needs.insert(index)),
            // Whether such a word stands where it may is the check's to say.
            None if WORDS.contains(&name) => {}
            None => return Err(names.unknown(name, span).of(&query.id, expression)),
        }
    }
    if tree.calls("METRICS") {
        needs.extend(names.metrics(""));
    }
    Ok(needs.into_iter().collect())
}

/// Every query after those that it needs; they keep their order otherwise.
fn sorted(queries: &[MetricDataQuery], needs: &[Vec<usize>]) -> Result<Vec<usize>, QueryError> {
    let mut order = Vec::with_capacity(queries.len());
    let mut done = vec![false; queries.len()];
    for root in 0..queries.len() {
        // The way down from the root: a query, and which of its needs is next.
        let mut way = vec![(root, 0)];
        while let Some((query, next)) = way.last_mut() {
            let query = *query;
            if done[query] {
                way.pop();
                continue;
            }
            let Some(&need) = needs[query].get(*next) else {
                done[query] = true;
                order.push(query);
                continue;
            };
            *next += 1;
            if let Some(start) = way.iter().position(|&(above, _)| above == need) {
                let ids: Vec<_> = way[start..].iter().map(|&(above, _)| queries[above].id.as_str()).collect();
                let id = &queries[need].id;
                let message = format!("expressions need each other: {} → {id}", ids.join(" → "));
                return Err(QueryError::of(id, Fault::Cycle, message));
            }
            way.push((need, 0));
        }
    }
    Ok(order)
}

fn compile_query(
    query: &MetricDataQuery,
    tree: Option<&Tree>,
    needs: &[usize],
    names: &Names<'_>,
    before: &[Option<Query>],
) -> Result<Query, QueryError> {
    let label = query.label.as_deref().map(LabelTemplate::parse).transpose();
    let label = label.map_err(|(fault, message)| QueryError::of(&query.id, fault, message))?;
    let (kind, period) = match (&query.source, tree) {
        (QuerySource::Metric(stat), _) => {
            check_period(&query.id, stat.period)?;
            (QueryKind::Metric(stat.clone()), Some(stat.period))
        }
        (QuerySource::Expression { expression, period }, Some(tree)) => {
            let math = compile_math(query, expression, tree, needs, names)?;
            period.map(|period| check_period(&query.id, period)).transpose()?;
            let needed = needs.iter().filter_map(|&need| before[need].as_ref()?.period);
            let searched = math.node.searches().into_iter().filter_map(|call| call.period);
            let period = period.or_else(|| needed.chain(searched).max());
            (QueryKind::Math(Box::new(math)), period)
        }
        (QuerySource::Expression { .. }, None) => unreachable!("every expression has a tree"),
    };
    Ok(Query { id: query.id.clone(), label, returned: query.return_data, kind, period })
}

fn compile_math(
    query: &MetricDataQuery,
    expression: &str,
    tree: &Tree,
    needs: &[usize],
    names: &Names<'_>,
) -> Result<Math, QueryError> {
    let (node, kind) = check(tree, names).map_err(|problem| problem.of(&query.id, expression))?;
    if kind == Type::Scalar && must_be_series(query) {
        let message = format!("the result is a number, and must be a series; write {}", tree.as_series());
        return Err(QueryError::of(&query.id, Fault::Type, message));
    }
    Ok(Math { text: expression.to_owned(), node, kind, needs: needs.to_vec() })
}

/// Whether an expression may not be a number: "the final result of any math expression must be a single time series
/// or an array of time series". Whether that holds for one that is only used by others is unpublished; it may be one.
fn must_be_series(query: &MetricDataQuery) -> bool {
    query.return_data
}

fn check_period(id: &str, period: u32) -> Result<(), QueryError> {
    if valid_period(f64::from(period)) {
        return Ok(());
    }
    let message = format!("a period of {period} s is none; there are 1, 5, 10, 20, 30 s and multiples of 60 s");
    Err(QueryError::of(id, Fault::Period, message))
}

fn reachable(queries: &[Query], roots: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = roots.collect();
    while let Some(query) = open.pop() {
        if found.insert(query) {
            open.extend(queries[query].math().into_iter().flat_map(|math| &math.needs));
        }
    }
    found
}
