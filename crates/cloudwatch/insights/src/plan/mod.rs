//! From commands to what is done with each row: names become places in the row, and the rules of commands are checked.

mod aggregate;
mod call;
mod expression;
mod scope;

use super::{
    discovery::Reads,
    node::Node,
    syntax::{self, Branch, Command, CommandKind, Direction, Item, Pattern, Tree},
};
use atalaya_cloudwatch::query_error::{Fault, Problem};

pub(crate) use self::aggregate::{Aggregate, AggregateKind, group_row};
use self::{aggregate::stats, expression::Compiler, scope::Scope};

/// The most `stats` of a query (user guide, "stats"). In groups of the class Infrequent Access there are two; all
/// groups here are of the standard class.
const MOST_STATS: usize = 10;

/// A query that is ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// What is read of each event.
    pub(crate) reads: Reads,
    /// How many values a row of an event has.
    pub(crate) width: usize,
    pub(crate) steps: Vec<Step>,
    /// The result's columns: their names and places.
    pub(crate) columns: Vec<(String, usize)>,
    pub(crate) time_series: Option<super::TimeSeries>,
    /// Whether rows are events, and not groups of them.
    pub(crate) has_events: bool,
    /// Whether the query says itself how many rows it wants.
    pub(crate) has_limit: bool,
}

/// A step over rows.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Set {
        node: Node,
        slot: usize,
    },
    Filter(Node),
    /// `parse`: a slot for each name of the pattern.
    Extract {
        source: Node,
        pattern: Pattern,
        slots: Vec<usize>,
    },
    Unnest {
        list: Node,
        slot: usize,
    },
    Stats(Stats),
    Sort(Vec<(Node, Direction)>),
    Limit(usize),
    Dedup(Vec<Node>),
}

/// A `stats`: rows of a new kind. They hold the values of `by`, then those of the items, then the aggregates.
#[derive(Debug, Clone)]
pub(crate) struct Stats {
    pub(crate) by: Vec<Node>,
    pub(crate) aggregates: Vec<Aggregate>,
    /// What the items are, out of the row itself.
    pub(crate) items: Vec<Node>,
}

/// The plan of a query's commands.
pub(crate) fn plan(text: &str, commands: &[Command]) -> Result<Plan, Problem> {
    check_order(commands)?;
    let mut planner = Planner {
        text,
        scope: Scope::of_events(),
        width: None,
        steps: Vec::new(),
        fields: Columns::default(),
        display: None,
        time_series: None,
    };
    for command in commands {
        planner.command(command)?;
    }
    planner.finish(commands)
}

/// The rules on what stands where (user guide, "stats" and "dedup").
fn check_order(commands: &[Command]) -> Result<(), Problem> {
    let is_stats = |command: &Command| matches!(command.kind, CommandKind::Stats { .. });
    let fault = |command: &Command, message: String| Err(Problem::new(Fault::Syntax, command.word.clone(), message));
    if let Some(excess) = commands.iter().filter(|command| is_stats(command)).nth(MOST_STATS) {
        let message = format!("a query has at most {MOST_STATS} stats");
        return Err(Problem::new(Fault::Limit, excess.word.clone(), message));
    }
    let last_stats = commands.iter().rposition(is_stats).unwrap_or(0);
    let mut dedup = false;
    for (index, command) in commands.iter().enumerate() {
        let is_limit = matches!(command.kind, CommandKind::Limit(_));
        if dedup && !is_limit {
            return fault(command, "only `limit` may follow `dedup`".to_owned());
        }
        dedup |= matches!(command.kind, CommandKind::Dedup(_));
        if index < last_stats && (is_limit || matches!(command.kind, CommandKind::Sort(_))) {
            let word = if is_limit { "limit" } else { "sort" };
            return fault(command, format!("`{word}` stands after the last `stats`"));
        }
    }
    Ok(())
}

/// Columns by their names.
#[derive(Debug, Clone, Default)]
struct Columns(Vec<(String, usize)>);

impl Columns {
    /// A column of a name that is there already takes its place.
    fn add(&mut self, name: String, slot: usize) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = slot,
            None => self.0.push((name, slot)),
        }
    }
}

struct Planner<'a> {
    text: &'a str,
    scope: Scope,
    /// The width of an event's row, where the scope is one of groups by now.
    width: Option<(usize, Reads)>,
    steps: Vec<Step>,
    fields: Columns,
    display: Option<Columns>,
    time_series: Option<super::TimeSeries>,
}

impl Planner<'_> {
    fn node(&mut self, tree: &Tree) -> Result<Node, Problem> {
        Compiler { text: self.text, scope: &mut self.scope, aggregates: None }.node(tree)
    }

    /// A node whose value may be no map or list.
    fn scalar(&mut self, tree: &Tree, command: &str) -> Result<Node, Problem> {
        let node = self.node(tree)?;
        self.scope.check_scalar(&node, tree, command)?;
        Ok(node)
    }

    fn command(&mut self, command: &Command) -> Result<(), Problem> {
        match &command.kind {
            CommandKind::Fields(items) => {
                for item in items {
                    let (name, slot) = self.item(item)?;
                    self.fields.add(name, slot);
                }
            }
            CommandKind::Display(items) => {
                let mut columns = Columns::default();
                for item in items {
                    let (name, slot) = self.item(item)?;
                    columns.add(name, slot);
                }
                self.display = Some(columns);
            }
            CommandKind::Filter(tree) => {
                let node = self.node(tree)?;
                self.steps.push(Step::Filter(node));
            }
            CommandKind::Parse { source, pattern } => {
                let source = match source {
                    Some(tree) => self.node(tree)?,
                    None => Node::Slot(
                        self.scope
                            .field("@message")
                            .map_err(|message| Problem::new(Fault::Unknown, command.word.clone(), message))?,
                    ),
                };
                let slots = pattern.names().into_iter().map(|name| self.scope.assign(name)).collect();
                self.steps.push(Step::Extract { source, pattern: pattern.clone(), slots });
            }
            CommandKind::Unnest { list, into } => {
                let list = self.node(list)?;
                let slot = self.scope.assign(into);
                self.steps.push(Step::Unnest { list, slot });
            }
            CommandKind::Stats { values, by } => self.stats(values, by)?,
            CommandKind::Sort(keys) => {
                let keys = keys.iter().map(|(tree, direction)| Ok((self.scalar(tree, "sort")?, *direction)));
                let keys = keys.collect::<Result<_, Problem>>()?;
                self.steps.push(Step::Sort(keys));
            }
            CommandKind::Limit(count) => self.steps.push(Step::Limit(*count)),
            CommandKind::Dedup(trees) => {
                let keys = trees.iter().map(|tree| self.scalar(tree, "dedup")).collect::<Result<_, _>>()?;
                self.steps.push(Step::Dedup(keys));
            }
        }
        Ok(())
    }

    /// The column of an item: its name, and where its value stands.
    fn item(&mut self, item: &Item) -> Result<(String, usize), Problem> {
        let node = self.node(&item.tree)?;
        let label = label(self.text, &item.tree);
        let slot = match (&node, &item.alias) {
            (Node::Slot(slot), None) => return Ok((label, *slot)),
            (_, Some(alias)) => self.scope.assign(alias),
            (_, None) => self.scope.label(&label),
        };
        if is_structure(&item.tree) {
            self.scope.mark_structure(slot);
        }
        self.steps.push(Step::Set { node, slot });
        Ok((item.alias.clone().unwrap_or(label), slot))
    }

    fn stats(&mut self, values: &[Item], by: &[Item]) -> Result<(), Problem> {
        let planned = stats(self.text, &mut self.scope, values, by)?;
        let scope = std::mem::replace(&mut self.scope, planned.scope);
        if self.width.is_none() {
            self.width = Some(scope.into_events());
        }
        self.steps.push(Step::Stats(planned.stats));
        self.fields = Columns::default();
        planned.columns.into_iter().for_each(|(name, slot)| self.fields.add(name, slot));
        self.display = None;
        self.time_series = planned.time_series;
        Ok(())
    }

    fn finish(mut self, commands: &[Command]) -> Result<Plan, Problem> {
        let has_events = self.width.is_none();
        let mut columns = self.display.unwrap_or(self.fields).0;
        if columns.is_empty() {
            for name in ["@timestamp", "@message"] {
                let slot = self.scope.field(name).map_err(|message| Problem::new(Fault::Unknown, 0..0, message))?;
                columns.push((name.to_owned(), slot));
            }
        }
        let time_series = self.time_series.and_then(|series| in_columns(&series, &columns));
        let (width, reads) = self.width.unwrap_or_else(|| self.scope.into_events());
        let has_limit = commands.iter().any(|command| matches!(command.kind, CommandKind::Limit(_)));
        Ok(Plan { reads, width, steps: self.steps, columns, time_series, has_events, has_limit })
    }
}

/// A time series whose numbers are places in rows, with those of columns instead; `None` where `display` hides the time
/// or all figures.
fn in_columns(series: &super::TimeSeries, columns: &[(String, usize)]) -> Option<super::TimeSeries> {
    let column = |slot: usize| columns.iter().position(|(_, known)| *known == slot);
    let all = |slots: &[usize]| slots.iter().filter_map(|slot| column(*slot)).collect::<Vec<_>>();
    let found = super::TimeSeries {
        period: series.period,
        time: column(series.time)?,
        groups: all(&series.groups),
        values: all(&series.values),
    };
    (!found.values.is_empty()).then_some(found)
}

/// What a column is called that has no alias: the field, or the expression as it is written.
fn label(text: &str, tree: &Tree) -> String {
    match &tree.branch {
        Branch::Name(path) => syntax::flattened(path),
        _ => text[tree.span.clone()].split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// Whether the expression is surely a map or a list.
fn is_structure(tree: &Tree) -> bool {
    matches!(&tree.branch, Branch::Call(name, _) if name.eq_ignore_ascii_case("jsonParse"))
}
