//! How much is said of each alarm, so that what is wrong is said and the others are seen.

use super::{
    super::font::{Style, Weight},
    REST,
    card::INDENT,
};
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::{AlarmCard, Colour};

/// Between cards, in px.
pub(super) const GAP: f64 = 8.0;
/// Height of a card in one line, and of one with its state and time under the name.
const CHIP: f64 = 28.0;
pub(super) const TILE: f64 = 46.0;
/// The least width of such a card, and of one that says what is wrong.
const CHIP_WIDTH: f64 = 190.0;
const WIDE: f64 = 290.0;
/// Height of the name and the edges of a card that says what is wrong, and of each further line.
const HEAD: f64 = 32.0;
pub(super) const LINE: f64 = 17.0;

/// Most lines of summary and of reason, from the way that says the most to the one that says the least.
const DETAILS: [(usize, usize); 6] = [(2, 3), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0)];

/// A way to show all cards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// How many small cards stand beside each other.
    pub(super) columns: usize,
    /// Height of a small card.
    pub(super) small: f64,
    details: (usize, usize),
}

/// How many of the sorted cards say what is wrong.
pub(super) fn urgent(cards: &[&AlarmCard]) -> usize {
    cards.iter().take_while(|card| card.state == Some(State::Alarm)).count()
}

impl Plan {
    fn new(width: f64, details: (usize, usize), small: f64) -> Self {
        Self { columns: (((width + GAP) / (CHIP_WIDTH + GAP)) as usize).max(1), small, details }
    }

    /// The way for a place that is as tall as is asked.
    pub(super) fn whole(width: f64) -> Self {
        Self::new(width, (2, 2), CHIP)
    }

    /// The way that says the most where all cards have room. Where they do not with a word on what is wrong, that comes
    /// first, and the others are counted.
    pub(super) fn of(cards: &[&AlarmCard], width: f64, height: f64) -> Self {
        let in_words = DETAILS.into_iter().filter(|details| details.0 > 0);
        let mut plans = in_words.flat_map(|details| [TILE, CHIP].map(|small| Self::new(width, details, small)));
        if let Some(plan) = plans.find(|plan| plan.height(cards, width) <= height) {
            return plan;
        }
        let urgent = &cards[..urgent(cards)];
        let mut plans = DETAILS[2..].iter().map(|details| Self::new(width, *details, CHIP));
        let counted = plans.find(|plan| plan.height(urgent, width) + REST <= height);
        counted.unwrap_or_else(|| Self::new(width, if urgent.len() > 1 { (0, 0) } else { (1, 0) }, CHIP))
    }

    /// The height of all cards.
    pub(super) fn height(&self, cards: &[&AlarmCard], width: f64) -> f64 {
        let heights = self.urgent_rows(cards, width);
        let rows = (cards.len() - urgent(cards)).div_ceil(self.columns);
        let gaps = (heights.len() + rows).saturating_sub(1) as f64 * GAP;
        heights.iter().sum::<f64>() + rows as f64 * self.small + gaps
    }

    /// The heights of the rows of cards that say what is wrong.
    pub(super) fn urgent_rows(&self, cards: &[&AlarmCard], width: f64) -> Vec<f64> {
        let urgent = urgent(cards);
        let wide = self.wide_columns(urgent, width);
        let cell = (width - GAP * (wide as f64 - 1.0)) / wide as f64;
        let height = |card: &&AlarmCard| {
            let [(_, summary), (_, reason)] = self.lines(card, cell, [0; 3], [0; 3]);
            HEAD + (summary.len() + reason.len()) as f64 * LINE
        };
        cards[..urgent].chunks(wide).map(|row| row.iter().map(height).fold(0.0, f64::max)).collect()
    }

    /// How many cards that say what is wrong stand beside each other.
    pub(super) fn wide_columns(&self, urgent: usize, width: f64) -> usize {
        ((width / WIDE) as usize).clamp(1, urgent.max(1))
    }

    /// What a card of a width says under its name: the summary and the reason, as lines.
    pub(super) fn lines(&self, card: &AlarmCard, width: f64, text: Colour, muted: Colour) -> [(Style, Vec<String>); 2] {
        let summary = Style { size: 12.5, weight: Weight::Regular, colour: text };
        let reason = Style { size: 11.5, weight: Weight::Regular, colour: muted };
        let width = width - INDENT - 10.0;
        [
            (summary, summary.wrap(&card.summary, width, self.details.0)),
            (reason, reason.wrap(&named(&card.reason), width, self.details.1)),
        ]
    }
}

/// A reason with the names of alarms where it has their ARNs, as those of composite alarms do.
fn named(reason: &str) -> String {
    let word = |word: &str| match word.split_once(":alarm:") {
        Some((before, name)) if before.starts_with("arn:") => name.to_owned(),
        _ => word.to_owned(),
    };
    reason.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_reason_names_alarms() {
        let reason = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:shop-Late transitioned to ALARM at noon";
        assert_eq!(super::named(reason), "shop-Late transitioned to ALARM at noon");
        assert_eq!(super::named("a  b:alarm:c"), "a  b:alarm:c");
    }
}
