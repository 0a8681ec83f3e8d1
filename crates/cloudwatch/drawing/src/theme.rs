//! Colours. The lines' palettes can be told apart with every common kind of colour blindness; lines have a contrast of
//! at least 3:1 and words of at least 4.5:1 to their ground (WCAG 2.2, 1.4.3 and 1.4.11).

use atalaya_cloudwatch_dashboard::Colour;

/// The ground that drawings are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// The colours of a state: of its sign and words, and of the ground and edge of its card.
#[derive(Debug, Clone, Copy)]
pub(super) struct StateColours {
    pub(super) sign: Colour,
    pub(super) ground: Colour,
    pub(super) edge: Colour,
}

/// Every colour of a theme.
#[derive(Debug)]
pub(super) struct Palette {
    /// Behind the panels of a page.
    pub(super) page: Colour,
    /// Of a panel.
    pub(super) ground: Colour,
    /// Around a panel.
    pub(super) edge: Colour,
    /// Of tracks, stripes and code.
    pub(super) tint: Colour,
    /// Grid lines.
    pub(super) grid: Colour,
    /// The line at the foot of a graph.
    pub(super) axis: Colour,
    /// Words.
    pub(super) text: Colour,
    /// Words that stand back.
    pub(super) muted: Colour,
    /// Links.
    pub(super) link: Colour,
    /// Lines, areas and bars, in the order of the series.
    pub(super) lines: [Colour; 8],
    pub(super) alarm: StateColours,
    pub(super) ok: StateColours,
    pub(super) unknown: StateColours,
}

static LIGHT: Palette = Palette {
    page: [0xf5, 0xf6, 0xf8],
    ground: [0xff, 0xff, 0xff],
    edge: [0xe1, 0xe4, 0xea],
    tint: [0xf1, 0xf3, 0xf6],
    grid: [0xec, 0xee, 0xf2],
    axis: [0xc9, 0xce, 0xd6],
    text: [0x1a, 0x1e, 0x26],
    muted: [0x5a, 0x63, 0x70],
    link: [0x1d, 0x5f, 0xc4],
    lines: [
        [0x2b, 0x6b, 0xd3],
        [0xb8, 0x50, 0x10],
        [0x19, 0x9d, 0xb7],
        [0x89, 0x11, 0x61],
        [0xae, 0x8e, 0x1b],
        [0x77, 0x89, 0x70],
        [0x32, 0x4e, 0x8d],
        [0x7e, 0x61, 0x7b],
    ],
    alarm: StateColours { sign: [0xc4, 0x23, 0x2b], ground: [0xfd, 0xf1, 0xf1], edge: [0xf0, 0xc6, 0xc8] },
    ok: StateColours { sign: [0x1a, 0x7c, 0x4a], ground: [0xff, 0xff, 0xff], edge: [0xe1, 0xe4, 0xea] },
    unknown: StateColours { sign: [0x6a, 0x72, 0x80], ground: [0xf7, 0xf8, 0xfa], edge: [0xe1, 0xe4, 0xea] },
};

static DARK: Palette = Palette {
    page: [0x0d, 0x10, 0x15],
    ground: [0x15, 0x19, 0x20],
    edge: [0x27, 0x2d, 0x37],
    tint: [0x1e, 0x24, 0x2d],
    grid: [0x22, 0x28, 0x32],
    axis: [0x44, 0x4c, 0x59],
    text: [0xe7, 0xea, 0xef],
    muted: [0x9a, 0xa4, 0xb2],
    link: [0x7c, 0xb1, 0xff],
    lines: [
        [0x6f, 0xa0, 0xff],
        [0xee, 0x92, 0x35],
        [0x1f, 0xdc, 0xb2],
        [0xb7, 0x5c, 0xa2],
        [0xe6, 0xd1, 0x46],
        [0xb6, 0xbf, 0xff],
        [0x68, 0x7e, 0xe4],
        [0xb5, 0x8e, 0x95],
    ],
    alarm: StateColours { sign: [0xff, 0x73, 0x73], ground: [0x2a, 0x18, 0x1b], edge: [0x5c, 0x2b, 0x30] },
    ok: StateColours { sign: [0x4c, 0xc3, 0x8a], ground: [0x15, 0x19, 0x20], edge: [0x27, 0x2d, 0x37] },
    unknown: StateColours { sign: [0x98, 0xa1, 0xae], ground: [0x1a, 0x1f, 0x27], edge: [0x27, 0x2d, 0x37] },
};

impl Theme {
    /// The colour of a graph's line, by its number among the series: what the body asks for, or the theme's.
    #[must_use]
    pub fn line(self, index: usize, asked: Option<Colour>) -> Colour {
        self.palette().line(index, asked)
    }

    pub(super) fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

/// The least contrast of a line to its ground.
const LINE_CONTRAST: f64 = 3.0;

impl Palette {
    /// The colour of the series of a number: what the body asks for, or the palette's.
    pub(super) fn line(&self, index: usize, asked: Option<Colour>) -> Colour {
        asked.map_or(self.lines[index % self.lines.len()], |asked| self.visible(asked))
    }

    /// The colour of an annotation: what the body asks for, or that of words that stand back.
    pub(super) fn annotation(&self, asked: Option<Colour>) -> Colour {
        asked.map_or(self.muted, |asked| self.visible(asked))
    }

    /// A colour that a body asks for, which does not know the theme: moved towards that of words as far as it must be to
    /// be seen on the ground.
    fn visible(&self, asked: Colour) -> Colour {
        const STEPS: u8 = 20;
        let mixed = |step: u8| {
            let share = f64::from(step) / f64::from(STEPS);
            let mut out = asked;
            for (part, words) in out.iter_mut().zip(self.text) {
                *part = (f64::from(*part) * (1.0 - share) + f64::from(words) * share).round() as u8;
            }
            out
        };
        (0..=STEPS).map(mixed).find(|colour| contrast(*colour, self.ground) >= LINE_CONTRAST).unwrap_or(self.text)
    }
}

/// The parts of a colour as shares of light.
fn linear(colour: Colour) -> [f64; 3] {
    colour.map(|part| match f64::from(part) / 255.0 {
        part if part <= 0.040_45 => part / 12.92,
        part => ((part + 0.055) / 1.055).powf(2.4),
    })
}

/// The contrast of two colours (WCAG 2.2), from 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour| {
        let [red, green, blue] = linear(colour);
        0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05
    };
    let (one, other) = (luminance(one), luminance(other));
    one.max(other) / one.min(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How a colour of linear light is seen: as it is, and without one of the three kinds of cones (Machado, Oliveira and
    /// Fernandes 2009, full severity).
    const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
        ("all", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "no long",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "no middle",
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        ),
        (
            "no short",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    fn product(rows: &[[f64; 3]; 3], by: [f64; 3]) -> [f64; 3] {
        rows.map(|row| row.iter().zip(by).map(|(one, other)| one * other).sum())
    }

    /// Oklab (Ottosson 2020), in which equal distances look about equal.
    fn oklab(light: [f64; 3]) -> [f64; 3] {
        let cones = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ];
        let lab = [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ];
        product(&lab, product(&cones, light.map(|part| part.clamp(0.0, 1.0))).map(f64::cbrt))
    }

    #[test]
    fn lines_and_words_stand_out_from_their_ground() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = theme.palette();
            for line in palette.lines {
                assert!(contrast(line, palette.ground) >= 3.0, "{theme:?} {line:?}");
            }
            for ground in [palette.ground, palette.page, palette.tint, palette.alarm.ground, palette.unknown.ground] {
                for words in [palette.text, palette.muted, palette.link] {
                    assert!(contrast(words, ground) >= 4.5, "{theme:?} {words:?} on {ground:?}");
                }
            }
            for state in [palette.alarm, palette.ok, palette.unknown] {
                assert!(contrast(state.sign, state.ground) >= 4.5, "{theme:?} {state:?}");
                assert!(contrast(state.sign, palette.ground) >= 4.5, "{theme:?} {state:?}");
            }
        }
    }

    #[test]
    fn a_colour_that_is_asked_for_is_kept_as_far_as_it_can_be_seen() {
        let (light, dark) = (Theme::Light.palette(), Theme::Dark.palette());
        assert_eq!(light.line(0, Some([0x1f, 0x77, 0xb4])), [0x1f, 0x77, 0xb4]);
        for (palette, faint) in [(light, [0xff, 0xe0, 0x80]), (dark, [0x10, 0x10, 0x40])] {
            let seen = palette.annotation(Some(faint));
            assert!(seen != faint && contrast(seen, palette.ground) >= 3.0, "{seen:?}");
        }
    }

    #[test]
    fn lines_can_be_told_apart_whatever_cones_an_eye_has() {
        // About four times the least difference that is seen.
        const APART: f64 = 0.08;
        for theme in [Theme::Light, Theme::Dark] {
            for (sight, seen) in SIGHTS {
                let lines = theme.palette().lines.map(|line| oklab(product(&seen, linear(line))));
                for (index, one) in lines.iter().enumerate() {
                    for other in &lines[..index] {
                        let apart: f64 = one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum();
                        assert!(apart.sqrt() >= APART, "{theme:?} {sight} {index}: {}", apart.sqrt());
                    }
                }
            }
        }
    }
}
