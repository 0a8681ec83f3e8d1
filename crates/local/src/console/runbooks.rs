//! The runbooks: the project's own pages on the alarms, as HTML.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use hyper::StatusCode;
use pulldown_cmark::{Alignment, CowStr, Event, Options, Parser, Tag, TagEnd, html};
use serde_json::{Value, json};

use super::answer::Refusal;

/// The page about all of them, without its ending.
const INDEX: &str = "README";
/// The parts of the console that an address in a description may lead to.
const OWN_PATHS: [&str; 2] = ["/dashboards/", "/runbooks/"];

/// Which runbooks there are.
#[derive(Debug)]
pub(super) struct Shelf(BTreeSet<String>);

impl Shelf {
    pub(super) fn look(folder: &Path) -> Self {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let name = |entry: fs::DirEntry| Some(entry.file_name().to_str()?.strip_suffix(".md")?.to_owned());
        Self(entries.filter_map(name).filter(|name| name != INDEX).collect())
    }

    /// Where an address in an alarm's description leads to: to the console's own page where there is one.
    pub(super) fn link(&self, address: &str) -> Option<String> {
        let last = address.rsplit('/').next().unwrap_or_default();
        let name = last.split(['#', '?']).next().unwrap_or_default();
        let name = name.strip_suffix(".md").unwrap_or(name);
        if self.0.contains(name) {
            return Some(format!("/runbooks/{name}"));
        }
        is_web(address).then(|| address.to_owned())
    }
}

/// The path on the console of an address in a description; another address of the web as it is.
pub(super) fn own_path(address: &str) -> Option<String> {
    let own = address.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.find('/').map(|at| &rest[at..]));
    match own.filter(|path| OWN_PATHS.iter().any(|own| path.starts_with(own))) {
        Some(path) => Some(path.to_owned()),
        None => is_web(address).then(|| address.to_owned()),
    }
}

fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// All runbooks by name, and the page about them.
pub(super) fn all(folder: &Path) -> Result<Value, Refusal> {
    let shelf = Shelf::look(folder);
    let mut runbooks = Vec::new();
    for name in &shelf.0 {
        if let Some(page) = Page::read(folder, name)? {
            runbooks.push(json!({ "name": name, "title": page.title(), "severity": page.front("severity") }));
        }
    }
    let about = Page::read(folder, INDEX)?.map(|page| page.html(&shelf));
    Ok(json!({ "runbooks": runbooks, "html": about }))
}

/// One runbook, by the name of its alarm.
pub(super) fn one(folder: &Path, name: &str) -> Result<Value, Refusal> {
    let name = name.strip_suffix(".md").unwrap_or(name);
    let shelf = Shelf::look(folder);
    // Only what lies in the folder is read, whatever the name holds.
    let page = if shelf.0.contains(name) { Page::read(folder, name)? } else { None };
    let page = page.ok_or_else(|| Refusal::not_found(format!("there is no runbook `{name}`; /runbooks lists them")))?;
    let (title, severity) = (page.title(), page.front("severity"));
    Ok(json!({ "name": name, "title": title, "severity": severity, "html": page.html(&shelf) }))
}

/// A page of markdown.
struct Page {
    /// The lines between the first two `---`.
    front: String,
    markdown: String,
}

impl Page {
    fn read(folder: &Path, name: &str) -> Result<Option<Self>, Refusal> {
        let path: PathBuf = folder.join(format!("{name}.md"));
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Self::parse(&text))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let sentence = format!("{} cannot be read: {error}", path.display());
                Err(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, sentence))
            }
        }
    }

    fn parse(text: &str) -> Self {
        let parts = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
        let (front, markdown) = parts.unwrap_or(("", text));
        Self { front: front.to_owned(), markdown: markdown.to_owned() }
    }

    fn front(&self, key: &str) -> Option<&str> {
        let line = self.front.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        Some(line.trim())
    }

    fn title(&self) -> Option<&str> {
        self.markdown.lines().find_map(|line| line.strip_prefix("# ")).map(str::trim)
    }

    /// The page as HTML without its title. What stands there as HTML is shown as text, a link leads to another runbook
    /// or to the web, and any other loses its address.
    fn html(&self, shelf: &Shelf) -> String {
        let body = match self.title() {
            Some(title) => self.markdown.replacen(&format!("# {title}"), "", 1),
            None => self.markdown.clone(),
        };
        let mut open_links = Vec::new();
        let events = Parser::new_ext(&body, Options::ENABLE_TABLES).filter_map(|event| match event {
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = shelf.link(&dest_url);
                open_links.push(target.is_some());
                target.map(|target| Event::Start(Tag::Link { link_type, dest_url: CowStr::from(target), title, id }))
            }
            Event::End(TagEnd::Link) => open_links.pop().unwrap_or(false).then_some(Event::End(TagEnd::Link)),
            // An aligned cell would have a style of its own, which no page may.
            Event::Start(Tag::Table(columns)) => Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))),
            // Nothing is loaded from elsewhere; the text in its place stays.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
            event => Some(event),
        });
        let mut out = String::new();
        html::push_html(&mut out, events);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(names: &[&str]) -> Shelf {
        Shelf(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn html_in_a_page_is_text() {
        let page = Page::parse("# T\n\nA <b onclick=x>bold</b> word\n\n<script>alert(1)</script>\n");
        let html = page.html(&shelf(&[]));
        assert_eq!(page.title(), Some("T"));
        assert!(!html.contains("<b") && !html.contains("<script") && !html.contains("<h1"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
    }

    #[test]
    fn links_lead_to_runbooks_and_to_the_web_only() {
        let text = "[a](SloFastBurn.md#x) [b](https://x.example/y) [c](javascript:alert(1)) [d](../alarms/README.md) ![e](p.png)";
        let html = Page::parse(text).html(&shelf(&["SloFastBurn"]));
        let expected = "<p><a href=\"/runbooks/SloFastBurn\">a</a> <a href=\"https://x.example/y\">b</a> c d e</p>\n";
        assert_eq!(html, expected);
    }

    #[test]
    fn a_table_has_no_style_of_its_own() {
        let html = Page::parse("| a | b |\n|---|---:|\n| 1 | 2 |\n").html(&shelf(&[]));
        assert!(html.contains("<td>2</td>") && !html.contains("style"), "{html}");
    }

    #[test]
    fn front_matter_is_told_apart() {
        let page = Page::parse("---\nalarm: X\nseverity: page\n---\n\n# X: y\n");
        assert_eq!((page.front("severity"), page.front("nothing"), page.title()), (Some("page"), None, Some("X: y")));
    }

    #[test]
    fn an_address_of_the_console_becomes_a_path() {
        let own = "http://127.0.0.1:4/dashboards/atalaya-overview";
        assert_eq!(own_path(own).as_deref(), Some("/dashboards/atalaya-overview"));
        assert_eq!(own_path("https://x.example/y").as_deref(), Some("https://x.example/y"));
        assert_eq!(own_path("javascript:alert(1)"), None);
        let shelf = shelf(&["NoFiles"]);
        assert_eq!(shelf.link("file:///p/runbooks/NoFiles.md").as_deref(), Some("/runbooks/NoFiles"));
        assert_eq!(shelf.link("file:///p/runbooks/Other.md"), None);
    }

    #[test]
    fn the_projects_own_runbooks_are_all_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runbooks");
        let listed = all(&folder).expect("they can be read");
        let runbooks = listed["runbooks"].as_array().expect("a list");
        assert!(runbooks.len() > 20, "{}", runbooks.len());
        for runbook in runbooks {
            let name = runbook["name"].as_str().expect("a name");
            let page = one(&folder, name).expect("it is there");
            assert!(page["title"].as_str().is_some_and(|title| title.starts_with(name)), "{name}");
            assert!(page["html"].as_str().is_some_and(|html| html.contains("<h2>Meaning</h2>")), "{name}");
            assert!(matches!(page["severity"].as_str(), Some("page" | "ticket")), "{name}");
        }
        for name in ["README", "../alarms/README", "..", "x"] {
            let refused = one(&folder, name).expect_err(name);
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{name}");
        }
    }
}
