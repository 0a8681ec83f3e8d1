//! `schema[].properties[]`: one column.

use atalaya_document::Content;

use super::Reader;
use crate::{DecimalType, Literal, LogicalType, Property, cursor::Cursor, standard::Edition};

impl Reader {
    /// A column, without its quality rules.
    pub(super) fn property(&mut self, at: &Cursor<'_>, object: &Cursor<'_>) -> Property {
        let name = at.text("name").unwrap_or_default().to_owned();
        let decimal = self.decimal_type(at);
        let logical_type = self.logical_type(at, decimal);
        self.note_property(at, object, decimal.is_some());
        Property {
            label: at.text("physicalName").map_or_else(|| name.clone(), str::to_owned),
            name,
            logical_type,
            required: at.is_true("required"),
            unique: at.is_true("unique"),
            enumeration: self.enumeration(at),
            classification: at.text("classification").map(str::to_owned),
            quality: Vec::new(),
        }
    }

    fn logical_type(&mut self, at: &Cursor<'_>, decimal: Option<DecimalType>) -> LogicalType {
        let options = at.key("logicalTypeOptions");
        let options = options.as_ref();
        match at.text("logicalType") {
            Some("integer") => LogicalType::Integer(self.integer_options(options)),
            Some("number") => LogicalType::Number(self.number_options(options, decimal)),
            Some("boolean") => {
                if let Some(options) = options.filter(|options| !options.node.entries().is_empty()) {
                    self.notes.one(options, "a boolean has no options");
                }
                LogicalType::Boolean
            }
            Some(name @ ("date" | "time" | "timestamp")) => {
                let precision = self.clock_precision(at);
                match name {
                    "date" => self.date(options, precision),
                    "time" => self.time(options, precision),
                    _ => LogicalType::Timestamp(self.timestamp_options(options, precision)),
                }
            }
            Some("string") => LogicalType::String(self.string_options(options)),
            Some(other) => {
                let what = format!("the logicalType `{other}` is read as text; nothing inside it is checked");
                self.notes.one(at, what);
                LogicalType::String(crate::StringOptions::default())
            }
            None => {
                self.notes.one(at, "a property without a logicalType is read as text");
                LogicalType::String(crate::StringOptions::default())
            }
        }
    }

    /// Precision and scale of `DECIMAL(p,s)`, `NUMERIC(p,s)` or `NUMBER(p,s)`. Without them the author wants exact numbers
    /// and does not say which: databases differ, and a binary number is none of them.
    fn decimal_type(&mut self, at: &Cursor<'_>) -> Option<DecimalType> {
        if at.text("logicalType") != Some("number") {
            return None;
        }
        let physical = at.key("physicalType")?;
        let text = physical.node.text()?.to_ascii_uppercase();
        let (name, rest) = text.split_once('(').unwrap_or((&text, ""));
        if !matches!(name.trim(), "DECIMAL" | "NUMERIC" | "DEC" | "NUMBER") {
            return None;
        }
        if name.len() == text.len() {
            let name = name.trim();
            let hint =
                format!("write {name}(p,s), such as {name}(18,2); leave physicalType out for a 64-bit binary number");
            self.problem(&physical, format!("`{name}` does not say how many digits a number has"), hint);
            return None;
        }
        let digits = rest.trim_end().strip_suffix(')').unwrap_or_default();
        let (precision, scale) = digits.split_once(',').unwrap_or((digits, "0"));
        match (precision.trim().parse::<u8>(), scale.trim().parse::<u8>()) {
            (Ok(precision @ 1..=38), Ok(scale)) if scale <= precision => Some(DecimalType { precision, scale }),
            _ => {
                let hint = "write DECIMAL(p,s) with 1 to 38 digits in all and s of them after the point";
                self.problem(&physical, format!("`{text}` is no decimal type that can be stored"), hint);
                None
            }
        }
    }

    /// `enum`: the valid values.
    fn enumeration(&mut self, at: &Cursor<'_>) -> Option<Vec<Literal>> {
        let items: Vec<Cursor<'_>> = at.key("enum")?.items().collect();
        let value = |item: &Cursor<'_>| {
            item.entries().find(|(entry, _)| entry.key == "value").and_then(|(_, at)| self.literal(&at))
        };
        let values: Vec<Literal> = items.iter().filter_map(value).collect();
        (!values.is_empty()).then_some(values)
    }

    /// Digits of a fraction of a second, from `TIMESTAMP(9)`, `TIME(3)` and their like.
    fn clock_precision(&mut self, at: &Cursor<'_>) -> u8 {
        let Some(physical) = at.key("physicalType") else { return MICROSECONDS };
        let Some((name, digits)) = physical.node.text().and_then(clock_type) else { return MICROSECONDS };
        match digits.parse::<u8>() {
            Ok(digits @ 0..=9) => digits,
            _ => {
                let hint = format!("write {name}(n) with the digits of a fraction of a second, 0 to 9");
                self.problem(&physical, format!("a {name} of `{digits}` digits cannot be stored"), hint);
                MICROSECONDS
            }
        }
    }

    fn note_property(&mut self, at: &Cursor<'_>, object: &Cursor<'_>, has_decimal: bool) {
        for (entry, value) in at.entries() {
            let key = entry.key.as_str();
            let is_default = matches!(value.node.content, Content::Bool(false) | Content::Null);
            match key {
                "name" | "physicalName" | "logicalType" | "logicalTypeOptions" | "required" | "unique"
                | "primaryKey" | "primaryKeyPosition" | "classification" | "quality" | "id" | "enum" => {}
                "physicalType" if has_decimal || value.node.text().and_then(clock_type).is_some() => {}
                "partitioned" | "criticalDataElement" if is_default => {}
                "partitionKeyPosition" if matches!(&value.node.content, Content::Number(text) if text == "-1") => {}
                "partitioned" | "partitionKeyPosition" => {
                    let what = "outputs are one Parquet file a source file, not partitioned";
                    self.notes.field(&at.path, key, &value, what);
                }
                "encryptedName" => self.notes.one(&value, "nothing is encrypted under another name"),
                "transformLogic" | "transformSourceObjects" | "transformDescription" => {
                    self.notes.field(&at.path, key, &value, "no transformation is run");
                }
                "relationships" => self.notes.one(&value, "relationships are not checked"),
                "properties" | "items" => self.notes.one(&value, "nested properties are not read"),
                _ => {
                    let what = match key {
                        "physicalType" => {
                            "the physical type is read only for DECIMAL(p,s) of a number and TIMESTAMP(n) of a point in time"
                        }
                        _ => "descriptive, not checked",
                    };
                    self.notes.field(&format!("{}.properties[*]", object.path), key, &value, what);
                }
            }
        }
    }

    /// In v3.0.x there is no timestamp: a date whose format has hours is one.
    pub(super) fn dates_may_have_hours(&self) -> bool {
        self.edition < Edition::V310
    }
}

/// Digits of a fraction that columns of times hold without more being said.
pub(super) const MICROSECONDS: u8 = 6;

/// The name and the digits of a type such as `TIMESTAMP(9)` or `timestamp_ntz(3)`.
fn clock_type(text: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = text.split_once('(')?;
    let (digits, _) = rest.split_once(')')?;
    let name = name.trim().to_ascii_uppercase();
    let known = match name.as_str() {
        "TIME" => "TIME",
        "DATETIME" | "DATETIME2" | "DATETIMEOFFSET" => "DATETIME",
        name if name.starts_with("TIMESTAMP") => "TIMESTAMP",
        _ => return None,
    };
    Some((known, digits.trim()))
}
