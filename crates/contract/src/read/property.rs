//! `schema[].properties[]`: one column.

use atalaya_document::Content;

use super::Reader;
use crate::{DecimalType, LogicalType, Property, at::At, standard::Edition};

impl Reader {
    /// A column, without its quality rules.
    pub(super) fn property(&mut self, at: &At<'_>, object: &At<'_>) -> Property {
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
            classification: at.text("classification").map(str::to_owned),
            quality: Vec::new(),
        }
    }

    fn logical_type(&mut self, at: &At<'_>, decimal: Option<DecimalType>) -> LogicalType {
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
            Some("date") => self.date(options),
            Some("time") => self.time(options),
            Some("timestamp") => LogicalType::Timestamp(self.timestamp_options(options)),
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

    /// Precision and scale of `DECIMAL(p,s)`, `NUMERIC(p,s)` or `NUMBER(p,s)`; none without parentheses.
    fn decimal_type(&mut self, at: &At<'_>) -> Option<DecimalType> {
        if at.text("logicalType") != Some("number") {
            return None;
        }
        let physical = at.key("physicalType")?;
        let text = physical.node.text()?.to_ascii_uppercase();
        let (name, rest) = text.split_once('(')?;
        if !matches!(name.trim(), "DECIMAL" | "NUMERIC" | "DEC" | "NUMBER") {
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

    fn note_property(&mut self, at: &At<'_>, object: &At<'_>, has_decimal: bool) {
        for (entry, value) in at.entries() {
            let key = entry.key.as_str();
            let is_default = matches!(value.node.content, Content::Bool(false) | Content::Null);
            match key {
                "name" | "physicalName" | "logicalType" | "logicalTypeOptions" | "required" | "unique"
                | "primaryKey" | "primaryKeyPosition" | "classification" | "quality" | "id" => {}
                "physicalType" if has_decimal => {}
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
                            "the physical type is read only for DECIMAL(p,s) and NUMERIC(p,s) of a number"
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
