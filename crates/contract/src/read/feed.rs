//! `servers[]`: which servers carry feeds, where their objects lie and which table they hold.

use atalaya_document::{Content, nearest};

use super::{
    Reader,
    custom::{ON_SERVER, Policy},
};
use crate::{CsvDialect, Feed, Location, Object, cursor::Cursor, standard::Edition};

impl Reader {
    /// The feeds of the servers of type s3, and the feed that judges a file on the desk.
    pub(super) fn feeds(&mut self, at: &Cursor<'_>, objects: &[Object], policy: &Policy) -> (Vec<Feed>, Option<Feed>) {
        let mut feeds = Vec::new();
        let mut other = None;
        let mut names: Vec<&str> = Vec::new();
        for server in at.key("servers").iter().flat_map(Cursor::items) {
            if let Some(name) = server.text("server") {
                if names.contains(&name) {
                    self.problem(&server, format!("a second server `{name}`"), "give each server its own name");
                }
                names.push(name);
            }
            let is_s3 = server.text("type") == Some("s3");
            let (dialect, object) = self.server_properties(&server, objects, is_s3);
            if is_s3 {
                feeds.extend(self.feed(&server, dialect, object, objects, policy));
            } else {
                self.note_other_server(&server);
                other.get_or_insert((dialect, object));
            }
        }
        let desk = feeds.first().cloned().or_else(|| {
            let (dialect, object) = other.unwrap_or_default();
            let object = object.or_else(|| (objects.len() == 1).then_some(0))?;
            let nowhere = Location { bucket: String::new(), key: String::new() };
            Some(feed(&objects[object].name, String::new(), nowhere, object, dialect, policy))
        });
        (feeds, desk)
    }

    /// The dialect of a server and the object that it names.
    fn server_properties(
        &mut self,
        server: &Cursor<'_>,
        objects: &[Object],
        is_s3: bool,
    ) -> (CsvDialect, Option<usize>) {
        let mut dialect = CsvDialect::default();
        let mut csv_dialect = None;
        let mut object = None;
        let elsewhere = ["rejectThreshold", "sinks", "onDuplicateContent", "additionalColumns"];
        for (name, value) in self.custom_properties(server, ON_SERVER, &elsewhere, "the contract") {
            match name {
                "csvDialect" => {
                    dialect = self.dialect(&value);
                    csv_dialect = Some(value);
                }
                _ => object = self.object_named(&value, objects),
            }
        }
        self.server_encoding(server, csv_dialect.as_ref(), &mut dialect);
        if is_s3 && object.is_none() && !server_names_object(server) {
            object = self.only_object(server, objects);
        }
        (dialect, object)
    }

    fn object_named(&mut self, at: &Cursor<'_>, objects: &[Object]) -> Option<usize> {
        let name = at.node.text().unwrap_or_default();
        let found = objects.iter().position(|object| object.name == name);
        if found.is_none() {
            let hint = nearest::hint(name, objects.iter().map(|object| object.name.as_str()));
            self.problem_with(at, format!("no schema object is named `{name}`"), hint);
        }
        found
    }

    fn only_object(&mut self, server: &Cursor<'_>, objects: &[Object]) -> Option<usize> {
        match objects.len() {
            1 => return Some(0),
            0 => self.problem(server, "a feed needs a schema object", "describe the file's columns under schema"),
            _ => {
                let names: Vec<&str> = objects.iter().map(|object| object.name.as_str()).collect();
                let hint = format!("add a customProperty schemaObject with one of {}", names.join(", "));
                self.problem(server, format!("which of the {} schema objects does it carry?", objects.len()), hint);
            }
        }
        None
    }

    fn feed(
        &mut self,
        server: &Cursor<'_>,
        dialect: CsvDialect,
        object: Option<usize>,
        objects: &[Object],
        policy: &Policy,
    ) -> Option<Feed> {
        self.note_server(server);
        if let Some(format) = server.key("format")
            && let Some(name) = format.node.text()
            && !name.eq_ignore_ascii_case("csv")
        {
            let hint = "feeds are CSV files; write format: csv";
            self.problem(&format, format!("the format `{name}` is not supported in this release"), hint);
        }
        let location = server.key("location").and_then(|at| {
            let location = Location::parse(at.node.text()?);
            if let Err(message) = &location {
                self.problem(&at, message.clone(), "write for example s3://my-inbox/flights/*.csv");
            }
            location.ok().inspect(|location| self.reserved_folder(&at, location))
        });
        let object = object?;
        self.dataset_name(server, &objects[object]);
        if objects[object].properties.is_empty() {
            let hint = "list the file's columns under its properties";
            self.problem(server, format!("the schema object `{}` has no columns", objects[object].name), hint);
        }
        self.distinct_labels(server, &dialect, &objects[object]);
        let name = server.text("server").unwrap_or_default().to_owned();
        Some(feed(&objects[object].name, name, location?, object, dialect, policy))
    }

    /// Labels that differ by blanks alone are one where the dialect takes blanks away.
    fn distinct_labels(&mut self, server: &Cursor<'_>, dialect: &CsvDialect, object: &Object) {
        let mut labels: Vec<&str> = Vec::new();
        for (at, property) in object.properties.iter().enumerate() {
            let label = dialect.trim.text(&property.label);
            let is_told = object.properties[..at].iter().any(|earlier| earlier.label == property.label);
            if labels.contains(&label) && !is_told {
                let message = format!("`{label}` is the label of two columns, since the dialect trims labels too");
                self.problem(server, message, "give each column a physicalName of its own, or do not trim");
            }
            labels.push(label);
        }
    }

    fn note_server(&mut self, server: &Cursor<'_>) {
        for (entry, value) in server.entries() {
            let what = match entry.key.as_str() {
                "server" | "type" | "location" | "format" | "customProperties" | "id" => continue,
                "encoding" if self.edition >= Edition::V320 => continue,
                "delimiter" => "the standard's delimiter is for JSON; the cells' delimiter stands in csvDialect",
                "endpointUrl" => "objects are read from the account that Atalaya runs in",
                "roles" => "roles describe who may have access; access is granted in AWS",
                _ => "descriptive, not checked",
            };
            self.notes.one(&value, what);
        }
    }

    fn note_other_server(&mut self, server: &Cursor<'_>) {
        let kind = server.text("type").unwrap_or("unknown");
        self.notes.one(server, format!("a server of type `{kind}` carries no feed; only s3 does"));
    }
}

fn server_names_object(server: &Cursor<'_>) -> bool {
    server
        .key("customProperties")
        .iter()
        .flat_map(Cursor::items)
        .any(|item| item.text("property") == Some("schemaObject") && !matches!(item.node.content, Content::Null))
}

fn feed(
    dataset: &str,
    server: String,
    location: Location,
    object: usize,
    dialect: CsvDialect,
    policy: &Policy,
) -> Feed {
    Feed {
        dataset: dataset.to_owned(),
        server,
        location,
        object,
        dialect,
        reject_threshold: policy.reject_threshold,
        on_duplicate_content: policy.on_duplicate_content,
        additional_columns: policy.additional_columns,
    }
}
