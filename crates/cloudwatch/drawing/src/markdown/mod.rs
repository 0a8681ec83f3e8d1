//! Markdown as words in lines.

mod block;

use self::block::{Block, Kind, Look, Span};
use super::{
    area::Area,
    canvas::{Anchor, Canvas, Stroke, Words},
    font::{Style, Weight},
    table,
    theme::Palette,
};

const INDENT: f64 = 18.0;
/// Between blocks, in px.
const GAP: f64 = 8.0;

/// A word, or what stands between two, at its place in a line.
#[derive(Debug)]
struct Piece<'a> {
    text: String,
    span: &'a Span,
    x: f64,
    width: f64,
}

/// A block as lines.
#[derive(Debug)]
struct Flow<'a> {
    lines: Vec<Vec<Piece<'a>>>,
    size: f64,
    line: f64,
    indent: f64,
}

/// The height of a text in a width, both in px.
pub(super) fn height(markdown: &str, width: f64) -> f64 {
    let blocks = block::blocks(markdown);
    let heights = blocks.iter().map(|block| block_height(block, width));
    heights.sum::<f64>() + blocks.windows(2).map(|pair| gap(&pair[0], &pair[1])).sum::<f64>()
}

/// Draws a text; what has no room is left out, with an ellipsis at the end.
pub(super) fn draw(canvas: &mut Canvas, markdown: &str, area: Area, palette: &Palette) {
    let blocks = block::blocks(markdown);
    let mut y = area.y;
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            y += gap(&blocks[index - 1], block);
        }
        let rest = area.below(y - area.y);
        if !draw_block(canvas, block, rest, palette) {
            return;
        }
        y += block_height(block, area.width);
    }
}

/// Between two blocks: nothing more between points of a list.
fn gap(above: &Block, below: &Block) -> f64 {
    match (&above.kind, &below.kind) {
        (Kind::Item { .. }, Kind::Item { .. }) => 2.0,
        (_, Kind::Heading(_)) => GAP + 4.0,
        (Kind::Heading(_), _) => 4.0,
        _ => GAP,
    }
}

fn block_height(block: &Block, width: f64) -> f64 {
    match &block.kind {
        Kind::Rule => 9.0,
        Kind::Table(rows) => table::height(rows),
        _ => {
            let flow = flow(block, width);
            flow.lines.len() as f64 * flow.line
        }
    }
}

/// Tells whether all of it was drawn.
fn draw_block(canvas: &mut Canvas, block: &Block, area: Area, palette: &Palette) -> bool {
    match &block.kind {
        Kind::Rule => {
            let y = area.y.floor() + 4.5;
            canvas.line((area.x, y), (area.right(), y), Stroke::hair(palette.edge));
            true
        }
        Kind::Table(rows) => {
            table::draw(canvas, rows, area, palette);
            table::height(rows) <= area.height
        }
        _ => draw_words(canvas, block, area, palette),
    }
}

fn draw_words(canvas: &mut Canvas, block: &Block, area: Area, palette: &Palette) -> bool {
    let flow = flow(block, area.width);
    let style = |span: &Span| Style {
        size: flow.size,
        weight: weight(block, span),
        colour: if span.link.is_some() { palette.link } else { palette.text },
    };
    let shown = (((area.height + 2.0) / flow.line).floor().max(0.0) as usize).min(flow.lines.len());
    if let (Kind::Item { marker, .. }, true) = (&block.kind, shown > 0) {
        let at = (area.x + flow.indent - 6.0, area.y + flow.line * 0.74);
        let style = Style { size: flow.size, weight: Weight::Regular, colour: palette.muted };
        canvas.text(at, flow.indent, marker, style, Anchor::End);
    }
    let is_cut = shown < flow.lines.len();
    for (row, line) in flow.lines.iter().take(shown).enumerate() {
        let baseline = area.y + row as f64 * flow.line + flow.line * 0.74;
        for piece in line.iter().filter(|piece| piece.span.look == Look::Code) {
            let x = area.x + flow.indent + piece.x;
            let ground = Area::new(x - 2.0, baseline - flow.size, piece.width + 4.0, flow.size * 1.36);
            canvas.rect(ground, 3.0, Some(palette.tint.into()), None);
        }
        let mut words: Vec<Words<'_>> = line
            .iter()
            .map(|piece| Words {
                text: &piece.text,
                style: style(piece.span),
                x: area.x + flow.indent + piece.x,
                is_placed: piece.span.look == Look::Code,
                link: piece.span.link.as_deref(),
            })
            .collect();
        let more = line.last().map(|last| format!("{} …", last.text));
        if let (true, Some(last), Some(more)) = (is_cut && row + 1 == shown, words.last_mut(), &more) {
            last.text = more;
        }
        canvas.line_of_words(baseline, area.right() + 0.5, &words);
    }
    !is_cut
}

fn weight(block: &Block, span: &Span) -> Weight {
    match block.kind {
        Kind::Heading(_) => Weight::SemiBold,
        _ if span.look == Look::Strong => Weight::SemiBold,
        _ => Weight::Regular,
    }
}

/// Breaks the words of a block into lines.
fn flow(block: &Block, width: f64) -> Flow<'_> {
    let (size, line) = match block.kind {
        Kind::Heading(1) => (19.0, 26.0),
        Kind::Heading(2) => (15.5, 22.0),
        Kind::Heading(_) => (13.5, 20.0),
        Kind::Code => (12.0, 18.0),
        _ => (13.0, 20.0),
    };
    let indent = match block.kind {
        Kind::Item { depth, .. } => INDENT * depth as f64,
        Kind::Quote => INDENT,
        _ => 0.0,
    };
    let width = (width - indent).max(1.0);
    let mut lines: Vec<Vec<Piece<'_>>> = vec![Vec::new()];
    let mut x = 0.0;
    for span in &block.spans {
        let style = Style { size, weight: weight(block, span), colour: [0; 3] };
        for (number, text) in span.text.split('\n').enumerate() {
            if number > 0 {
                lines.push(Vec::new());
                x = 0.0;
            }
            for word in text.split_inclusive(' ') {
                let (bare, whole) = (style.width(word.trim_end()), style.width(word));
                if x > 0.0 && x + bare > width {
                    lines.push(Vec::new());
                    x = 0.0;
                }
                let line = lines.last_mut().expect("there is a line from the beginning");
                if bare == 0.0 && x == 0.0 {
                    continue;
                }
                match line.last_mut().filter(|last| std::ptr::eq(last.span, span)) {
                    Some(last) => {
                        last.text.push_str(word);
                        last.width += whole;
                    }
                    None => line.push(Piece { text: word.to_owned(), span, x, width: whole }),
                }
                x += whole;
            }
        }
    }
    for piece in lines.iter_mut().filter_map(|line| line.last_mut()) {
        let trimmed = piece.text.trim_end().len();
        piece.text.truncate(trimmed);
        let style = Style { size, weight: weight(block, piece.span), colour: [0; 3] };
        piece.width = style.width(&piece.text);
    }
    Flow { lines, size, line, indent }
}
