use super::*;
use atalaya_cloudwatch::query_error::Fault;

#[track_caller]
fn fault(query: &str) -> InsightsError {
    match Query::parse(query) {
        Ok(_) => panic!("this is no fault: {query}"),
        Err(error) => error,
    }
}

#[test]
fn faults_have_a_place_and_a_sentence() {
    use Fault::{Arguments, Limit, Syntax, Type, Unknown, Unsupported};
    let mut wrong = Vec::new();
    for (query, kind, place, words) in [
        ("", Syntax, "1:1", "the query is empty; commands are fields"),
        (" # nothing but this", Syntax, "1:1", "the query is empty"),
        ("field n", Unknown, "1:1", "there is no command `field`; there are fields, display"),
        ("fields a |", Syntax, "1:11", "a command is needed here"),
        ("fields a | | limit 1", Syntax, "1:12", "a command is needed here"),
        ("| fields a", Syntax, "1:1", "a command is needed here"),
        ("fields a\n  | 'x'", Syntax, "2:5", "a command is needed here"),
        ("fields", Syntax, "1:7", "the query ends where a value is needed"),
        ("fields a,", Syntax, "1:10", "the query ends where a value is needed"),
        ("fields | limit 1", Syntax, "1:8", "a value is needed before this `|`"),
        ("fields a b", Syntax, "1:10", "is missing before this"),
        ("fields a)", Syntax, "1:9", "never opened"),
        ("fields (a", Syntax, "1:10", "a `)` is missing"),
        ("fields a as", Syntax, "1:12", "a name is needed after `as`"),
        ("fields a as 5m", Syntax, "1:13", "stands in backticks"),
        ("fields as", Syntax, "1:8", "a value is needed before `as`"),
        ("fields 5xx", Syntax, "1:8", "`5xx` is no number"),
        ("fields 5m", Syntax, "1:8", "a period of time stands only in bin"),
        ("fields 1.2.3", Syntax, "1:11", "is missing before this"),
        ("fields 1.5q", Syntax, "1:8", "neither a number nor a name"),
        ("fields 99999999999999999999", Syntax, "1:8", "out of range"),
        ("fields 1e999", Syntax, "1:8", "out of range"),
        ("fields é", Syntax, "1:8", "a name with it stands in backticks"),
        ("fields `a", Syntax, "1:8", "no closing backtick"),
        ("fields ``", Syntax, "1:8", "no name between"),
        ("fields 'a", Syntax, "1:8", "no closing '"),
        ("fields /a/", Syntax, "1:8", "a regular expression stands only after"),
        ("fields [1]", Syntax, "1:8", "a list stands only after `in`"),
        ("fields a.", Syntax, "1:10", "the name of a member is needed"),
        ("fields a[b]", Syntax, "1:10", "the number of an element"),
        ("fields a[1", Syntax, "1:11", "a `]` is missing"),
        ("fields *", Syntax, "1:8", "a value is needed here"),
        ("fields a; limit 1", Syntax, "1:9", "separated by `|`"),
        ("filter a == 1", Syntax, "1:10", "a single `=`"),
        ("filter a && b", Syntax, "1:10", "joined with `and`"),
        ("filter a = ", Syntax, "1:12", "the query ends"),
        ("filter a like b", Syntax, "1:15", "a text in quotes or a regular expression in slashes"),
        ("filter a like /b", Syntax, "1:15", "no closing /"),
        ("filter a like /(/", Syntax, "1:15", "the regular expression is wrong: unclosed group"),
        ("filter a like /(?=b)/", Syntax, "1:15", "look-around"),
        ("filter a =~ 5", Syntax, "1:13", "a text in quotes or a regular expression in slashes"),
        ("filter a in (1)", Syntax, "1:13", "a list in `[ ]`"),
        ("filter a not b", Syntax, "1:14", "`like` or `in` is needed after `not`"),
        ("filter {a}", Syntax, "1:8", "lists stand in `[ ]`"),
        ("filter and a", Syntax, "1:8", "a value is needed before `and`"),
        ("filter f(a)", Unknown, "1:8", "there is no function `f`; there are abs"),
        ("filter abs()", Arguments, "1:8", "abs takes 1 of arguments, and 0 stand here"),
        ("filter substr(a)", Arguments, "1:8", "takes 2 to 3"),
        ("filter concat()", Arguments, "1:8", "takes at least 1"),
        ("filter now(1)", Arguments, "1:8", "now takes no argument"),
        ("filter abs(*)", Type, "1:12", "`*` stands only in count(*)"),
        ("filter bin() > 1", Arguments, "1:8", "bin takes a period"),
        ("filter bin(5) > 1", Arguments, "1:12", "a period is needed here"),
        ("filter datefloor(@timestamp) > 1", Arguments, "1:8", "datefloor(@timestamp, 1h)"),
        ("filter datefloor(@timestamp, 5x) > 1", Syntax, "1:30", "`5x` is no number"),
        ("filter abs(5m)", Type, "1:12", "a period of time stands only in"),
        ("filter count(*) > 1", Type, "1:8", "count stands only in `stats`"),
        ("filter parseDate(a)", Unsupported, "1:8", "parseDate is not supported"),
        ("filter formatDate(a)", Unsupported, "1:8", "formatDate is not supported"),
        ("parse", Syntax, "1:6", "the query ends"),
        ("parse @message", Syntax, "1:15", "a pattern is needed here"),
        ("parse @message 'abc' as a", Arguments, "1:16", "there is no `*`"),
        ("parse @message '* *' as a", Arguments, "1:16", "has 2 `*` and 1 names"),
        ("parse '*'", Arguments, "1:7", "has 1 `*` and 0 names"),
        ("parse '**' as a, b", Arguments, "1:7", "two `*` stand beside each other"),
        ("parse '*' as a,", Syntax, "1:16", "a name is needed after the comma"),
        ("parse @message /a(b)/", Arguments, "1:16", "`(?<name>…)`"),
        ("parse @message /(?<a>b)/ as c", Syntax, "1:26", "names its parts itself"),
        ("parse @message /(?<a>b/", Syntax, "1:16", "the regular expression is wrong"),
        ("stats", Syntax, "1:6", "the query ends"),
        ("stats count(*) by", Syntax, "1:18", "the query ends"),
        ("stats a by b", Unknown, "1:7", "there is no `a` after `stats`, of which only what it makes is left: `b`"),
        ("stats 1", Type, "1:7", "computed of no rows"),
        ("stats count(a, b)", Arguments, "1:7", "count takes one argument, and 2"),
        ("stats avg()", Arguments, "1:7", "avg takes one argument, and 0"),
        ("stats avg(*)", Type, "1:11", "`*` stands only in count(*)"),
        ("stats avg(max(a))", Type, "1:11", "max stands only in `stats`"),
        ("stats count(*) by count(*)", Type, "1:19", "count stands only in `stats`"),
        ("stats pct(a)", Arguments, "1:7", "pct(@duration, 95)"),
        ("stats pct(a, 101)", Arguments, "1:14", "a number from 0 to 100"),
        ("stats pct(a, b)", Arguments, "1:14", "a number from 0 to 100"),
        ("stats topk(3, a)", Unsupported, "1:7", "topk is not supported"),
        (
            "stats count(*) as n | filter a > 1",
            Unknown,
            "1:30",
            "there is no `a` after `stats`, of which only what it makes is left: `n`",
        ),
        ("stats count(*) as n | fields @message", Unknown, "1:30", "there is no `@message`"),
        ("stats count(*) as n | parse '*' as a", Unknown, "1:23", "there is no `@message`"),
        ("stats count(*) as n | stats max(n) by bin(1h)", Unknown, "1:39", "bin needs @timestamp"),
        ("stats count(*) as n | stats latest(n)", Unknown, "1:29", "latest needs @timestamp"),
        ("sort a | stats count(*)", Syntax, "1:1", "`sort` stands after the last `stats`"),
        ("stats count(*) as n | limit 1 | stats max(n)", Syntax, "1:23", "`limit` stands after the last `stats`"),
        ("sort", Syntax, "1:5", "the query ends"),
        ("sort a up", Syntax, "1:8", "is missing before this"),
        ("limit", Syntax, "1:6", "a whole number from 1 to 100000"),
        ("limit 0", Limit, "1:7", "a whole number from 1 to 100000"),
        ("limit 100001", Limit, "1:7", "a whole number from 1 to 100000"),
        ("limit a", Syntax, "1:7", "a whole number"),
        ("limit any 5", Unsupported, "1:7", "`limit any` is not supported"),
        ("dedup a | fields a", Syntax, "1:11", "only `limit` may follow `dedup`"),
        ("dedup a | stats count(*)", Syntax, "1:11", "only `limit` may follow `dedup`"),
        ("unnest a", Syntax, "1:9", "`into` and a name are needed"),
        ("unnest a into 'b'", Syntax, "1:15", "a name is needed after `into`"),
        ("fields jsonParse(@message) as j | sort j", Type, "1:40", "cannot stand in `sort`; name a part of it"),
        ("fields jsonParse(@message) as j | dedup j", Type, "1:41", "cannot stand in `dedup`"),
        ("fields jsonParse(@message) as j | stats count(*) by j", Type, "1:53", "cannot stand in `stats`"),
        ("stats count(jsonParse(@message))", Type, "1:13", "cannot stand in `stats`"),
        ("SOURCE", Syntax, "1:7", "SOURCE names a log group in quotes"),
        ("SOURCE ''", Syntax, "1:8", "the name of the log group is empty"),
        ("fields a | SOURCE '/g'", Syntax, "1:12", "SOURCE stands before all other commands"),
        ("SOURCE logGroups(namePrefix: ['/aws'])", Unsupported, "1:8", "SOURCE logGroups is not supported"),
        ("SOURCE '/g' fields a", Syntax, "1:13", "is missing before this"),
    ] {
        let error = fault(query);
        let location = error.location.clone().expect("every fault of a text has a place");
        let found = (error.fault, format!("{}:{}", location.line, location.column));
        if found != (kind, place.to_owned()) || !error.message.contains(words) {
            wrong.push(format!("{query:?}: {kind:?} {place} {words}, not {:?}: {error}", error.fault));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_only_aws_has_is_named() {
    for command in [
        "pattern @message",
        "PATTERN @message",
        "diff",
        "anomaly",
        "lookup t id",
        "join a",
        "unmask a",
        "filterIndex a = 1",
        "head 5",
        "tail 5",
    ] {
        let error = fault(&format!("fields @message\n| {command}"));
        let name = command.split(' ').next().unwrap_or_default();
        assert_eq!(error.fault, Fault::Unsupported, "{error}");
        assert!(error.to_string().starts_with(&format!("line 2, column 3: `{name}` is not supported: ")), "{error}");
    }
}

#[test]
fn limits_hold() {
    let long = format!("fields a # {}", "x".repeat(10_000));
    assert_eq!(fault(&long).fault, Fault::Limit);
    assert!(Query::parse(&format!("fields a #{}", "é".repeat(9_990))).is_ok());
    let many = ["stats count(*)"; 11].join(" | ");
    let error = fault(&many);
    assert_eq!((error.fault, error.location.map(|it| it.column)), (Fault::Limit, Some(171)));
    assert!(Query::parse(&["stats count(*)"; 10].join(" | ")).is_ok());
    for deep in ["(".repeat(300), "not ".repeat(300), "-".repeat(300), "a ^ ".repeat(300), "abs(".repeat(300)] {
        assert_eq!(fault(&format!("filter {deep}")).fault, Fault::Limit, "{deep}");
    }
}

#[test]
fn places_count_characters() {
    let location = fault("fields 'ä' # ö\n| filter 'ß' = x y").location.expect("a place");
    assert_eq!(location, Location { line: 2, column: 18, characters: 32..33 });
}
