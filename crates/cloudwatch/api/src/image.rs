//! `GetMetricWidgetImage`: a graph as a picture.

use jiff::{Span, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use super::{ApiError, Input};
use atalaya_cloudwatch::{CloudWatch, TimeRange, base64};
use atalaya_cloudwatch_dashboard::{Dashboard, PeriodChoice, View, look};
use atalaya_cloudwatch_drawing::{self as drawing, Theme};
use atalaya_cloudwatch_insights::logs::Logs;

/// The most pixels of a side (CloudWatch API reference, "GetMetricWidgetImage: Metric Widget Structure and Syntax").
const LONGEST_SIDE: u32 = 2000;
/// The sides of a picture whose widget says none.
const DEFAULT_SIDES: (u32, u32) = (600, 400);
/// The most metrics of a picture (API reference, `GetMetricWidgetImage`).
const MOST_METRICS: usize = 100;
/// The start and end of a picture whose widget says none.
const DEFAULT_RANGE: (&str, &str) = ("-PT3H", "-PT0H");
/// Where the widget stands in the dashboard that it is read as.
const PLACE: &str = "/widgets/0/properties";

/// What a picture says beside what a metric widget of a dashboard says.
struct Frame {
    width: u32,
    height: u32,
    theme: Theme,
    range: TimeRange,
}

/// The picture of a metric widget as PNG in base64, at the time of the library's clock.
pub(super) fn get(cloudwatch: &CloudWatch, input: &Value) -> Result<Value, ApiError> {
    let input = Input::of_call(input, &["MetricWidget", "OutputFormat"])?;
    let text = input.required_text("MetricWidget")?;
    input.one_of("OutputFormat", &["png", "image/png"], |format| format)?;
    let widget: Value = serde_json::from_str(text)
        .map_err(|error| ApiError::value(format!("MetricWidget is no JSON text: {error}")))?;
    let Value::Object(mut properties) = widget else {
        return Err(ApiError::value("MetricWidget is no JSON object"));
    };
    let frame = Frame::take(&mut properties, cloudwatch.now())?;
    let metrics = properties.get("metrics").and_then(Value::as_array).map_or(0, Vec::len);
    if metrics > MOST_METRICS {
        let message = format!("MetricWidget.metrics has {metrics} rows, more than the {MOST_METRICS} of a picture");
        return Err(ApiError::value(message));
    }
    // A picture is of the region that is asked; on a dashboard a widget must say it.
    properties.entry("region").or_insert_with(|| cloudwatch.account().region.clone().into());
    let body = json!({"widgets": [{"type": "metric", "properties": properties}]});
    let dashboard = Dashboard::parse("MetricWidget", &body).map_err(|faults| {
        let place = |path: &str| path.strip_prefix(PLACE).unwrap_or(path).replace('/', ".");
        let faults = faults.faults.iter().map(|fault| format!("MetricWidget{}: {}", place(&fault.path), fault.message));
        ApiError::value(faults.collect::<Vec<_>>().join("; "))
    })?;
    let alarms = cloudwatch.alarms().map(Into::into).collect();
    let view = View { period: PeriodChoice::Inherit, alarms, ..View::new(frame.range, cloudwatch.now()) };
    // A metric widget asks no logs.
    let panels = look(cloudwatch, &Logs::default(), &dashboard, &view);
    let panel = panels.first().expect("the body has one widget");
    let drawn = drawing::panel(panel, frame.width, frame.height, frame.theme);
    let png = drawing::png(&drawn.svg, 1.0).map_err(|error| ApiError::value(error.to_string()))?;
    Ok(json!({"MetricWidgetImage": base64::encode(&png)}))
}

impl Frame {
    /// Takes them out of a widget.
    fn take(properties: &mut serde_json::Map<String, Value>, now: i64) -> Result<Self, ApiError> {
        let names = ["width", "height", "theme", "start", "end"];
        let taken = names.iter().filter_map(|name| properties.remove_entry(*name)).collect();
        let taken = Value::Object(taken);
        let members = Input::of_call(&taken, &names)?;
        let side = |name, default| Ok::<_, ApiError>(members.whole(name, 1, LONGEST_SIDE)?.unwrap_or(default));
        let themes = [Theme::Light, Theme::Dark];
        let theme = members.one_of("theme", &themes, |theme| if theme == Theme::Dark { "dark" } else { "light" })?;
        let moment = |name, default| {
            let text = members.text(name)?.unwrap_or(default);
            moment(text, now).ok_or_else(|| {
                let forms = "2026-01-05T06:00:00Z, or before now as -PT3H or -P7D";
                ApiError::value(format!("MetricWidget.{name} is `{text}`; write it as {forms}"))
            })
        };
        let range = TimeRange { start: moment("start", DEFAULT_RANGE.0)?, end: moment("end", DEFAULT_RANGE.1)? };
        if range.start >= range.end {
            return Err(ApiError::combination("MetricWidget.start must be before MetricWidget.end"));
        }
        let (width, height) = DEFAULT_SIDES;
        Ok(Self {
            width: side("width", width)?,
            height: side("height", height)?,
            theme: theme.unwrap_or_default(),
            range,
        })
    }
}

/// The second that a text means: a time, or so long before `now`.
fn moment(text: &str, now: i64) -> Option<i64> {
    if !text.starts_with("-P") {
        return text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    }
    let span: Span = text.parse().ok()?;
    let now = Timestamp::from_second(now).ok()?.to_zoned(TimeZone::UTC);
    now.checked_add(span).ok().map(|then| then.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;
    use atalaya_cloudwatch::{Account, MetricId, Unit};

    const NOON: i64 = 1_795_348_800;

    fn cloudwatch() -> CloudWatch {
        let mut cloudwatch = CloudWatch::new(Account::default(), NOON);
        let store = cloudwatch.store_mut();
        let series = store.series(&MetricId::new("Acme", "errors", [("Feed", "orders")]));
        for minute in 0..180 {
            store.add(series, Unit::Count, NOON - 10_800 + minute * 60, (minute % 7) as f64);
        }
        cloudwatch
    }

    fn picture(widget: &Value) -> Result<Vec<u8>, ApiError> {
        let input = json!({"MetricWidget": widget.to_string()});
        let answer = get(&cloudwatch(), &input)?;
        let text = answer["MetricWidgetImage"].as_str().expect("a text").to_owned();
        let digit = |letter: u8| match letter {
            b'A'..=b'Z' => u32::from(letter - b'A'),
            b'a'..=b'z' => u32::from(letter - b'a') + 26,
            b'0'..=b'9' => u32::from(letter - b'0') + 52,
            b'+' => 62,
            _ => 63,
        };
        // The head of a PNG is in whole groups.
        let groups = text.as_bytes().chunks(4).take(8);
        let bytes = groups.flat_map(|group| {
            group.iter().fold(0, |sum, letter| sum << 6 | digit(*letter)).to_be_bytes()[1..].to_vec()
        });
        Ok(bytes.collect())
    }

    fn sides(png: &[u8]) -> (u32, u32) {
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "{png:?}");
        let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().expect("four bytes"));
        (side(16), side(20))
    }

    #[test]
    fn a_widget_becomes_a_png_of_its_size() {
        let metrics = json!([["Acme", "errors", "Feed", "orders", {"stat": "Sum"}]]);
        assert_eq!(sides(&picture(&json!({"metrics": metrics})).expect("a picture")), (600, 400));
        let widget = json!({
            "metrics": metrics, "width": 300, "height": 150, "theme": "dark", "title": "Errors", "start": "-PT1H",
            "end": "-PT0H", "period": 60, "yAxis": {"left": {"min": 0}},
            "annotations": {"horizontal": [{"value": 4, "label": "too many"}]},
        });
        assert_eq!(sides(&picture(&widget).expect("a picture")), (300, 150));
    }

    #[test]
    fn what_is_wrong_with_a_widget_is_named() {
        let metrics = json!([["Acme", "errors"]]);
        let many = vec![json!(["Acme", "errors"]); 101];
        for (widget, what) in [
            (json!([]), "no JSON object"),
            (json!({}), "metrics"),
            (json!({"metrics": metrics, "width": 2001}), "width is no whole number from 1 to 2000"),
            (json!({"metrics": metrics, "theme": "blue"}), "one of light, dark"),
            (json!({"metrics": metrics, "start": "yesterday"}), "MetricWidget.start is `yesterday`"),
            (json!({"metrics": metrics, "start": "-PT1H", "end": "-PT2H"}), "before"),
            (json!({"metrics": metrics, "view": "clock"}), "MetricWidget.view"),
            (json!({"metrics": many}), "101"),
        ] {
            let error = picture(&widget).expect_err("a refusal");
            assert!(error.message.contains(what), "{error}");
        }
        let error = get(&cloudwatch(), &json!({"MetricWidget": "{", "OutputFormat": "png"})).expect_err("a refusal");
        assert!(error.message.contains("no JSON"), "{error}");
        let error = get(&cloudwatch(), &json!({"MetricWidget": "{}", "OutputFormat": "gif"})).expect_err("a refusal");
        assert!(error.message.contains("png"), "{error}");
    }

    #[test]
    fn a_moment_is_a_time_or_before_now() {
        assert_eq!(moment("-PT3H", NOON), Some(NOON - 10_800));
        assert_eq!(moment("-P1D", NOON), Some(NOON - 86_400));
        assert_eq!(moment("-PT0H", NOON), Some(NOON));
        assert_eq!(moment("2026-11-22T12:00:00.000Z", 0), Some(NOON));
        assert_eq!(moment("PT3H", NOON), None);
        assert_eq!(moment("-P99999999Y", NOON), None);
    }
}
