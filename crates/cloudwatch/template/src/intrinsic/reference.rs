//! `Ref` and `Fn::GetAtt`.

use atalaya_document::{Node, Place};

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

/// How many names a hint lists.
const LISTED: usize = 12;

impl Resolver<'_> {
    /// What `Ref` of a name gives; `None` is `AWS::NoValue`.
    pub(crate) fn reference(&mut self, name: &str, place: Place, path: &str) -> Outcome<Option<Node>> {
        if let Some(value) = self.context.pseudo(name, place) {
            return Ok(value);
        }
        let parameters = self.parameters;
        if let Some(parameter) = parameters.get(name) {
            if let Some(value) = &parameter.value {
                return Ok(Some(Node::new(place, value.content.clone())));
            }
            // The place is the declaration's, so that a parameter that is asked for often is told once.
            let what = if parameter.is_looked_up {
                "has a value that is kept in the account, and it is not given"
            } else {
                "has no value: it has no default and none is given"
            };
            let fault = TemplateError::new(parameter.place, format!("Parameters/{name}"), what);
            return self.fail(match &parameter.description {
                Some(description) => fault.hint(format!("give it one; it is described as: {description}")),
                None => fault.hint("give it one"),
            });
        }
        if self.document.resource(name).is_some() {
            return self.resource_reference(name, place, path).map(|text| Some(Node::of_text(place, text)));
        }
        let fault = TemplateError::new(place, path, format!("there is no parameter or resource `{name}`"));
        let names: Vec<_> = parameters.names().chain(self.document.resources.iter().map(|r| r.id.as_str())).collect();
        let near = nearest(name, &names);
        self.fail(match near {
            Some(near) => fault.hint(format!("is `{near}` meant?")),
            None => fault.hint(format!("the template has {}", listed(&names))),
        })
    }

    /// `Fn::GetAtt: [resource, attribute]` or `Fn::GetAtt: resource.attribute`.
    pub(crate) fn get_att(&mut self, argument: &Node, place: Place, path: &str) -> Outcome<String> {
        let (resource, attribute) = match (argument.items(), argument.scalar()) {
            (Some([resource, attribute]), _) => (self.target(resource, path)?, self.target(attribute, path)?),
            (None, Some(text)) if text.contains('.') => {
                let (resource, attribute) = text.split_once('.').expect("the text has a point");
                (resource.to_owned(), attribute.to_owned())
            }
            _ => {
                let usage = "is written as [resource, attribute] or resource.attribute";
                return self.fail(TemplateError::new(argument.place, path, usage));
            }
        };
        self.attribute(&resource, &attribute, place, path)
    }

    /// An attribute of a resource.
    pub(crate) fn attribute(&mut self, resource: &str, attribute: &str, place: Place, path: &str) -> Outcome<String> {
        if self.document.resource(resource).is_some() {
            return self.resource_attribute(resource, attribute, place, path);
        }
        let names: Vec<_> = self.document.resources.iter().map(|resource| resource.id.as_str()).collect();
        let fault = TemplateError::new(place, path, format!("there is no resource `{resource}`"));
        let hint = nearest(resource, &names)
            .map_or_else(|| format!("the template has {}", listed(&names)), |near| format!("is `{near}` meant?"));
        self.fail(fault.hint(hint))
    }
}

/// Names for a hint.
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        names if names.len() > LISTED => format!("{} and {} more", names[..LISTED].join(", "), names.len() - LISTED),
        names => names.join(", "),
    }
}

/// The name that differs only in case, or by one letter more, less or other.
fn nearest<'n>(name: &str, names: &[&'n str]) -> Option<&'n str> {
    names.iter().copied().find(|other| other.eq_ignore_ascii_case(name)).or_else(|| {
        names.iter().copied().find(|other| {
            let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
                a.zip(b).take_while(|(a, b)| a == b).count()
            };
            let (length, others) = (name.chars().count(), other.chars().count());
            let front = same(&mut name.chars(), &mut other.chars());
            let back = same(&mut name.chars().rev(), &mut other.chars().rev());
            length > 3 && length.abs_diff(others) <= 1 && front + back + 1 >= length.max(others)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_found() {
        let names = ["IntakeQueue", "Ledger"];
        for slip in ["intakequeue", "IntakeQueu", "IntakeQueues", "IntakeQuene"] {
            assert_eq!(nearest(slip, &names), Some("IntakeQueue"), "{slip}");
        }
        assert_eq!(nearest("Topic", &names), None);
    }
}
