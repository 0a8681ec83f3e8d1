//! What holds for every panel, whatever is in it.

use std::sync::{Arc, LazyLock};

use atalaya_cloudwatch::{TimeRange, alarm::State};
use atalaya_cloudwatch_dashboard::{
    AlarmCard, Axis, Column, Content, Fill, Gauge, Graph, HorizontalAnnotation, Legend, Number, Numbers, Panel, Place,
    Series, Shares, Side, Table, Text, VerticalAnnotation,
};
use atalaya_cloudwatch_drawing::{self as drawing, Page, Plot, Theme};
use proptest::{collection::vec, option, prelude::*};
use resvg::usvg::{Group, Node, Options, Tree, fontdb::Database};
use skrifa::{FontRef, MetadataProvider as _};

use crate::panels;

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(drawing::font_regular().to_vec());
    fonts.load_font_data(drawing::font_semibold().to_vec());
    Arc::new(fonts)
});

/// The document as a renderer understands it, with the drawings' own font.
fn parsed(svg: &str) -> Tree {
    let options = Options { fontdb: Arc::clone(&FONTS), font_family: "Inter".to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).unwrap_or_else(|error| panic!("{error}: {svg}"))
}

fn walk<'a>(group: &'a Group, see: &mut impl FnMut(&'a Node)) {
    for node in group.children() {
        see(node);
        if let Node::Group(inner) = node {
            walk(inner, see);
        }
    }
}

/// Whether the drawings' font has every letter: any other is drawn as a box, or by a font of the reader's, as wide as
/// that has it, and marks without their letter get one.
fn is_known(words: &str) -> bool {
    let font = FontRef::new(drawing::font_regular()).expect("the drawings' font");
    words.chars().all(|letter| font.charmap().map(letter).is_some())
}

/// Panics where a text reaches beyond the document.
fn check_texts(tree: &Tree) {
    // Letters may reach a little over the place that they take.
    const OVER: f32 = 1.5;
    walk(tree.root(), &mut |node| {
        if let Node::Text(text) = node {
            let place = text.abs_bounding_box();
            let size = tree.size();
            let is_inside = place.left() >= -OVER
                && place.top() >= -OVER
                && place.right() <= size.width() + OVER
                && place.bottom() <= size.height() + OVER;
            let words: String = text.chunks().iter().map(|chunk| chunk.text()).collect();
            assert!(is_inside || !is_known(&words), "{words:?} at {place:?} in {size:?}");
        }
    });
}

fn words() -> BoxedStrategy<String> {
    prop_oneof![
        Just(String::new()),
        "[a-z]{1,12}( [a-z]{1,12}){0,8}",
        "[<>&\"'\\PC]{0,30}",
        Just("<script>alert(\"&\")</script>]]>".to_owned()),
        any::<String>()
    ]
    .boxed()
}

fn value() -> BoxedStrategy<f64> {
    prop_oneof![
        -1e3..1e3,
        any::<f64>().prop_filter("finite", |value| value.is_finite()),
        Just(0.0),
        Just(1.0),
        Just(5e-324),
        Just(f64::MAX),
        Just(f64::MIN)
    ]
    .boxed()
}

fn colour() -> BoxedStrategy<Option<[u8; 3]>> {
    option::of(any::<[u8; 3]>()).boxed()
}

fn range() -> BoxedStrategy<TimeRange> {
    let lengths = prop_oneof![Just(10_800_i64), 0..100_i64, 0..10_000_000_i64, any::<i64>()];
    let starts = prop_oneof![Just(panels::NOON - 10_800), any::<i64>()];
    (starts, lengths).prop_map(|(start, length)| TimeRange { start, end: start.saturating_add(length) }).boxed()
}

fn points(range: TimeRange) -> BoxedStrategy<Vec<(i64, f64)>> {
    vec((0..400_i64, value()), 0..40)
        .prop_map(move |mut points| {
            points.sort_by_key(|(at, _)| *at);
            points.dedup_by_key(|(at, _)| *at);
            points.into_iter().map(|(at, value)| (range.start.saturating_add(at * 60 - 600), value)).collect()
        })
        .boxed()
}

fn side() -> BoxedStrategy<Side> {
    prop_oneof![Just(Side::Left), Just(Side::Right)].boxed()
}

fn fill() -> BoxedStrategy<Fill> {
    prop_oneof![Just(Fill::None), Just(Fill::Beyond), Just(Fill::Short)].boxed()
}

fn legend() -> BoxedStrategy<Legend> {
    prop_oneof![Just(Legend::Bottom), Just(Legend::Right), Just(Legend::Hidden)].boxed()
}

fn axis() -> BoxedStrategy<Axis> {
    (option::of(words()), option::of(value()), option::of(value()))
        .prop_map(|(label, min, max)| Axis { label, min, max })
        .boxed()
}

fn horizontal() -> BoxedStrategy<HorizontalAnnotation> {
    (value(), option::of(value()), option::of(words()), colour(), side(), fill())
        .prop_map(|(value, until, label, colour, axis, fill)| HorizontalAnnotation {
            value,
            until,
            label,
            colour,
            axis,
            fill,
        })
        .boxed()
}

fn graph() -> BoxedStrategy<Content> {
    range()
        .prop_flat_map(|range| {
            let series = (words(), colour(), side(), prop_oneof![Just(60_u32), any::<u32>()], points(range))
                .prop_map(|(label, colour, axis, period, points)| Series { label, colour, axis, period, points });
            let time = prop_oneof![range.start.min(range.end)..=range.end.max(range.start), any::<i64>()];
            let vertical = (time.clone(), option::of(time), option::of(words()), colour(), fill())
                .prop_map(|(at, until, label, colour, fill)| VerticalAnnotation { at, until, label, colour, fill });
            let all = (vec(series, 0..6), any::<bool>(), axis(), axis(), vec(horizontal(), 0..3), vec(vertical, 0..3));
            (all, legend(), -86_400..86_400_i32).prop_map(move |(all, legend, timezone)| {
                let (series, stacked, left, right, horizontal, vertical) = all;
                Content::Graph(Graph { series, stacked, range, left, right, horizontal, vertical, legend, timezone })
            })
        })
        .boxed()
}

fn numbers() -> BoxedStrategy<Vec<Number>> {
    let one = (words(), colour(), option::of(value()), points(panels::RANGE))
        .prop_map(|(label, colour, value, course)| Number { label, colour, value, period: 60, course });
    vec(one, 0..12).boxed()
}

fn alarms() -> BoxedStrategy<Vec<AlarmCard>> {
    let states = [None, Some(State::Ok), Some(State::Alarm), Some(State::InsufficientData)];
    let one = (words(), 0..4_usize, option::of(any::<i64>()), words(), words(), option::of(words())).prop_map(
        move |(name, state, since, reason, summary, runbook)| AlarmCard {
            name,
            state: states[state],
            since,
            reason,
            summary,
            runbook,
        },
    );
    vec(one, 0..25).boxed()
}

fn table() -> BoxedStrategy<Table> {
    (0..6_usize)
        .prop_flat_map(|columns| {
            let column = (words(), any::<bool>()).prop_map(|(name, is_numeric)| Column { name, is_numeric });
            (vec(column, columns), vec(vec(words(), columns), 0..20))
                .prop_map(|(columns, rows)| Table { columns, rows })
        })
        .boxed()
}

fn markdown() -> BoxedStrategy<String> {
    let line = prop_oneof![
        words(),
        words().prop_map(|words| format!("# {words}")),
        words().prop_map(|words| format!("- **{words}** `{words}`")),
        words().prop_map(|words| format!("[{words}](https://example.com)")),
        Just("| a | b |\n|---|--:|\n| c | d |".to_owned()),
        Just("---".to_owned()),
        Just("> 1. x\n>    - y\n```\ncode\n```".to_owned())
    ];
    vec(line, 0..10).prop_map(|lines| lines.join("\n\n")).boxed()
}

fn content() -> BoxedStrategy<Content> {
    let shares =
        || {
            (numbers(), axis(), vec(horizontal(), 0..3), legend())
                .prop_map(|(numbers, axis, annotations, legend)| Shares { numbers, axis, annotations, legend })
        };
    prop_oneof![
        4 => graph(),
        1 => (numbers(), any::<bool>(), any::<bool>()).prop_map(|(numbers, sparkline, full_precision)| {
            Content::Numbers(Numbers { numbers, sparkline, full_precision, range: panels::RANGE })
        }),
        1 => (numbers(), axis(), vec(horizontal(), 0..4))
            .prop_map(|(numbers, axis, bands)| Content::Gauge(Gauge { numbers, axis, bands })),
        1 => shares().prop_map(Content::Bars),
        1 => shares().prop_map(Content::Pie),
        1 => table().prop_map(Content::Table),
        1 => alarms().prop_map(Content::Alarms),
        1 => (markdown(), any::<bool>())
            .prop_map(|(markdown, is_transparent)| Content::Text(Text { markdown, is_transparent })),
    ]
    .boxed()
}

fn panel() -> BoxedStrategy<Panel> {
    let place = (0..24_u32, 0..100_u32, 1..25_u32, 1..20_u32).prop_map(|(x, y, width, height)| Place {
        x,
        y,
        width: width.min(24 - x),
        height,
    });
    (place, words(), content(), vec(words(), 0..3))
        .prop_map(|(place, title, content, remarks)| Panel { index: 0, place, title, content, remarks })
        .boxed()
}

fn theme() -> BoxedStrategy<Theme> {
    prop_oneof![Just(Theme::Light), Just(Theme::Dark)].boxed()
}

fn side_px() -> BoxedStrategy<u32> {
    prop_oneof![1..2000_u32, 1..60_u32, 200..500_u32].boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_panel_is_a_picture_with_its_words_inside(
        panel in panel(), width in side_px(), height in side_px(), theme in theme(),
    ) {
        let drawn = drawing::panel(&panel, width, height, theme);
        let tree = parsed(&drawn.svg);
        prop_assert_eq!((tree.size().width(), tree.size().height()), (width as f32, height as f32));
        check_texts(&tree);
        let document = &drawn.svg;
        prop_assert!(document.contains(" role=\"img\"") && document.contains("<title>") && document.contains("<desc>"));
        prop_assert!(!document.contains("<image") && !document.contains("url(") && !document.contains("<script"));
        if let Some(Plot { x0, x1, y0, y1, start, end, left, right }) = drawn.plot {
            prop_assert!(x0 >= 0.0 && x0 < x1 && x1 <= f64::from(width), "{x0} {x1}");
            prop_assert!(y0 >= 0.0 && y0 < y1 && y1 <= f64::from(height), "{y0} {y1}");
            prop_assert!(start < end && left.0 < left.1 && right.0 < right.1);
        }
    }

    #[test]
    fn every_page_has_its_panels_inside(panels in vec(panel(), 0..6), width in side_px(), theme in theme()) {
        let svg = drawing::page(&Page { title: "<&>\"", subtitle: "last 3 hours", panels: &panels }, width, theme);
        check_texts(&parsed(&svg));
        let (boxes, height) = drawing::arrange(&panels, width);
        prop_assert_eq!(boxes.len(), panels.len());
        for place in &boxes {
            prop_assert!(place.width >= 1 && place.height >= 1 && place.x + place.width <= width.max(2) + 24);
            prop_assert!(place.y + place.height <= height);
        }
    }

    #[test]
    fn a_summary_says_the_title_and_the_remarks(panel in panel()) {
        let summary = drawing::accessible_summary(&panel);
        prop_assert!(summary.contains(panel.title.trim()), "{summary}");
        prop_assert!(panel.remarks.iter().all(|remark| summary.contains(remark.as_str())), "{summary}");
    }

    #[test]
    fn points_lie_where_the_plot_says(
        values in vec(-1e6..1e6_f64, 2..12), right in any::<bool>(), width in 200..1500_u32, height in 140..900_u32,
    ) {
        // Every other period: each point is a dot.
        let at = |index: usize| panels::RANGE.start + 600 + index as i64 * 120;
        let points: Vec<_> = values.iter().enumerate().map(|(index, value)| (at(index), *value)).collect();
        let mut series = panels::series("a", points.clone());
        series.axis = if right { Side::Right } else { Side::Left };
        let panel = panels::panel("Points", Content::Graph(panels::graph(vec![series])));
        let drawn = drawing::panel(&panel, width, height, Theme::Light);
        let plot = drawn.plot.expect("a graph");
        let ends = if right { plot.right } else { plot.left };
        let mut dots = Vec::new();
        walk(parsed(&drawn.svg).root(), &mut |node| {
            if let Node::Path(path) = node {
                let place = path.abs_bounding_box();
                if (place.width() - 4.8).abs() < 0.3 && (place.height() - 4.8).abs() < 0.3 {
                    dots.push((f64::from(place.left() + place.right()) / 2.0, f64::from(place.top() + place.bottom()) / 2.0));
                }
            }
        });
        prop_assert_eq!(dots.len(), points.len());
        for ((at, value), (x, y)) in points.into_iter().zip(dots) {
            let across = (at - plot.start) as f64 / (plot.end - plot.start) as f64;
            let up = (value - ends.0) / (ends.1 - ends.0);
            let (expected_x, expected_y) = (plot.x0 + across * (plot.x1 - plot.x0), plot.y1 - up * (plot.y1 - plot.y0));
            prop_assert!((x - expected_x).abs() < 0.15 && (y - expected_y).abs() < 0.15, "{x} {y} {expected_x} {expected_y}");
        }
    }
}
