//! The states of alarms: what is wrong first and in words, the others as small as they must be.

mod card;
mod plan;
mod sign;

use self::plan::{GAP, Plan};
use super::{
    area::Area,
    canvas::{Anchor, Canvas},
    font::{Style, Weight},
    theme::{Palette, StateColours},
};
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::AlarmCard;

/// Height of the line that counts what is not shown.
const REST: f64 = 18.0;
/// What cards of a rank are called when they are counted.
const COUNTED: [&str; 4] = ["in alarm", "missing", "without data", "OK"];

/// How urgent a state is: what is wrong comes first.
fn rank(card: &AlarmCard) -> usize {
    match card.state {
        Some(State::Alarm) => 0,
        None => 1,
        Some(State::InsufficientData) => 2,
        Some(State::Ok) => 3,
    }
}

fn colours(card: &AlarmCard, palette: &Palette) -> StateColours {
    match card.state {
        Some(State::Alarm) => palette.alarm,
        Some(State::Ok) => palette.ok,
        Some(State::InsufficientData) | None => palette.unknown,
    }
}

/// What all names begin with up to a `-`, as stacks name theirs; nothing for one name alone.
fn prefix(cards: &[AlarmCard]) -> &str {
    let Some((first, others)) = cards.split_first().filter(|(_, others)| !others.is_empty()) else { return "" };
    let shared = others.iter().fold(first.name.as_str(), |shared, card| {
        let same = shared.char_indices().zip(card.name.chars()).take_while(|((_, one), other)| one == other);
        &shared[..same.map(|((at, one), _)| at + one.len_utf8()).last().unwrap_or(0)]
    });
    shared.rfind('-').map_or("", |at| &shared[..=at])
}

/// The cards, what is wrong first.
fn sorted(cards: &[AlarmCard]) -> Vec<&AlarmCard> {
    let mut sorted: Vec<_> = cards.iter().collect();
    sorted.sort_by_key(|card| rank(card));
    sorted
}

/// The height at which every name can be read, and what is wrong in words.
pub(super) fn height(cards: &[AlarmCard], width: f64) -> f64 {
    Plan::whole(width).height(&sorted(cards), width)
}

/// `1 in alarm  12 OK`, at the right edge; what is wrong where there is no room for all. Tells how wide it is.
pub(super) fn draw_counts(canvas: &mut Canvas, cards: &[AlarmCard], area: Area, y: f64, palette: &Palette) -> f64 {
    const BETWEEN: f64 = 12.0;
    if cards.len() < 2 {
        return 0.0;
    }
    let style = |rank: usize| match rank {
        0 => Style { size: 11.5, weight: Weight::SemiBold, colour: palette.alarm.sign },
        _ => Style { size: 11.5, weight: Weight::Regular, colour: palette.muted },
    };
    let mut parts = Vec::new();
    let mut used = 0.0;
    for (rank, text) in counts(&cards.iter().collect::<Vec<_>>()) {
        let width = style(rank).width(&text) + BETWEEN;
        if used + width <= area.width {
            used += width;
            parts.push((rank, text, width));
        }
    }
    let mut x = area.right() - used + BETWEEN;
    for (rank, text, width) in parts {
        canvas.text((x, y), width, &text, style(rank), Anchor::Start);
        x += width;
    }
    used
}

/// How many cards there are of each rank, in words: `1 in alarm`.
fn counts(cards: &[&AlarmCard]) -> Vec<(usize, String)> {
    let of = |wanted: usize| cards.iter().filter(|card| rank(card) == wanted).count();
    let counted = COUNTED.iter().enumerate().map(|(rank, word)| (rank, of(rank), word));
    counted.filter(|(_, count, _)| *count > 0).map(|(rank, count, word)| (rank, format!("{count} {word}"))).collect()
}

pub(super) fn draw(canvas: &mut Canvas, cards: &[AlarmCard], area: Area, palette: &Palette) {
    let prefix = prefix(cards);
    let cards = sorted(cards);
    let plan = Plan::of(&cards, area.width, area.height);
    let urgent = plan::urgent(&cards);
    let wide = plan.wide_columns(urgent, area.width);
    // The last line is kept free for a count if not all have room.
    let is_cut = plan.height(&cards, area.width) > area.height;
    let foot = area.bottom() + 0.5 - if is_cut { REST } else { 0.0 };
    let (mut y, mut shown) = (area.y, 0);
    for (row, height) in cards[..urgent].chunks(wide).zip(plan.urgent_rows(&cards, area.width)) {
        // One card is shown whatever the room is.
        if y + height > foot && shown > 0 {
            break;
        }
        for (column, card) in row.iter().enumerate() {
            let cell = Area { y, height, ..area.cell(column, wide, 1, GAP) };
            draw_linked(canvas, card, |canvas| card::draw_urgent(canvas, card, prefix, plan, cell, palette));
        }
        (y, shown) = (y + height + GAP, shown + row.len());
    }
    if shown == urgent {
        let rows = ((foot - y + GAP) / (plan.small + GAP)).floor().max(0.0) as usize;
        for (index, card) in cards[urgent..].iter().take(rows * plan.columns).enumerate() {
            let row = (index / plan.columns) as f64;
            let cell = area.cell(index % plan.columns, plan.columns, 1, GAP);
            let cell = Area { y: y + row * (plan.small + GAP), height: plan.small, ..cell };
            draw_linked(canvas, card, |canvas| card::draw_small(canvas, card, prefix, cell, palette));
            shown += 1;
        }
    }
    draw_rest(canvas, &cards[shown..], area, palette);
}

/// `+7 OK`, at the foot.
fn draw_rest(canvas: &mut Canvas, cards: &[&AlarmCard], area: Area, palette: &Palette) {
    let parts: Vec<_> = counts(cards).into_iter().map(|(_, text)| format!("+{text}")).collect();
    let has_alarm = cards.iter().any(|card| card.state == Some(State::Alarm));
    let colour = if has_alarm { palette.alarm.sign } else { palette.muted };
    let style = Style { size: 11.5, weight: Weight::SemiBold, colour };
    canvas.text((area.x, area.bottom() - 3.0), area.width, &parts.join(" · "), style, Anchor::Start);
}

/// Draws a card, as a link to its runbook where it has one.
fn draw_linked(canvas: &mut Canvas, card: &AlarmCard, draw: impl FnOnce(&mut Canvas)) {
    let is_link = card.runbook.as_deref().is_some_and(|runbook| canvas.begin_link(runbook));
    draw(canvas);
    if is_link {
        canvas.end_link();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(name: &str, state: Option<State>) -> AlarmCard {
        let (reason, summary) = ("a reason ".repeat(30), "what is wrong ".repeat(8));
        AlarmCard { name: name.to_owned(), state, since: Some(0), reason, summary, runbook: None }
    }

    #[test]
    fn the_stack_is_left_out_of_names() {
        let named = |names: &[&str]| names.iter().map(|name| card(name, None)).collect::<Vec<_>>();
        assert_eq!(prefix(&named(&["shop-web-Errors", "shop-web-Late", "shop-web-Éa"])), "shop-web-");
        assert_eq!(prefix(&named(&["shop-Errors", "shop-ErrorsSlow"])), "shop-");
        assert_eq!(prefix(&named(&["shop-Errors"])), "");
        assert_eq!(prefix(&named(&["a", "b"])), "");
    }

    #[test]
    fn what_is_wrong_is_shown_in_words_before_anything_else() {
        let mut cards: Vec<_> = (0..30).map(|number| card(&format!("shop-n{number}"), Some(State::Ok))).collect();
        cards[20].state = Some(State::Alarm);
        cards[21].state = None;
        let mut canvas = Canvas::new(380.0, 200.0);
        draw(&mut canvas, &cards, Area::new(0.0, 0.0, 380.0, 200.0), super::super::Theme::Light.palette());
        let drawn = canvas.into_elements();
        let at = |text: &str| drawn.find(&format!(">{text}")).unwrap_or_else(|| panic!("no {text} in {drawn}"));
        assert!(at("n20<") < at("what is wrong") && at("what is wrong") < at("n21<"));
        assert!(drawn.contains(" OK</text>") && drawn.contains(">+2"), "{drawn}");
    }
}
