//! The states of alarms: what is wrong first and in words, the others as small as they must be.

use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke},
    font::{Style, Weight},
    theme::{Palette, StateColours},
    time_axis,
};
use crate::{alarm::State, dashboard::AlarmCard};

const GAP: f64 = 8.0;
/// Height of a card in one line, and of one with its state and time under the name.
const CHIP: f64 = 28.0;
const TILE: f64 = 46.0;
/// The least width of such a card.
const CHIP_WIDTH: f64 = 190.0;
/// Height of the lines of a card that says what is wrong.
const HEAD: f64 = 22.0;
const LINE: f64 = 17.0;
/// From a card's edge to its words, past the sign.
const INDENT: f64 = 34.0;

/// How much is said of alarms that need a look, from the most to the least: lines of summary and of reason.
const DETAILS: [(usize, usize); 5] = [(2, 3), (2, 1), (1, 1), (1, 0), (0, 0)];

/// How urgent a state is: what is wrong comes first.
fn rank(card: &AlarmCard) -> usize {
    match card.state {
        Some(State::Alarm) => 0,
        None => 1,
        Some(State::InsufficientData) => 2,
        Some(State::Ok) => 3,
    }
}

fn word(card: &AlarmCard) -> &'static str {
    match card.state {
        Some(State::Alarm) => "In alarm",
        Some(State::InsufficientData) => "No data yet",
        Some(State::Ok) => "OK",
        None => "No such alarm",
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

/// `1 in alarm · 12 OK`, at the right edge. Tells how wide it is.
pub(super) fn draw_counts(canvas: &mut Canvas, cards: &[AlarmCard], area: Area, y: f64, palette: &Palette) -> f64 {
    let count = |rank_of: usize| cards.iter().filter(|card| rank(card) == rank_of).count();
    let mut right = area.right();
    let words = [(3, "OK"), (2, "without data"), (1, "missing"), (0, "in alarm")];
    for (rank, word) in words {
        let (number, is_alarm) = (count(rank), rank == 0);
        if number == 0 || cards.len() < 2 {
            continue;
        }
        let weight = if is_alarm { Weight::SemiBold } else { Weight::Regular };
        let colour = if is_alarm { palette.alarm.sign } else { palette.muted };
        let text = format!("{number} {word}");
        let used = canvas.text((right, y), right - area.x, &text, Style { size: 11.5, weight, colour }, Anchor::End);
        right -= used + 12.0;
    }
    area.right() - right
}

/// A way to show all cards.
#[derive(Debug, Clone, Copy)]
struct Plan {
    columns: usize,
    /// Lines of summary and reason of alarms that need a look.
    details: (usize, usize),
    /// Height of the others.
    small: f64,
}

impl Plan {
    /// The heights of the cards that need a look, row by row, and the rows of the others.
    fn rows(&self, cards: &[&AlarmCard], width: f64) -> (Vec<f64>, usize) {
        let urgent = urgent(cards);
        let wide = self.wide_columns(urgent, width);
        let cell = (width - GAP * (wide as f64 - 1.0)) / wide as f64;
        let height = |card: &&AlarmCard| self.height(card, cell);
        let heights = cards[..urgent].chunks(wide).map(|row| row.iter().map(height).fold(0.0, f64::max)).collect();
        (heights, (cards.len() - urgent).div_ceil(self.columns))
    }

    fn wide_columns(&self, urgent: usize, width: f64) -> usize {
        ((width / 330.0) as usize).clamp(1, urgent.max(1))
    }

    fn height(&self, card: &AlarmCard, width: f64) -> f64 {
        let (summary, reason) = self.lines(card, width, [0; 3], [0; 3]);
        HEAD + 10.0 + (summary.1.len() + reason.1.len()) as f64 * LINE
    }

    fn lines(
        &self,
        card: &AlarmCard,
        width: f64,
        text: crate::dashboard::Colour,
        muted: crate::dashboard::Colour,
    ) -> ((Style, Vec<String>), (Style, Vec<String>)) {
        let summary = Style { size: 12.5, weight: Weight::Regular, colour: text };
        let reason = Style { size: 11.5, weight: Weight::Regular, colour: muted };
        let width = width - INDENT - 10.0;
        (
            (summary, summary.wrap(&card.summary, width, self.details.0)),
            (reason, reason.wrap(&card.reason, width, self.details.1)),
        )
    }

    fn total(&self, cards: &[&AlarmCard], width: f64) -> f64 {
        let (heights, rows) = self.rows(cards, width);
        let count = heights.len() + rows;
        heights.iter().sum::<f64>() + rows as f64 * self.small + count.saturating_sub(1) as f64 * GAP
    }
}

/// How many of the sorted cards need a look.
fn urgent(cards: &[&AlarmCard]) -> usize {
    cards.iter().take_while(|card| card.state == Some(State::Alarm)).count()
}

/// Every way, from the one that says the most.
fn plans(width: f64) -> impl Iterator<Item = Plan> {
    let columns = (((width + GAP) / (CHIP_WIDTH + GAP)) as usize).max(1);
    let sizes = DETAILS.into_iter().flat_map(|details| [TILE, CHIP].map(|small| (details, small)));
    sizes.map(move |(details, small)| Plan { columns, details, small })
}

/// The height at which everything is said.
pub(super) fn height(cards: &[AlarmCard], width: f64) -> f64 {
    let columns = (((width + GAP) / (CHIP_WIDTH + GAP)) as usize).max(1);
    Plan { columns, details: (2, 1), small: CHIP }.total(&sorted(cards), width)
}

pub(super) fn draw(canvas: &mut Canvas, cards: &[AlarmCard], area: Area, palette: &Palette) {
    let prefix = prefix(cards);
    let cards = sorted(cards);
    let fits = |plan: &Plan| plan.total(&cards, area.width) <= area.height;
    let plan = plans(area.width).find(fits).or_else(|| plans(area.width).last()).expect("there is always a plan");
    let (heights, _) = plan.rows(&cards, area.width);
    let urgent = urgent(&cards);
    let wide = plan.wide_columns(urgent, area.width);
    let (mut y, mut shown) = (area.y, 0);
    for (row, height) in cards[..urgent].chunks(wide).zip(heights) {
        if y + height > area.bottom() + 0.5 {
            break;
        }
        for (column, card) in row.iter().enumerate() {
            let cell = Area { y, height, ..area.cell(column, wide, 1, GAP) };
            draw_linked(canvas, card, |canvas| draw_urgent(canvas, card, prefix, plan, cell, palette));
        }
        (y, shown) = (y + height + GAP, shown + row.len());
    }
    if shown == urgent {
        shown += draw_small(canvas, &cards[urgent..], prefix, plan, area.below(y - area.y), palette);
    }
    if shown < cards.len() {
        draw_rest(canvas, &cards[shown..], area, palette);
    }
}

/// The others in a grid; the last line is kept free for a count if they do not fit. Tells how many are shown.
fn draw_small(
    canvas: &mut Canvas,
    cards: &[&AlarmCard],
    prefix: &str,
    plan: Plan,
    area: Area,
    palette: &Palette,
) -> usize {
    let rows_in = |height: f64| ((height + GAP + 0.5) / (plan.small + GAP)).floor() as usize;
    let fits = rows_in(area.height) * plan.columns >= cards.len();
    let shown = if fits { cards.len() } else { rows_in(area.height - REST) * plan.columns };
    for (index, card) in cards.iter().take(shown).enumerate() {
        let row = (index / plan.columns) as f64;
        let cell = area.cell(index % plan.columns, plan.columns, 1, GAP);
        let cell = Area { y: area.y + row * (plan.small + GAP), height: plan.small, ..cell };
        draw_linked(canvas, card, |canvas| draw_card(canvas, card, prefix, cell, palette));
    }
    shown
}

/// Height of the line that counts what is not shown.
const REST: f64 = 18.0;

/// `+7 OK`, at the foot.
fn draw_rest(canvas: &mut Canvas, cards: &[&AlarmCard], area: Area, palette: &Palette) {
    let count = |wanted: usize| cards.iter().filter(|card| rank(card) == wanted).count();
    let words = [(0, "in alarm"), (1, "missing"), (2, "without data"), (3, "OK")];
    let parts: Vec<_> = words
        .into_iter()
        .filter(|(rank, _)| count(*rank) > 0)
        .map(|(rank, word)| format!("+{} {word}", count(rank)))
        .collect();
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

fn draw_ground(canvas: &mut Canvas, card: &AlarmCard, cell: Area, palette: &Palette) {
    let colours = colours(card, palette);
    canvas.rect(cell.inset(0.5, 0.5), 6.0, Some(colours.ground.into()), Some(Stroke::hair(colours.edge)));
}

fn since(card: &AlarmCard) -> Option<String> {
    card.since.map(|since| format!("since {}", time_axis::moment(since, 0)))
}

fn draw_urgent(canvas: &mut Canvas, card: &AlarmCard, prefix: &str, plan: Plan, cell: Area, palette: &Palette) {
    draw_ground(canvas, card, cell, palette);
    draw_sign(canvas, card, (cell.x + 18.0, cell.y + 16.0), 8.0, palette);
    let small = Style { size: 11.5, weight: Weight::Regular, colour: palette.muted };
    let name = Style { size: 13.0, weight: Weight::SemiBold, colour: palette.text };
    let baseline = cell.y + 20.5;
    let room = cell.width - INDENT - 10.0;
    let mut taken = 0.0;
    if let Some(since) = since(card) {
        // The name comes first.
        let width = small.width(&since) + 8.0;
        if room - width >= 80.0 {
            canvas.text((cell.right() - 10.0, baseline), width, &since, small, Anchor::End);
            taken = width;
        }
    }
    let called = card.name.strip_prefix(prefix).unwrap_or(&card.name);
    canvas.text((cell.x + INDENT, baseline), room - taken, called, name, Anchor::Start);
    let (summary, reason) = plan.lines(card, cell.width, palette.text, palette.muted);
    let mut y = baseline + LINE + 1.0;
    for (style, lines) in [summary, reason] {
        for line in lines {
            canvas.text((cell.x + INDENT, y), room + 0.5, &line, style, Anchor::Start);
            y += LINE;
        }
    }
}

fn draw_card(canvas: &mut Canvas, card: &AlarmCard, prefix: &str, cell: Area, palette: &Palette) {
    draw_ground(canvas, card, cell, palette);
    let name = Style { size: 12.5, weight: Weight::Regular, colour: palette.text };
    let small = Style { size: 11.0, ..name };
    let called = card.name.strip_prefix(prefix).unwrap_or(&card.name);
    let room = cell.width - INDENT - 10.0;
    if cell.height >= TILE {
        draw_sign(canvas, card, (cell.x + 18.0, cell.y + 16.0), 7.0, palette);
        canvas.text((cell.x + INDENT, cell.y + 20.0), room, called, name, Anchor::Start);
        let words = [Some(word(card).to_owned()), since(card)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let style = Style { colour: palette.muted, ..small };
        canvas.text((cell.x + INDENT, cell.y + 36.0), room, &words, style, Anchor::Start);
        return;
    }
    let middle = cell.centre().1;
    draw_sign(canvas, card, (cell.x + 16.0, middle), 6.5, palette);
    let mut taken = 0.0;
    let style = Style { colour: colours(card, palette).sign, ..small };
    if name.width(called) + style.width(word(card)) + 10.0 <= room {
        taken = canvas.text((cell.right() - 10.0, middle + 4.5), room, word(card), style, Anchor::End) + 10.0;
    }
    canvas.text((cell.x + INDENT - 4.0, middle + 4.5), room + 4.0 - taken, called, name, Anchor::Start);
}

/// A state's sign: each has a shape of its own.
pub(super) fn draw_sign(canvas: &mut Canvas, card: &AlarmCard, (x, y): (f64, f64), size: f64, palette: &Palette) {
    let (sign, ground) = (colours(card, palette).sign, palette.ground);
    let stroke = |colour: [u8; 3]| Stroke { width: 1.8, ..Stroke::hair(colour) };
    match card.state {
        Some(State::Alarm) => {
            let (top, foot, half) = (y - size, y + size * 0.8, size * 1.05);
            let triangle = format!("M{x:.2} {top:.2}L{:.2} {foot:.2}H{:.2}Z", x + half, x - half);
            let edge = Stroke { width: 1.5, ..Stroke::hair(sign) };
            canvas.path(&triangle, Some(sign.into()), Some(edge));
            canvas.line((x, y - size * 0.35), (x, y + size * 0.2), stroke(ground));
            canvas.circle((x, y + size * 0.52), 1.1, Some(ground.into()), None);
        }
        Some(State::Ok) => {
            canvas.circle((x, y), size, Some(sign.into()), None);
            let s = size / 7.0;
            let tick = format!(
                "M{:.2} {:.2}L{:.2} {:.2}L{:.2} {:.2}",
                x - 3.0 * s,
                y + 0.3 * s,
                x - 0.8 * s,
                y + 2.5 * s,
                x + 3.2 * s,
                y - 2.3 * s
            );
            canvas.path(&tick, None, Some(stroke(ground)));
        }
        Some(State::InsufficientData) => {
            canvas.circle((x, y), size - 0.8, None, Some(stroke(sign)));
            canvas.line((x - size * 0.4, y), (x + size * 0.4, y), stroke(sign));
        }
        None => {
            canvas.circle((x, y), size - 0.8, None, Some(Stroke { is_dashed: true, ..stroke(sign) }));
            canvas.line((x - size * 0.35, y - size * 0.35), (x + size * 0.35, y + size * 0.35), stroke(sign));
            canvas.line((x - size * 0.35, y + size * 0.35), (x + size * 0.35, y - size * 0.35), stroke(sign));
        }
    }
}
