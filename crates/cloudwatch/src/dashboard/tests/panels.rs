use super::*;

/// The panel of a body's only widget.
fn only(cloudwatch: &CloudWatch, body: &Value, view: &View) -> Panel {
    let mut panels = look(cloudwatch, &parse(body), view);
    assert_eq!(panels.len(), 1);
    panels.remove(0)
}

#[test]
fn a_graph_shows_each_row() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 60, |minute| minute as f64);
    fill(&mut cloudwatch, "rows", "b", 60, |_| 10.0);
    let body = of_metrics(json!({
        "title": "Rows", "stat": "Sum", "liveData": true,
        "metrics": [
            ["Acme", "rows", "Feed", "a", {"id": "a", "visible": false}],
            ["...", "b", {"id": "b", "label": "B", "color": "#010203", "yAxis": "right"}],
            [{"expression": "a + b", "label": "both"}],
        ],
    }));
    let panel = only(&cloudwatch, &body, &view(60));
    assert_eq!((panel.title.as_str(), panel.remarks.len()), ("Rows", 0), "{:?}", panel.remarks);
    let Content::Graph(graph) = panel.content else { panic!("a graph") };
    let labels: Vec<_> = graph.series.iter().map(|series| series.label.as_str()).collect();
    assert_eq!(labels, ["B", "both"]);
    assert_eq!((graph.series[0].colour, graph.series[0].axis), (Some([1, 2, 3]), Side::Right));
    assert_eq!(graph.series[1].points.len(), 60);
    assert_eq!(graph.series[1].points[59], (NOW - 60, 69.0));
}

#[test]
fn a_number_is_of_the_latest_period_or_of_the_whole_range() {
    let mut cloudwatch = cloudwatch();
    fill(&mut cloudwatch, "rows", "a", 300, |_| 1.0);
    let body = |whole: bool| {
        of_metrics(json!({
            "view": "singleValue", "stat": "Sum", "liveData": true, "setPeriodToTimeRange": whole,
            "metrics": [["Acme", "rows", "Feed", "a"]],
        }))
    };
    let number = |whole| match only(&cloudwatch, &body(whole), &view(180)).content {
        Content::Numbers(numbers) => numbers.numbers[0].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((number(false).value, number(false).course.len()), (Some(1.0), 180));
    assert_eq!((number(true).value, number(true).course.len(), number(true).period), (Some(180.0), 0, 10_800));
}
