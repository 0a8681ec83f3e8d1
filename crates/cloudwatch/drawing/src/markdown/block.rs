//! What blocks a markdown text has.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use atalaya_cloudwatch_dashboard::{Column, Table};

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Strong,
    Code,
}

/// Words of one look. A line break in them is one in the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) look: Look,
    pub(super) link: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Paragraph,
    /// With its level, 1 to 6.
    Heading(u8),
    Item {
        depth: usize,
        /// `•` or `2.`; empty for a further paragraph of the point.
        marker: String,
    },
    Quote,
    Code,
    Rule,
    Table(Table),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) spans: Vec<Span>,
}

/// The blocks of a text. Pictures are told by their description; HTML is left out.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        reader.read(event);
    }
    reader.end_block();
    reader.blocks
}

/// The text that has been read.
#[derive(Debug, Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    strong: usize,
    link: Option<String>,
    heading: Option<u8>,
    is_code: bool,
    quotes: usize,
    /// The next number of each list that is open; `None` for points.
    lists: Vec<Option<u64>>,
    marker: Option<String>,
    table: Option<Table>,
    is_head: bool,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(&text, if self.strong > 0 { Look::Strong } else { Look::Plain }),
            Event::Code(text) => self.push(&text, Look::Code),
            Event::SoftBreak => self.push(" ", Look::Plain),
            Event::HardBreak => self.push("\n", Look::Plain),
            Event::Rule => {
                self.end_block();
                self.blocks.push(Block { kind: Kind::Rule, spans: Vec::new() });
            }
            _ => (),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_block();
                self.heading = Some(level_of(level));
            }
            Tag::Paragraph => self.end_block(),
            Tag::BlockQuote(_) => {
                self.end_block();
                self.quotes += 1;
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) => {
                self.end_block();
                self.is_code = true;
            }
            Tag::List(first) => {
                self.end_block();
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_block();
                let number = self.lists.last_mut().and_then(Option::as_mut);
                self.marker = Some(number.map_or("•".to_owned(), |number| {
                    *number += 1;
                    format!("{}.", *number - 1)
                }));
            }
            Tag::Strong => self.strong += 1,
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.into_string()),
            Tag::Table(alignments) => {
                self.end_block();
                let is_numeric = |alignment: &_| *alignment == pulldown_cmark::Alignment::Right;
                let column = |alignment| Column { name: String::new(), is_numeric: is_numeric(alignment) };
                self.table = Some(Table { columns: alignments.iter().map(column).collect(), rows: Vec::new() });
            }
            Tag::TableHead => self.is_head = true,
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => (),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::Item => self.end_block(),
            TagEnd::CodeBlock => {
                // The last line of code ends with a line break too.
                if let Some(last) = self.spans.last_mut() {
                    last.text.truncate(last.text.trim_end().len());
                }
                self.end_block();
            }
            TagEnd::BlockQuote(_) => {
                self.end_block();
                self.quotes -= 1;
            }
            TagEnd::List(_) => {
                self.end_block();
                self.lists.pop();
            }
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Link => self.link = None,
            TagEnd::TableCell => self.end_cell(),
            TagEnd::TableHead => self.is_head = false,
            TagEnd::Table => {
                let kind = Kind::Table(self.table.take().unwrap_or_default());
                self.blocks.push(Block { kind, spans: Vec::new() });
            }
            _ => (),
        }
    }

    /// Cells have no looks.
    fn end_cell(&mut self) {
        let text: String = self.spans.drain(..).map(|span| span.text).collect();
        let Some(table) = &mut self.table else { return };
        if self.is_head {
            if let Some(column) = table.columns.iter_mut().find(|column| column.name.is_empty()) {
                column.name = text;
            }
        } else if let Some(row) = table.rows.last_mut() {
            row.push(text);
        }
    }

    fn push(&mut self, text: &str, look: Look) {
        let span = Span { text: text.to_owned(), look, link: self.link.clone() };
        match self.spans.last_mut().filter(|last| last.look == look && last.link == span.link) {
            Some(last) => last.text.push_str(text),
            None => self.spans.push(span),
        }
    }

    fn end_block(&mut self) {
        let heading = self.heading.take();
        let is_code = std::mem::take(&mut self.is_code);
        if self.spans.iter().all(|span| span.text.trim().is_empty()) {
            self.spans.clear();
            return;
        }
        let kind = match heading {
            Some(level) => Kind::Heading(level),
            None if is_code => Kind::Code,
            None if !self.lists.is_empty() => {
                Kind::Item { depth: self.lists.len(), marker: self.marker.take().unwrap_or_default() }
            }
            None if self.quotes > 0 => Kind::Quote,
            None => Kind::Paragraph,
        };
        self.blocks.push(Block { kind, spans: std::mem::take(&mut self.spans) });
    }
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_blocks() {
        let text = "# Feeds\n\nA **late** feed, see [its page](https://example.com) and `key`.\n\n1. one\n   - two\n\n---\n\n\
                    | what | rows |\n|---|---:|\n| a `b` | 5 |\n\n```\nlet x\n```\n\n> said";
        let blocks = blocks(text);
        let kinds: Vec<_> = blocks.iter().map(|block| block.kind.clone()).collect();
        let item = |depth, marker: &str| Kind::Item { depth, marker: marker.to_owned() };
        let column = |name: &str, is_numeric| Column { name: name.to_owned(), is_numeric };
        let table = Table {
            columns: vec![column("what", false), column("rows", true)],
            rows: vec![vec!["a b".to_owned(), "5".to_owned()]],
        };
        let expected = [
            Kind::Heading(1),
            Kind::Paragraph,
            item(1, "1."),
            item(2, "•"),
            Kind::Rule,
            Kind::Table(table),
            Kind::Code,
            Kind::Quote,
        ];
        assert_eq!(kinds, expected);
        let looks: Vec<_> = blocks[1].spans.iter().map(|span| (span.look, span.link.is_some())).collect();
        let plain = (Look::Plain, false);
        assert_eq!(
            looks,
            [plain, (Look::Strong, false), plain, (Look::Plain, true), plain, (Look::Code, false), plain]
        );
    }
}
