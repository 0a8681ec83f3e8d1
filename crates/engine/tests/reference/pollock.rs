//! Pollock: polluted and real files against the content that their authors want.
//!
//! A dialect says how a well-made file is written; it cannot repair a broken one. So every file stands in exactly one
//! of three lists: the cells equal `clean/` to the last one; they do but for rows that the judgement rejects; or the
//! dialect cannot say what the file is, with the reason printed.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::harness::{Run, Sheet, read_json, reference};

/// What is wanted of a file.
enum Wanted {
    /// All cells as in `clean/`.
    Clean,
    /// All records but these (from 0, the header is 0) as in `clean/`; the reason for each difference.
    AllBut(&'static [usize], &'static str),
    /// No dialect says it.
    Inexpressible(&'static str),
}

use Wanted::{AllBut, Clean, Inexpressible};

const MANY_HEADERS: &str =
    "the header takes several lines, which no CSV dialect of CSVW or Frictionless folds into one";
const PREAMBLE: &str = "lines before the header, which no option of csvDialect passes over";

/// Every file of both folders.
const FILES: [(&str, &str, Wanted); 51] = [
    ("polluted", "file_double_trailing_newline.csv", Clean),
    (
        "polluted",
        "file_escape_char_0x5C.csv",
        AllBut(
            &[12],
            "the escape takes away the next byte's meaning, whatever it is: \\' is ', while clean/ keeps the backslash",
        ),
    ),
    ("polluted", "file_field_delimiter_0x2C_0x20.csv", Inexpressible("a delimiter of two characters")),
    ("polluted", "file_field_delimiter_0x9.csv", Clean),
    ("polluted", "file_header_multirow_3.csv", Inexpressible(MANY_HEADERS)),
    (
        "polluted",
        "file_multitable_less.csv",
        Inexpressible("a second table below the first: its rows are too short and rejected, see the test of its own"),
    ),
    (
        "polluted",
        "file_multitable_same.csv",
        Inexpressible("a second table of the same width below the first: its rows are rows"),
    ),
    ("polluted", "file_no_payload.csv", Inexpressible("no bytes: a fault of the file, see the test of its own")),
    ("polluted", "file_one_data_row.csv", Clean),
    (
        "polluted",
        "file_quotation_char_0x27.csv",
        Inexpressible(
            "apostrophes inside cells are not doubled, so no reader can tell them from quotes; see the test of its own",
        ),
    ),
    ("polluted", "file_record_delimiter_0xD.csv", Clean),
    ("polluted", "row_extra_quote14_col4.csv", AllBut(&[14], "text after a closing quote: the row is rejected")),
    ("polluted", "row_extra_quote25_col1.csv", AllBut(&[25], "text after a closing quote: the row is rejected")),
    (
        "polluted",
        "row_extra_quote4_col8.csv",
        Inexpressible("the quote opens a cell that swallows a line end: the file is refused, see the test of its own"),
    ),
    ("polluted", "row_field_delimiter_16_0x20.csv", AllBut(&[16], "blanks delimit nothing: the row is too short")),
    ("polluted", "row_field_delimiter_51_0x20.csv", AllBut(&[51], "blanks delimit nothing: the row is too short")),
    ("polluted", "row_field_delimiter_71_0x20.csv", AllBut(&[71], "blanks delimit nothing: the row is too short")),
    ("polluted", "row_less_sep_row13_col7.csv", AllBut(&[13], "a delimiter is missing: the row is too short")),
    ("polluted", "row_less_sep_row1_col1.csv", AllBut(&[1], "a delimiter is missing: the row is too short")),
    (
        "polluted",
        "row_less_sep_row58_col5.csv",
        AllBut(&[58], "a quote inside a cell that did not begin with one is text, and the comma after it delimits"),
    ),
    ("polluted", "row_more_sep_row15_col6.csv", AllBut(&[15], "a delimiter too many: the row is too long")),
    ("polluted", "row_more_sep_row34_col3.csv", AllBut(&[34], "a delimiter too many: the row is too long")),
    ("polluted", "row_more_sep_row66_col6.csv", AllBut(&[66], "a delimiter too many: the row is too long")),
    ("survey", "0Al-Sn.CSV", Clean),
    ("survey", "AL5083-emissivity.csv", Clean),
    ("survey", "Auto_Tone_sub242_nov.csv", Clean),
    ("survey", "Consular_cases_April_2016.csv", Clean),
    ("survey", "Feb-2016.csv", Clean),
    (
        "survey",
        "HMRC_spending_over_25000_for_September_2018.csv",
        Inexpressible("clean/ repairs text that was encoded twice (U+0096 for a dash); see the test of its own"),
    ),
    (
        "survey",
        "LOS_1050CFit.csv",
        Inexpressible(
            "rows of four and of five cells are all wanted; here those of five are rejected, see the test of its own",
        ),
    ),
    ("survey", "Note_4_Staff_costs_-_Average_number_of_persons_employed_13-14.csv", Inexpressible(MANY_HEADERS)),
    ("survey", "OccurrenceData351.csv", Clean),
    ("survey", "PLA_6%Talc-1hz.csv", Inexpressible(PREAMBLE)),
    (
        "survey",
        "ResultsOR30x100-0.25_5.dat__m28.csv",
        Inexpressible(
            "rows of 132 and of 133 cells are all wanted; here those of 132 are rejected, see the test of its own",
        ),
    ),
    ("survey", "Sun2014-Rs.csv", Inexpressible(MANY_HEADERS)),
    ("survey", "Takakai2008-ch4.csv", Inexpressible(MANY_HEADERS)),
    ("survey", "business_expenses_apr_jun_14_peter_lewis.csv", Inexpressible(PREAMBLE)),
    ("survey", "download (6).csv", Inexpressible(PREAMBLE)),
    ("survey", "epcs-dwp-cmg-spend-july-2017.csv", Inexpressible(PREAMBLE)),
    ("survey", "fr_RG65_pageid.csv", Clean),
    ("survey", "hist_2000_15O.csv", Clean),
    ("survey", "ministry-of-defence__30-09-2012__mod_300912-Air-Govt-data-template-u-senior.csv", Clean),
    ("survey", "mos-oct-dec-2014.csv", Inexpressible(PREAMBLE)),
    ("survey", "over25k-transparency.csv", Clean),
    ("survey", "prison-and-probation-ombudsman__30-09-2014__justice_PPO-September-Return-senior.csv", Clean),
    ("survey", "public-toilet-borough-grid.csv", Clean),
    ("survey", "scottish_law_commission-2011-03-31-organogram-junior.csv", Clean),
    ("survey", "student_loans_company_limited-2011-09-30-organogram-senior.csv", Clean),
    ("survey", "trinity-house__31-03-2015__dft_310315-Trinity-House-Organogram-ver-1-junior.csv", Clean),
    // The parameters tell a comma; the file, and clean/, are written with semicolons.
    ("survey", "vissim_data_conf2473_i7_v1987.csv", Clean),
    ("survey", "workforce-management-information-dft_201706.csv", Inexpressible(MANY_HEADERS)),
];

/// Records of a clean file: commas, every cell quoted or none, quotes doubled. Read here by hand, so that the engine is
/// not measured by itself.
fn clean_records(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).expect("clean files are UTF-8");
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                cell.push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records
}

struct Fixture {
    bytes: Vec<u8>,
    clean: Vec<Vec<String>>,
    dialect: Value,
    width: usize,
    /// Whether the file has a header; where it has none, `clean/` begins with one that its authors made up.
    header: bool,
}

fn fixture(root: &Path, folder: &str, name: &str) -> Fixture {
    let folder = root.join(folder);
    let told = read_json(&folder.join(format!("parameters/{name}_parameters.json")));
    let text = |key: &str| told[key].as_str().unwrap_or_default().to_owned();
    let delimiter = if name.starts_with("vissim") { ";".to_owned() } else { text("delimiter") };
    let mut dialect = json!({"delimiter": delimiter, "nullTokens": [], "header": false});
    let quote = text("quotechar");
    if !quote.is_empty() {
        dialect["quoteChar"] = json!(quote);
    }
    let escape = text("escapechar");
    // An escape that is the quote itself is what doubleQuote says.
    if !escape.is_empty() && escape != quote {
        dialect["escapeChar"] = json!(escape);
        dialect["doubleQuote"] = json!(false);
    }
    let lines = |key: &str| told[key].as_u64().or_else(|| told[key].as_str()?.parse().ok()).unwrap();
    let header = lines("header_lines") > 0;
    let clean = clean_records(&fs::read(folder.join(format!("clean/{name}"))).unwrap());
    let width = clean.first().map_or(0, Vec::len);
    Fixture { bytes: fs::read(folder.join(format!("csv/{name}"))).unwrap(), clean, dialect, width, header }
}

impl Fixture {
    /// Read by position, the header as a row like any other.
    fn run(&self) -> Run {
        let labels: Vec<String> = (1..=self.width).map(|at| format!("c{at}")).collect();
        Sheet::of_text(labels).dialect(self.dialect.clone()).check(&self.bytes)
    }

    /// What is wanted of [`Fixture::run`].
    fn wanted(&self) -> &[Vec<String>] {
        if self.header { &self.clean } else { &self.clean[1..] }
    }
}

#[test]
fn the_cells_equal_the_clean_files() {
    let Some(root) = reference("csv/pollock") else { return };
    for (folder, name, wanted) in FILES {
        let fixture = match wanted {
            Inexpressible(reason) => {
                println!("not expressible: {folder}/{name}: {reason}");
                continue;
            }
            _ => fixture(&root, folder, name),
        };
        let run = fixture.run();
        let mut clean = fixture.wanted().to_vec();
        match wanted {
            AllBut(rows, reason) => {
                println!("differs: {folder}/{name}, records {rows:?}: {reason}");
                // What our rows hold of those records is no concern here; that they alone differ is.
                let ours = run.texts();
                let kept: Vec<_> =
                    clean.iter().enumerate().filter(|(at, _)| !rows.contains(at)).map(|(_, row)| row.clone()).collect();
                let strange: Vec<_> = ours.iter().filter(|row| !kept.contains(row)).collect();
                assert!(strange.len() <= rows.len(), "{name}: {strange:?}");
                let ours: Vec<_> = ours.iter().filter(|row| kept.contains(row)).cloned().collect();
                assert_eq!(ours, kept, "{name}");
            }
            _ => {
                assert!(run.rejects.is_empty(), "{name}: {:?}", run.rejects.first());
                assert_eq!(run.texts(), std::mem::take(&mut clean), "{name}");
            }
        }
    }
}

#[test]
fn every_file_is_listed_once() {
    let Some(root) = reference("csv/pollock") else { return };
    for folder in ["polluted", "survey"] {
        let found: BTreeSet<String> = fs::read_dir(root.join(folder).join("csv"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let listed: BTreeSet<String> =
            FILES.iter().filter(|(place, ..)| *place == folder).map(|(_, name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, found);
    }
}

/// Nobody knows how many rows lie between a quote and one on another line that ends no cell.
#[test]
fn a_quote_that_swallows_a_line_end_refuses_the_file() {
    let Some(root) = reference("csv/pollock") else { return };
    let run = fixture(&root, "polluted", "row_extra_quote4_col8.csv").run();
    assert!(run.verdict.unreadable && run.rejects.len() == 1, "{:?}", run.verdict);
    assert!(run.rejects[0].message.contains("opens on line 5,"), "{:?}", run.rejects);
}

/// The header as labels: where each stands once and none is blank, the columns are found by name.
#[test]
fn columns_are_found_by_their_labels() {
    let Some(root) = reference("csv/pollock") else { return };
    let mut seen = 0;
    for (folder, name, wanted) in FILES {
        if !matches!(wanted, Clean) {
            continue;
        }
        let fixture = fixture(&root, folder, name);
        let labels = &fixture.clean[0];
        let unique =
            labels.iter().collect::<BTreeSet<_>>().len() == labels.len() && !labels.iter().any(String::is_empty);
        if !fixture.header || !unique {
            continue;
        }
        let mut dialect = fixture.dialect.clone();
        dialect["header"] = json!(true);
        // In the contract the columns stand in another order than in the file.
        let reversed: Vec<&String> = labels.iter().rev().collect();
        let run = Sheet::of_text(reversed).dialect(dialect).check(&fixture.bytes);
        let rows: Vec<Vec<String>> = run.texts().into_iter().map(|row| row.into_iter().rev().collect()).collect();
        assert_eq!(rows, fixture.clean[1..], "{name}: {:?}", run.rejects.first());
        seen += 1;
    }
    assert!(seen >= 10, "{seen} files have labels that can be found");
}

#[test]
fn a_row_fault_is_named_where_it_is() {
    let Some(root) = reference("csv/pollock") else { return };
    // Read by position the header is row 1, so the row of a fault is one more than the record in the file's name.
    for (name, row, codes) in [
        ("row_less_sep_row13_col7.csv", 14, &["missing-cell"][..]),
        ("row_less_sep_row1_col1.csv", 2, &["missing-cell"]),
        ("row_more_sep_row15_col6.csv", 16, &["extra-cell"]),
        ("row_more_sep_row34_col3.csv", 35, &["extra-cell"]),
        ("row_more_sep_row66_col6.csv", 67, &["extra-cell"]),
        ("row_field_delimiter_51_0x20.csv", 52, &["missing-cell"]),
    ] {
        let run = fixture(&root, "polluted", name).run();
        assert_eq!(run.rejected_rows(), BTreeSet::from([row]), "{name}: {:?}", run.faults());
        let found: BTreeSet<&str> = run.rejects.iter().map(|reject| reject.code.as_str()).collect();
        assert_eq!(found, codes.iter().copied().collect(), "{name}");
        assert_eq!(run.rejects[0].line, Some(row), "{name}");
    }
    // The first table is accepted whole; the second, of eight columns, is rejected row by row.
    let fixture = fixture(&root, "polluted", "file_multitable_less.csv");
    let run = fixture.run();
    assert_eq!(run.texts(), fixture.clean);
    let short = run.rejects.iter().filter(|reject| reject.code == "missing-cell").filter_map(|reject| reject.row);
    assert_eq!(short.collect::<BTreeSet<_>>(), (85..=167).collect(), "{:?}", run.faults());
}

#[test]
fn files_whose_clean_form_is_a_matter_of_taste() {
    let Some(root) = reference("csv/pollock") else { return };
    let run = Sheet::of_text(["a"]).check(&fixture(&root, "polluted", "file_no_payload.csv").bytes);
    assert_eq!(run.faults(), ["- source-error -"]);

    let hmrc = fixture(&root, "survey", "HMRC_spending_over_25000_for_September_2018.csv");
    let repaired: Vec<Vec<String>> =
        hmrc.run().texts().into_iter().map(|row| row.into_iter().map(repair).collect()).collect();
    assert_eq!(repaired, hmrc.clean);

    for (name, width) in [("LOS_1050CFit.csv", 4), ("ResultsOR30x100-0.25_5.dat__m28.csv", 133)] {
        let mut uneven = fixture(&root, "survey", name);
        uneven.width = width;
        uneven.dialect["quoteChar"] = json!("\"");
        let wanted: Vec<_> = uneven.clean.iter().filter(|row| row.len() == width).cloned().collect();
        assert_eq!(uneven.run().texts(), wanted, "{name}");
        assert_eq!(uneven.run().verdict.rows.rejected as usize, uneven.clean.len() - wanted.len(), "{name}");
    }

    // Rows without an apostrophe inside a cell are read; no row is read wrongly without a reject.
    let quotes = fixture(&root, "polluted", "file_quotation_char_0x27.csv");
    let run = quotes.run();
    let plain: Vec<_> =
        quotes.clean.iter().filter(|row| !row.iter().any(|cell| cell.contains('\''))).cloned().collect();
    let ours = run.texts();
    let lost: Vec<_> = plain.iter().filter(|row| !ours.contains(row)).collect();
    assert!(lost.is_empty(), "{lost:?} {:?}", run.faults());
}

/// Windows-1252 bytes that were taken for ISO-8859-1 before they were encoded.
fn repair(cell: String) -> String {
    cell.chars()
        .map(|character| match u8::try_from(character) {
            Ok(byte @ 0x80..=0x9f) => {
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap()
            }
            _ => character,
        })
        .collect()
}
