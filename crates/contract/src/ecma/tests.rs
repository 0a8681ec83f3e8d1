use super::*;

fn pattern(source: &str) -> Pattern {
    source.parse().unwrap_or_else(|fault: PatternFault| panic!("{source}: {fault}"))
}

fn matches(source: &str, text: &str) -> bool {
    pattern(source).matcher().is_match(text)
}

/// What `new RegExp(source).test(text)` says in a browser, where no character is beyond the basic plane.
#[test]
fn patterns_match_as_in_a_browser() {
    for (source, yes, no) in [
        (r"^\d{3}$", &["123"][..], &["١٢٣", "12", "1234", "123\n"][..]),
        (r"^\w+$", &["aZ_9"], &["é", "ſ"]),
        (r"^\s$", &[" ", "\u{a0}", "\u{feff}", "\u{2028}", "\u{b}"], &["\u{85}", "\u{180e}", "\u{1c}"]),
        (r"^\S$", &["\u{85}"], &["\u{feff}"]),
        ("^.$", &["a", "😀", "\u{85}"], &["\n", "\r", "\u{2028}", "\u{2029}", ""]),
        ("^[^]$", &["\n", "a"], &[""]),
        ("[]", &[], &["", "a"]),
        ("^[^a]$", &["\n", "b"], &["a"]),
        (r"\bcat\b", &["a cat.", "écat"], &["cats"]),
        (r"^a\Bb$", &["ab"], &[]),
        (r"\B|aé", &["aéB", "é"], &["b"]),
        (r"\B", &["é", "ab", "é a é"], &["aéa", "a"]),
        (r"^\0101$", &["\u{8}1"], &["A"]),
        (r"^[\0000]$", &["\0", "0"], &[]),
        (r"(?<\u0061b>a)", &["a"], &["b"]),
        ("^a{2}$", &["aa"], &["a{2}"]),
        ("^a{,2}$", &["a{,2}"], &["a", "aa"]),
        ("^a{$", &["a{"], &["a"]),
        ("^}]$", &["}]"], &[]),
        ("^[a&&b]+$", &["a&b"], &["c"]),
        ("^[+--c]$", &["+", "-", "c"], &["b"]),
        ("^[[:alpha:]]$", &["[]", "a]", ":]", "h]"], &["a", "z]"]),
        (r"^[\w-x]+$", &["a-x"], &["é"]),
        (r"^[a-]$", &["-"], &["b"]),
        (r"^[\b]$", &["\u{8}"], &["b"]),
        (r"^\cA\x41\u0042\0$", &["\u{1}AB\0"], &[]),
        (r"^\101\8$", &["A8"], &[]),
        (r"^\u{3}$", &["uuu"], &["\u{3}"]),
        (r"^\p{L}$", &["p{L}"], &["L"]),
        (r"^\x4$", &["x4"], &["\u{4}"]),
        (r"^\c$", &["\\c"], &["c"]),
        (r"^[\c]$", &["\\", "c"], &["d"]),
        (r"^\uD83D\uDE00$", &["😀"], &["\u{fffd}"]),
        (r"^[\uD83D\uDE00-\uD83D\uDE02]$", &["😁"], &["😃"]),
        (r"^[\u0000-\uFFFF]$", &["é", "\u{ffff}"], &["😀"]),
        (r"\uD83D", &[], &["😀"]),
        ("^(?<year>[0-9]{4})-(?:a|b)$", &["2024-a"], &["2024-c"]),
        ("^(a|b)?c*?$", &["ac", "ccc", ""], &["d"]),
        ("a|b", &["xxb"], &["c"]),
        ("^$", &[""], &["\n"]),
        (r"^\/\.\-$", &["/.-"], &[]),
        ("", &["", "a"], &[]),
    ] {
        for text in yes {
            assert!(matches(source, text), "{source} matches {text:?}");
        }
        for text in no {
            assert!(!matches(source, text), "{source} does not match {text:?}");
        }
    }
}

#[test]
fn what_cannot_be_matched_has_a_way_out() {
    for (source, message, hint) in [
        ("(?=a)", "looks ahead", "second rule"),
        ("(?<!a)b", "looks ahead or behind", "second rule"),
        (r"(a)\1", "refers back", "write out"),
        (r"(?<x>a)\k<x>", "refers back", "write out"),
        (r"(?<x>a)\k", "names no group", "backslash"),
        (r"(?<x>a)[\k]", "within a class", "backslash"),
        ("(?i)abc", "character 1", "flags"),
        ("(?P<x>a)", "character 1", "(?<name>"),
        ("a**", "character 3: there is nothing to repeat", "backslash"),
        ("a++", "character 3", "take it away"),
        ("*a", "nothing to repeat", "backslash"),
        ("^*", "cannot be repeated", "backslash"),
        ("(a", "character 1: the group is never closed", "backslash"),
        ("a)", "character 2", "backslash"),
        ("x[a", "character 2: the class is never closed", "single quotes"),
        ("[z-a]", "range ends before", "backslash"),
        ("a{3,2}", "second count", "lesser"),
        ("(?#note)a", "character 1", "(?:…)"),
        ("(?<1>a)", "name of the group", ""),
        (r"a\", "at the end", "backslash"),
        ("[a-zé]{1,900}{1,900}{1,9}", "nothing to repeat", ""),
        ("([a-zé]{1,900}){1,900}", "too large", "maxLength"),
        ("a{1,99999999999}", "100,000", "maxLength"),
        (&format!("{}{}", "(".repeat(5000), ")".repeat(5000)), "nests", "groups"),
    ] {
        let fault = source.parse::<Pattern>().expect_err(source);
        assert!(fault.to_string().contains(message) && fault.hint.contains(hint), "{source}: {fault} ({})", fault.hint);
    }
}

#[test]
fn what_means_something_else_elsewhere_is_remarked() {
    for (source, parts) in [
        ("[[:alpha:]]", &["[:alpha:]"][..]),
        ("[a-z&&[^b]]", &["&&"]),
        (r"\p{L}", &[r"`\p`"]),
        (r"\A\d\Z", &["^", "$"]),
        (r"\u{1F600}", &["four digits"]),
        (r"\uD83D", &["half a character"]),
        ("[:alpha:]", &["one of the characters"]),
        ("/^a$/i", &["slashes"]),
        (r"\d{,3}", &["{0,3}"]),
        ("/a", &[]),
        (r"^[A-Z]{2}\.\d+$", &[]),
    ] {
        let pattern = pattern(source);
        assert_eq!(pattern.remarks().len(), parts.len(), "{source}: {:?}", pattern.remarks());
        for (remark, part) in pattern.remarks().iter().zip(parts) {
            assert!(remark.contains(part), "{source}: {remark}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_translator(source in "[a-c\\\\\\[\\](){}^$.|*+?0-9,:<>!=&uxkcpdwsDWS -]{0,24}") {
        let _ = source.parse::<Pattern>();
    }

    #[test]
    fn what_is_escaped_stands_for_itself(text in "\\PC{0,12}") {
        let source: String = text.chars().map(|letter| match letter {
            letter if "\\^$.*+?()[]{}|/".contains(letter) => format!("\\{letter}"),
            letter => letter.to_string(),
        }).collect();
        let anchored = format!("^{source}$");
        proptest::prop_assert!(matches(&anchored, &text));
    }
}
