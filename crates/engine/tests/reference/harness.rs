//! Runs bytes through a contract, whole and in pieces, and checks what must hold for every file.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use atalaya_contract::{Contract, Feed, Reject, parse};
use atalaya_engine::{Engine, Limits, Outcome, Plan, Verdict};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::table::Table;

/// The folder of reference data, or `None` with a line on the terminal that the test is skipped.
pub(crate) fn reference(part: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data").join(part);
    if !root.exists() {
        println!("skipped: the reference data {part} are not beside the repository");
        return None;
    }
    Some(root)
}

/// Reads a JSON file of the reference data.
pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).expect("JSON")
}

/// One of the contracts in `tests/contracts`.
pub(crate) fn own_contract(name: &str) -> Contract {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts").join(format!("{name}.odcs.yaml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&text).unwrap_or_else(|violations| panic!("{name}: {violations}"))
}

/// A contract made in the test: one table, one S3 feed. JSON is YAML, so the document is written as JSON.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    dialect: Value,
    columns: Vec<Value>,
    quality: Vec<Value>,
    custom: Vec<Value>,
}

impl Sheet {
    /// Every file is available, however many rows are rejected, unless [`Sheet::strict`] says otherwise.
    pub(crate) fn new(columns: impl IntoIterator<Item = Value>) -> Self {
        let columns = columns.into_iter().collect();
        let custom = vec![json!({"property": "rejectThreshold", "value": {"value": 100, "unit": "percent"}})];
        Self { dialect: json!({}), columns, quality: Vec::new(), custom }
    }

    /// All columns are text, with these labels.
    pub(crate) fn of_text<S: AsRef<str>>(labels: impl IntoIterator<Item = S>) -> Self {
        Self::new(labels.into_iter().map(|label| json!({"name": label.as_ref(), "logicalType": "string"})))
    }

    /// Says how the bytes are written, in the words of `csvDialect`.
    pub(crate) fn dialect(mut self, dialect: Value) -> Self {
        self.dialect = dialect;
        self
    }

    /// Takes away the tolerance: the default threshold holds.
    pub(crate) fn strict(mut self) -> Self {
        self.custom.retain(|custom| custom["property"] != "rejectThreshold");
        self
    }

    pub(crate) fn threshold(self, value: f64, unit: &str) -> Self {
        self.strict().custom("rejectThreshold", json!({"value": value, "unit": unit}))
    }

    /// Sets one of the contract's custom properties.
    pub(crate) fn custom(mut self, property: &str, value: Value) -> Self {
        self.custom.retain(|custom| custom["property"] != property);
        self.custom.push(json!({"property": property, "value": value}));
        self
    }

    /// Adds a quality rule to the table.
    pub(crate) fn quality(mut self, rule: Value) -> Self {
        self.quality.push(rule);
        self
    }

    pub(crate) fn document(&self) -> String {
        let custom = json!([{"property": "csvDialect", "value": self.dialect}]);
        let server = json!({"server": "inbox", "type": "s3", "location": "s3://inbox/data/*", "format": "csv",
            "customProperties": custom});
        let mut object = json!({"name": "data", "logicalType": "object", "properties": self.columns});
        if !self.quality.is_empty() {
            object["quality"] = json!(self.quality);
        }
        let mut document = json!({"apiVersion": "v3.1.0", "kind": "DataContract", "id": "test", "version": "1",
            "status": "active", "servers": [server], "schema": [object]});
        if !self.custom.is_empty() {
            document["customProperties"] = json!(self.custom);
        }
        document.to_string()
    }

    pub(crate) fn contract(&self) -> Contract {
        parse(&self.document()).unwrap_or_else(|violations| panic!("{violations}\n{}", self.document()))
    }

    /// Runs the bytes through the contract.
    pub(crate) fn check(&self, bytes: impl AsRef<[u8]>) -> Run {
        check(&self.contract(), bytes.as_ref())
    }
}

/// All that came out for one file.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) verdict: Verdict,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) table: Table,
    /// The Parquet file itself.
    pub(crate) parquet: Bytes,
}

/// What the chunking must not change.
type Seen<'a> = (Outcome, bool, [u64; 3], &'a [Reject], Vec<Vec<Option<String>>>, &'a [String], u64);

impl Run {
    pub(crate) fn is_available(&self) -> bool {
        self.verdict.outcome == Outcome::Available
    }

    /// Read, accepted, rejected.
    pub(crate) fn counts(&self) -> [u64; 3] {
        [self.verdict.rows.read, self.verdict.rows.accepted, self.verdict.rows.rejected]
    }

    /// `row code column` of every reject, sorted as the rejects stand; `-` for what is absent.
    pub(crate) fn faults(&self) -> Vec<String> {
        self.rejects.iter().filter(|reject| !reject.tolerated).map(in_short).collect()
    }

    /// The same of cells that are listed and not rejected.
    pub(crate) fn tolerated(&self) -> Vec<String> {
        self.rejects.iter().filter(|reject| reject.tolerated).map(in_short).collect()
    }

    /// Rows that broke the rule in the column, in order.
    pub(crate) fn rows_breaking(&self, column: &str, rule: &str) -> Vec<u64> {
        let broke = |reject: &&Reject| reject.column.as_deref() == Some(column) && reject.rule.as_deref() == Some(rule);
        self.rejects.iter().filter(broke).filter_map(|reject| reject.row).collect()
    }

    /// Rows with any reject.
    pub(crate) fn rejected_rows(&self) -> BTreeSet<u64> {
        self.rejects.iter().filter(|reject| !reject.tolerated).filter_map(|reject| reject.row).collect()
    }

    /// All accepted rows as texts, null as `∅`.
    pub(crate) fn texts(&self) -> Vec<Vec<String>> {
        let text = |cell: Option<String>| cell.unwrap_or_else(|| "∅".to_owned());
        self.table.cells().into_iter().map(|row| row.into_iter().map(text).collect()).collect()
    }

    fn seen(&self) -> Seen<'_> {
        let Verdict { outcome, unreadable, warnings, bytes_read, .. } = &self.verdict;
        (*outcome, *unreadable, self.counts(), &self.rejects, self.table.cells(), warnings, *bytes_read)
    }
}

fn in_short(reject: &Reject) -> String {
    let row = reject.row.map_or("-".to_owned(), |row| row.to_string());
    format!("{row} {} {}", reject.code, reject.column.as_deref().unwrap_or("-"))
}

/// The engine's limits are made small where a test would otherwise need a large file.
pub(crate) fn plan(contract: &Contract, limits: Option<Limits>) -> Arc<Plan> {
    let feed: Feed = contract.feed_for_check().expect("a feed");
    let plan = Plan::new(contract, &feed).expect("a plan");
    Arc::new(match limits {
        Some(limits) => plan.with_limits(limits),
        None => plan,
    })
}

/// Runs the bytes whole and in pieces, demands that all runs agree and that the invariants hold.
pub(crate) fn check(contract: &Contract, bytes: &[u8]) -> Run {
    check_with(&plan(contract, None), bytes)
}

pub(crate) fn check_with(plan: &Arc<Plan>, bytes: &[u8]) -> Run {
    let whole = run(plan, bytes, usize::MAX);
    hold(&whole);
    let sizes: &[usize] = match bytes.len() {
        0..2_000 => &[1, 2, 3, 7],
        2_000..100_000 => &[1, 61],
        _ => &[4093],
    };
    for size in sizes {
        let pieces = run(plan, bytes, *size);
        assert_eq!(whole.seen(), pieces.seen(), "in pieces of {size} bytes");
    }
    whole
}

fn run(plan: &Arc<Plan>, bytes: &[u8], size: usize) -> Run {
    let mut engine = Engine::new(plan.clone()).expect("an engine");
    let (mut parquet, mut lines) = (Vec::new(), Vec::new());
    for mut piece in bytes.chunks(size) {
        while !piece.is_empty() {
            piece = &piece[engine.feed(piece).expect("bad input is no error of the engine")..];
            parquet.extend(engine.take_parquet());
            lines.extend(engine.take_rejects());
        }
    }
    let verdict = engine.finish().expect("bad input is no error of the engine");
    parquet.extend(engine.take_parquet());
    lines.extend(engine.take_rejects());
    let lines = String::from_utf8(lines).expect("the rejects are UTF-8");
    assert!(lines.is_empty() || lines.ends_with('\n'), "the last reject is a whole line");
    let rejects = lines.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let parquet = Bytes::from(parquet);
    Run { verdict, rejects, table: Table::read(&parquet), parquet }
}

/// What holds for every file.
fn hold(run: &Run) {
    let [read, accepted, rejected] = run.counts();
    assert_eq!(read, accepted + rejected, "read = accepted + rejected");
    let rows = run.rejected_rows();
    assert!(
        rows.iter().all(|row| (1..=read).contains(row)),
        "rows of rejects are rows of the file: {rows:?} of {read}"
    );
    if run.is_available() {
        assert_eq!(run.table.rows() as u64, accepted, "the table holds the accepted rows");
    }
    if !run.verdict.unreadable {
        assert_eq!(rows.len() as u64, rejected, "every rejected row has a line in the rejects, and no other has");
    }
    let counted: u64 = run.verdict.rejects.iter().map(|summary| summary.count).sum();
    let (tolerated, rejects): (Vec<_>, Vec<_>) = run.rejects.iter().partition(|reject| reject.tolerated);
    assert_eq!(counted, rejects.len() as u64, "the summary counts every reject");
    // Faults of the whole file come first, since they alone can decide the outcome.
    let (of_file, of_rows): (Vec<_>, Vec<_>) =
        rejects.into_iter().partition(|reject| reject.row.is_none() && reject.code != "blank-row");
    let shows_tolerated = run.verdict.first_rejects.iter().any(|reject| reject.tolerated);
    let tolerated = tolerated.into_iter().filter(|_| shows_tolerated);
    let first: Vec<_> = of_file.into_iter().chain(of_rows).chain(tolerated).take(10).collect();
    assert_eq!(run.verdict.first_rejects.iter().collect::<Vec<_>>(), first, "the first rejects are those of the list");
    for reject in &run.rejects {
        assert!(!reject.message.trim().is_empty(), "a reject says what is wrong: {reject:?}");
        assert_eq!(reject.row.is_some(), reject.row.and(reject.line).and(reject.byte).is_some(), "{reject:?}");
    }
}

/// How one cell of a column is judged: its value as text, or the codes of its rejects joined by blanks. The cell stands
/// in quotes beside a second column, so that neither blanks nor line ends in it make it anything else.
pub(crate) fn judge(column: &Value, dialect: &Value, cell: &str) -> Result<String, String> {
    let mut column = column.clone();
    column["name"] = json!("v");
    let sheet = Sheet::new([column, json!({"name": "k", "logicalType": "string"})]).dialect(dialect.clone());
    let delimiter = dialect.get("delimiter").and_then(Value::as_str).unwrap_or(",");
    let run = sheet.check(format!("v{delimiter}k\n\"{}\"{delimiter}x\n", cell.replace('"', "\"\"")));
    match run.texts().first() {
        Some(row) => Ok(row[0].clone()),
        None => Err(run.rejects.iter().map(|reject| reject.code.as_str()).collect::<Vec<_>>().join(" ")),
    }
}

/// Demands that a column takes each cell for the value beside it.
pub(crate) fn takes(column: Value, dialect: Value, cells: &[(&str, &str)]) {
    for (cell, value) in cells {
        assert_eq!(judge(&column, &dialect, cell).as_deref(), Ok(*value), "{cell:?} as {column}");
    }
}

/// Demands that a column refuses each cell with the code.
pub(crate) fn refuses(column: Value, dialect: Value, code: &str, cells: &[&str]) {
    for cell in cells {
        assert_eq!(judge(&column, &dialect, cell), Err(code.to_owned()), "{cell:?} as {column}");
    }
}
