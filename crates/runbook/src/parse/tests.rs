use atalaya_contract::FileState;

use super::*;
use crate::SubjectDataset;

/// A page without faults.
const GOOD: &str = "---
alarm: FilesFailed
severity: page
owner: on-call
drill: files-failed
---

# FilesFailed: files could not be processed

## Meaning

The file `{file_id}` failed.

## Impact

Readers wait.

## Diagnosis

Which files:

```sh
atalaya files --status failed
# not a heading
## nor this
```

Each has an error.

```logs-insights atalaya-process atalaya-{function}
fields @message
| filter file_id = \"{file_id}\"
```

The function's own words.

## Mitigation

```sh when=bad-release
atalaya doctor --fix --yes
```

The variables are back.

### Always

```sh
atalaya redrive --failed --yes
```

```text
1 file
```

## Verify

It is over.

## Escalate

Nobody.
";

fn faults(text: &str) -> Vec<(usize, String)> {
    let error = Runbook::parse("FilesFailed", text).expect_err("it has faults");
    error.faults.into_iter().map(|fault| (fault.line, fault.message)).collect()
}

/// The faults of the good page after `from` has become `to`.
fn after(from: &str, to: &str) -> Vec<(usize, String)> {
    assert!(GOOD.contains(from), "{from}");
    faults(&GOOD.replacen(from, to, 1))
}

#[test]
fn a_good_page_is_read_into_its_parts() {
    let page = Runbook::parse("FilesFailed", GOOD).expect("no faults");
    assert_eq!((page.alarm.as_str(), page.severity, page.owner.as_str()), ("FilesFailed", Severity::Page, "on-call"));
    assert_eq!((page.drill.as_str(), page.title.as_str()), ("files-failed", "files could not be processed"));
    assert_eq!(page.sections.iter().map(|section| section.name).collect::<Vec<_>>(), SectionName::ALL);
    let [Part::Text(intro), Part::Command(files), Part::Text(seen), Part::Query(query), Part::Text(_)] =
        &page.section(SectionName::Diagnosis).expect("a section").parts[..]
    else {
        panic!("{page:?}")
    };
    assert_eq!((intro.as_str(), seen.as_str()), ("Which files:", "Each has an error."));
    assert_eq!(files.text, "atalaya files --status failed\n# not a heading\n## nor this");
    assert_eq!((files.line, files.when.as_deref()), (22, None));
    assert_eq!(query.groups, ["atalaya-process", "atalaya-{function}"]);
    let mitigation = &page.section(SectionName::Mitigation).expect("a section").parts;
    let Part::Command(fix) = &mitigation[0] else { panic!("{mitigation:?}") };
    assert_eq!(fix.when.as_deref(), Some("bad-release"));
    let Some(Part::Text(example)) = mitigation.last() else { panic!("{mitigation:?}") };
    assert_eq!(example, "```text\n1 file\n```");
    assert_eq!(page.placeholders().into_iter().collect::<Vec<_>>(), [Placeholder::FileId, Placeholder::Function]);
}

#[test]
fn front_matter_is_whole_and_holds_nothing_else() {
    for (from, to, line, says) in [
        ("owner: on-call\n", "", 1, "does not say `owner`"),
        ("owner: on-call", "owner:", 4, "`owner` is empty"),
        ("owner: on-call", "owner: a\nowner: b", 5, "twice"),
        ("owner: on-call", "owner: a\nseverty: b", 5, "`severty` is not known here; there are alarm, severity"),
        ("severity: page", "severity: none", 3, "`none` is not known; there are page and ticket"),
        ("severity: page", "severity: urgent", 3, "`urgent` is not known"),
        ("owner: on-call", "owner: a\nfiles: lost", 5, "`lost`: no such state; it is one of received"),
        ("owner: on-call", "owner: a\nfiles: failed, failed", 5, "`failed` stands here twice"),
        ("owner: on-call", "owner: a\nqueue:", 5, "`queue` is empty"),
        ("owner: on-call", "owner: a\ninstance: queue", 5, "by dataset or function, not by `queue`"),
        ("alarm: FilesFailed", "alarm: FilesLost", 2, "FilesFailed, not FilesLost"),
    ] {
        let found = after(from, to);
        assert!(matches!(&found[..], [(at, message)] if *at == line && message.contains(says)), "{to}: {found:?}");
    }
    assert!(faults("# FilesFailed: x\n")[0].1.contains("must begin with front matter"));
    assert!(faults("")[0].1.contains("must begin with front matter"));
}

#[test]
fn front_matter_says_what_the_alarm_speaks_of() {
    let subject = |more: &str| {
        let text = GOOD.replacen("owner: on-call\n", &format!("owner: on-call\n{more}"), 1);
        Runbook::parse("FilesFailed", &text).expect("a page without faults").subject
    };
    assert_eq!(subject(""), Subject { files: vec![FileState::Failed], queue: None, dataset: None, instance: None });
    let found = subject("files: processing, received\nqueue: intake\ndataset: canary\ninstance: function\n");
    assert_eq!(
        found,
        Subject {
            files: vec![FileState::Processing, FileState::Received],
            queue: Some("intake".to_owned()),
            dataset: Some(SubjectDataset::Named("canary".to_owned())),
            instance: Some(Placeholder::Function),
        }
    );
    assert_eq!(subject("dataset: paused\n").dataset, Some(SubjectDataset::Paused));
}

#[test]
fn sections_are_all_there_in_their_order() {
    for (from, to, line, says) in [
        ("## Impact\n\nReaders wait.\n\n", "", 57, "`Impact` is missing"),
        ("## Impact", "## Impacts", 14, "`Impacts` is no section"),
        ("## Impact", "## Meaning", 14, "`Meaning` stands here twice"),
        ("## Meaning\n\nThe file `{file_id}` failed.\n\n", "", 57, "`Meaning` is missing"),
        ("Readers wait.\n", "", 14, "`Impact` says nothing"),
        ("# FilesFailed: files", "# FilesLost: files", 8, "the title must be"),
        ("## Meaning", "Once.\n\n## Meaning", 10, "nothing but the title"),
        ("Readers wait.", "# Readers wait", 16, "one title"),
    ] {
        let found = after(from, to);
        let told = found.iter().any(|(at, message)| *at == line && message.contains(says));
        assert!(told, "{to}: {line} {says} {found:?}");
    }
    let swapped =
        GOOD.replace("## Meaning", "## M").replace("## Impact", "## Meaning").replace("## M\n", "## Impact\n");
    let found = faults(&swapped);
    assert!(matches!(&found[..], [(14, message)] if message.contains("`Meaning` stands too late")), "{found:?}");
}

#[test]
fn blocks_say_what_they_are_and_what_one_sees() {
    for (from, to, line, says) in [
        ("```sh\natalaya files", "```\natalaya files", 22, "does not say what it is"),
        ("```sh\natalaya files", "```python\natalaya files", 22, "`python` is not known"),
        ("```sh\natalaya files", "```sh now\natalaya files", 22, "`now` behind ```sh"),
        ("when=bad-release", "when=", 39, "must name a cause"),
        ("when=bad-release", "when=a when=b", 39, "twice"),
        ("atalaya doctor --fix --yes", "  ", 39, "this block is empty"),
        (" atalaya-process atalaya-{function}", "", 30, "name the log groups"),
        ("The variables are back.\n", "", 39, "what one should see"),
        ("The variables are back.", "And then this:", 39, "what one should see"),
        ("```text\n1 file\n```\n", "", 47, "what one should see"),
        ("```text\n1 file\n```\n", "```text\n1 file\n", 51, "no end"),
    ] {
        let found = after(from, to);
        let told = found.iter().any(|(at, message)| *at == line && message.contains(says));
        assert!(told, "{to}: {line} {says} {found:?}");
    }
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let text = GOOD.replace("{file_id}", "{file}").replace("owner: on-call\n", "").replace("## Verify", "## Check");
    let error = Runbook::parse("FilesFailed", &text).expect_err("faults");
    let lines: Vec<_> = error.faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, 11, 31, 54, 60], "{error}");
    assert!(error.to_string().starts_with("runbooks/FilesFailed.md:1: the front matter does not say `owner`\n"));
    assert!(error.to_string().contains(":11: {file} is no placeholder; there are {file_id}, {dataset}, "), "{error}");
}
