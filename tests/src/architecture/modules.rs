//! Modules of one crate that need each other in a circle.
//!
//! Compared are siblings: the modules below a crate's root, and below each other module. An arrow is a path from one
//! to another in code outside of tests, wherever below the siblings it stands. A name that the root shows (`pub use`)
//! counts as the module's that it comes from. The root's own items are a sibling of the top-level modules (`lib`): a
//! constant there that modules use, and a root that uses those modules, are a circle. What the root merely shows is no
//! arrow. Below the root, a parent and its child are no circle: a parent shows its children, and they share its types.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::Write as _,
    path::{Path, PathBuf},
};

use super::source::{self, Source};

/// The root's own items among the top-level modules.
const ROOT: &str = "lib";

/// Each module's path below the root, with its file.
struct Module {
    path: Vec<String>,
    file: PathBuf,
    source: Source,
}

/// Arrows among siblings: from, to, and the first place of the path that makes it.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// A circle, without which the modules in it could be read one after the other.
#[derive(Debug)]
pub(super) struct Circle {
    /// The module that the siblings lie in: `""` for the root.
    pub(super) parent: String,
    /// All modules that reach each other.
    pub(super) members: BTreeSet<String>,
    /// The shortest way around, each arrow with its file and line.
    pub(super) description: String,
}

/// The circles of the crate whose sources lie in `folder`, the root first.
pub(super) fn circles(folder: &Path) -> Vec<Circle> {
    let modules = read_modules(folder);
    arrows_by_parent(folder, &modules).into_iter().flat_map(|(parent, arrows)| circles_of(&parent, &arrows)).collect()
}

/// Every module outside of tests, found from the root by the modules that each file declares.
fn read_modules(folder: &Path) -> Vec<Module> {
    let root = ["lib.rs", "main.rs"].map(|name| folder.join(name)).into_iter().find(|file| file.exists());
    let mut open: VecDeque<_> = root.map(|file| (Vec::new(), file)).into_iter().collect();
    let mut modules = Vec::new();
    while let Some((path, file)) = open.pop_front() {
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let source = source::read(&text, &path);
        for name in &source.modules {
            let below: Vec<String> = path.iter().chain([name]).cloned().collect();
            let stem = folder.join(below.join("/"));
            let places = [stem.with_extension("rs"), stem.join("mod.rs")];
            // Modules of an inline one, or at a `#[path]`, are not followed.
            open.extend(places.into_iter().find(|place| place.exists()).map(|place| (below, place)));
        }
        modules.push(Module { path, file, source });
    }
    modules
}

fn arrows_by_parent(folder: &Path, modules: &[Module]) -> BTreeMap<String, Arrows> {
    let known: BTreeSet<&[String]> = modules.iter().map(|module| &module.path[..]).collect();
    let shown = names_the_root_shows(modules);
    let mut graphs: BTreeMap<String, Arrows> = BTreeMap::new();
    for module in modules {
        for used in &module.source.paths {
            if used.exported && module.path.is_empty() {
                continue;
            }
            let mut segments = used.segments.clone();
            if let Some(origin) = segments.first().and_then(|name| shown.get(name)) {
                segments.clone_from(origin);
            }
            let length = (0..=segments.len()).rev().find(|length| known.contains(&segments[..*length])).unwrap_or(0);
            let Some((parent, from, to)) = siblings(&module.path, &segments[..length]) else { continue };
            let file = module.file.strip_prefix(folder).unwrap_or(&module.file);
            let place = format!("{}:{}", file.display(), used.line);
            graphs.entry(parent).or_default().entry(from).or_default().entry(to).or_insert(place);
        }
    }
    graphs
}

/// What `pub use` in the root names, with where it comes from. Globs show names that text alone does not tell.
fn names_the_root_shows(modules: &[Module]) -> BTreeMap<String, Vec<String>> {
    let root = modules.iter().filter(|module| module.path.is_empty());
    let exports = root.flat_map(|module| &module.source.paths).filter(|path| path.exported);
    exports.filter_map(|path| Some((path.imported_as.clone()?, path.segments.clone()))).collect()
}

/// Where two paths part: what they share, and the first module of each behind it.
fn siblings(from: &[String], to: &[String]) -> Option<(String, String, String)> {
    let shared = from.iter().zip(to).take_while(|(one, other)| one == other).count();
    match (from.get(shared), to.get(shared)) {
        (Some(one), Some(other)) => Some((from[..shared].join("::"), one.clone(), other.clone())),
        (Some(one), None) if shared == 0 => Some((String::new(), one.clone(), ROOT.to_owned())),
        (None, Some(other)) if shared == 0 => Some((String::new(), ROOT.to_owned(), other.clone())),
        _ => None,
    }
}

/// Each group of siblings that reach each other, with the shortest way around from its first member.
fn circles_of(parent: &str, arrows: &Arrows) -> Vec<Circle> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = arrows.keys().map(|from| (&from[..], reach(arrows, from))).collect();
    let mut circles = Vec::new();
    let mut seen = BTreeSet::<&str>::new();
    for (from, to) in &reached {
        if !to.contains(from) || seen.contains(from) {
            continue;
        }
        let mutual = to.iter().copied().filter(|other| reached.get(other).is_some_and(|back| back.contains(from)));
        let members: BTreeSet<&str> = mutual.collect();
        seen.extend(&members);
        let members = members.into_iter().map(str::to_owned).collect();
        circles.push(Circle { parent: parent.to_owned(), members, description: shortest_way(arrows, from) });
    }
    circles
}

fn reach<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for to in arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(&to[..]) {
                open.push(to);
            }
        }
    }
    reached
}

/// The shortest way from `start` back to it: `a → b (a.rs:3) → a (b.rs:1)`.
fn shortest_way(arrows: &Arrows, start: &str) -> String {
    let mut open = VecDeque::from([vec![start]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = open.pop_front() {
        let last = way[way.len() - 1];
        for to in arrows.get(last).into_iter().flat_map(BTreeMap::keys) {
            let longer: Vec<&str> = way.iter().copied().chain([&to[..]]).collect();
            if to == start {
                return describe(arrows, &longer);
            }
            if seen.insert(to) {
                open.push_back(longer);
            }
        }
    }
    start.to_owned()
}

fn describe(arrows: &Arrows, way: &[&str]) -> String {
    let mut text = way[0].to_owned();
    for pair in way.windows(2) {
        write!(text, " → {} ({})", pair[1], arrows[pair[0]][pair[1]]).expect("a string takes all");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of made-up sources that goes away with the test.
    struct Sources(PathBuf);

    impl Sources {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir().join(format!("atalaya-architecture-{}-{name}", std::process::id()));
            for (file, text) in files {
                let file = folder.join(file);
                std::fs::create_dir_all(file.parent().expect("a file lies in a folder")).expect("a folder is made");
                std::fs::write(file, text).expect("a file is written");
            }
            Self(folder)
        }

        fn circles(&self) -> Vec<String> {
            let circles = circles(&self.0).into_iter();
            circles.map(|Circle { parent, description, .. }| format!("{parent}: {description}")).collect()
        }
    }

    impl Drop for Sources {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    const ROOT_FILE: (&str, &str) = ("lib.rs", "mod a;\nmod b;\nmod c;\npub use c::Shared;\n");

    #[test]
    fn a_circle_is_spelled_out_with_its_places() {
        let sources = Sources::new(
            "circle",
            &[
                ROOT_FILE,
                ("a.rs", "use crate::b::B;"),
                ("b.rs", "mod deep;\npub struct B;"),
                ("b/deep.rs", "\nfn f() -> super::super::c::C {}"),
                ("c.rs", "pub struct C;\nuse crate::{\n    a::A,\n};"),
            ],
        );
        assert_eq!(sources.circles(), [": a → b (a.rs:1) → c (b/deep.rs:2) → a (c.rs:3)"]);
    }

    #[test]
    fn tests_comments_and_parents_make_none() {
        let sources = Sources::new(
            "none",
            &[
                ROOT_FILE,
                ("a.rs", "use crate::b::B;"),
                ("b/mod.rs", "mod deep;\n// crate::a::A\n#[cfg(test)]\nmod tests { use crate::a::A; }\nuse deep::D;"),
                ("b/deep.rs", "use super::B;"),
                ("c.rs", "pub struct Shared;"),
            ],
        );
        assert_eq!(sources.circles(), Vec::<String>::new());
    }

    #[test]
    fn a_name_that_the_root_shows_is_its_modules() {
        let files = [ROOT_FILE, ("a.rs", ""), ("b.rs", "use crate::Shared;"), ("c.rs", "use crate::b;")];
        assert_eq!(Sources::new("shown", &files).circles(), [": b → c (b.rs:1) → b (c.rs:1)"]);
    }

    #[test]
    fn what_the_root_keeps_itself_is_a_module_too() {
        let root = ("lib.rs", "mod a;\npub const FOLDER: &str = \"\";\nfn f() { a::g() }");
        assert_eq!(
            Sources::new("root", &[root, ("a.rs", "use crate::FOLDER;")]).circles(),
            [": a → lib (a.rs:1) → a (lib.rs:3)"]
        );
    }

    #[test]
    fn siblings_below_the_root_are_compared_too() {
        let files = [
            ("lib.rs", "mod a;"),
            ("a.rs", "mod x;\nmod y;"),
            ("a/x.rs", "use super::y::Y;"),
            ("a/y.rs", "use crate::a::x::X;"),
        ];
        assert_eq!(Sources::new("below", &files).circles(), ["a: x → y (a/x.rs:1) → x (a/y.rs:1)"]);
    }
}
