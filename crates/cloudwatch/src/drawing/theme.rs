//! Colours. The lines' palettes can be told apart with every common kind of colour blindness; lines have a contrast of
//! at least 3:1 and words of at least 4.5:1 to their ground (WCAG 2.2, 1.4.3 and 1.4.11).

use crate::dashboard::Colour;

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
        [0x1f, 0x6f, 0xd6],
        [0xd4, 0x5b, 0x00],
        [0x00, 0x8f, 0x6b],
        [0xb0, 0x3a, 0x8c],
        [0xa0, 0x7a, 0x00],
        [0x1b, 0x93, 0xb8],
        [0x5f, 0x4b, 0xb6],
        [0x6b, 0x72, 0x80],
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
        [0x5b, 0x9d, 0xff],
        [0xff, 0x8f, 0x3f],
        [0x2f, 0xc4, 0x9a],
        [0xe5, 0x7a, 0xc2],
        [0xd9, 0xb4, 0x3a],
        [0x6f, 0xd3, 0xee],
        [0xa7, 0x96, 0xf5],
        [0x9a, 0xa4, 0xb2],
    ],
    alarm: StateColours { sign: [0xff, 0x73, 0x73], ground: [0x2a, 0x18, 0x1b], edge: [0x5c, 0x2b, 0x30] },
    ok: StateColours { sign: [0x4c, 0xc3, 0x8a], ground: [0x15, 0x19, 0x20], edge: [0x27, 0x2d, 0x37] },
    unknown: StateColours { sign: [0x98, 0xa1, 0xae], ground: [0x1a, 0x1f, 0x27], edge: [0x27, 0x2d, 0x37] },
};

impl Theme {
    pub(super) fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

impl Palette {
    /// The colour of the series of a number: what the body asks for, or the palette's.
    pub(super) fn line(&self, index: usize, asked: Option<Colour>) -> Colour {
        asked.unwrap_or(self.lines[index % self.lines.len()])
    }
}
