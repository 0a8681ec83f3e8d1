//! Colours, in one place. The stream that prints them takes them away where no terminal is, and under `NO_COLOR`.

use clap::builder::styling::{AnsiColor, Style, Styles};

/// Good news.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Bad news.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// News to look at.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// What is there for the sake of completeness.
pub const DIM: Style = Style::new().dimmed();
/// Headings and names.
pub const STRONG: Style = Style::new().bold();
/// Something to type.
pub const COMMAND: Style = AnsiColor::Cyan.on_default();

/// The help's colours.
pub const HELP: Styles =
    Styles::styled().header(STRONG.underline()).usage(STRONG.underline()).literal(COMMAND).placeholder(DIM);

/// `text` in `style`.
pub fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
