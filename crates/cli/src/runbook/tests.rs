//! The pages as they are shown.

use atalaya_runbook::Placeholder;
use clap::Parser as _;

use super::*;
use crate::alarms::explain::tests::deployed;

fn shown(alarm: &str, now: Now) -> (String, Value) {
    let named = named(alarm, "atalaya").expect("a page");
    let runbook = read(&named).expect("it is read");
    let shown = Shown::fill(&named, &runbook, now);
    (anstream::adapter::strip_str(&page::tell(&shown)).to_string(), shown.json())
}

#[test]
fn values_stand_in_the_commands() {
    let values = found::values(&[(Placeholder::FileId, "3f9a0b12"), (Placeholder::Dataset, "orders")]);
    let now = Now { alarms: vec![deployed("atalaya-RejectRate-orders")], values, notes: vec!["a note.".to_owned()] };
    let (text, json) = shown("atalaya-RejectRate-orders", now);
    for part in [
        "RejectRate-orders: a feed's rows or files break their contract\nticket",
        "✗ atalaya-RejectRate-orders ALARM, since ",
        "a note.\n\nMeaning\n  More than one in ten rows of `orders`",
        "\n    atalaya rejects 3f9a0b12\n",
        "only when the cause is: few",
    ] {
        assert!(text.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(!text.contains('{'), "{text}");
    assert_eq!(json["values"], json!({ "file_id": "3f9a0b12", "dataset": "orders" }));
    assert_eq!((json["open"].to_string(), &json["instance"]), ("[]".to_owned(), &json!("orders")));
    let commands: Vec<_> = json["sections"][2]["parts"].as_array().expect("parts").iter().collect();
    assert!(commands.iter().any(|part| part["command"]["text"] == "atalaya rejects 3f9a0b12"), "{json:#}");
}

/// The words of a line of a shell, as far as the pages use it: up to a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted) = (Vec::new(), String::new(), false);
    for char in line.chars().chain([' ']) {
        match char {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted && !word.is_empty() => words.push(std::mem::take(&mut word)),
            ' ' if !is_quoted => {}
            char => word.push(char),
        }
    }
    let end = words.iter().position(|word| matches!(word.as_str(), "|" | ">")).unwrap_or(words.len());
    words.truncate(end);
    words
}

#[test]
fn every_command_of_the_pages_is_one_of_this_program() {
    let mut count = 0;
    for (name, _) in atalaya_runbook::all() {
        let runbook = read(&named(name, "atalaya").expect("a page")).expect("it is read");
        for part in runbook.sections.iter().flat_map(|section| &section.parts) {
            let Part::Command(command) = part else { continue };
            let text = command.text.replace("{file_id}", "3f9a").replace("{dataset}", "orders");
            for line in text.lines().filter(|line| line.starts_with("atalaya ")) {
                let parsed = crate::args::Cli::try_parse_from(words(line));
                assert!(
                    parsed.is_ok(),
                    "{name}: {line}\n{}",
                    parsed.map_or_else(|error| error.to_string(), |_| String::new())
                );
                count += 1;
            }
        }
    }
    assert!(count > 90, "only {count} were found");
}

#[test]
fn what_is_not_known_stays_open_and_is_said() {
    let (text, json) = shown("FilesFailed", Now::default());
    assert!(text.contains("! not filled in, for you to replace: {file_id}"), "{text}");
    assert!(text.contains("{file_id}\n"), "{text}");
    assert!(json["open"].as_array().is_some_and(|open| open.contains(&json!("file_id"))), "{json:#}");
}

#[test]
fn every_page_fits_a_terminal_but_for_what_is_copied() {
    for (name, _) in atalaya_runbook::all() {
        let (text, _) = shown(name, Now::default());
        for line in text.lines().filter(|line| !line.starts_with("    ") && !line.starts_with("  |")) {
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
        assert!(!text.contains("```") && !text.contains("]("), "{text}");
    }
}

#[test]
fn a_name_that_is_near_is_suggested() {
    let refused = named("FilesFaild", "atalaya").expect_err("no such page");
    let Failure::Told(told) = refused else { panic!("it is told") };
    assert!(told.advice().is_some_and(|hint| hint.contains("did you mean `FilesFailed`?")), "{told:?}");
}
