//! What a graph calls a series: the default, and labels with values in them (CloudWatch user guide, "Using dynamic
//! labels").

mod naming;
mod placeholder;

#[cfg(test)]
mod tests;

use super::{answer::Answer, evaluation::Asker};
use crate::query_error::Fault;

pub(super) use naming::Naming;
use placeholder::Placeholder;

/// The most `${…}` of one label, `${LABEL}` apart.
const MOST_VALUES: usize = 5;

/// A label: text, and what is put in at `${…}`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LabelTemplate {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    /// `${LABEL}`: what the series is called without a label.
    Label,
    Placeholder(Placeholder),
}

impl LabelTemplate {
    /// Reads a label; otherwise what is wrong with it.
    pub(super) fn parse(label: &str) -> Result<Self, (Fault, String)> {
        let mut parts = Vec::new();
        let mut rest = label;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                return Err((Fault::Label, format!("the label's `{}` has no closing }}", &rest[start..])));
            };
            let name = &rest[start + 2..start + length];
            if start > 0 {
                parts.push(Part::Text(rest[..start].to_owned()));
            }
            parts.push(match name {
                "LABEL" => Part::Label,
                name => Part::Placeholder(Placeholder::parse(name).map_err(|message| (Fault::Label, message))?),
            });
            rest = &rest[start + length + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        let template = Self { parts };
        if template.parts.iter().filter(|part| **part == Part::Label).count() > 1 {
            return Err((Fault::Label, "${LABEL} stands at most once in a label".to_owned()));
        }
        let values = template.parts.iter().filter(|part| matches!(part, Part::Placeholder(_))).count();
        if values > MOST_VALUES {
            return Err((Fault::Label, format!("a label has at most {MOST_VALUES} values, and this has {values}")));
        }
        Ok(template)
    }

    /// Whether it says itself which series is which: by the default label, or by a property of the metric.
    pub(super) fn tells_series_apart(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Label | Part::Placeholder(Placeholder::Property(_))))
    }

    /// The label of a series whose default label is `own`.
    pub(super) fn render(&self, own: &str, answer: &Answer, asker: &Asker<'_>) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(part) => text.push_str(part),
                Part::Label => text.push_str(own),
                Part::Placeholder(placeholder) => text.push_str(&placeholder.render(answer, asker)),
            }
        }
        text
    }
}
