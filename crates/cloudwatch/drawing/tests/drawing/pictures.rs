//! Pictures to look at: every kind of panel at several sizes, and whole pages, under the target folder's `tmp/drawing`.

use std::{fs, path::PathBuf};

use atalaya_cloudwatch_dashboard::Panel;
use atalaya_cloudwatch_drawing::{self as drawing, Page, Theme};

use crate::panels;

fn folder() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("drawing");
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn write(name: &str, svg: &str) {
    let png = drawing::png(svg, 1.0).expect("a picture");
    assert!(png.starts_with(b"\x89PNG"), "{name}");
    fs::write(folder().join(format!("{name}.svg")), svg).expect("a file");
    fs::write(folder().join(format!("{name}.png")), png).expect("a file");
}

const THEMES: [(&str, Theme); 2] = [("light", Theme::Light), ("dark", Theme::Dark)];

#[test]
fn pages_are_drawn_wide_and_narrow_in_both_themes() {
    let panels = panels::dashboard();
    let page = Page { title: "Atalaya overview", subtitle: "last 3 hours · until 22 Nov 12:00 UTC", panels: &panels };
    for (theme_name, theme) in THEMES {
        for width in [1400, 820, 390] {
            write(&format!("page-{width}-{theme_name}"), &drawing::page(&page, width, theme));
        }
    }
}

#[test]
fn panels_are_drawn_at_several_sizes() {
    let panels: [(&str, Panel); 16] = [
        ("latency", panels::latency()),
        ("stacked", panels::stacked()),
        ("two-axes", panels::two_axes()),
        ("success", panels::success()),
        ("alone", panels::alone()),
        ("many", panels::many()),
        ("empty", panels::empty()),
        ("numbers", panels::numbers(true)),
        ("single", panels::single()),
        ("alarms-1", panels::alarms(1, 12)),
        ("alarms-5", panels::alarms(5, 13)),
        ("text", panels::text()),
        ("table", panels::table()),
        ("gauge", panels::gauge()),
        ("bars", panels::shares(false)),
        ("pie", panels::shares(true)),
    ];
    for (name, panel) in &panels {
        for ((width, height), (theme_name, theme)) in
            [((260, 120), THEMES[0]), ((380, 220), THEMES[1]), ((640, 320), THEMES[0])]
        {
            let drawn = drawing::panel(panel, width, height, theme);
            write(&format!("{name}-{width}-{theme_name}"), &drawn.svg);
        }
    }
}
