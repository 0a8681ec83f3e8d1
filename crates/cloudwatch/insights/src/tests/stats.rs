use super::*;

fn numbers() -> Logs {
    logs([
        (10_000, r#"{"kind":"a","n":1,"word":"x10"}"#),
        (20_000, r#"{"kind":"b","n":2,"word":"x9"}"#),
        (70_000, r#"{"kind":"a","n":3,"word":"x10"}"#),
        (80_000, r#"{"kind":"a","n":4.5}"#),
        (310_000, r#"{"kind":"b","n":"none","word":"y"}"#),
        (320_000, r#"{"n":7}"#),
    ])
}

#[test]
fn aggregates_are_computed() {
    let logs = numbers();
    for (aggregate, value) in [
        ("count(*)", "6"),
        ("count()", "6"),
        ("COUNT(kind)", "5"),
        ("count_distinct(kind)", "2"),
        ("countDistinct(n)", "6"),
        ("sum(n)", "17.5"),
        ("avg(n)", "3.5"),
        ("min(n)", "none"),
        ("max(n)", "7"),
        ("pct(n, 50)", "3"),
        ("pct(n, 0)", "1"),
        ("pct(n, 100)", "7"),
        ("pct(n, 80)", "4.5"),
        ("pct(n, 80.1)", "7"),
        // 1, 2, 3, 4.5 and 7 lie 2.5, 1.5, 0.5, 1 and 3.5 from 3.5: squares 6.25, 2.25, 0.25, 1 and 12.25 make 22.
        ("variance(n)", "4.4"),
        ("stddev(n)", "2.0976"),
        ("earliest(word)", "x10"),
        ("latest(word)", "y"),
        ("latest(kind)", "b"),
        ("earliest(n + 1)", "2"),
        ("sortsFirst(word)", "x9"),
        ("sortsLast(word)", "y"),
        ("values(kind)", r#"["b","a"]"#),
        ("sum(kind = 'a')", "3"),
        ("max(kind = 'c')", "0"),
        ("min(@timestamp)", "1720191610000"),
        ("fromMillis(max(@timestamp))", "2024-07-05 15:05:20.000"),
        ("latest(@timestamp)", "2024-07-05 15:05:20.000"),
        ("max(n) - min(strlen(kind))", "6"),
        ("avg(n * 1000000)", "3500000"),
        ("avg(n * 10000000)", "3.5E7"),
        ("sum(strlen(@message)) > 10", "1"),
    ] {
        let found = answer(&logs, &format!("stats {aggregate}"));
        assert_eq!((found.columns, found.rows), (vec![aggregate.to_owned()], vec![vec![Some(value.to_owned())]]));
        let named = answer(&logs, &format!("stats {aggregate} as it"));
        assert_eq!(rows(&named), [format!("it={value}")]);
        assert_eq!(named.pointers, [""; 0]);
    }
}

#[test]
fn nothing_gives_nothing_but_counts() {
    let logs = numbers();
    check(
        &logs,
        "filter kind = 'b' and n = 'none' | stats count(n), sum(n), avg(n), max(x), pct(n, 9), stddev(n), latest(x), values(x), count_distinct(x)",
        &["count(n)=1 values(x)=[] count_distinct(x)=0"],
    );
    check(&logs, "filter kind = 'z' | stats count(*)", &[]);
    check(&logs, "filter kind = 'z' | stats count(*) by kind", &[]);
    assert_eq!(answer(&logs, "filter kind = 'a' | stats count(*)").statistics.records_matched, 3);
}

#[test]
fn rows_are_grouped() {
    let logs = numbers();
    check(
        &logs,
        "stats count(*), max(n) as most by kind",
        &[
            "count(*)=1 most=7",
            "kind=b count(*)=2 most=none".replace("none", "2").as_str(),
            "kind=a count(*)=3 most=4.5",
        ],
    );
    check(
        &logs,
        "stats count(*) as n by kind, strlen(word) as length | sort n desc, length",
        &["kind=a length=3 n=2", "kind=b length=1 n=1", "kind=b length=2 n=1", "n=1", "kind=a n=1"],
    );
    check(
        &logs,
        "stats count(*) by bin(5m)",
        &["bin(5m)=2024-07-05 15:05:00.000 count(*)=2", "bin(5m)=2024-07-05 15:00:00.000 count(*)=4"],
    );
    check(
        &logs,
        "stats count(*) by bin( 300 s ) as t | sort t | limit 2",
        &["t=2024-07-05 15:00:00.000 count(*)=2", "t=2024-07-05 15:01:00.000 count(*)=2"],
    );
    check(&logs, "stats count(*) by bin(1h) | sort bin(1h)", &["bin(1h)=2024-07-05 15:00:00.000 count(*)=6"]);
    check(
        &logs,
        "stats count(*) by datefloor(@timestamp, 2h), dateceil(@timestamp, 2 hours) as until",
        &["datefloor(@timestamp, 2h)=2024-07-05 14:00:00.000 until=2024-07-05 16:00:00.000 count(*)=6"],
    );
}

#[test]
fn items_see_those_before_them() {
    let logs = numbers();
    check(
        &logs,
        "stats max(n) as most, avg(n) as mean, most - mean as over, count(*), count(*) * 2 by kind | filter kind = 'a'",
        &["kind=a most=4.5 mean=2.8333 over=1.6667 count(*)=3 count(*) * 2=6"],
    );
}

#[test]
fn stats_follow_each_other() {
    let logs = numbers();
    check(
        &logs,
        "stats count(*) as n by kind, bin(1m) as minute | stats max(n) as most, count(*) as minutes by kind | sort kind",
        &["kind=a most=2 minutes=2", "kind=b most=1 minutes=2", "most=1 minutes=1"],
    );
    check(
        &logs,
        "stats sum(n) as total by kind, @timestamp | stats sum(total) by bin(5m) | sort bin(5m) desc | limit 1",
        &["bin(5m)=2024-07-05 15:05:00.000 sum(total)=7"],
    );
    check(
        &logs,
        "stats count(*) as n by kind | filter n > 1 | fields n * 10 as ten, concat(kind, '!') as k | parse k '*!' as back | sort back | display back, ten",
        &["back=a ten=30", "back=b ten=20"],
    );
    check(&logs, "stats count(*) as n by kind | fields n * 10 as ten | limit 1", &["n=1 ten=10"]);
    check(&logs, "stats count(*) as n by kind | sort n desc | dedup n | limit 2", &["kind=a n=3", "kind=b n=2"]);
}

#[test]
fn series_over_time_are_told() {
    let logs = numbers();
    let series = |query: &str| answer(&logs, query).time_series;
    assert_eq!(
        series("stats count(*), avg(n) by kind, bin(5m), word"),
        Some(TimeSeries { period: 300, time: 1, groups: vec![0, 2], values: vec![3, 4] })
    );
    assert_eq!(
        series("stats count(*) as n by bin(2d) as t | display n, t"),
        Some(TimeSeries { period: 172_800, time: 1, groups: vec![], values: vec![0] })
    );
    assert_eq!(series("stats count(*) by bin(10ms)").map(|it| it.period), Some(1));
    assert_eq!(series("stats count(*) by bin(1mo)").map(|it| it.period), Some(28 * 86_400));
    assert_eq!(series("stats count(*) by bin(1y)").map(|it| it.period), Some(365 * 86_400));
    for without in [
        "stats count(*)",
        "stats count(*) by kind",
        "stats count(*) as n by bin(5m) | display n",
        "stats count(*) as n by bin(5m) | stats max(n)",
        "fields bin(5m)",
    ] {
        assert_eq!(series(without), None, "{without}");
    }
}
