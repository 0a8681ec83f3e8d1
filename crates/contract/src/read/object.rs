//! `schema[]`: one table with its columns, its key and its rules.

use std::collections::HashMap;

use atalaya_document::Content;

use super::Reader;
use crate::{Object, Property, cursor::Cursor};

impl Reader {
    pub(super) fn object(&mut self, at: &Cursor<'_>) -> Object {
        let columns: Vec<Cursor<'_>> = at.key("properties").iter().flat_map(Cursor::items).collect();
        let mut properties: Vec<Property> = columns.iter().map(|column| self.property(column, at)).collect();
        for (index, column) in columns.iter().enumerate() {
            properties[index].quality = self.property_rules(column, index);
        }
        self.distinct_columns(&columns, &properties);
        let primary_key = self.primary_key(&columns);
        let quality = self.object_rules(at, &properties);
        self.no_dialect(at);
        columns.iter().for_each(|column| self.no_dialect(column));
        self.note_object(at);
        Object { name: at.text("name").unwrap_or_default().to_owned(), properties, primary_key, quality }
    }

    /// Two objects of one name would be one dataset.
    pub(super) fn distinct_names(&mut self, at: &Cursor<'_>, objects: &[Object]) {
        for (index, item) in at.key("schema").iter().flat_map(Cursor::items).enumerate() {
            let name = &objects[index].name;
            if !name.is_empty() && objects[..index].iter().any(|earlier| earlier.name == *name) {
                self.problem(&item, format!("a second schema object `{name}`"), "give each object its own name");
            }
        }
    }

    fn distinct_columns(&mut self, columns: &[Cursor<'_>], properties: &[Property]) {
        let mut names: HashMap<&str, usize> = HashMap::new();
        let mut labels: HashMap<&str, usize> = HashMap::new();
        for (column, property) in columns.iter().zip(properties) {
            self.column_name(column, property);
            let first = |line: usize| format!("the first is in line {line}");
            if let Some(line) = names.insert(&property.name, column.place.line) {
                self.problem(column, format!("a second property `{}`", property.name), first(line));
            } else if let Some(line) = labels.insert(&property.label, column.place.line) {
                let message = format!("a second column with the label `{}` in the file", property.label);
                self.problem(column, message, format!("{}; give each its own physicalName", first(line)));
            }
        }
    }

    /// The key's columns by position. Without positions they count in document order.
    fn primary_key(&mut self, columns: &[Cursor<'_>]) -> Vec<usize> {
        let mut placed: Vec<(i64, usize)> = Vec::new();
        let mut unplaced: Vec<usize> = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            // -1, the standard's default, says that there is no position.
            let position = column.key("primaryKeyPosition").filter(|at| integer(at) != Some(-1));
            match (column.is_true("primaryKey"), position) {
                (true, None) => unplaced.push(index),
                (true, Some(at)) => placed.push((integer(&at).unwrap_or(0), index)),
                (false, Some(at)) => {
                    self.problem(&at, "a position in the key, but no primaryKey", "add primaryKey: true or drop it");
                }
                (false, None) => {}
            }
        }
        if placed.is_empty() {
            return unplaced;
        }
        if let Some(&index) = unplaced.first() {
            let hint = "give every column of the key a primaryKeyPosition, from 1";
            self.problem(&columns[index], "a primaryKey without a position beside others that have one", hint);
        }
        placed.sort_unstable();
        for (wanted, (position, index)) in (1_i64..).zip(&placed) {
            if *position != wanted {
                let at = columns[*index].key("primaryKeyPosition").unwrap_or_else(|| columns[*index].clone());
                let hint = "number the key's columns 1, 2, 3 … without gaps";
                self.problem(&at, format!("the primary key has no column number {wanted}"), hint);
                break;
            }
        }
        placed.into_iter().map(|(_, index)| index).collect()
    }

    fn note_object(&mut self, at: &Cursor<'_>) {
        for (entry, value) in at.entries() {
            match entry.key.as_str() {
                "name" | "properties" | "quality" | "logicalType" | "id" => {}
                "relationships" => self.notes.one(&value, "relationships are not checked"),
                key => self.notes.field(&at.path, key, &value, "descriptive, not checked"),
            }
        }
    }
}

fn integer(at: &Cursor<'_>) -> Option<i64> {
    let Content::Number(text) = &at.node.content else { return None };
    let number: crate::Decimal = text.parse().ok()?;
    i64::try_from(number.rescale(0)?).ok()
}
