use super::*;

fn files() -> Logs {
    logs([
        (1000, r#"{"level":"INFO","file_id":"a","rows":10,"took":1.5}"#),
        (2000, r#"{"level":"ERROR","file_id":"b","rows":9,"error":"no bucket"}"#),
        (3000, r#"{"level":"INFO","file_id":"c","rows":100,"took":0.25}"#),
        (4000, r#"{"level":"ERROR","file_id":"d","error":"no key"}"#),
        (5000, "no JSON at all"),
    ])
}

#[test]
fn without_commands_about_fields_the_line_is_shown() {
    let logs = files();
    check(
        &logs,
        "limit 2",
        &[
            "@timestamp=2024-07-05 15:00:05.000 @message=no JSON at all",
            r#"@timestamp=2024-07-05 15:00:04.000 @message={"level":"ERROR","file_id":"d","error":"no key"}"#,
        ],
    );
    let all = answer(&logs, "filter ispresent(level)");
    assert_eq!(all.columns, ["@timestamp", "@message"]);
    assert_eq!(all.statistics.records_matched, 4);
    assert_eq!(all.statistics.records_scanned, 5);
    assert_eq!(
        all.statistics.bytes_scanned,
        logs.events(GROUP, crate::logs::Milliseconds { start: 0, end: i64::MAX })
            .map(|it| it.message.len() as u64)
            .sum::<u64>()
    );
    assert_eq!(all.pointers, ["3", "2", "1", "0"].map(|number| format!("{GROUP}:{number}")));
    assert_eq!(all.time_series, None);
}

#[test]
fn fields_are_shown_in_their_order() {
    let logs = files();
    check(&logs, "fields file_id, rows | filter rows >= 10", &["file_id=c rows=100", "file_id=a rows=10"]);
    check(
        &logs,
        "fields file_id | fields rows * 2 as double, error | filter rows < 10",
        &["file_id=b double=18 error=no bucket"],
    );
    check(&logs, "fields file_id, level | display file_id | limit 1", &[""]);
    check(&logs, "fields file_id | display level | display rows | filter rows = 9", &["rows=9"]);
    check(
        &logs,
        "fields rows + 1, `rows`, strlen( file_id ) | filter file_id = 'a'",
        &["rows + 1=11 rows=10 strlen( file_id )=1"],
    );
    check(&logs, "fields file_id as file, toupper(file) as upper | filter upper = 'B'", &["file=b upper=B"]);
    check(&logs, "fields rows as file_id, file_id | filter file_id = 9", &["file_id=9"]);
    check(
        &logs,
        "FIELDS file_id # the file\n| FILTER level = 'ERROR' # those that failed\n# and no others",
        &["file_id=d", "file_id=b"],
    );
}

#[test]
fn filters_hold_or_not() {
    let logs = files();
    for (condition, files) in [
        ("level = 'ERROR'", "d b"),
        ("level = \"ERROR\" and rows = 9", "b"),
        ("rows > 9", "c a"),
        ("rows != 9", "c a"),
        ("not rows = 9", "- d c a"),
        ("not (rows = 9)", "- d c a"),
        ("!ispresent(rows)", "- d"),
        ("not ispresent(rows) or rows != 9", "- d c a"),
        ("rows in [9, 100]", "c b"),
        ("rows not in [9, 100]", "a"),
        ("file_id in ['a', \"d\"]", "d a"),
        ("error like 'no'", "d b"),
        ("error like 'No'", ""),
        ("error like /(?i)NO (key|x)/", "d"),
        ("error =~ /^no b/", "b"),
        ("error not like /key/", "b"),
        ("not error like /key/", "- c b a"),
        ("@message like /JSON/ or level = 'ERROR' and rows = 9", "- b"),
        ("(@message like /JSON/ or level = 'ERROR') and rows = 9", "b"),
        ("strcontains(error, 'bucket')", "b"),
        ("strcontains(error, 'bucket') = 0", "- d c a"),
        ("took * 2 = 3", "a"),
        ("rows % 2 = 1", "b"),
        ("rows / 0 > 1", ""),
        ("2 ^ 3 ^ 0 = 2 and file_id = 'a'", "a"),
        ("-rows = -9", "b"),
        ("rows - 1 = 8", "b"),
        ("level", ""),
        ("1", "- d c b a"),
        ("true", "- d c b a"),
        ("toMillis(@timestamp) >= (now() - 3597) * 1000", "- d c"),
        ("@timestamp < 1720191602000", "a"),
        ("@log = '000000000000:/aws/lambda/atalaya-process' and @logStream = 'stream' and file_id = 'a'", "a"),
        ("file_id = level", ""),
    ] {
        for command in ["filter", "where"] {
            let query = format!("{command} {condition} | fields coalesce(file_id, '-') as f");
            let found: Vec<_> = answer(&logs, &query).rows.into_iter().flatten().flatten().collect();
            assert_eq!(found.join(" "), files, "{condition}");
        }
    }
}

#[test]
fn truth_in_events_is_found_by_every_spelling() {
    let logs =
        logs([(0, r#"{"done":true,"id":1}"#), (1, r#"{"done":false,"id":2}"#), (2, r#"{"done":"true","id":3}"#)]);
    for (condition, ids) in [
        ("done = 1", "1"),
        ("done = true", "3 1"),
        ("done = 'true'", "3 1"),
        ("done = false", "2"),
        ("done", "1"),
        ("done != true", "2"),
    ] {
        let found: Vec<_> =
            answer(&logs, &format!("filter {condition} | fields id")).rows.into_iter().flatten().flatten().collect();
        assert_eq!(found.join(" "), ids, "{condition}");
    }
    check(&logs, "fields done | filter id < 3", &["done=0", "done=1"]);
}

#[test]
fn lines_are_parsed() {
    let logs = logs([(0, "user=ann, took 12 ms"), (1, "user=bob, took 7 ms"), (2, "nothing")]);
    check(
        &logs,
        r#"parse @message "user=*, took * ms" as user, took | fields user, took | sort took"#,
        &["user=bob took=7", "user=ann took=12", ""],
    );
    check(
        &logs,
        r"parse /user=(?<user>\w+).* (?<took>\d+) ms/ | filter took > 7 | display user, took * 2",
        &["user=ann took * 2=24"],
    );
    check(
        &logs,
        "parse 'took *' as rest | parse rest '* ms' as took | stats sum(took), count(rest), count(*)",
        &["sum(took)=19 count(rest)=2 count(*)=3"],
    );
    check(&logs, "parse concat('<', @message, '>') '<*=' as first | display first | limit 2", &["", "first=user"]);
    check(&logs, r"parse @message /a\/b|(?<c>n+)/ | display c | filter ispresent(c)", &["c=n", "c=nn"]);
}

#[test]
fn rows_are_sorted_cut_and_made_unique() {
    let logs = files();
    let file = |query: &str| {
        answer(&logs, query)
            .rows
            .iter()
            .map(|row| row[0].clone().unwrap_or("-".to_owned()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(file("fields file_id"), "- d c b a", "newest first");
    assert_eq!(file("fields file_id | sort @timestamp asc"), "a b c d -");
    assert_eq!(file("fields file_id | sort rows"), "b a c - d", "missing last, and as they stood");
    assert_eq!(file("fields file_id | sort by rows DESC | limit 2"), "c a");
    assert_eq!(file("fields file_id | sort level desc, rows asc"), "a c b d -");
    assert_eq!(file("fields file_id | sort strlen(error) desc, file_id | limit 1"), "b");
    assert_eq!(
        file("fields file_id, rows * 2 | sort rows*2 desc | limit 1"),
        "c",
        "an expression that is a column already"
    );
    assert_eq!(file("fields file_id, level | dedup level"), "- d c", "missing keys are all kept");
    assert_eq!(file("fields file_id, level | sort @timestamp asc | dedup level | limit 1"), "a");
    assert_eq!(file("fields file_id | dedup level, rows"), "- d c b a");
    assert_eq!(file("fields file_id | limit 3 | sort file_id"), "c d -");
    assert_eq!(file("limit 2 | filter level = 'ERROR' | fields file_id"), "d");
}

#[test]
fn structures_are_taken_apart() {
    let logs = logs([
        (0, r#"x {"events":[{"name":"exception","n":1},{"name":"action","n":2}],"user.id":"u1","tags":["p","q"]}"#),
        (1, r#"y {"events":"none","code":200}"#),
    ]);
    let parsed = "parse @message '* {*' as word, rest | fields jsonParse(concat('{', rest)) as j";
    check(
        &logs,
        &format!("{parsed} | display word, j.code, j.events[1].name, j.`user.id`, j.tags.0, j.nothing.at.all"),
        &["word=y j.code=200", "word=x j.events.1.name=action j.user.id=u1"],
    );
    check(
        &logs,
        &format!("{parsed} | unnest j.events into event | display event.name, event, word"),
        &[
            "event=none word=y",
            r#"event.name=exception event={"n":1,"name":"exception"} word=x"#,
            r#"event.name=action event={"n":2,"name":"action"} word=x"#,
        ],
    );
    check(
        &logs,
        &format!("{parsed} | unnest j.events into event | stats sum(event.n) as n, count(*) by word | sort word"),
        &["word=x n=3 count(*)=2", "word=y count(*)=1"],
    );
    check(
        &logs,
        &format!(
            "{parsed} | display jsonStringify(j.tags) as t, strlen(j.tags), j.tags[1], jsonParse('[7,8]')[1] as eight | limit 2"
        ),
        &["eight=8", r#"t=["p","q"] j.tags.1=q eight=8"#],
    );
    check(
        &logs,
        &format!("{parsed} | fields jsonParse('7') as none, jsonParse('{{') as wrong | display none, wrong | limit 1"),
        &[""],
    );
    let unnested = answer(&logs, &format!("{parsed} | unnest j.tags into tag | filter tag = 'q'"));
    assert_eq!((unnested.rows.len(), unnested.statistics.records_matched), (1, 1));
}

#[test]
fn several_groups_are_one_stream() {
    let mut logs = logs([(1000, "one"), (3000, "three")]);
    let event = |after: i64, message: &str| LogEvent {
        at: START * 1000 + after,
        ingested: 0,
        stream: "s".to_owned(),
        message: message.to_owned(),
    };
    logs.put("/other", event(2000, "two"));
    logs.put("/third", event(2000, "more"));
    let query =
        Query::parse("SOURCE '/other' | SOURCE '/none' | source \"/other\" | fields @message, @log").expect("right");
    assert_eq!(query.groups(), ["/other", "/none"]);
    let range = TimeRange { start: START, end: START + 3 };
    let found = query.run(&logs, &[GROUP, "/other"], range, NOW).expect("groups are named");
    assert_eq!(
        rows(&found),
        ["@message=two @log=000000000000:/other", "@message=one @log=000000000000:/aws/lambda/atalaya-process"]
    );
    assert_eq!(found.pointers, ["/other:0".to_owned(), format!("{GROUP}:0")]);
    assert_eq!(rows(&query.run(&logs, &[], range, NOW).expect("its own")).len(), 1);
    let none = Query::parse("limit 1").expect("right").run(&logs, &[], range, NOW).expect_err("no group");
    assert!(none.message.contains("SOURCE"), "{none}");
    let many: Vec<_> = (0..51).map(|index| format!("/g{index}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let fault = query.run(&logs, &many, range, NOW).expect_err("too many");
    assert!(fault.to_string().starts_with("53 log groups are more than the 50"), "{fault}");
}

#[test]
fn ten_thousand_rows_are_the_most_without_a_limit() {
    let logs = logs((0..12_000).map(|index| (index, index.to_string())));
    assert_eq!(answer(&logs, "fields @message").rows.len(), 10_000);
    assert_eq!(answer(&logs, "fields @message").statistics.records_matched, 12_000);
    assert_eq!(answer(&logs, "fields @message | sort @message desc").rows.len(), 10_000);
    assert_eq!(answer(&logs, "stats count(*) by @message").rows.len(), 10_000);
    assert_eq!(answer(&logs, "fields @message | limit 11000").rows.len(), 11_000);
}
