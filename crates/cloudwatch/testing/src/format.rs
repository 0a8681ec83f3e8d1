//! Test files: from YAML to cases, with every fault told at once.

use std::collections::BTreeMap;

use atalaya_document::{Content, Entry, Node, Place, nearest};

use super::{
    case::{At, Case, Expectation, SeriesInput, StatesInput, TestFile},
    fault::Fault,
    notation::{self, Notation, NotationError},
    reader::Reader,
    span,
};
use atalaya_cloudwatch::{Unit, alarm::State};

const FILE_KEYS: [&str; 2] = ["alarm", "cases"];
const CASE_KEYS: [&str; 7] = ["name", "instance", "parameters", "start", "series", "alarms", "expect"];
const SERIES_KEYS: [&str; 3] = ["values", "every", "unit"];
const EXPECT_KEYS: [&str; 5] = ["state", "reason", "subject", "message", "actions"];

/// When a case starts that says nothing about it: Monday, 2026-01-05T00:00:00Z.
const DEFAULT_START: i64 = 1_767_571_200;
/// Length of a period of the notation in seconds where nothing is said about it.
const DEFAULT_EVERY: u32 = 60;
/// The longest time that a case may look at, in seconds: a year.
const LONGEST: i64 = 366 * 86_400;

/// Reads a test file. What a file of faults still tells is returned beside them, for the checks that follow.
pub(super) fn read(file: &str, text: &str) -> (Option<TestFile>, Vec<Fault>) {
    let mut reader = Reader::new(file);
    let found = reader.document(text).and_then(|node| test_file(&mut reader, file, &node));
    (found, reader.faults)
}

fn test_file(reader: &mut Reader<'_>, file: &str, node: &Node) -> Option<TestFile> {
    let mut alarm = None;
    let mut cases = None;
    for entry in reader.fields("a test file", node, &FILE_KEYS) {
        match entry.key.as_str() {
            "alarm" => alarm = written(reader, "`alarm`", &entry.value),
            _ => {
                let items = reader.items("`cases`", &entry.value).iter();
                cases = Some(items.filter_map(|item| case(reader, item)).collect::<Vec<_>>());
            }
        }
    }
    if node.is_map() {
        if node.get("alarm").is_none() {
            reader.fault(node.place, "the key `alarm` is missing", Some("name the alarm under test".to_owned()));
        }
        if node.get("cases").is_none_or(|cases| cases.items().is_some_and(<[Node]>::is_empty)) {
            reader.fault(node.place, "there are no `cases`", Some("a case has name, series and expect".to_owned()));
        }
    }
    Some(TestFile { file: file.to_owned(), alarm: alarm?, cases: cases.filter(|cases| !cases.is_empty())? })
}

/// A text and its place.
fn written(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<At<String>> {
    reader.text(what, node).map(|value| At { value, place: node.place })
}

fn case(reader: &mut Reader<'_>, node: &Node) -> Option<Case> {
    let mut name = None;
    let mut case = Case {
        name: At { value: String::new(), place: node.place },
        instance: None,
        parameters: BTreeMap::new(),
        start: DEFAULT_START,
        series: Vec::new(),
        alarms: Vec::new(),
        expect: Vec::new(),
    };
    for entry in reader.fields("a case", node, &CASE_KEYS) {
        let value = &entry.value;
        match entry.key.as_str() {
            "name" => name = reader.text("`name`", value),
            "instance" => case.instance = written(reader, "`instance`", value),
            "parameters" => {
                let texts = reader.texts("`parameters`", value).into_iter();
                case.parameters = texts.map(|(name, value, place)| (name, At { value, place })).collect();
            }
            "start" => case.start = start(reader, value).unwrap_or(DEFAULT_START),
            "series" => {
                let entries = reader.entries("`series`", value).iter();
                case.series = entries.filter_map(|entry| series(reader, entry)).collect();
            }
            "alarms" => {
                let entries = reader.entries("`alarms`", value).iter();
                case.alarms = entries.filter_map(|entry| states(reader, entry)).collect();
            }
            _ => case.expect = expectations(reader, value),
        }
    }
    if !node.is_map() {
        return None;
    }
    for key in ["name", "expect"] {
        if node.get(key).is_none() {
            reader.fault(node.place, format!("the case has no `{key}`"), None);
        }
    }
    case.name.value = name?;
    (!case.expect.is_empty()).then_some(case)
}

fn start(reader: &mut Reader<'_>, node: &Node) -> Option<i64> {
    let text = reader.text("`start`", node)?;
    let Ok(at) = text.parse::<jiff::Timestamp>() else {
        let hint = Some("as in 2026-01-05T08:00:00Z".to_owned());
        reader.fault(node.place, format!("`{text}` is no time"), hint);
        return None;
    };
    if at.as_second() % 60 != 0 || at.subsec_nanosecond() != 0 {
        reader.fault(
            node.place,
            format!("`{text}` is no whole minute"),
            Some("alarms are evaluated by the minute".to_owned()),
        );
        return None;
    }
    Some(at.as_second())
}

fn series(reader: &mut Reader<'_>, entry: &Entry) -> Option<SeriesInput> {
    let key = At { value: entry.key.clone(), place: entry.place };
    let mut every = DEFAULT_EVERY;
    let mut unit = Unit::None;
    let mut values = None;
    if entry.value.is_map() {
        for field in reader.fields("a series", &entry.value, &SERIES_KEYS) {
            match field.key.as_str() {
                "values" => values = notation_of(reader, &field.value),
                "every" => every = length(reader, &field.value).unwrap_or(DEFAULT_EVERY),
                _ => unit = unit_of(reader, &field.value).unwrap_or_default(),
            }
        }
        if entry.value.get("values").is_none() {
            reader.fault(entry.value.place, "the series has no `values`", Some("as in `values: 0x5 1`".to_owned()));
        }
    } else {
        values = notation_of(reader, &entry.value);
    }
    Some(SeriesInput { key, notation: values?, every, unit })
}

fn notation_of(reader: &mut Reader<'_>, node: &Node) -> Option<Notation> {
    if let Content::List(_) = node.content {
        let hint = "put samples of one period in quotes, as in \"[1 2 3]x5\"".to_owned();
        reader.fault(node.place, "the values are a list of YAML, not the notation of a series", Some(hint));
        return None;
    }
    let text = reader.text("the series", node)?;
    notation::series(&text).map_err(|error| misread(reader, node.place, error)).ok()
}

/// A fault within a text that stands in one line.
fn misread(reader: &mut Reader<'_>, place: Place, error: NotationError) {
    let place = Place { line: place.line, column: place.column + error.offset };
    reader.fault(place, error.message, error.hint);
}

fn length(reader: &mut Reader<'_>, node: &Node) -> Option<u32> {
    let text = reader.text("`every`", node)?;
    let length = span::seconds(&text).and_then(|length| u32::try_from(length).ok()).filter(|length| *length > 0);
    if length.is_none() {
        reader.fault(node.place, format!("`{text}` is no length of a period"), Some("as in 60s, 5m, 1h".to_owned()));
    }
    length
}

fn unit_of(reader: &mut Reader<'_>, node: &Node) -> Option<Unit> {
    let text = reader.text("`unit`", node)?;
    let unit = text.parse::<Unit>();
    if let Err(error) = &unit {
        let hint = nearest::word(&text, Unit::ALL.iter().map(|unit| unit.as_str()));
        reader.fault(node.place, error.to_string(), hint.map(|near| format!("did you mean `{near}`?")));
    }
    unit.ok()
}

fn states(reader: &mut Reader<'_>, entry: &Entry) -> Option<StatesInput> {
    let text = reader.text("the states", &entry.value)?;
    match notation::states(&text) {
        Ok(states) if !states.is_empty() => {
            Some(StatesInput { alarm: At { value: entry.key.clone(), place: entry.place }, states })
        }
        Ok(_) => None,
        Err(error) => {
            misread(reader, entry.value.place, error);
            None
        }
    }
}

/// A mapping of times, or a list of such mappings where a time stands more than once.
fn expectations(reader: &mut Reader<'_>, node: &Node) -> Vec<Expectation> {
    let entries: Vec<&Entry> = match &node.content {
        Content::List(items) => items.iter().flat_map(|item| reader.entries("an item of `expect`", item)).collect(),
        _ => reader.entries("`expect`", node).iter().collect(),
    };
    if entries.is_empty() {
        let hint = "times and states, as in `5m: ALARM`".to_owned();
        reader.fault(node.place, "`expect` holds nothing", Some(hint));
    }
    let mut found: Vec<Expectation> = Vec::new();
    for entry in entries {
        let Some(at) = time(reader, entry) else { continue };
        if let Some(last) = found.last().filter(|last| last.at > at) {
            let message = format!("{} stands after {}", entry.key, span::text(last.at));
            reader.fault(entry.place, message, Some("write the times in their order".to_owned()));
        }
        found.extend(expectation(reader, at, entry));
    }
    found
}

fn time(reader: &mut Reader<'_>, entry: &Entry) -> Option<i64> {
    let at = span::seconds(&entry.key);
    if at.is_none_or(|at| at > LONGEST) {
        let hint = "a time after the start, at most a year, as in 5m, 1h30m, 90s, 2d".to_owned();
        reader.fault(entry.place, format!("`{}` is no time of a case", entry.key), Some(hint));
        return None;
    }
    at
}

fn expectation(reader: &mut Reader<'_>, at: i64, entry: &Entry) -> Option<Expectation> {
    let mut found =
        Expectation { at, place: entry.place, state: None, reason: None, subject: None, message: None, actions: None };
    if !entry.value.is_map() {
        found.state = state(reader, &entry.value);
        return found.state.is_some().then_some(found);
    }
    let fields = reader.fields("an expectation", &entry.value, &EXPECT_KEYS);
    if fields.is_empty() && entry.value.entries().is_empty() {
        let hint = format!("any of {}", EXPECT_KEYS.join(", "));
        reader.fault(entry.value.place, "nothing is expected here", Some(hint));
    }
    for field in fields {
        let value = &field.value;
        match field.key.as_str() {
            "state" => found.state = state(reader, value),
            "reason" => found.reason = reader.text("`reason`", value),
            "subject" => found.subject = reader.text("`subject`", value),
            "message" if value.is_map() => found.message = Some(value.to_value()),
            "message" => {
                let hint = Some("as in `{ NewStateValue: ALARM, Trigger: { Period: 60 } }`".to_owned());
                reader.fault(value.place, format!("`message` is {}, not a mapping", value.noun()), hint);
            }
            _ => {
                let items = reader.items("`actions`", value).iter();
                found.actions = Some(items.filter_map(|item| reader.text("an action", item)).collect());
            }
        }
    }
    Some(found)
}

fn state(reader: &mut Reader<'_>, node: &Node) -> Option<State> {
    let text = reader.text("the state", node)?;
    let state = State::ALL.into_iter().find(|state| state.as_str() == text);
    if state.is_none() {
        let hint = nearest::hint(&text, State::ALL.map(State::as_str));
        reader.fault(node.place, format!("`{text}` is no state"), hint);
    }
    state
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(text: &str) -> Vec<(usize, usize, String)> {
        let (_, faults) = read("a.yaml", text);
        faults.into_iter().map(|fault| (fault.line, fault.column, fault.to_string())).collect()
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = r#"
alarm: FilesFailed
cases:
  - name: one failed file pages
    instance: orders
    parameters: { RejectRatePercent: "20", Empty: , Number: 5 }
    start: 2026-01-05T08:00:00Z
    series:
      Atalaya FilesFailed: 0x5 1 0x5
      AWS/SQS Age {QueueName=${PipelineStack}-intake}: 10 20+30x5 _x3 600
      Atalaya FileLatency: { values: "[100 200 300]x5", every: 30s, unit: Milliseconds }
      Atalaya Single: 5
    alarms:
      IntakeDlq: OKx3 ALARMx5
    expect:
      5m: OK
      7m: { state: ALARM, reason: "1 datapoint" }
      1h8m: { subject: "ALARM", message: { Trigger: { Period: 60 } }, actions: [alarms] }
  - name: times may repeat
    expect:
      - 5m: OK
      - 5m: { actions: [] }
"#;
        let (file, faults) = read("a.yaml", text);
        assert!(faults.is_empty(), "{faults:?}");
        let file = file.expect("is a test file");
        assert_eq!(file.alarm.value, "FilesFailed");
        let [case, repeated] = &file.cases[..] else { panic!("two cases") };
        assert_eq!(case.start, 1_767_600_000);
        assert_eq!(case.instance.as_ref().map(|instance| instance.value.as_str()), Some("orders"));
        let parameters: Vec<_> = case.parameters.iter().map(|(name, at)| (name.as_str(), at.value.as_str())).collect();
        assert_eq!(parameters, [("Empty", ""), ("Number", "5"), ("RejectRatePercent", "20")]);
        assert_eq!(case.series.len(), 4);
        assert_eq!(case.series[1].key.value, "AWS/SQS Age {QueueName=${PipelineStack}-intake}");
        assert_eq!((case.series[1].key.place.line, case.series[1].notation.periods), (10, 10));
        assert_eq!((case.series[2].every, case.series[2].unit), (30, Unit::Milliseconds));
        assert_eq!(case.alarms[0].states.len(), 8);
        let times: Vec<_> = case.expect.iter().map(|expectation| expectation.at).collect();
        assert_eq!(times, [300, 420, 4080]);
        assert_eq!(case.expect[2].message, Some(json!({"Trigger": {"Period": 60}})));
        assert_eq!(case.expect[2].actions, Some(vec!["alarms".to_owned()]));
        assert_eq!((repeated.expect.len(), repeated.start), (2, DEFAULT_START));
        assert_eq!(repeated.expect[1].actions, Some(Vec::new()));
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_place() {
        let text = r#"alarm: FilesFailed
case: []
cases:
  - name: wrong
    serie: {}
    start: 2026-01-05T08:00:30Z
    series:
      A one: 0x5 1,2
      A two: [1 2 3]
      A three: { valus: 5, every: 0s, unit: milliseconds }
    alarms: { Other: OKx3 ALERT }
    expect:
      5m: ALARMED
      3m: OK
      five: OK
      6m: { sate: OK }
      7m: {}
      8m: { message: ALARM, actions: alarms }
  - expect: { 1m: OK }
  - name: nothing
"#;
        let expected = [
            (2, 1, "`case` is no key of a test file\n    hint: did you mean `cases`?"),
            (5, 5, "did you mean `series`?"),
            (6, 12, "no whole minute"),
            (8, 18, "`1,2` goes on with `,2`"),
            (9, 14, "in quotes"),
            (10, 18, "did you mean `values`?"),
            (10, 35, "no length of a period"),
            (10, 45, "did you mean `Milliseconds`?"),
            (10, 16, "no `values`"),
            (11, 27, "`ALERT` is no state"),
            (13, 11, "did you mean `ALARM`?"),
            (15, 7, "`five` is no time"),
            (16, 13, "did you mean `state`?"),
            (17, 11, "nothing is expected"),
            (18, 22, "not a mapping"),
            (18, 38, "not a list"),
            (19, 5, "no `name`"),
            (20, 5, "no `expect`"),
        ];
        let faults = faults(text);
        for ((line, column, part), fault) in expected.iter().zip(&faults) {
            assert_eq!((fault.0, fault.1), (*line, *column), "{part}: {faults:#?}");
            assert!(fault.2.contains(part), "{part}: {faults:#?}");
        }
        assert_eq!(faults.len(), expected.len(), "{faults:#?}");
    }

    #[test]
    fn what_is_no_test_file_is_told() {
        for (text, part) in [
            ("# nothing\n", "empty"),
            ("a: [", "YAML"),
            ("- a\n", "not a mapping"),
            ("alarm: A\n", "no `cases`"),
            ("cases: [{name: a, expect: {1m: OK}}]\n", "`alarm` is missing"),
            ("alarm: A\ncases: []\n", "no `cases`"),
            ("alarm: A\ncases: [a]\n", "not a mapping"),
            ("alarm: A\ncases: [{name: a, expect: {5m: OK, 4m: OK}}]\n", "4m stands after 5m"),
            ("alarm: A\ncases: [{name: a, expect: {5m: OK, 5m: OK}}]\n", "5m"),
        ] {
            let faults = faults(text);
            assert!(faults.first().is_some_and(|fault| fault.2.contains(part)), "{text}: {faults:?}");
        }
    }
}
