//! What holds of every text.

use std::process::Command;

use proptest::prelude::*;

use super::{characters::is_unseen, *};

/// Texts with everything that does harm in them, and with what looks like an escape.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\x00-\\x1f\\x7f-\\x9f]".prop_map(String::from),
        "[\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{61c}\u{feff}]".prop_map(String::from),
        r#"[\\nrtu{}"`'$ a-c0-9:./]{1,4}"#.prop_map(String::from),
        Just("\u{1b}[31m".to_owned()),
        Just("https://evil.example".to_owned()),
        Just("\\u{".to_owned()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Reads the notation back.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let escapes = [("\\\\", '\\'), ("\\n", '\n'), ("\\r", '\r'), ("\\t", '\t')];
        if let Some((escape, meaning)) = escapes.iter().find(|(escape, _)| rest.starts_with(escape)) {
            out.push(*meaning);
            rest = &rest[escape.len()..];
        } else if let Some((code, after)) = rest.strip_prefix("\\u{").and_then(|rest| rest.split_once('}')) {
            out.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
            rest = after;
        } else {
            out.push(char);
            rest = &rest[char.len_utf8()..];
        }
    }
    out
}

fn each_form(given: &str) -> [Inert<'_>; 6] {
    [text(given), name(given), quoted(given), code(given), text(given).unlinked(), name(given).unlinked().unmarked()]
}

proptest! {
    #[test]
    fn no_text_does_anything(given in hostile()) {
        for inert in each_form(&given).into_iter().chain([sentence(&given)]) {
            prop_assert!(!inert.to_string().contains(is_unseen), "{inert}");
        }
        prop_assert!(!quoted_lines(&given, 5, text).contains(|char: char| char != '\n' && is_unseen(char)));
        prop_assert!(quoted_lines(&given, 5, text).lines().all(|line| line.starts_with("> ") || line.starts_with("… and ")));
    }

    #[test]
    fn different_texts_stay_different(given in hostile()) {
        for inert in each_form(&given).map(|inert| inert.at_most(100_000)) {
            let shown = inert.to_string();
            let quoted = shown.strip_prefix(['"', '`']).and_then(|shown| shown.strip_suffix(['"', '`']));
            let inner = if inert.form == Form::Text { &shown } else { quoted.unwrap_or(&shown) };
            prop_assert_eq!(unescaped(inner), given.as_str(), "{}", shown);
        }
    }

    #[test]
    fn every_text_is_bounded_and_says_how_long_it_was(given in hostile(), limit in 0_usize..40) {
        for inert in each_form(&given).map(|inert| inert.at_most(limit)) {
            let shown = inert.to_string();
            match shown.rsplit_once("… (") {
                Some((kept, length)) => {
                    prop_assert!(kept.chars().count() <= limit + 2, "{}", shown);
                    let expected = format!("{})", counted(given.chars().count() as u64, "character"));
                    prop_assert_eq!(length, expected);
                }
                None => prop_assert!(shown.chars().count() <= limit + 2, "{}", shown),
            }
        }
    }

    #[test]
    fn plain_texts_are_as_they_were(given in "[a-vx-zA-VX-Z0-9áñжم漢 ,;/.()\"'_%+-]{0,60}") {
        prop_assert_eq!(text(&given).to_string(), given.as_str());
        prop_assert_eq!(text(&given).unlinked().to_string(), given.as_str());
        prop_assert_eq!(screen(&given), given.as_str());
    }

    #[test]
    fn a_terminal_gets_lines_and_colours_and_nothing_else(given in hostile()) {
        let shown = screen(&given);
        let harmless = shown.replace("\u{1b}[31m", "");
        prop_assert!(!harmless.contains(|char: char| char != '\n' && is_unseen(char)), "{:?}", shown);
        // What is inert already is not escaped twice.
        let inert = text(&given).to_string();
        prop_assert_eq!(screen(&inert), inert.as_str());
    }

    #[test]
    fn a_document_keeps_its_data(given in hostile()) {
        let document = serde_json::to_string_pretty(&serde_json::json!({ &given: [&given] })).expect("JSON");
        let inert = json(&document);
        prop_assert!(!inert.contains(|char: char| char != '\n' && is_unseen(char)), "{}", inert);
        let (read, expected): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&inert).expect("JSON"), serde_json::from_str(&document).expect("JSON"));
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn escapes_are_those_of_the_notation() {
    for (given, shown) in [
        ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
        ("\u{1b}[2J\0\u{9b}", r"\u{1b}[2J\u{0}\u{9b}"),
        ("exe.\u{202e}vsc.csv", r"exe.\u{202e}vsc.csv"),
        (
            "a\u{200b}b\u{feff}\u{2028}\u{e000}\u{fffe}\u{10ffff}",
            r"a\u{200b}b\u{feff}\u{2028}\u{e000}\u{fffe}\u{10ffff}",
        ),
        (r"\d+\.\d \s", r"\d+\.\d \s"),
        (r"a\nb", r"a\\nb"),
        (r"\\\d\u{41}\u", r"\\\\\d\\u{41}\u"),
    ] {
        assert_eq!(text(given).to_string(), shown, "{given:?}");
    }
    assert_eq!(sentence("write \\t, not \t").to_string(), r"write \t, not \t");
    assert_eq!(format!("{:<5}|{:>4}|", text("a\n"), text("b")), "a\\n  |   b|");
}

#[test]
fn a_name_is_quoted_where_it_could_pass_for_other_words() {
    for (given, shown) in [
        ("orders/2026-03_a+b%20c.csv", "orders/2026-03_a+b%20c.csv"),
        ("órdenes/ñ.csv", "órdenes/ñ.csv"),
        ("a b.csv", "\"a b.csv\""),
        ("a\"b", r#""a\u{22}b""#),
        ("a\u{a0}b", "\"a\u{a0}b\""),
        ("x\n", r#""x\n""#),
        ("x y\\", r#""x y\\""#),
        ("", "\"\""),
    ] {
        assert_eq!(name(given).to_string(), shown, "{given:?}");
    }
    assert_eq!(code("a `b`").to_string(), r"`a \u{60}b\u{60}`");
    assert_eq!(name("a bcdefgh").at_most(4).to_string(), "\"a bc\"… (9 characters)");
}

#[test]
fn nothing_becomes_a_link_or_markup() {
    let link = "log in at https://evil.example/x, WWW.evil.example or s3://inbox/a.csv";
    let shown = r"log in at https\u{3a}//evil\u{2e}example/x, WWW\u{2e}evil\u{2e}example or s3://inbox/a.csv";
    assert_eq!(text(link).unlinked().to_string(), shown);
    assert_eq!(text(link).to_string(), link);
    assert_eq!(text("<!here> *x* [y](z)").unmarked().to_string(), r"\u{3c}!here\u{3e} \u{2a}x\u{2a} \u{5b}y\u{5d}(z)");
    assert_eq!(
        quoted_lines("a\nhttp://b\rc\nd", 2, |line| text(line).unlinked()),
        "> a\n> http\\u{3a}//b\\rc\n… and 1 more line"
    );
}

#[test]
fn colours_that_hide_words_do_not_reach_a_terminal() {
    let kept = "\u{1b}[1m\u{1b}[32mok\u{1b}[0m \u{1b}[38;5;9mno\u{1b}[39m\n";
    assert_eq!(screen(kept), kept);
    for (given, shown) in [
        ("\u{1b}[8mx", r"\u{1b}[8mx"),
        ("\u{1b}[38;5;0mx", r"\u{1b}[38;5;0mx"),
        ("\u{1b}[30;40mx", r"\u{1b}[30;40mx"),
        ("\u{1b}[2J\u{1b}]0;title\u{7}", r"\u{1b}[2J\u{1b}]0;title\u{7}"),
        ("\u{1b}[31", r"\u{1b}[31"),
        ("a\rb\u{202e}", r"a\rb\u{202e}"),
    ] {
        assert_eq!(screen(given), shown);
    }
}

/// The shell itself reads the words back.
#[test]
fn a_shell_takes_each_word_for_what_it_is() {
    let given = [
        "orders/a.csv",
        "",
        "a'; rm -rf ~ #",
        "$(id)",
        "`id`",
        "~",
        "-rf",
        "a\nb\r\tc",
        "*",
        "!!",
        "\\",
        "\\'",
        "\u{1b}7",
        "exe.\u{202e}vsc",
        "\u{10ffff}1",
        "a\u{200b}'\\n$(id)\n",
        "año \"x\" ${HOME}",
        "a&b|c;d>e<f(g)",
        "#x",
        "{a,b}",
        "=ls",
    ];
    let words: Vec<_> = given.iter().map(|given| shell_word(given).expect("no NUL is in it")).collect();
    assert!(!words.concat().contains(is_unseen), "{words:?}");
    assert_eq!((words[0].as_str(), words[3].as_str()), ("orders/a.csv", "'$(id)'"));
    let script = format!("printf '%s\\0' {}", words.join(" "));
    let output = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
    let read = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(read.split_terminator('\0').collect::<Vec<_>>(), given, "{script}");
    assert_eq!(shell_word("a\0b"), None);
    for (given, plain) in
        [("my-orders.v2_x", true), ("", false), ("a b", false), ("$(x)", false), ("-rf", false), ("ñ", false)]
    {
        assert_eq!(is_shell_plain(given), plain, "{given}");
    }
}

#[test]
fn an_attribute_is_never_empty_and_never_long() {
    assert_eq!(
        (attribute("orders").as_str(), attribute("").as_str(), attribute("a\u{1}").as_str()),
        ("orders", "-", r"a\u{1}")
    );
    assert!(attribute(&"x".repeat(9999)).len() < 300);
}
