//! The pages that people read, held against the checkout: links lead somewhere, paths and packages that are named exist,
//! and no room is without a page.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::{stacks::none, world::project};

/// What a path in code begins with where it is one of this checkout, counted from its root.
const ROOTS: [&str; 9] =
    ["crates/", "functions/", "tests/src/", "infra/", "alarms/", "dashboards/", "runbooks/", "docs/", ".ci/"];

/// What one page says of others.
#[derive(Debug, Default)]
struct Page {
    links: Vec<String>,
    /// Anchors as the forge makes them of headings.
    anchors: BTreeSet<String>,
    /// Texts in code, in a sentence or in a block of their own.
    code: Vec<String>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut repeated = BTreeMap::new();
        let mut heading: Option<String> = None;
        let mut in_block = false;
        for event in Parser::new(text) {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(dest_url.into_string());
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let before = repeated.entry(anchor.clone()).or_insert(0_usize);
                    page.anchors.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
                    *before += 1;
                }
                Event::Start(Tag::CodeBlock(_)) => in_block = true,
                Event::End(TagEnd::CodeBlock) => in_block = false,
                Event::Text(text) if in_block => page.code.push(text.into_string()),
                Event::Text(text) => heading.iter_mut().for_each(|heading| heading.push_str(&text)),
                Event::Code(code) => {
                    heading.iter_mut().for_each(|heading| heading.push_str(&code));
                    page.code.push(code.into_string());
                }
                _ => {}
            }
        }
        page
    }

    /// Packages that the page's commands name.
    fn packages(&self) -> impl Iterator<Item = &str> {
        self.code.iter().flat_map(|code| {
            let words: Vec<_> = code.split_whitespace().collect();
            let named = words.windows(2).filter(|pair| pair[0] == "-p").map(|pair| pair[1]).collect::<Vec<_>>();
            named.into_iter().filter(|name| name.starts_with("atalaya-"))
        })
    }

    /// Paths of this checkout that the page names in a sentence, without places held open for a name.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let is_path = |code: &&str| {
            let plain = code.chars().all(|each| each.is_ascii_alphanumeric() || "/._-".contains(each));
            plain && ROOTS.iter().any(|root| code.starts_with(root))
        };
        self.code.iter().map(String::as_str).filter(is_path)
    }
}

/// The anchor that the forge gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|each| each.is_alphanumeric() || " -_".contains(*each));
    kept.flat_map(char::to_lowercase).map(|each| if each == ' ' { '-' } else { each }).collect()
}

/// What is wrong with a page that lies at `path` below `root`.
fn faults(root: &Path, path: &Path, text: &str, packages: &BTreeSet<String>) -> Vec<String> {
    let page = Page::read(text);
    let folder = root.join(path.parent().unwrap_or(Path::new("")));
    let mut found: Vec<String> = page.links.iter().filter_map(|link| broken(&page, &folder, link)).collect();
    let exists = |named: &&str| root.join(named).exists() || folder.join(named).exists();
    found.extend(page.paths().filter(|named| !exists(named)).map(|named| format!("there is no {named}")));
    let strange = page.packages().filter(|name| !packages.contains(*name));
    found.extend(strange.map(|name| format!("there is no package {name}")));
    found.into_iter().map(|fault| format!("{}: {fault}", path.display())).collect()
}

/// Why a link leads nowhere. Those to elsewhere are not followed: a test needs no internet.
fn broken(page: &Page, folder: &Path, link: &str) -> Option<String> {
    if link.contains("://") {
        return None;
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let target = folder.join(file);
    if !target.exists() {
        return Some(format!("{link} leads nowhere"));
    }
    let anchor = anchor?;
    let is_there = if file.is_empty() {
        page.anchors.contains(anchor)
    } else {
        fs::read_to_string(&target).is_ok_and(|text| Page::read(&text).anchors.contains(anchor))
    };
    (!is_there).then(|| format!("{link}: the page has no such heading"))
}

/// Every file of the checkout, by its path from the root; without what is built and what other programs keep.
fn files() -> Vec<PathBuf> {
    let root = project();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the checkout") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !path.is_dir() {
                found.push(path.strip_prefix(&root).expect("below the root").to_owned());
            } else if name != "target" && !name.starts_with('.') {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Every page, by its path from the root.
fn pages() -> Vec<PathBuf> {
    files().into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// The packages of the workspace by their folders.
fn packages() -> BTreeMap<PathBuf, String> {
    let manifests = files().into_iter().filter(|path| path.ends_with("Cargo.toml"));
    let named = |path: PathBuf| {
        let manifest = fs::read_to_string(project().join(&path)).expect("a manifest");
        let line = manifest.lines().find_map(|line| line.strip_prefix("name = "))?;
        Some((path.parent()?.to_owned(), line.trim_matches('"').to_owned()))
    };
    manifests.filter_map(named).collect()
}

#[test]
fn every_link_path_and_package_that_a_page_names_exists() {
    let root = project();
    let packages: BTreeSet<_> = packages().into_values().collect();
    let pages = pages();
    assert!(pages.len() > 45, "{} pages", pages.len());
    let text = |path: &PathBuf| fs::read_to_string(root.join(path)).expect("a page");
    none(pages.iter().flat_map(|path| faults(&root, path, &text(path), &packages)).collect());
}

#[test]
fn what_a_page_names_and_is_not_there_is_seen() {
    let text = "# A page\n\n## Its *second* part: `b`, and c\n\n## Same\n\n## Same\n\n\
        [1](gone.md) [2](#its-second-part-b-and-c) [3](#gone) [4](README.md#try-it) [5](README.md#gone) [6](#same-1)\n\
        [7](https://example.com/gone) `crates/contract` `crates/gone.rs` `functions/NAME` `crates/{a,b}`\n\n\
        ```sh\ncargo test -p atalaya-contract -p atalaya-gone -p other\n[no](link.md) crates/gone\n```\n";
    let packages = packages().into_values().collect();
    let found = faults(&project(), Path::new("PAGE.md"), text, &packages);
    let expected = [
        "gone.md leads nowhere",
        "#gone: the page has no such heading",
        "README.md#gone: the page has no such heading",
        "there is no crates/gone.rs",
        "there is no functions/NAME",
        "there is no package atalaya-gone",
    ];
    assert_eq!(found, expected.map(|fault| format!("PAGE.md: {fault}")));
}

#[test]
fn every_package_has_a_page() {
    let packages = packages();
    assert!(packages.len() > 10, "{packages:?}");
    let without = packages.iter().filter(|(folder, _)| !project().join(folder).join("README.md").is_file());
    none(without.map(|(folder, name)| format!("{name} has no {}", folder.join("README.md").display())).collect());
}

#[test]
fn the_index_of_decisions_names_every_page() {
    let folder = project().join("docs/decisions");
    let index = fs::read_to_string(folder.join("README.md")).expect("an index");
    let linked: BTreeSet<_> = Page::read(&index).links.into_iter().collect();
    let pages = pages();
    let decisions = pages.iter().filter_map(|path| path.strip_prefix("docs/decisions").ok()?.to_str());
    none(decisions.filter(|name| *name != "README.md" && !linked.contains(*name)).map(str::to_owned).collect());
}
