//! What the transform `AWS::Serverless-2016-10-31` (SAM) adds, as far as names and references depend on it.
//!
//! `Globals` are merged into the resources as SAM does it: mappings key by key, lists one after the other, and otherwise
//! the resource's own value. Of the resources that SAM makes, those that bear names of their own or are commonly
//! referred to are added: a function's role, its rules and schedules, and the implicit APIs.

use atalaya_document::{Content, Entry, Node, Place};

use super::{document::Declared, error::TemplateError, parameters::Report};

/// The transform's name.
pub(crate) const SERVERLESS: &str = "AWS::Serverless-2016-10-31";
const ASK: &str = "write `Transform: AWS::Serverless-2016-10-31` at the template's top";

/// Merges `Globals` and adds the resources that SAM makes.
pub(crate) fn complete(declared: &mut Vec<Declared>, root: &Node, report: &mut Report) {
    if let Some(globals) = root.get("Globals") {
        if !globals.is_map() {
            report.faults.push(TemplateError::new(globals.place, "Globals", "must be a mapping"));
        }
        for global in globals.entries() {
            let kind = format!("AWS::Serverless::{}", global.key);
            for resource in declared.iter_mut().filter(|resource| resource.kind == kind) {
                inherit(resource, &global.value);
            }
        }
    }
    let made: Vec<_> = declared.iter().flat_map(companions).collect();
    for resource in made {
        if declared.iter().all(|other| other.id != resource.id) {
            declared.push(resource);
        }
    }
}

/// SAM's types and `Globals` mean nothing without its transform.
pub(crate) fn refuse(declared: &[Declared], root: &Node, report: &mut Report) {
    if let Some(globals) = root.entry("Globals") {
        let fault = TemplateError::new(globals.place, "Globals", format!("Globals need the transform {SERVERLESS}"));
        report.faults.push(fault.hint(ASK));
    }
    for resource in declared.iter().filter(|resource| resource.kind.starts_with("AWS::Serverless::")) {
        let message = format!("the type {} needs the transform {SERVERLESS}", resource.kind);
        let fault = TemplateError::new(resource.place, resource.path(), message);
        report.faults.push(fault.hint(ASK));
    }
}

fn inherit(resource: &mut Declared, global: &Node) {
    let Content::Map(entries) = &mut resource.node.content else { return };
    match entries.iter_mut().find(|entry| entry.key == "Properties") {
        Some(own) => merge(&mut own.value, global),
        None => entries.push(entry("Properties", global.clone())),
    }
}

fn merge(own: &mut Node, global: &Node) {
    let is_call =
        |node: &Node| matches!(node.entries(), [Entry { key, .. }] if key == "Ref" || key.starts_with("Fn::"));
    if is_call(own) || is_call(global) {
        return;
    }
    match (&mut own.content, &global.content) {
        (Content::Map(entries), Content::Map(inherited)) => {
            for inherited in inherited {
                match entries.iter_mut().find(|entry| entry.key == inherited.key) {
                    Some(entry) => merge(&mut entry.value, &inherited.value),
                    None => entries.push(inherited.clone()),
                }
            }
        }
        (Content::List(items), Content::List(inherited)) => drop(items.splice(0..0, inherited.iter().cloned())),
        _ => {}
    }
}

/// The resources that SAM makes of one.
fn companions(resource: &Declared) -> Vec<Declared> {
    let properties = resource.node.get("Properties");
    let has = |key: &str| properties.is_some_and(|properties| properties.get(key).is_some());
    let mut made = Vec::new();
    if !matches!(resource.kind.as_str(), "AWS::Serverless::Function" | "AWS::Serverless::StateMachine") {
        return made;
    }
    if !has("Role") {
        made.push(companion(resource, format!("{}Role", resource.id), "AWS::IAM::Role", Vec::new()));
    }
    let events = properties.and_then(|properties| properties.get("Events"));
    for event in events.map_or(&[][..], Node::entries) {
        let taken = event.value.get("Properties");
        let take = |from: &str, to: &str| taken.and_then(|taken| taken.get(from)).map(|value| entry(to, value.clone()));
        let id = format!("{}{}", resource.id, event.key);
        match event.value.get("Type").and_then(Node::scalar).as_deref() {
            Some("EventBridgeRule" | "CloudWatchEvent") => {
                let named = [take("RuleName", "Name"), take("EventBusName", "EventBusName")];
                made.push(companion(resource, id, "AWS::Events::Rule", named.into_iter().flatten().collect()));
            }
            Some("Schedule") => {
                let named = take("Name", "Name").into_iter().collect();
                made.push(companion(resource, id, "AWS::Events::Rule", named));
            }
            Some("ScheduleV2") => {
                let named = [take("Name", "Name"), take("GroupName", "GroupName")];
                made.push(companion(resource, id, "AWS::Scheduler::Schedule", named.into_iter().flatten().collect()));
            }
            Some("Api") if taken.is_none_or(|taken| taken.get("RestApiId").is_none()) => {
                made.push(companion(resource, "ServerlessRestApi".to_owned(), "AWS::ApiGateway::RestApi", Vec::new()));
            }
            Some("HttpApi") if taken.is_none_or(|taken| taken.get("ApiId").is_none()) => {
                made.push(companion(resource, "ServerlessHttpApi".to_owned(), "AWS::ApiGatewayV2::Api", Vec::new()));
            }
            _ => {}
        }
    }
    made
}

/// A resource that exists when the one that it comes from does.
fn companion(from: &Declared, id: String, kind: &str, properties: Vec<Entry>) -> Declared {
    let place = from.place;
    let mut entries = vec![
        entry("Type", Node::of_text(place, kind)),
        entry("Properties", Node::new(place, Content::Map(properties))),
    ];
    entries.extend(from.node.entry("Condition").cloned());
    Declared {
        id,
        kind: kind.to_owned(),
        node: Node::new(place, Content::Map(entries)),
        place,
        origin: from.origin.clone(),
    }
}

fn entry(key: &str, value: Node) -> Entry {
    let place: Place = value.place;
    Entry { key: key.to_owned(), place, value }
}
