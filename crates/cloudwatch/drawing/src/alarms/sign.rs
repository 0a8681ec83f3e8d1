//! The sign of a state. Each has a shape of its own, so that colour is not needed.

use super::{
    super::{
        canvas::{Canvas, Stroke},
        theme::Palette,
    },
    colours,
};
use atalaya_cloudwatch::alarm::State;
use atalaya_cloudwatch_dashboard::AlarmCard;

/// Draws it around a point, reaching `size` px from there.
pub(super) fn draw(canvas: &mut Canvas, card: &AlarmCard, (x, y): (f64, f64), size: f64, palette: &Palette) {
    let (sign, ground) = (colours(card, palette).sign, palette.ground);
    let stroke = |colour| Stroke { width: 1.8, ..Stroke::hair(colour) };
    match card.state {
        // A triangle with an exclamation mark.
        Some(State::Alarm) => {
            let (top, foot, half) = (y - size, y + size * 0.8, size * 1.05);
            let triangle = format!("M{x:.2} {top:.2}L{:.2} {foot:.2}H{:.2}Z", x + half, x - half);
            canvas.path(&triangle, Some(sign.into()), Some(Stroke { width: 1.5, ..Stroke::hair(sign) }));
            canvas.line((x, y - size * 0.35), (x, y + size * 0.2), stroke(ground));
            canvas.circle((x, y + size * 0.52), 1.1, Some(ground.into()), None);
        }
        // A disc with a tick.
        Some(State::Ok) => {
            canvas.circle((x, y), size, Some(sign.into()), None);
            let at = |across: f64, down: f64| format!("{:.2} {:.2}", x + across * size, y + down * size);
            let tick = format!("M{}L{}L{}", at(-0.43, 0.04), at(-0.11, 0.36), at(0.46, -0.33));
            canvas.path(&tick, None, Some(stroke(ground)));
        }
        // A ring with a dash.
        Some(State::InsufficientData) => {
            canvas.circle((x, y), size - 0.8, None, Some(stroke(sign)));
            canvas.line((x - size * 0.4, y), (x + size * 0.4, y), stroke(sign));
        }
        // A ring with a cross.
        None => {
            let arm = size * 0.32;
            canvas.circle((x, y), size - 0.8, None, Some(stroke(sign)));
            canvas.line((x - arm, y - arm), (x + arm, y + arm), stroke(sign));
            canvas.line((x - arm, y + arm), (x + arm, y - arm), stroke(sign));
        }
    }
}
