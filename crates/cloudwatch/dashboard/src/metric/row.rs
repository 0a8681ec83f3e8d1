//! The rows of a `metrics` array: metrics and expressions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    super::{
        Colour, Side, colour,
        fault::Faults,
        fields::{Fields, noun},
    },
    shorthand::{Above, expand},
};
use atalaya_cloudwatch::{MetricId, Statistic, period::valid_period};

/// The most dimensions of a metric.
const MOST_DIMENSIONS: usize = 30;
/// The properties of a row (dashboard body structure, "Rendering properties object format").
const KNOWN: [&str; 10] =
    ["id", "label", "stat", "period", "color", "yAxis", "visible", "region", "accountId", "expression"];

/// A row with everything in it that it repeats from the row above.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The way to it from the body's root.
    pub(crate) path: String,
    pub(crate) source: RowSource,
    /// Its own id, or one that was made for it.
    pub(crate) id: String,
    pub(crate) label: Option<String>,
    pub(crate) colour: Option<Colour>,
    pub(crate) side: Side,
    pub(crate) visible: bool,
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RowSource {
    /// A metric; what it does not say is its widget's.
    Metric { metric: MetricId, stat: Option<Statistic>, period: Option<u32> },
    /// An expression with the period that it says, or that what it needs has, and the one that a SEARCH in it says.
    Expression { text: String, period: Option<u32>, searched: Option<u32> },
}

/// Reads the rows of a widget.
pub(super) fn read(properties: &Fields<'_>, faults: &mut Faults) -> Vec<Row> {
    let mut above = Above::default();
    let entries = properties.entries("metrics", 0..=super::MOST_ROWS, faults);
    let read = |(path, value)| row(path, value, &mut above, faults);
    let rows = entries.filter_map(read).collect();
    with_ids(rows, faults)
}

/// A row; its id is empty where it says none.
fn row(path: String, value: &Value, above: &mut Above, faults: &mut Faults) -> Option<Row> {
    let Some(elements) = value.as_array().filter(|elements| !elements.is_empty()) else {
        let message = format!(
            "must be an array such as [\"AWS/Lambda\", \"Errors\", \"FunctionName\", \"orders\"] or [{{\"expression\": \"…\"}}], is {}",
            if value.is_array() { "empty".to_owned() } else { noun(value) }
        );
        faults.add(path, message);
        *above = Above::Broken;
        return None;
    };
    let (options, texts) = match elements.split_last() {
        Some((options @ Value::Object(_), texts)) => (Some(options), texts),
        _ => (None, &elements[..]),
    };
    let options =
        options.and_then(|options| Fields::read(options, format!("{path}/{}", elements.len() - 1), &KNOWN, faults));
    let expression = options.as_ref().filter(|options| options.has("expression"));
    let source = match expression {
        Some(options) => self::expression(options, texts, faults),
        None if texts.is_empty() => {
            faults.add(format!("{path}/0"), "a row that is only an object has an `expression`; this has none");
            *above = Above::Broken;
            None
        }
        None => metric(texts, above, &path, options.as_ref(), faults),
    };
    drawn(path, options.as_ref(), source, faults)
}

/// What the options say of how a row is shown.
fn drawn(path: String, options: Option<&Fields<'_>>, source: Option<RowSource>, faults: &mut Faults) -> Option<Row> {
    let text = |name: &str, faults: &mut Faults| options.and_then(|it| it.text(name, faults)).map(str::to_owned);
    let id = text("id", faults);
    if let (Some(options), Some("")) = (options, id.as_deref()) {
        faults.add(options.at("id"), "is empty; it begins with a lower-case letter");
    }
    // A row with a fault stands in for itself, so that expressions that use its id are not at fault too.
    let source = source.or_else(|| {
        let stand_in = RowSource::Expression { text: "TIME_SERIES(0)".to_owned(), period: None, searched: None };
        id.as_ref().map(|_| stand_in)
    });
    let row = Row {
        id: id.unwrap_or_default(),
        label: text("label", faults),
        colour: options.and_then(|options| colour::read(options, faults)),
        side: options.and_then(|options| super::side(options, faults)).unwrap_or_default(),
        visible: options.and_then(|options| options.flag("visible", faults)).unwrap_or(true),
        region: text("region", faults),
        account: text("accountId", faults),
        path,
        source: source?,
    };
    Some(row)
}

fn expression(options: &Fields<'_>, texts: &[Value], faults: &mut Faults) -> Option<RowSource> {
    if !texts.is_empty() {
        let message = "an expression stands alone in its row; put the metric into a row of its own with an id";
        faults.add(options.at("expression"), message);
    }
    // What an expression computes has no statistic; editors write one nevertheless.
    options.parsed::<Statistic>("stat", faults);
    let period = period(options, faults);
    let text = options.text("expression", faults)?;
    if text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select")) {
        let message =
            "Metrics Insights queries (SELECT) are not supported; write a SEARCH expression or name the metrics";
        faults.add(options.at("expression"), message);
        return None;
    }
    Some(RowSource::Expression { text: text.to_owned(), period, searched: None })
}

fn metric(
    elements: &[Value],
    above: &mut Above,
    path: &str,
    options: Option<&Fields<'_>>,
    faults: &mut Faults,
) -> Option<RowSource> {
    let stat = options.and_then(|options| options.parsed("stat", faults));
    let period = options.and_then(|options| self::period(options, faults));
    let before = std::mem::replace(above, Above::Broken);
    let mut texts = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        match element.as_str() {
            Some(text) => texts.push(text),
            None => faults.add(format!("{path}/{index}"), format!("must be text, is {}", noun(element))),
        }
    }
    if texts.len() < elements.len() {
        return None;
    }
    let whole = expand(&texts, &before, path, faults)?;
    let metric = identity(&whole, path, faults)?;
    *above = Above::Row(whole);
    Some(RowSource::Metric { metric, stat, period })
}

/// The metric of a row that is written in full.
fn identity(whole: &[String], path: &str, faults: &mut Faults) -> Option<MetricId> {
    let [namespace, name, dimensions @ ..] = whole else {
        faults.add(path, "a metric has a namespace and a name, and then its dimensions' names and values");
        return None;
    };
    if let Some(empty) = whole.iter().position(String::is_empty) {
        faults.add(format!("{path}/{empty}"), "is empty");
        return None;
    }
    let (pairs, rest) = dimensions.as_chunks::<2>();
    if let [alone] = rest {
        faults.add(path, format!("the dimension `{alone}` has no value; names and values stand in turn"));
        return None;
    }
    if pairs.len() > MOST_DIMENSIONS {
        faults.add(path, format!("a metric has at most {MOST_DIMENSIONS} dimensions, and this has {}", pairs.len()));
        return None;
    }
    let by_name: BTreeMap<String, String> = pairs.iter().map(|[name, value]| (name.clone(), value.clone())).collect();
    if by_name.len() < pairs.len() {
        faults.add(path, "a dimension stands there twice");
        return None;
    }
    Some(MetricId { namespace: namespace.clone(), name: name.clone(), dimensions: by_name })
}

/// `period` in seconds.
pub(super) fn period(fields: &Fields<'_>, faults: &mut Faults) -> Option<u32> {
    let period = fields.whole("period", 1..=u32::MAX, faults)?;
    if valid_period(f64::from(period)) {
        return Some(period);
    }
    let message = format!("a period of {period} s is none; there are multiples of 60 s, and 1, 5, 10, 20, 30 s");
    faults.add(fields.at("period"), message);
    None
}

/// The rows with ids for those that say none: `m1`, `m2` … for metrics and `e1` … for expressions, past those that are
/// taken, as CloudWatch's console does when it opens a graph (seen, not documented). `METRICS("m")` sees them.
fn with_ids(mut rows: Vec<Row>, faults: &mut Faults) -> Vec<Row> {
    let mut taken = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| !row.id.is_empty()) {
        if !taken.insert(row.id.clone()) {
            faults.add(&row.path, format!("the id `{}` stands twice in the widget; each row needs its own", row.id));
            row.id.clear();
        }
    }
    let mut numbers = [0, 0];
    let mut named = |letter: &str, number: &mut usize| loop {
        *number += 1;
        let id = format!("{letter}{number}");
        if taken.insert(id.clone()) {
            return id;
        }
    };
    for row in rows.iter_mut().filter(|row| row.id.is_empty()) {
        row.id = match row.source {
            RowSource::Metric { .. } => named("m", &mut numbers[0]),
            RowSource::Expression { .. } => named("e", &mut numbers[1]),
        };
    }
    rows
}

/// The rows of a valid `metrics` array in full: namespace, name, dimensions; nothing for expressions.
pub(crate) fn expanded(rows: &[Value]) -> Vec<Option<Vec<String>>> {
    let mut above = Above::default();
    let mut faults = Faults::default();
    let full = rows.iter().map(|row| {
        let texts: Vec<&str> = row.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if texts.is_empty() {
            return None;
        }
        let full = expand(&texts, &above, "", &mut faults)?;
        above = Above::Row(full.clone());
        Some(full)
    });
    full.collect()
}
