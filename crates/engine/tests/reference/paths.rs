//! Two ways through the engine: stretches of plain rows are read as a grid, all else record by record. A quote anywhere
//! in the stretch is enough to change the way, and must change nothing else.

use serde_json::{Value, json};

use crate::harness::{Run, Sheet};

/// Cells without quotes, delimiters and line ends: good, bad and doubtful for every type.
const CELLS: [&str; 40] = [
    "",
    "0",
    "-0",
    "7",
    "007",
    "+7",
    "12.50",
    ".5",
    "5.",
    "1e3",
    "-1e-3",
    "NA",
    " NA",
    " ",
    "\t",
    " 7 ",
    "x",
    "é",
    "日本",
    "true",
    "TRUE",
    "false",
    "1,5",
    "1 000",
    "2024-02-29",
    "2023-02-29",
    "2024-2-9",
    "12:30:00",
    "24:00:00",
    "12:30:00.5",
    "2024-02-29T12:30:00Z",
    "2024-02-29T12:30:00",
    "#",
    "#x",
    "99999999999999999999",
    "1.005",
    "-999.99",
    "\u{feff}",
    "nan",
    "ab c",
];

/// A small generator, so that every run has the same rows.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn columns() -> Vec<Value> {
    vec![
        json!({"name": "s", "logicalType": "string", "logicalTypeOptions": {"minLength": 1, "maxLength": 4, "pattern": "^[^x]"}}),
        json!({"name": "i", "logicalType": "integer", "unique": true, "logicalTypeOptions": {"minimum": -5}}),
        json!({"name": "f", "logicalType": "number", "logicalTypeOptions": {"maximum": 100}}),
        json!({"name": "d", "logicalType": "number", "physicalType": "DECIMAL(5,2)", "classification": "PII"}),
        json!({"name": "b", "logicalType": "boolean", "required": true}),
        json!({"name": "day", "logicalType": "date"}),
        json!({"name": "time", "logicalType": "time"}),
        json!({"name": "at", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": true}}),
    ]
}

/// What a run says of its rows, with the first `rows` rows, `lines` lines and `bytes` bytes taken away.
fn seen(run: &Run, rows: u64, lines: u64, bytes: u64) -> (Vec<String>, Vec<Vec<String>>) {
    let later = run.rejects.iter().filter(|reject| reject.row.is_none_or(|row| row > rows));
    let told = later.map(|reject| {
        let mut reject = reject.clone();
        reject.row = reject.row.map(|row| row - rows);
        reject.line = reject.line.map(|line| line - lines);
        reject.byte = reject.byte.map(|byte| byte - bytes);
        serde_json::to_string(&reject).unwrap()
    });
    let kept = usize::try_from(rows).unwrap().min(run.table.rows());
    (told.collect(), run.texts().split_off(kept))
}

#[test]
fn both_ways_agree_on_every_row() {
    let dialects = [
        json!({}),
        json!({"trim": true, "nullTokens": ["", "NA"]}),
        json!({"commentPrefix": "#", "nullTokens": ["NA"], "skipBlankRows": false}),
        json!({"decimalChar": ".", "groupChar": " ", "trim": "end"}),
        json!({"encoding": "windows-1252"}),
    ];
    let header = "s;i;f;d;b;day;time;at";
    for (seed, dialect) in dialects.into_iter().enumerate() {
        for end in ["\n", "\r\n"] {
            let mut numbers = Numbers(seed as u64 + 1);
            let mut body = String::new();
            for _ in 0..400 {
                let row: Vec<&str> = (0..8).map(|_| CELLS[numbers.below(CELLS.len())]).collect();
                body.push_str(&row.join(";"));
                body.push_str(end);
            }
            let mut dialect = dialect.clone();
            dialect["delimiter"] = json!(";");
            let sheet = Sheet::new(columns()).dialect(dialect.clone());
            let plain = sheet.check(format!("{header}{end}{body}"));
            // The same rows after one that is good and quoted.
            let first = format!("\"q\";-4;1;1;true;2024-01-01;00:00:00;2024-01-01T00:00:00Z{end}");
            let quoted = sheet.check(format!("{header}{end}{first}{body}"));
            assert_eq!(seen(&plain, 0, 0, 0), seen(&quoted, 1, 1, first.len() as u64), "{dialect} {end:?}");
        }
    }
}

#[test]
fn a_long_file_changes_its_way_in_the_middle() {
    // Far more than is looked at together, with a quote, a short row, a blank line and a lone carriage return between.
    let mut text = "n,t\n".to_owned();
    let (mut lines, mut wanted) = (1_u64, Vec::new());
    for row in 1..=120_000_u64 {
        let line = match row {
            30_000 => "30000,\"quoted\nhere\"\n".to_owned(),
            50_000 => "50000\n".to_owned(),
            70_000 => "\n70000,x\n".to_owned(),
            90_000 => "90000,x\r".to_owned(),
            row if row % 9_999 == 0 => "bad,x\n".to_owned(),
            row => format!("{row},x\n"),
        };
        if row == 50_000 || row % 9_999 == 0 {
            wanted.push((Some(row), Some(lines + 1), Some(text.len() as u64)));
        }
        lines += line.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64;
        text.push_str(&line);
    }
    let columns =
        [json!({"name": "n", "logicalType": "integer", "unique": true}), json!({"name": "t", "logicalType": "string"})];
    let run = Sheet::new(columns).check(&text);
    let found: Vec<_> = run.rejects.iter().map(|reject| (reject.row, reject.line, reject.byte)).collect();
    assert_eq!(found, wanted);
    assert_eq!(run.counts(), [120_000, 120_000 - 13, 13]);
    assert_eq!(run.table.facts("n").values, 120_000 - 13);
}
