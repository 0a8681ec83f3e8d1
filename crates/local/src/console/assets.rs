//! What a browser loads besides data: the page, its style and its scripts.

use atalaya_cloudwatch_drawing::{font_regular, font_semibold};
use hyper::StatusCode;

use super::answer::{Answer, answer};

/// The page; the address says what it shows.
const PAGE: &str = include_str!("../../console/index.html");

/// A file beside the page.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const fn script(name: &'static str, text: &'static str) -> Asset {
    Asset { name, content_type: "text/javascript; charset=utf-8", bytes: text.as_bytes() }
}

macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        &[$(script($name, include_str!(concat!("../../console/", $name)))),*]
    };
}

const SCRIPTS: &[Asset] = scripts![
    "theme.js",
    "theme-choice.js",
    "main.js",
    "api.js",
    "dom.js",
    "command.js",
    "format.js",
    "placeholders.js",
    "text.js",
    "dashboard.js",
    "panels.js",
    "hover.js",
    "alarms.js",
    "alarm.js",
    "files.js",
    "file.js",
    "notices.js",
    "runbooks.js",
];

const OTHERS: &[Asset] = &[
    Asset {
        name: "console.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../../console/console.css"),
    },
    Asset { name: "icon.svg", content_type: "image/svg+xml", bytes: include_bytes!("../../console/icon.svg") },
];

/// The page, for an address that it shows something for or not.
pub(super) fn page(status: StatusCode) -> Answer {
    answer(status, "text/html; charset=utf-8", "no-cache", PAGE)
}

/// A file beside the page, or one of the faces of the font that drawings and pages share.
pub(super) fn asset(name: &str) -> Option<Answer> {
    match name {
        "inter-regular.otf" => return Some(font(font_regular())),
        "inter-semibold.otf" => return Some(font(font_semibold())),
        _ => {}
    }
    let found = SCRIPTS.iter().chain(OTHERS).find(|asset| asset.name == name)?;
    Some(answer(StatusCode::OK, found.content_type, "no-cache", found.bytes))
}

fn font(face: &'static [u8]) -> Answer {
    answer(StatusCode::OK, "font/otf", "max-age=86400", face)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("console");
        let entries = fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").file_name());
        let there: BTreeSet<_> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
        let served = SCRIPTS.iter().chain(OTHERS).map(|asset| asset.name.to_owned());
        assert_eq!(there, served.chain(["index.html".to_owned()]).collect());
    }

    #[test]
    fn the_page_holds_no_script_or_style_of_its_own() {
        for forbidden in ["<style", "style=", "javascript:", "onclick=", "onload=", "http://", "https://"] {
            assert!(!PAGE.contains(forbidden), "{forbidden}");
        }
        assert_eq!(
            PAGE.matches("<script").count(),
            PAGE.matches(" src=\"/assets/").count() - PAGE.matches("<img").count()
        );
    }
}
