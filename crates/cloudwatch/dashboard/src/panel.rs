//! A widget with what it shows: what is drawn, what a page in a browser tells under the pointer, and what a terminal
//! prints. Nothing in it is an id to be looked up, so that every renderer shows the same figures.
//!
//! Times are seconds since the Unix epoch; colours are `[red, green, blue]`.

use atalaya_cloudwatch::TimeRange;

/// A colour that a dashboard's body asks for; without one the theme's palette gives it.
pub type Colour = [u8; 3];

/// A widget's place on the grid of 24 columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Column of its left edge, 0 to 23.
    pub x: u32,
    /// Row of its upper edge.
    pub y: u32,
    /// Columns, 1 to 24.
    pub width: u32,
    /// Rows, 1 to 1000.
    pub height: u32,
}

/// A widget that is ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// The widget's number in the body, from 0.
    pub index: usize,
    /// Where it stands.
    pub place: Place,
    /// Its title; empty where it has none, as a text widget.
    pub title: String,
    /// What it shows.
    pub content: Content,
    /// Why something is not shown, each a sentence for people, such as `no data in the last 3 hours`.
    pub remarks: Vec<String>,
}

/// What a panel shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// View `timeSeries`.
    Graph(Graph),
    /// View `singleValue`.
    Numbers(Numbers),
    /// View `gauge`.
    Gauge(Gauge),
    /// View `bar`.
    Bars(Shares),
    /// View `pie`.
    Pie(Shares),
    /// View `table`, of metrics or of a log query.
    Table(Table),
    /// The states of alarms.
    Alarms(Vec<AlarmCard>),
    /// Markdown.
    Text(Text),
}

/// Lines, or areas on top of each other, over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// What is shown, in the order of the legend.
    pub series: Vec<Series>,
    /// Whether areas stand on top of each other.
    pub stacked: bool,
    /// The whole of the time axis, with or without points.
    pub range: TimeRange,
    /// The axis on the left.
    pub left: Axis,
    /// The axis on the right; shown where a series or an annotation belongs to it.
    pub right: Axis,
    /// Thresholds and bands.
    pub horizontal: Vec<HorizontalAnnotation>,
    /// Moments and stretches of time.
    pub vertical: Vec<VerticalAnnotation>,
    /// Where the legend stands.
    pub legend: Legend,
    /// Seconds that the clock of the time axis is ahead of UTC.
    pub timezone: i32,
}

/// The points of one line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What the legend calls it.
    pub label: String,
    /// The colour that the body asks for.
    pub colour: Option<Colour>,
    /// The axis that it belongs to.
    pub axis: Side,
    /// Length of a period in seconds: a gap of more than one period breaks the line.
    pub period: u32,
    /// The beginning of a period and its value, oldest first; periods without data are absent, values are finite.
    pub points: Vec<(i64, f64)>,
}

/// One of the two value axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// On the left.
    #[default]
    Left,
    /// On the right.
    Right,
}

/// A value axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Axis {
    /// What it is called, such as `milliseconds`.
    pub label: Option<String>,
    /// Its lower end; without one it is chosen.
    pub min: Option<f64>,
    /// Its upper end; without one it is chosen.
    pub max: Option<f64>,
}

/// Where a legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Legend {
    /// Under the graph.
    #[default]
    Bottom,
    /// Beside it.
    Right,
    /// Nowhere.
    Hidden,
}

/// A line across the graph, or a band.
#[derive(Debug, Clone, PartialEq)]
pub struct HorizontalAnnotation {
    /// Where.
    pub value: f64,
    /// The other edge of a band.
    pub until: Option<f64>,
    /// What is written at it.
    pub label: Option<String>,
    /// The colour that the body asks for.
    pub colour: Option<Colour>,
    /// The axis that the value belongs to.
    pub axis: Side,
    /// What is filled; a band always is between its edges.
    pub fill: Fill,
}

/// A line down the graph, or a band.
#[derive(Debug, Clone, PartialEq)]
pub struct VerticalAnnotation {
    /// When.
    pub at: i64,
    /// The other edge of a band.
    pub until: Option<i64>,
    /// What is written at it.
    pub label: Option<String>,
    /// The colour that the body asks for.
    pub colour: Option<Colour>,
    /// What is filled.
    pub fill: Fill,
}

/// The side of an annotation that is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fill {
    /// Neither.
    #[default]
    None,
    /// Above a horizontal one, after a vertical one.
    Beyond,
    /// Below a horizontal one, before a vertical one.
    Short,
}

/// A row of large figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// Each with its name.
    pub numbers: Vec<Number>,
    /// Whether each has its course over time under it.
    pub sparkline: bool,
    /// Whether all digits are shown, where it is otherwise `1.2K`.
    pub full_precision: bool,
    /// The whole of the time that a course covers.
    pub range: TimeRange,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// What it is called.
    pub label: String,
    /// The colour that the body asks for.
    pub colour: Option<Colour>,
    /// The value; `None` where there are no data.
    pub value: Option<f64>,
    /// Length of a period of `course` in seconds.
    pub period: u32,
    /// Its course over time, as [`Series::points`]; empty where the value is of the whole range.
    pub course: Vec<(i64, f64)>,
}

/// Figures on a dial.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// A dial each.
    pub numbers: Vec<Number>,
    /// Both its ends are given.
    pub axis: Axis,
    /// Stretches of the dial that have a colour.
    pub bands: Vec<HorizontalAnnotation>,
}

/// Figures beside each other, or as shares of their sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Each with its name.
    pub numbers: Vec<Number>,
    /// The axis of bars; a pie has none.
    pub axis: Axis,
    /// Lines across bars.
    pub annotations: Vec<HorizontalAnnotation>,
    /// Where the legend stands.
    pub legend: Legend,
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<Column>,
    /// The cells of each row, as many as columns; an empty cell has no value.
    pub rows: Vec<Vec<String>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// Whether its cells are numbers, which stand at the right.
    pub is_numeric: bool,
}

/// An alarm on a dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmCard {
    /// Its whole name.
    pub name: String,
    /// Its state; `None` where there is no such alarm.
    pub state: Option<atalaya_cloudwatch::alarm::State>,
    /// When it came into the state.
    pub since: Option<i64>,
    /// Why it is in the state.
    pub reason: String,
    /// The first line of its description: what is wrong when it alarms, in plain words.
    pub summary: String,
    /// Where its runbook is, where the description says so.
    pub runbook: Option<String>,
}

/// Markdown, as the body has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The markdown.
    pub markdown: String,
    /// Whether it stands on the dashboard's ground, without a frame.
    pub is_transparent: bool,
}
