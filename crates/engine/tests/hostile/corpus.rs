//! The cases, each of a kind of its own.

use serde_json::{Value, json};

use crate::files::{Feed, gzip, header, noise, rows};

/// A file that is made to cost.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) contract: fn() -> String,
    /// Feeds the file.
    pub(crate) file: fn(&mut Feed<'_>),
    pub(crate) is_available: bool,
}

impl Case {
    const fn rejected(name: &'static str, contract: fn() -> String, file: fn(&mut Feed<'_>)) -> Self {
        Self { name, contract, file, is_available: false }
    }

    const fn available(name: &'static str, contract: fn() -> String, file: fn(&mut Feed<'_>)) -> Self {
        Self { name, contract, file, is_available: true }
    }
}

/// How many bytes the longest record may have.
const RECORD: usize = 4 << 20;

pub(crate) const ALL: &[Case] = &[
    Case::rejected("an empty file", || texts(1), |_| {}),
    Case::rejected(
        "gzip of rows whose 399 required cells are null",
        || table(columns(400, required)),
        |feed| {
            gzip(&header(400), &[b",".repeat(399), b"x\n".to_vec()].concat(), 40_000, feed);
        },
    ),
    Case::rejected(
        "gzip of very many short rows",
        || table(columns(2, integer)),
        |feed| {
            gzip(&header(2), b"x,\n", 10_000_000, feed);
        },
    ),
    Case::rejected("gzip of blank lines", blank_rows, |feed| {
        gzip(&header(2), b"\n", 20_000_000, feed);
    }),
    Case::rejected(
        "rows of one cell against 400 columns",
        || texts(400),
        |feed| {
            rows(&header(400), 1_000_000, |_, out| out.extend(b"x\n"), feed);
        },
    ),
    Case::rejected(
        "a long pattern that every cell breaks",
        || table(vec![long_pattern()]),
        |feed| {
            rows("c0\n", 2_000_000, |_, out| out.extend(b"-\n"), feed);
        },
    ),
    Case::rejected(
        "a hundred rules that every cell breaks",
        || table(vec![many_rules("mustBe", 0)]),
        |feed| {
            rows("c0\n", 200_000, |_, out| out.extend(b"-\n"), feed);
        },
    ),
    Case::rejected(
        "a hundred rules that tolerate some",
        || table(vec![many_rules("mustBeLessThan", 5)]),
        |feed| {
            rows("c0\n", 500_000, |_, out| out.extend(b"-\n"), feed);
        },
    ),
    Case::rejected("four thousand rules about duplicates", duplicates, |feed| {
        rows(&header(12), 2_000, |_, out| out.extend(b"1,1,1,1,1,1,1,1,1,1,1,1\n"), feed);
    }),
    Case::available(
        "a record as long as can be, hard to compress",
        || texts(1),
        |feed| {
            rows("c0\n", 1, |_, out| noise(1, RECORD - 100, out), feed);
        },
    ),
    Case::available("a long record in quotes, of escapes alone", escaped, |feed| {
        rows("c0\n\"", 1, |_, out| out.extend(b"\\x".repeat(RECORD / 2 - 100)), feed);
        feed(b"\"\n");
    }),
    Case::available(
        "long records one after the other",
        || texts(1),
        |feed| {
            rows(
                "c0\n",
                12,
                |number, out| {
                    noise(number, RECORD - 100, out);
                    out.push(b'\n')
                },
                feed,
            );
        },
    ),
    Case::available(
        "short rows after a long record",
        || texts(1),
        |feed| {
            rows(
                "c0\n",
                1,
                |_, out| {
                    noise(1, RECORD / 2 + 10, out);
                    out.push(b'\n')
                },
                feed,
            );
            rows("", 8_000_000, |_, out| out.extend(b"x\n"), feed);
        },
    ),
    Case::rejected(
        "a record longer than can be",
        || texts(1),
        |feed| {
            rows("c0\n\"", 300_000_000 / 64, |_, out| out.extend([b'x'; 64]), feed);
        },
    ),
    Case::rejected(
        "a cell of very many lines in windows-1252",
        || encoded("windows-1252"),
        |feed| {
            rows("c0\n\"", 60_000_000, |_, out| out.extend(b"\xe9\n"), feed);
        },
    ),
    Case::rejected(
        "a cell of very many lines in UTF-16",
        || encoded("utf-16le"),
        |feed| {
            feed(&utf16("c0\n\""));
            rows("", 60_000_000, |_, out| out.extend(utf16("é\n")), feed);
        },
    ),
    Case::available(
        "a cell of many lines that look like rows",
        || texts(3),
        |feed| {
            rows("c0,c1,c2\n1,2,\"", 500_000, |_, out| out.extend(b"a,b,c\n"), feed);
            feed(b"\"\n");
        },
    ),
    Case::rejected(
        "a header of 65,536 long labels",
        || texts(2),
        |feed| {
            rows(
                "",
                65_536,
                |number, out| {
                    noise(number, 120, out);
                    out.push(b',')
                },
                feed,
            );
            feed(b"x\n1,2\n");
        },
    ),
    Case::rejected(
        "rows of many lengths below a wide header",
        || texts(1),
        |feed| {
            rows(
                &header(30_000),
                2_000,
                |number, out| {
                    out.extend(b"x,".repeat(number));
                    out.push(b'\n')
                },
                feed,
            );
        },
    ),
    Case::available(
        "two thousand columns of numbers",
        || table(columns(2_000, integer)),
        |feed| {
            rows(&header(2_000), 4_000, |row, out| wide(row, 2_000, out), feed);
        },
    ),
    Case::available(
        "as many columns as can be, of distinct texts",
        || texts(2_048),
        |feed| {
            rows(&header(2_048), 3_000, |row, out| wide(row, 2_048, out), feed);
        },
    ),
    Case::available(
        "distinct texts in a few columns",
        || texts(8),
        |feed| {
            rows(&header(8), 1_000_000, |row, out| wide(row, 8, out), feed);
        },
    ),
    Case::available(
        "a million distinct keys",
        || table(columns(1, unique)),
        |feed| {
            rows("c0\n", 1_000_000, |row, out| out.extend(format!("{row:x}\n").bytes()), feed);
        },
    ),
    Case::rejected(
        "as many columns as can be, of rows as long as can be",
        || texts(2_048),
        |feed| {
            let cell = |row: usize| format!("{row}{}", "x".repeat(2_000));
            rows(&header(2_048), 150, |row, out| out.extend((vec![cell(row); 2_048].join(",") + "\n").bytes()), feed);
        },
    ),
    Case::rejected(
        "patterns that learn much of cells without a pattern",
        || table(columns(256, learning)),
        |feed| {
            rows(&header(256), 12, |row, out| letters(row, 256, out), feed);
        },
    ),
    Case::rejected(
        "very many faults of very many kinds",
        || table(columns(2_000, picky)),
        |feed| {
            rows(
                &header(2_000),
                3_000,
                |_, out| {
                    out.extend(b"?,".repeat(1_999));
                    out.extend(b"?\n")
                },
                feed,
            );
        },
    ),
];

fn table(properties: Vec<Value>) -> String {
    document(properties, json!([]), json!({}))
}

fn document(properties: Vec<Value>, quality: Value, dialect: Value) -> String {
    json!({
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "hostile", "version": "1.0.0", "status": "active",
        "schema": [{"name": "rows", "logicalType": "object", "properties": properties, "quality": quality}],
        "servers": [{"server": "inbox", "type": "s3", "location": "s3://inbox/hostile/*.csv", "format": "csv",
            "customProperties": [{"property": "csvDialect", "value": dialect}]}],
    })
    .to_string()
}

fn texts(count: usize) -> String {
    table(columns(count, text))
}

fn columns(count: usize, column: fn(String) -> Value) -> Vec<Value> {
    (0..count).map(|at| column(format!("c{at}"))).collect()
}

fn text(name: String) -> Value {
    json!({"name": name, "logicalType": "string"})
}

fn integer(name: String) -> Value {
    json!({"name": name, "logicalType": "integer"})
}

fn required(name: String) -> Value {
    json!({"name": name, "logicalType": "string", "required": true})
}

fn unique(name: String) -> Value {
    json!({"name": name, "logicalType": "string", "unique": true})
}

/// A column of which `?` breaks two rules.
fn picky(name: String) -> Value {
    let options = json!({"minLength": 2});
    json!({"name": name, "logicalType": "string", "logicalTypeOptions": options, "enum": [{"value": "a"}]})
}

/// A column whose pattern remembers the last letters.
fn learning(name: String) -> Value {
    json!({"name": name, "logicalType": "string", "logicalTypeOptions": {"pattern": "(a|b)*a(a|b){12}c"}})
}

/// A row of cells of two letters without an order.
fn letters(row: usize, columns: usize, out: &mut Vec<u8>) {
    for column in 0..columns {
        let start = out.len();
        noise(row * columns + column, 2_000, out);
        out[start..].iter_mut().for_each(|letter| *letter = b'a' + *letter % 2);
        out.push(if column + 1 == columns { b'\n' } else { b',' });
    }
}

fn long_pattern() -> Value {
    let pattern = format!("^({})$", vec!["[a-z]"; 1_400].join("|"));
    json!({"name": "c0", "logicalType": "string", "logicalTypeOptions": {"pattern": pattern}})
}

fn many_rules(operator: &str, operand: u64) -> Value {
    let rules = (0..100).map(|at| {
        json!({"name": format!("rule {at} {}", "long".repeat(60)), "metric": "invalidValues",
               "arguments": {"validValues": ["a", "b"]}, operator: operand, "unit": "rows"})
    });
    json!({"name": "c0", "logicalType": "string", "quality": rules.collect::<Vec<_>>()})
}

/// Rules about all pairs, triples … of twelve columns.
fn duplicates() -> String {
    let rules = (1_u32..4_000).map(|set| {
        let of: Vec<String> = (0..12).filter(|at| set >> at & 1 == 1).map(|at| format!("c{at}")).collect();
        json!({"name": format!("rule {set}"), "metric": "duplicateValues", "arguments": {"properties": of},
               "mustBeLessThan": 5, "unit": "percent"})
    });
    document(columns(12, text), rules.collect(), json!({}))
}

/// Blank rows are rejects.
fn blank_rows() -> String {
    document(columns(2, text), json!([]), json!({"skipBlankRows": false}))
}

fn escaped() -> String {
    document(columns(1, text), json!([]), json!({"escapeChar": "\\", "doubleQuote": false}))
}

fn encoded(encoding: &str) -> String {
    document(columns(1, text), json!([]), json!({"encoding": encoding}))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A row of so many numbers, none of which stands in another row.
fn wide(row: usize, columns: usize, out: &mut Vec<u8>) {
    for column in 0..columns {
        let end = if column + 1 == columns { b'\n' } else { b',' };
        out.extend((row * columns + column).to_string().bytes());
        out.push(end);
    }
}
