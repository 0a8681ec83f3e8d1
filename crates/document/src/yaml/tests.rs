use super::*;
use crate::testing::PLAIN;

fn tree(text: &str) -> Node {
    read(text, &PLAIN).expect("reads")
}

fn place(line: usize, column: usize) -> Place {
    Place { line, column }
}

#[test]
fn every_node_knows_its_line_and_column() {
    let node = tree("a: 1\nb:\n  - x\n  - {c: 'y'}\nd: !Ref z\n");
    assert_eq!(node.get("a").map(|n| n.place), Some(place(1, 4)));
    let items = node.get("b").and_then(Node::items).expect("a list");
    assert_eq!(items[0].place, place(3, 5));
    let c = items[1].get("c").expect("c");
    assert_eq!((c.place, c.text()), (place(4, 9), Some("y")));
    assert_eq!(node.entries()[1].place, place(2, 1));
    assert_eq!(node.get("d").map(|n| n.place.line), Some(5));
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(tree("\u{feff}a: 1\n").get("a").map(|n| n.place), Some(place(1, 4)));
}

#[test]
fn tags_say_what_a_value_is() {
    let node = tree("[!!str 5, ! 5, !!int 5, !Ref 5, !Ref [5]]");
    let five = || Node::new(Place::START, Content::Number("5".to_owned()));
    let text = || Node::of_text(Place::START, "5");
    let under = |value| {
        Node::new(Place::START, Content::Map(vec![Entry { key: "Ref".to_owned(), place: Place::START, value }]))
    };
    let list = Node::new(Place::START, Content::List(vec![five()]));
    assert_eq!(node.items().expect("a list"), [text(), text(), five(), under(text()), under(list)]);
    for (wrong, column) in [("a: !!binary x", 4), ("[1, !Reff x]", 5)] {
        assert_eq!(read(wrong, &PLAIN).expect_err(wrong)[0].place, place(1, column));
    }
}

#[test]
fn keys_that_stand_twice_are_all_told_with_path_and_line() {
    let faults = read("a: 1\nlist:\n  - b: 1\n    b: 2\na: 2\n", &PLAIN).expect_err("refused");
    let told: Vec<_> = faults.iter().map(|fault| (fault.path.as_str(), fault.place.line)).collect();
    assert_eq!(told, [("list[0].b", 4), ("a", 5)]);
    assert_eq!(faults[1].hint.as_deref(), Some("the first is in line 1; keep one"));
}

#[test]
fn what_cannot_be_read_has_one_fault_with_a_line() {
    for (text, line) in [
        ("a: [1\nb: 2\n", 2),
        ("a: b: c\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("", 1),
        ("a: *x\n", 1),
        ("a: &x [*x]\n", 1),
        ("{[a]: 1}", 1),
    ] {
        let faults = read(text, &PLAIN).expect_err(text);
        assert_eq!(faults.len(), 1, "{text:?}: {faults:?}");
        assert_eq!(faults[0].place.line, line, "{text:?}: {faults:?}");
    }
    assert_eq!(read("", &PLAIN).expect_err("empty")[0].hint.as_deref(), Some("write something"));
}

#[test]
fn what_cannot_be_read_has_a_hint_that_fits() {
    for (text, hint) in [
        ("a:\n\tb: 1\n", "spaces"),
        ("a: \u{7}\n", "control character"),
        ("a: b\u{7}\n", "control character"),
        ("a: b\n# \u{0}\n", "control character"),
        ("a: |x\n", "next line"),
        ("a: {b: ,}\nc: ,\n", "comma"),
        ("a: 'it's'\n", "apostrophe"),
        ("a:\tb: c\n", "no tab"),
        ("a: b: c\n", "quotes"),
        ("a: @x\n", "quotes"),
        ("a: `x`\n", "quotes"),
        ("a: %x\n", "quotes"),
        ("a: *x\n", "quotes"),
        ("a: [A-Z]{2}\n", "single quotes"),
        ("a: \"x\" y\n", "quote"),
        ("a: \"\\d\"\n", "single quotes"),
        ("a: 'x\n", "closed"),
        ("a: [1\nb: 2\n", "["),
        ("a:\n  - 1\n - 2\n", "indent"),
        ("a:\n  b: 1\n c: 2\n", "indent"),
    ] {
        let fault = &read(text, &PLAIN).expect_err(text)[0];
        assert!(fault.hint.as_deref().unwrap_or_default().contains(hint), "{text:?}: {fault:?}");
    }
}

#[test]
fn a_scalar_is_known_as_its_author_wrote_it() {
    let node = tree("[0x1F, TRUE, ~, null, 1.50, '2', x, \"\", ]");
    let sources: Vec<_> =
        node.items().expect("a list").iter().map(|item| item.source().map(|text| text.into_owned())).collect();
    let expected = ["0x1F", "TRUE", "~", "null", "1.50", "2", "x", ""].map(|text| Some(text.to_owned()));
    assert_eq!(sources, expected);
    assert_eq!(tree("a:\n").get("a").and_then(Node::source), None);
}

#[test]
fn anchors_and_merge_keys_are_resolved() {
    let node = tree("base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\nboth:\n  <<: [{y: 4}, *b]\n");
    let digits = |key: &str, of: &str| {
        node.get(key).and_then(|n| n.get(of)).and_then(Node::scalar).expect("a number").into_owned()
    };
    assert_eq!((digits("use", "x"), digits("use", "y")), ("1".to_owned(), "3".to_owned()));
    assert_eq!((digits("both", "x"), digits("both", "y")), ("1".to_owned(), "4".to_owned()));
}

#[test]
fn merge_keys_are_refused_where_the_reader_of_the_document_does_not_know_them() {
    let strict = Dialect { merge_keys: MergeKeys::Refused { message: "no merge keys", hint: "repeat" }, ..PLAIN };
    let faults = read("a: &x {b: 1}\nd:\n  <<: *x\n", &strict).expect_err("merge");
    assert_eq!((faults[0].place.line, faults[0].message.as_str()), (3, "no merge keys"));
}

#[test]
fn hostile_documents_are_refused() {
    let refused = |text: &str| read(text, &PLAIN).expect_err("hostile")[0].message.clone();
    assert!(refused(&format!("{}{}", "[".repeat(200), "]".repeat(200))).contains("deeper than 64"));
    let mut chain = "a0: &a0 x\n".to_owned();
    for level in 1..80 {
        chain.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(refused(&chain).contains("deeper"), "deep by aliases");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    assert!(refused(&bomb).contains("too large"));
}
