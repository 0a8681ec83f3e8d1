//! The card of one alarm.

use super::{
    super::{
        area::Area,
        canvas::{Anchor, Canvas, Stroke},
        font::{Style, Weight},
        theme::Palette,
        time_axis,
    },
    colours,
    plan::{LINE, Plan, TILE},
    sign,
};
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::AlarmCard;

/// From a card's edge to its words, past the sign.
pub(super) const INDENT: f64 = 34.0;
/// From the words to the right edge.
const EDGE: f64 = 10.0;

fn word(card: &AlarmCard) -> &'static str {
    match card.state {
        Some(State::Alarm) => "In alarm",
        Some(State::InsufficientData) => "Insufficient data",
        Some(State::Ok) => "OK",
        None => "No such alarm",
    }
}

fn since(card: &AlarmCard) -> Option<String> {
    card.since.map(|since| format!("since {}", time_axis::moment(since, 0)))
}

fn draw_ground(canvas: &mut Canvas, card: &AlarmCard, cell: Area, palette: &Palette) {
    let colours = colours(card, palette);
    canvas.rect(cell.inset(0.5, 0.5), 6.0, Some(colours.ground.into()), Some(Stroke::hair(colours.edge)));
}

/// One that says what is wrong.
pub(super) fn draw_urgent(
    canvas: &mut Canvas,
    card: &AlarmCard,
    prefix: &str,
    plan: Plan,
    cell: Area,
    palette: &Palette,
) {
    draw_ground(canvas, card, cell, palette);
    sign::draw(canvas, card, (cell.x + 18.0, cell.y + 16.0), 8.0, palette);
    let small = Style { size: 11.5, weight: Weight::Regular, colour: palette.muted };
    let name = Style { size: 13.0, weight: Weight::SemiBold, colour: palette.text };
    let baseline = cell.y + 20.5;
    let room = cell.width - INDENT - EDGE;
    let called = card.name.strip_prefix(prefix).unwrap_or(&card.name);
    let mut taken = 0.0;
    if let Some(since) = since(card) {
        let width = small.width(&since) + 10.0;
        // The name comes first.
        if name.width(called).min(160.0) + width <= room {
            canvas.text((cell.right() - EDGE, baseline), width, &since, small, Anchor::End);
            taken = width;
        }
    }
    canvas.text((cell.x + INDENT, baseline), room - taken, called, name, Anchor::Start);
    let mut y = baseline + LINE + 1.0;
    for (style, lines) in plan.lines(card, cell.width, palette.text, palette.muted) {
        for line in lines {
            canvas.text((cell.x + INDENT, y), room + 0.5, &line, style, Anchor::Start);
            y += LINE;
        }
    }
}

/// One of the others: a tile of two lines, or a line.
pub(super) fn draw_small(canvas: &mut Canvas, card: &AlarmCard, prefix: &str, cell: Area, palette: &Palette) {
    draw_ground(canvas, card, cell, palette);
    let name = Style { size: 12.5, weight: Weight::Regular, colour: palette.text };
    let small = Style { size: 11.0, ..name };
    let called = card.name.strip_prefix(prefix).unwrap_or(&card.name);
    let room = cell.width - INDENT - EDGE;
    if cell.height >= TILE {
        sign::draw(canvas, card, (cell.x + 18.0, cell.y + 16.0), 7.0, palette);
        canvas.text((cell.x + INDENT, cell.y + 20.0), room, called, name, Anchor::Start);
        let words = [Some(word(card).to_owned()), since(card)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let style = Style { colour: palette.muted, ..small };
        canvas.text((cell.x + INDENT, cell.y + 36.0), room, &words, style, Anchor::Start);
        return;
    }
    let middle = cell.centre().1;
    sign::draw(canvas, card, (cell.x + 16.0, middle), 6.5, palette);
    let x = cell.x + INDENT - 4.0;
    let style = Style { colour: colours(card, palette).sign, ..small };
    let right = cell.right() - EDGE;
    let mut taken = 0.0;
    if name.width(called) + style.width(word(card)) + 10.0 <= right - x {
        taken = canvas.text((right, middle + 4.5), right - x, word(card), style, Anchor::End) + 10.0;
    }
    canvas.text((x, middle + 4.5), right - x - taken, called, name, Anchor::Start);
}
