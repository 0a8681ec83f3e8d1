//! Why something is not shown, in words.

use super::*;
use atalaya_cloudwatch::alarm::State;

fn remarks(cloudwatch: &CloudWatch, metrics: Value) -> Vec<String> {
    only(cloudwatch, &of_metrics(json!({"liveData": true, "metrics": metrics})), &view(180)).remarks
}

#[test]
fn what_has_no_data_is_named() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 10, |_| 1.0);
    let row = |feed: &str| json!(["Acme", "rows", "Feed", feed]);
    assert_eq!(remarks(&cloudwatch, json!([row("x")])), ["no data in the last 3 hours: Acme rows {Feed=x}"]);
    assert_eq!(remarks(&cloudwatch, json!([row("a"), row("x")])), ["without data in the last 3 hours: x"]);
    assert_eq!(
        remarks(&cloudwatch, json!([row("a"), row("v"), row("w"), row("x"), row("y"), row("z")])),
        ["without data in the last 3 hours: v, w, x and 2 more"]
    );
    let search = json!([[{"expression": "SEARCH('{Acme,Feed} missing', 'Sum')"}]]);
    assert_eq!(remarks(&cloudwatch, search), ["no data in the last 3 hours: SEARCH('{Acme,Feed} missing', 'Sum')"]);
    let ratio = json!([["Acme", "none", {"id": "a", "visible": false}], [{"expression": "a / a", "label": "Ratio"}]]);
    assert_eq!(remarks(&cloudwatch, ratio), ["no data in the last 3 hours: Ratio (of none)"]);
    let dynamic = json!([[{"expression": "SEARCH('{Acme,Feed} missing', 'Sum')", "label": "${PROP('Dim.Feed')}"}]]);
    assert_eq!(remarks(&cloudwatch, dynamic), ["no data in the last 3 hours: SEARCH('{Acme,Feed} missing', 'Sum')"]);
    let several = json!([row("x"), row("y"), ["Acme", "files"]]);
    assert_eq!(remarks(&cloudwatch, several), ["no data in the last 3 hours: Acme rows and Acme files"]);
    assert_eq!(remarks(&cloudwatch, json!([row("a")])), Vec::<String>::new());
}

#[test]
fn an_empty_widget_says_why() {
    let cloudwatch = cloudwatch();
    assert_eq!(remarks(&cloudwatch, json!([])), ["it has no metrics"]);
    assert_eq!(remarks(&cloudwatch, json!([["Acme", "m", {"visible": false}]])), ["all its metrics are hidden"]);
}

#[test]
fn what_is_not_complete_yet_is_said() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 1, |_| 1.0);
    let body = of_metrics(json!({"metrics": [["Acme", "rows", "Feed", "a"]]}));
    let panel = only(&cloudwatch, &body, &view(180));
    assert_eq!(panel.remarks, ["the newest period is not complete yet; it is shown a minute after its end"]);
}

#[test]
fn a_failure_is_told_in_its_own_words() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 10, |_| 3.0);
    let metrics = json!([
        ["Acme", "rows", "Feed", "a", {"id": "m", "visible": false}],
        [{"expression": "SLICE(METRICS(), -1 * MAX(m))", "id": "e"}],
    ]);
    let told = remarks(&cloudwatch, metrics);
    assert!(told.len() == 1 && told[0].starts_with("query `e`, byte"), "{told:?}");
    let board = parse(&of_metrics(json!({"metrics": [["Acme", "m"]]})));
    let panel = board.widgets()[0].panel(&view(60), Answer::Failed("no connection".to_owned()));
    assert_eq!(panel.remarks, ["no connection"]);
    assert!(matches!(panel.content, Content::Graph(graph) if graph.series.is_empty()));
}

#[test]
fn too_many_series_are_told() {
    let mut cloudwatch = cloudwatch();
    for feed in 0..501 {
        fill(&mut cloudwatch, "rows", &format!("f{feed}"), 1, |_| 1.0);
    }
    let told = remarks(&cloudwatch, json!([[{"expression": "SEARCH('{Acme,Feed} rows', 'Sum')"}]]));
    assert_eq!(told, ["A SEARCH found more than 500 metrics; the first 500 are told."]);
}

#[test]
fn alarms_that_do_not_exist_are_named() {
    let body = of_widget(
        "alarm",
        json!({"alarms": [
            "arn:aws:cloudwatch:us-east-1:000000000000:alarm:Gone", "arn:aws:cloudwatch:us-east-1:000000000000:alarm:Here",
        ]}),
    );
    let mut view = view(60);
    view.alarms = vec![super::views::alarm("Here", State::Ok, 0)];
    let panel = only(&cloudwatch(), &body, &view);
    assert_eq!(panel.remarks, ["no such alarm: Gone"]);
    let Content::Alarms(cards) = panel.content else { panic!("alarms") };
    assert_eq!(
        cards.iter().map(|card| (card.name.as_str(), card.state)).collect::<Vec<_>>(),
        [("Gone", None), ("Here", Some(State::Ok))]
    );
    let body = of_metrics(json!({"annotations": {"alarms": ["arn:aws:cloudwatch:us-east-1:000000000000:alarm:Gone"]}}));
    let panel = only(&cloudwatch(), &body, &view);
    assert_eq!((panel.title.as_str(), &panel.remarks), ("Gone", &vec!["no such alarm: Gone".to_owned()]));
}
