//! A panel in words.

use super::figure;
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::{AlarmCard, Content, Number, Panel};

/// How many values are told.
const MOST: usize = 6;

/// One or two sentences for screen readers and as the text of a picture: the title, the newest values or states, and
/// the remarks.
#[must_use]
pub fn accessible_summary(panel: &Panel) -> String {
    let what = match &panel.content {
        Content::Graph(graph) => {
            let newest = |point: &(i64, f64)| figure::short(point.1);
            let values = graph.series.iter().map(|series| (series.label.as_str(), series.points.last().map(newest)));
            listed("newest values", values.collect())
        }
        Content::Numbers(numbers) => figures(&numbers.numbers),
        Content::Gauge(gauge) => figures(&gauge.numbers),
        Content::Bars(shares) | Content::Pie(shares) => figures(&shares.numbers),
        Content::Table(table) => match table.rows.len() {
            0 => String::new(),
            1 => "a table of 1 row".to_owned(),
            rows => format!("a table of {rows} rows"),
        },
        Content::Alarms(cards) => states(cards),
        Content::Text(text) => plain(&text.markdown),
    };
    let heads = [panel.title.trim(), what.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let sentences = [heads.join(": "), panel.remarks.join("; ")];
    let sentences: Vec<_> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).map(ended).collect();
    sentences.join(" ")
}

fn ended(mut sentence: String) -> String {
    if !sentence.ends_with(['.', '!', '?', '…']) {
        sentence.push('.');
    }
    sentence
}

fn figures(numbers: &[Number]) -> String {
    listed("", numbers.iter().map(|number| (number.label.as_str(), number.value.map(figure::short))).collect())
}

fn listed(what: &str, values: Vec<(&str, Option<String>)>) -> String {
    if values.is_empty() {
        return String::new();
    }
    let told = values.iter().take(MOST).map(|(label, value)| {
        let value = value.as_deref().unwrap_or("no data");
        if label.is_empty() { value.to_owned() } else { format!("{label} {value}") }
    });
    let mut text = told.collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        text.push_str(&format!(", and {} more", values.len() - MOST));
    }
    if what.is_empty() { text } else { format!("{what}: {text}") }
}

fn states(cards: &[AlarmCard]) -> String {
    let named = |state: Option<State>, words: &str| {
        let names: Vec<_> = cards.iter().filter(|card| card.state == state).map(|card| card.name.as_str()).collect();
        match (names.len(), state) {
            (0, _) => None,
            (count, Some(State::Ok)) => Some(format!("{count} {words}")),
            (count, _) if count > MOST => Some(format!("{count} {words}")),
            (count, _) => Some(format!("{count} {words} ({})", names.join(", "))),
        }
    };
    let parts = [
        named(Some(State::Alarm), "in alarm"),
        named(None, "missing"),
        named(Some(State::InsufficientData), "without data"),
        named(Some(State::Ok), "OK"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The words of a markdown text, without its signs.
fn plain(markdown: &str) -> String {
    /// A description is heard to its end.
    const LONGEST: usize = 300;
    let mut words = String::new();
    for event in pulldown_cmark::Parser::new(markdown) {
        match event {
            pulldown_cmark::Event::Text(text) | pulldown_cmark::Event::Code(text) => words.push_str(&text),
            pulldown_cmark::Event::SoftBreak | pulldown_cmark::Event::End(_) => words.push(' '),
            _ => (),
        }
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", words[..at].trim_end()),
        None => words,
    }
}
