//! Runs the engine over a file and reads back what it made.

use std::sync::Arc;

use arrow_array::{Array, RecordBatch, cast::AsArray, types::Int64Type};
use atalaya_contract::{
    AdditionalColumns, Contract, CsvDialect, Feed, Location, LogicalType, NumberOptions, Object, OnDuplicateContent,
    Property, Reject, StringOptions, Threshold, Unit,
};
use atalaya_engine::{Engine, Limits, Plan, Verdict};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Everything that came out of the engine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) verdict: Verdict,
    pub(crate) parquet: Vec<u8>,
    pub(crate) rejects: Vec<u8>,
}

impl Run {
    /// The reject lines.
    pub(crate) fn lines(&self) -> Vec<Reject> {
        let lines = std::str::from_utf8(&self.rejects).expect("rejects are text").lines();
        lines.map(|line| serde_json::from_str(line).expect("a reject line")).collect()
    }

    /// The accepted rows, each cell as text, `None` for null.
    pub(crate) fn rows(&self) -> Vec<Vec<Option<String>>> {
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(Bytes::from(self.parquet.clone())).expect("a Parquet file");
        let batches = reader.build().expect("a reader").map(|batch| batch.expect("a batch"));
        batches.flat_map(|batch| (0..batch.num_rows()).map(|row| cells(&batch, row)).collect::<Vec<_>>()).collect()
    }
}

fn cells(batch: &RecordBatch, row: usize) -> Vec<Option<String>> {
    let text = |column: &dyn Array| match column.as_primitive_opt::<Int64Type>() {
        Some(integers) => integers.value(row).to_string(),
        None => column.as_string::<i32>().value(row).to_owned(),
    };
    batch.columns().iter().map(|column| column.is_valid(row).then(|| text(column))).collect()
}

/// Feeds `chunks` one after the other.
pub(crate) fn run<'a>(plan: &Arc<Plan>, chunks: impl IntoIterator<Item = &'a [u8]>) -> Run {
    run_with(Engine::new(Arc::clone(plan)).expect("an engine"), chunks)
}

/// The same with an engine that is made already.
pub(crate) fn run_with<'a>(mut engine: Engine, chunks: impl IntoIterator<Item = &'a [u8]>) -> Run {
    let (mut parquet, mut rejects) = (Vec::new(), Vec::new());
    for mut chunk in chunks {
        while !chunk.is_empty() {
            chunk = &chunk[engine.feed(chunk).expect("the engine works")..];
            parquet.extend(engine.take_parquet());
            rejects.extend(engine.take_rejects());
        }
    }
    let verdict = engine.finish().expect("the engine ends");
    parquet.extend(engine.take_parquet());
    rejects.extend(engine.take_rejects());
    Run { verdict, parquet, rejects }
}

/// A plan for columns `c0`, `c1` … of which the last is a required integer and the others are text. Any number of
/// rejected rows leaves a file available.
pub(crate) fn plan(dialect: CsvDialect, width: usize, record_bytes: usize) -> Arc<Plan> {
    let properties = (0..width).map(|at| property(&format!("c{at}"), at + 1 == width));
    let object = Object {
        name: "rows".to_owned(),
        properties: properties.collect(),
        primary_key: Vec::new(),
        quality: Vec::new(),
    };
    let mut limits = Limits::default();
    limits.record_bytes = record_bytes;
    Arc::new(plan_of(object, dialect, Threshold { value: 100.into(), unit: Unit::Percent }).with_limits(limits))
}

/// A plan for files of one object, as its contract says it and nothing else.
pub(crate) fn plan_of(object: Object, dialect: CsvDialect, reject_threshold: Threshold) -> Plan {
    let feed = Feed {
        dataset: object.name.clone(),
        server: "inbox".to_owned(),
        location: Location { bucket: "inbox".to_owned(), key: "**".to_owned() },
        object: 0,
        dialect,
        reject_threshold,
        on_duplicate_content: OnDuplicateContent::Skip,
        additional_columns: AdditionalColumns::Ignore,
    };
    let contract = Contract {
        id: object.name.clone(),
        version: "1.0.0".to_owned(),
        name: None,
        status: "active".to_owned(),
        api_version: "v3.1.0".to_owned(),
        objects: vec![object],
        feeds: vec![feed.clone()],
        desk: None,
    };
    Plan::new(&contract, &feed).expect("a plan")
}

fn property(name: &str, is_integer: bool) -> Property {
    Property {
        name: name.to_owned(),
        label: name.to_owned(),
        logical_type: if is_integer {
            LogicalType::Integer(NumberOptions::default())
        } else {
            LogicalType::String(StringOptions::default())
        },
        required: is_integer,
        unique: false,
        enumeration: None,
        classification: None,
        quality: Vec::new(),
    }
}
