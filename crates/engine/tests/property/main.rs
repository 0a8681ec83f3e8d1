//! Any dialect, any text, any chunking: the engine agrees with a slow and simple reader, and never with the cuts.

mod expected;
mod naive;
mod output;
mod run;
mod selection;

use std::io::Write as _;

use atalaya_contract::{Compression, CsvDialect, Trim};
use atalaya_engine::Outcome;
use proptest::{collection::vec, prelude::*, sample::select};

use expected::{Expected, expected};
use run::{Run, plan, run};

/// A file to read: the dialect, the number of columns, the longest record, the text.
#[derive(Clone)]
struct Case {
    dialect: CsvDialect,
    width: usize,
    record_bytes: usize,
    text: Vec<u8>,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}\nwidth {} record_bytes {}\n", self.dialect, self.width, self.record_bytes)?;
        write!(f, "text b\"{}\"", self.text.escape_ascii())
    }
}

fn dialects() -> impl Strategy<Value = CsvDialect> {
    let marks = (
        select(vec![b',', b';', b'\t', b'|', b' ']),
        select(vec![Some(b'"'), Some(b'"'), Some(b'\''), None]),
        select(vec![None, None, Some(b'\\')]),
        select(vec![None, None, Some("#"), Some("--")]),
        select(vec![Trim::None, Trim::None, Trim::Start, Trim::End, Trim::Both]),
    );
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let nulls = select(vec![vec![""], vec!["NA"], vec!["", "NA", "é"], vec![]]);
    (marks, flags, nulls).prop_map(|((delimiter, quote_char, escape_char, comment, trim), flags, nulls)| CsvDialect {
        delimiter,
        quote_char,
        escape_char,
        comment_prefix: comment.map(str::to_owned),
        trim,
        double_quote: flags.0,
        header: flags.1,
        skip_blank_rows: flags.2,
        null_tokens: nulls.into_iter().map(str::to_owned).collect(),
        ..CsvDialect::default()
    })
}

/// Pieces of text that mean something to some dialect.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let odd: Vec<&[u8]> = vec![
        b",",
        b";",
        b"\t",
        b"|",
        b"\"",
        b"\"\"",
        b"'",
        b"\n",
        b"\r\n",
        b"\r",
        b"\n\n",
        b" ",
        b"  ",
        b"#",
        b"-",
        b"--",
        b"\\",
        b"a",
        b"NA",
        b"1",
        b"-7",
        b"007",
        b"\xc3\xa9",
        b"\xe2\x82\xac",
        b"\xff",
        b"\xc3",
        b"12345678901234567890",
    ];
    select(odd).prop_map(<[u8]>::to_vec)
}

/// A row with the right number of plain cells.
fn good_row(dialect: &CsvDialect, width: usize, end: &'static str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let delimiter = dialect.delimiter;
    let quote = dialect.quote_char;
    // Every cell in quotes, none, or each as it comes.
    let quoted = select(vec![0_u8, 0, 0xff, 0b0110_1001]);
    (
        quoted,
        vec(select(vec!["", "NA", "a", "bc", "é", "x y", "12345", "quite a long cell it is"]), width - 1),
        any::<i16>(),
    )
        .prop_map(move |(quoted, cells, last)| {
            let mut row = Vec::new();
            for (at, cell) in cells.into_iter().map(str::to_owned).chain([last.to_string()]).enumerate() {
                let quote = quote.filter(|_| quoted >> at & 1 == 1);
                row.extend(quote);
                row.extend_from_slice(cell.as_bytes());
                row.extend(quote);
                row.push(delimiter);
            }
            row.pop();
            row.extend_from_slice(end.as_bytes());
            row
        })
}

fn cases() -> impl Strategy<Value = Case> {
    (dialects(), 1_usize..5, 40_usize..300, select(vec!["\n", "\r\n", "\r"])).prop_flat_map(
        |(dialect, width, record_bytes, end)| {
            let stretch = prop_oneof![
                3 => vec(good_row(&dialect, width, end), 0..30).prop_map(|rows| rows.concat()),
                1 => (good_row(&dialect, width, end), 100_usize..600).prop_map(|(row, times)| row.repeat(times)),
                1 => vec(pieces(), 0..20).prop_map(|pieces| pieces.concat()),
            ];
            (vec(stretch, 0..6), Just((dialect, width, record_bytes, end))).prop_map(
                |(stretches, (dialect, width, record_bytes, end))| {
                    let mut text = Vec::new();
                    if dialect.header {
                        let labels: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
                        let delimiter = char::from(dialect.delimiter).to_string();
                        text.extend_from_slice(labels.join(&delimiter).as_bytes());
                        text.extend_from_slice(end.as_bytes());
                    }
                    text.extend(stretches.concat());
                    Case { dialect, width, record_bytes, text }
                },
            )
        },
    )
}

/// Cuts `bytes` at the given places, taken modulo its length.
fn cut<'a>(bytes: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = places.iter().map(|place| place % (bytes.len() + 1)).collect();
    places.sort_unstable();
    let mut start = 0;
    let mut chunks = Vec::new();
    for place in places {
        chunks.push(&bytes[start..place]);
        start = place;
    }
    chunks.push(&bytes[start..]);
    chunks
}

/// Checks a run against the naive reader; `file_offset` turns an offset in the text into one in the file.
fn agrees(run: &Run, expected: &Expected, file_offset: impl Fn(u64) -> u64) -> Result<(), TestCaseError> {
    let rejects: Vec<_> = run
        .lines()
        .into_iter()
        .map(|reject| (reject.row, reject.line, reject.byte, reject.column, reject.code))
        .collect();
    let wanted: Vec<_> = expected
        .rejects
        .iter()
        .map(|(row, line, byte, column, code)| {
            let byte = if expected.settled && *code == "source-error" && *byte == 0 && !expected.unreadable {
                0
            } else {
                file_offset(*byte)
            };
            (*row, Some(*line), Some(byte), column.clone(), (*code).to_owned())
        })
        .collect();
    prop_assert_eq!(rejects, wanted);
    prop_assert_eq!(run.verdict.rows.read, expected.read);
    prop_assert_eq!(run.verdict.rows.read, run.verdict.rows.accepted + run.verdict.rows.rejected);
    prop_assert_eq!(run.verdict.unreadable, expected.unreadable);
    let skipped = run.verdict.skipped;
    prop_assert_eq!((skipped.blank_rows, skipped.comment_lines), expected.skipped);
    if expected.settled {
        prop_assert_eq!(run.verdict.outcome, Outcome::Rejected);
    } else {
        prop_assert_eq!(run.verdict.rows.accepted, expected.rows.len() as u64);
        prop_assert_eq!(run.rows(), expected.rows.clone());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_agrees_with_the_naive_reader(case in cases(), places in vec(any::<usize>(), 0..8)) {
        let plan = plan(case.dialect.clone(), case.width, case.record_bytes);
        let whole = run(&plan, [&case.text[..]]);
        agrees(&whole, &expected(&case.text, &case.dialect, case.width, case.record_bytes), |at| at)?;
        prop_assert_eq!(&run(&plan, cut(&case.text, &places)), &whole);
        prop_assert_eq!(&run(&plan, case.text.chunks(1)), &whole);
    }

    #[test]
    fn a_byte_order_mark_and_gzip_change_nothing_but_offsets(
        case in cases(), mark in any::<bool>(), places in vec(any::<usize>(), 0..8), members in vec(any::<usize>(), 0..3)
    ) {
        let plan = plan(case.dialect.clone(), case.width, case.record_bytes);
        let mut file = if mark { b"\xef\xbb\xbf".to_vec() } else { Vec::new() };
        file.extend_from_slice(&case.text);
        let mut packed = Vec::new();
        for part in cut(&file, &members) {
            let mut encoder = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
            encoder.write_all(part).expect("a vector takes all bytes");
        }
        let expected = expected(&case.text, &case.dialect, case.width, case.record_bytes);
        let whole = run(&plan, [&packed[..]]);
        agrees(&whole, &expected, |at| at + if mark { 3 } else { 0 })?;
        prop_assert_eq!(&run(&plan, cut(&packed, &places)), &whole);
        prop_assert_eq!(&run(&plan, packed.chunks(1)), &whole);
    }

    #[test]
    fn other_encodings_change_nothing_but_offsets(
        case in cases(), encoding in select(vec!["utf-16le", "utf-16be", "windows-1252", "shift_jis", "gb18030"]),
        places in vec(any::<usize>(), 0..8)
    ) {
        let text = String::from_utf8_lossy(&case.text).replace('\u{fffd}', "?");
        // Shift_JIS has no é.
        let text = if encoding == "shift_jis" { text.replace('é', "ア").replace('€', "表") } else { text };
        let mut dialect = CsvDialect { encoding: encoding.to_owned(), ..case.dialect.clone() };
        dialect.null_tokens.iter_mut().filter(|_| encoding == "shift_jis").for_each(|token| *token = token.replace('é', "ア"));
        let encode = |text: &str| match encoding {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            label => encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding").encode(text).0.into_owned(),
        };
        let file = encode(&text);
        let expected = expected(text.as_bytes(), &dialect, case.width, case.record_bytes);
        let plan = plan(dialect, case.width, case.record_bytes);
        let whole = run(&plan, [&file[..]]);
        agrees(&whole, &expected, |at| encode(&text[..at as usize]).len() as u64)?;
        prop_assert_eq!(&run(&plan, cut(&file, &places)), &whole);
        prop_assert_eq!(&run(&plan, file.chunks(1)), &whole);
    }

    #[test]
    fn no_bytes_at_all_fail_the_engine(
        bytes in vec(any::<u8>(), 0..400), encoding in select(vec!["utf-8", "utf-16le", "iso-2022-jp", "gb18030", "euc-kr"]),
        compression in select(vec![Compression::Auto, Compression::None, Compression::Gzip]),
        packed in any::<bool>(), places in vec(any::<usize>(), 0..8)
    ) {
        let mut file = if packed { b"\x1f\x8b\x08\x00".to_vec() } else { Vec::new() };
        file.extend_from_slice(&bytes);
        let dialect = CsvDialect { encoding: encoding.to_owned(), compression, header: false, ..CsvDialect::default() };
        let plan = plan(dialect, 2, 1000);
        let whole = run(&plan, [&file[..]]);
        let rows = whole.verdict.rows;
        prop_assert_eq!(rows.read, rows.accepted + rows.rejected);
        prop_assert_eq!(&run(&plan, cut(&file, &places)), &whole);
        prop_assert_eq!(&run(&plan, file.chunks(1)), &whole);
    }
}
