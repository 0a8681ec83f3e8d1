//! Calls of functions.

use std::ops::Range;

use super::{Names, check, signature::signature};
use crate::{
    math::{
        function::{ClockPart, Fold, PointFunction, Reduction, Step},
        node::{Filler, If, Index, Node, SearchCall, Slice, Sort},
        tree::{Branch, Tree},
        value::Type,
    },
    period::valid_period,
    query_error::{Fault, Problem},
    search::Search,
};

type Checked = Result<(Node, Type), Problem>;

/// A call as it is written.
#[derive(Clone, Copy)]
struct Call<'a> {
    name: &'a str,
    arguments: &'a [Tree],
    names: &'a Names<'a>,
}

pub(super) fn call(tree: &Tree, name: &str, arguments: &[Tree], names: &Names<'_>) -> Checked {
    let place = tree.span.start..tree.span.start + name.len() + 1;
    let signature = signature(name).map_err(|message| Problem::new(Fault::Unknown, place, message))?;
    let (least, most) = signature.arguments;
    if !(least..=most).contains(&arguments.len()) {
        let wanted = match (least, most) {
            (least, usize::MAX) => format!("at least {least}"),
            (least, most) if least == most => least.to_string(),
            (least, most) => format!("{least} to {most}"),
        };
        let noun = if wanted == "1" || wanted == "at least 1" { "argument" } else { "arguments" };
        let message = format!("{name} takes {wanted} {noun}, and {} stand here: {}", arguments.len(), signature.usage);
        return Err(Problem::new(Fault::Arguments, tree.span.clone(), message));
    }
    Call { name, arguments, names }.checked(&tree.span)
}

impl Call<'_> {
    fn checked(self, span: &Range<usize>) -> Checked {
        let point = |function| self.of_each(|node| Node::Point(function, node));
        let step = |step| self.of_each(|node| Node::Step(step, node));
        let fold = |fold| self.folded(fold);
        let reduction = |reduction| self.folded(Fold::Reduction(reduction));
        let clock = |part| self.clock(part);
        match self.name {
            "ABS" => point(PointFunction::Abs),
            "CEIL" => point(PointFunction::Ceil),
            "FLOOR" => point(PointFunction::Floor),
            "LOG" => point(PointFunction::Log),
            "LOG10" => point(PointFunction::Log10),
            "DIFF" => step(Step::Difference),
            "DIFF_TIME" => step(Step::Seconds),
            "RATE" => step(Step::Rate),
            "RUNNING_SUM" => step(Step::RunningSum),
            "SUM" => reduction(Reduction::Sum),
            "AVG" => reduction(Reduction::Average),
            "MIN" => reduction(Reduction::Minimum),
            "MAX" => reduction(Reduction::Maximum),
            "STDDEV" => fold(Fold::Deviation),
            "DATAPOINT_COUNT" => fold(Fold::Count),
            "MINUTE" => clock(ClockPart::Minute),
            "HOUR" => clock(ClockPart::Hour),
            "DAY" => clock(ClockPart::Day),
            "DATE" => clock(ClockPart::Date),
            "MONTH" => clock(ClockPart::Month),
            "YEAR" => clock(ClockPart::Year),
            "EPOCH" => clock(ClockPart::Epoch),
            "METRICS" => self.metrics(),
            "METRIC_COUNT" => Ok((Node::MetricCount(self.array()?), Type::Scalar)),
            "FIRST" => Ok((Node::First(self.array()?), Type::Series)),
            "LAST" => Ok((Node::Last(self.array()?), Type::Series)),
            "REMOVE_EMPTY" => Ok((Node::RemoveEmpty(self.array()?), Type::Array)),
            "FILL" => self.fill(),
            "IF" => self.choice(),
            "PERIOD" => self.period(),
            "TIME_SERIES" => {
                let (node, _) = self.argument(0, &[Type::Scalar])?;
                Ok((Node::TimeSeries(Box::new(node)), Type::Series))
            }
            "SORT" => self.sort(),
            "SLICE" => self.slice(),
            "SEARCH" => self.search(),
            _ => Err(self.unsupported(span)),
        }
    }

    /// An argument that must have one of these types.
    fn argument(self, index: usize, wanted: &[Type]) -> Checked {
        let tree = &self.arguments[index];
        let (node, kind) = check(tree, self.names)?;
        if wanted.contains(&kind) {
            return Ok((node, kind));
        }
        let names: Vec<_> = wanted.iter().map(Type::to_string).collect();
        let message = format!("{} needs {} here, and this is {kind}", self.name, names.join(" or "));
        Err(Problem::new(Fault::Type, tree.span.clone(), message))
    }

    fn array(self) -> Result<Box<Node>, Problem> {
        Ok(Box::new(self.argument(0, &[Type::Array])?.0))
    }

    /// Of a series a series; of an array an array.
    fn of_each(self, node: impl FnOnce(Box<Node>) -> Node) -> Checked {
        let (inner, kind) = self.argument(0, &[Type::Series, Type::Array])?;
        Ok((node(Box::new(inner)), kind))
    }

    /// Of a series a number; of an array a series.
    fn folded(self, fold: Fold) -> Checked {
        let (inner, kind) = self.argument(0, &[Type::Series, Type::Array])?;
        let result = if kind == Type::Array { Type::Series } else { Type::Scalar };
        Ok((Node::Fold(fold, Box::new(inner)), result))
    }

    fn clock(self, part: ClockPart) -> Checked {
        self.argument(0, &[Type::Series])?;
        Ok((Node::Clock(part), Type::Series))
    }

    fn metrics(self) -> Checked {
        let part = match self.arguments.first() {
            Some(tree) => text(tree, "METRICS takes a part of an id, in quotes")?,
            None => "",
        };
        Ok((Node::Metrics(self.names.metrics(part)), Type::Array))
    }

    fn fill(self) -> Checked {
        let (inner, kind) = self.argument(0, &[Type::Series, Type::Array])?;
        let filler = match word(&self.arguments[1]) {
            Some("REPEAT") => Filler::Repeat,
            Some("LINEAR") => Filler::Linear,
            _ => Filler::Value(Box::new(self.argument(1, &[Type::Scalar, Type::Series])?.0)),
        };
        Ok((Node::Fill(Box::new(inner), filler), kind))
    }

    /// The published forms are IF(TS, S|TS, S|TS?) and IF(S, TS, TS?).
    fn choice(self) -> Checked {
        let (condition, kind) = self.argument(0, &[Type::Scalar, Type::Series])?;
        let branches: &[Type] = if kind == Type::Series { &[Type::Scalar, Type::Series] } else { &[Type::Series] };
        let branch = |index: usize| {
            self.argument(index, branches).map(|(node, _)| node).map_err(|mut problem| {
                if kind == Type::Scalar && problem.fault == Fault::Type {
                    problem
                        .message
                        .push_str(", since the condition is a number; a number becomes a series by TIME_SERIES");
                }
                problem
            })
        };
        let then = branch(1)?;
        let otherwise = (self.arguments.len() == 3).then(|| branch(2)).transpose()?;
        let compares_with_number = self.compares_with_number(&self.arguments[0]);
        Ok((Node::If(Box::new(If { condition, compares_with_number, then, otherwise })), Type::Series))
    }

    /// Whether a condition is written as a comparison of a series with a number.
    fn compares_with_number(self, condition: &Tree) -> bool {
        let Branch::Binary(operator, left, right) = &condition.branch else { return false };
        let number = |tree| matches!(check(tree, self.names), Ok((_, Type::Scalar)));
        operator.is_comparison() && number(left) != number(right)
    }

    fn period(self) -> Checked {
        let tree = &self.arguments[0];
        let id = word(tree).and_then(|name| self.names.find(name));
        match id {
            Some(query) if self.names.kinds[query] == super::Kind::Metric => Ok((Node::Period, Type::Scalar)),
            _ => {
                let message = "PERIOD takes the id of a metric, not an expression";
                Err(Problem::new(Fault::Type, tree.span.clone(), message))
            }
        }
    }

    fn sort(self) -> Checked {
        let array = *self.array()?;
        let by = match word(&self.arguments[1]) {
            Some("AVG") => Reduction::Average,
            Some("MIN") => Reduction::Minimum,
            Some("MAX") => Reduction::Maximum,
            Some("SUM") => Reduction::Sum,
            _ => return Err(self.wrong(1, "SORT orders by AVG, MIN, MAX or SUM, without quotes")),
        };
        let descending = match word(&self.arguments[2]) {
            Some("ASC") => false,
            Some("DESC") => true,
            _ => return Err(self.wrong(2, "SORT's order is ASC or DESC, without quotes")),
        };
        let limit = self.index(3)?;
        Ok((Node::Sort(Box::new(Sort { array, by, descending, limit })), Type::Array))
    }

    fn slice(self) -> Checked {
        let array = *self.array()?;
        let start = self.index(1)?.expect("SLICE has two arguments at least");
        let end = self.index(2)?;
        Ok((Node::Slice(Box::new(Slice { array, start, end })), Type::Array))
    }

    fn index(self, argument: usize) -> Result<Option<Index>, Problem> {
        let Some(tree) = self.arguments.get(argument) else { return Ok(None) };
        let (value, _) = self.argument(argument, &[Type::Scalar])?;
        Ok(Some(Index { value, span: tree.span.clone() }))
    }

    fn search(self) -> Checked {
        let [wanted, stat, period @ ..] = self.arguments else {
            return Err(self.wrong(0, "SEARCH takes a search and a statistic"));
        };
        let search_text = text(wanted, "SEARCH takes what to search for in single quotes")?;
        let search = Search::parse(search_text).map_err(|mut problem| {
            // The search begins after its quote.
            let start = wanted.span.start + 1;
            problem.span = start + problem.span.start..start + problem.span.end;
            problem
        })?;
        let stat = text(stat, "SEARCH takes the statistic's name in single quotes")?
            .parse()
            .map_err(|error| Problem::new(Fault::Arguments, stat.span.clone(), format!("{error}")))?;
        let period = match period.first().map(|tree| (tree, &tree.branch)) {
            None => None,
            Some((_, Branch::Number(seconds))) if valid_period(*seconds) => Some(*seconds as u32),
            Some((tree, _)) => {
                let message = "a period is 1, 5, 10, 20, 30 or a multiple of 60 seconds, written as a number";
                return Err(Problem::new(Fault::Period, tree.span.clone(), message));
            }
        };
        Ok((Node::Search(Box::new(SearchCall { search, stat, period })), Type::Array))
    }

    fn wrong(self, argument: usize, message: &str) -> Problem {
        Problem::new(Fault::Arguments, self.arguments[argument].span.clone(), message)
    }

    fn unsupported(self, span: &Range<usize>) -> Problem {
        let needs = match self.name {
            "ANOMALY_DETECTION_BAND" => "a model that AWS trains",
            "SERVICE_QUOTA" => "the quotas of an AWS account",
            "INSIGHT_RULE_METRIC" => "a rule of Contributor Insights",
            "LAMBDA" => "a Lambda function as its data source",
            _ => "the counters of a database in AWS",
        };
        Problem::new(
            Fault::Unsupported,
            span.clone(),
            format!("{} is unsupported offline: it needs {needs}", self.name),
        )
    }
}

/// A bare word.
fn word(tree: &Tree) -> Option<&str> {
    match &tree.branch {
        Branch::Name(name) => Some(name),
        _ => None,
    }
}

/// What stands between quotes.
fn text<'a>(tree: &'a Tree, wanted: &str) -> Result<&'a str, Problem> {
    match &tree.branch {
        Branch::Text(text) => Ok(text),
        _ => Err(Problem::new(Fault::Arguments, tree.span.clone(), wanted)),
    }
}
