//! `context.yaml`: which template the tests are about, and with what it is resolved.

use atalaya_document::{Entry, Node};

use super::{case::At, fault::Fault, reader::Reader};

const KEYS: [&str; 8] = ["template", "stack", "prefix", "region", "account", "parameters", "stacks", "exports"];
const STACK_KEYS: [&str; 2] = ["template", "parameters"];

/// Names with values, in the order of the file.
pub(super) type Texts = Vec<(String, String)>;

/// What `context.yaml` says; without it everything is left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Settings {
    /// The template under test, by its path from the tests' folder.
    pub(super) template: Option<At<String>>,
    /// Name of its stack.
    pub(super) stack: Option<String>,
    /// What is taken off the front of physical names; `${…}` in it stands for a parameter.
    pub(super) prefix: Option<At<String>>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) parameters: Texts,
    /// Other stacks, whose exports the template imports; each may import from those before it.
    pub(super) stacks: Vec<OtherStack>,
    /// Further exports.
    pub(super) exports: Texts,
}

/// A stack whose exports are imported.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherStack {
    pub(super) name: String,
    /// Its template, by its path from the tests' folder.
    pub(super) template: At<String>,
    pub(super) parameters: Texts,
}

/// Reads `context.yaml`.
pub(super) fn read(file: &str, text: &str) -> (Settings, Vec<Fault>) {
    let mut reader = Reader::new(file);
    let mut settings = Settings::default();
    if let Some(node) = reader.document(text) {
        for entry in reader.fields("the context", &node, &KEYS) {
            field(&mut reader, &mut settings, entry);
        }
    }
    (settings, reader.faults)
}

fn field(reader: &mut Reader<'_>, settings: &mut Settings, entry: &Entry) {
    let value = &entry.value;
    let what = format!("`{}`", entry.key);
    match entry.key.as_str() {
        "template" => settings.template = placed(reader, &what, value),
        "stack" => settings.stack = reader.text(&what, value),
        "prefix" => settings.prefix = placed(reader, &what, value),
        "region" => settings.region = reader.text(&what, value),
        "account" => settings.account = reader.text(&what, value),
        "parameters" => settings.parameters = texts(reader, &what, value),
        "exports" => settings.exports = texts(reader, &what, value),
        _ => {
            let entries = reader.entries(&what, value).iter();
            settings.stacks = entries.filter_map(|entry| other_stack(reader, entry)).collect();
        }
    }
}

fn placed(reader: &mut Reader<'_>, what: &str, node: &Node) -> Option<At<String>> {
    reader.text(what, node).map(|value| At { value, place: node.place })
}

fn texts(reader: &mut Reader<'_>, what: &str, node: &Node) -> Texts {
    reader.texts(what, node).into_iter().map(|(name, text, _)| (name, text)).collect()
}

fn other_stack(reader: &mut Reader<'_>, entry: &Entry) -> Option<OtherStack> {
    let mut template = None;
    let mut parameters = Vec::new();
    for field in reader.fields("a stack", &entry.value, &STACK_KEYS) {
        match field.key.as_str() {
            "template" => template = placed(reader, "`template`", &field.value),
            _ => parameters = texts(reader, "`parameters`", &field.value),
        }
    }
    if entry.value.is_map() && entry.value.get("template").is_none() {
        let hint = Some("give its path from this folder".to_owned());
        reader.fault(entry.place, format!("the stack `{}` has no `template`", entry.key), hint);
    }
    Some(OtherStack { name: entry.key.clone(), template: template?, parameters })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_is_read() {
        let text = "\
template: ../template.yaml
stack: atalaya-alarms
prefix: ${PipelineStack}-
parameters: { RunbookBaseUrl: https://runbooks.example.com, Feeds: \"orders,canary\", Count: 3 }
stacks:
  atalaya: { template: ../../infra/template.yaml, parameters: {} }
exports: {}
region: eu-west-1
account: \"123456789012\"
";
        let (settings, faults) = read("context.yaml", text);
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(settings.template.map(|template| template.value).as_deref(), Some("../template.yaml"));
        assert_eq!(settings.parameters[1], ("Feeds".to_owned(), "orders,canary".to_owned()));
        assert_eq!(settings.parameters[2], ("Count".to_owned(), "3".to_owned()));
        assert_eq!((settings.stacks.len(), settings.stacks[0].name.as_str()), (1, "atalaya"));
        assert_eq!(settings.account.as_deref(), Some("123456789012"));
    }

    #[test]
    fn faults_of_the_context_are_told() {
        let (_, faults) = read("context.yaml", "template: [a]\nstak: x\nstacks: { a: {} }\nparameters: 5\n");
        let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.message.as_str())).collect();
        assert_eq!(faults.len(), 4, "{told:?}");
        assert!(told.iter().any(|(line, message)| *line == 3 && message.contains("no `template`")), "{told:?}");
        assert!(faults.iter().any(|fault| fault.hint.as_deref() == Some("did you mean `stack`?")), "{faults:?}");
    }
}
