//! What log widgets show.

use super::*;
use atalaya_cloudwatch_insights::logs::LogEvent;

const GROUP: &str = "/aws/lambda/one";

/// Logs with this line every minute before now.
fn logs(minutes: i64, line: impl Fn(i64) -> String) -> Logs {
    let mut logs = Logs::default();
    for minute in 0..minutes {
        let at = (NOW - (minute + 1) * 60) * 1000;
        logs.put(GROUP, LogEvent { at, ingested: at, stream: "s".to_owned(), message: line(minute) });
    }
    logs
}

fn panel_of(logs: &Logs, kind: &str, query: &str) -> Panel {
    let properties = json!({
        "region": "us-east-1", "title": "Logs", "view": kind, "stacked": true,
        "query": format!("SOURCE '{GROUP}' | SOURCE 'other' | {query}"),
    });
    look(&cloudwatch(), logs, &parse(&of_widget("log", properties)), &view(60)).remove(0)
}

fn stages(minute: i64) -> String {
    json!({"level": if minute % 2 == 0 { "INFO" } else { "ERROR" }, "stage": if minute < 10 { "load" } else { "read" }})
        .to_string()
}

#[test]
fn a_table_has_the_columns_of_the_query() {
    let panel = panel_of(
        &logs(20, stages),
        "table",
        "filter level = 'ERROR' | stats count(*) as errors by stage, missing | sort stage",
    );
    assert_eq!((panel.title.as_str(), &panel.remarks), ("Logs", &Vec::new()));
    let Content::Table(table) = panel.content else { panic!("a table") };
    let columns: Vec<_> = table.columns.iter().map(|column| (column.name.as_str(), column.is_numeric)).collect();
    let errors = columns.iter().position(|column| *column == ("errors", true)).expect("a column of figures");
    assert!(columns.contains(&("stage", false)) && columns.contains(&("missing", false)), "{columns:?}");
    assert_eq!(table.rows.iter().map(|row| row[errors].as_str()).collect::<Vec<_>>(), ["5", "5"]);
    assert!(table.rows[0].contains(&"load".to_owned()) && table.rows[0].contains(&String::new()));
}

#[test]
fn lines_are_over_time() {
    let panel = panel_of(&logs(20, stages), "timeSeries", "stats count(*) as events by bin(5m), stage");
    assert_eq!(panel.remarks, Vec::<String>::new());
    let Content::Graph(graph) = panel.content else { panic!("a graph") };
    assert!(graph.stacked);
    let lines: Vec<_> =
        graph.series.iter().map(|line| (line.label.as_str(), line.period, line.points.clone())).collect();
    let at = |minutes: i64| NOW - minutes * 60;
    assert_eq!(
        lines,
        [("load", 300, vec![(at(10), 5.0), (at(5), 5.0)]), ("read", 300, vec![(at(20), 5.0), (at(15), 5.0)]),]
    );
    let two = panel_of(&logs(5, stages), "timeSeries", "stats count(*) as events, max(1) as most by bin(5m)");
    let Content::Graph(graph) = two.content else { panic!("a graph") };
    assert_eq!(graph.series.iter().map(|line| line.label.as_str()).collect::<Vec<_>>(), ["events", "most"]);
}

#[test]
fn bars_and_pies_are_of_figures() {
    for kind in ["bar", "pie"] {
        let panel = panel_of(&logs(15, stages), kind, "stats count(*) as events by stage, level | sort events desc");
        let (Content::Bars(shares) | Content::Pie(shares)) = &panel.content else { panic!("shares") };
        assert_eq!(matches!(panel.content, Content::Pie(_)), kind == "pie");
        let mut named: Vec<_> =
            shares.numbers.iter().map(|number| (number.label.as_str(), number.value.expect("a figure"))).collect();
        named.sort_by(|one, other| one.0.cmp(other.0));
        assert_eq!(named, [("load · ERROR", 5.0), ("load · INFO", 5.0), ("read · ERROR", 2.0), ("read · INFO", 3.0)]);
    }
}

#[test]
fn what_cannot_be_drawn_is_a_table_that_says_so() {
    for (kind, words) in
        [("timeSeries", "lines over time need `stats … by bin(5m)`"), ("pie", "bars and pies need a figure")]
    {
        let panel = panel_of(&logs(3, stages), kind, "fields level, stage");
        assert!(panel.remarks.len() == 1 && panel.remarks[0].starts_with(words), "{:?}", panel.remarks);
        assert!(matches!(panel.content, Content::Table(table) if table.rows.len() == 3));
    }
}

#[test]
fn nothing_found_is_said() {
    let none = panel_of(&Logs::default(), "bar", "stats count(*) by stage");
    assert_eq!(none.remarks, ["no log events in the last hour: /aws/lambda/one and other"]);
    assert!(matches!(none.content, Content::Bars(shares) if shares.numbers.is_empty()));
    let no_match = panel_of(&logs(7, stages), "table", "filter level = 'FATAL'");
    assert_eq!(no_match.remarks, ["none of the 7 log events of the last hour is what is looked for"]);
}

#[test]
fn a_query_with_a_fault_is_a_fault_of_the_body() {
    let properties = |query: &str| json!({"region": "us-east-1", "query": query});
    let told = faults(&of_widget("log", properties("SOURCE 'a' | filtr x = 1")));
    assert!(told.len() == 1 && told[0].starts_with("/widgets/0/properties/query: line 1, column "), "{told:?}");
}

#[test]
fn logs_of_elsewhere_are_not_shown() {
    let properties = json!({"region": "eu-west-1", "query": format!("SOURCE '{GROUP}' | fields @message")});
    let panel = look(&cloudwatch(), &logs(3, stages), &parse(&of_widget("log", properties)), &view(60)).remove(0);
    assert_eq!(panel.remarks, ["it asks for logs of the region eu-west-1, and only those of us-east-1 are here"]);
}
