//! The template that was deployed, with everything in it resolved: what policies are to say.

use std::collections::BTreeMap;

use atalaya_cloudwatch_template::{Context, Resource, Template};
use atalaya_operations::stacks::Stacks;
use serde_json::Value;

use super::deployed::Deployed;
use crate::connect::{self, Stack};
use crate::names::Names;
use atalaya_terminal::exit::Failure;

/// The resources of the stack as its template has them, and the names that they got.
#[derive(Debug)]
pub(super) struct Blueprint {
    resources: BTreeMap<String, Resource>,
    /// Physical ids by logical ones.
    physical: BTreeMap<String, String>,
}

impl Blueprint {
    /// Asks CloudFormation.
    pub(super) async fn read(stack: &Stack, deployed: &Deployed) -> Result<Self, Failure> {
        let (stacks, name) = (Stacks::new(&stack.sdk), stack.names.stack());
        let (template, physical) = tokio::join!(stacks.template(name), stacks.resources(name));
        Self::resolve(
            &template.map_err(connect::cloud)?,
            physical.map_err(connect::cloud)?,
            &stack.names,
            &deployed.parameters,
        )
    }

    fn resolve(
        template: &str,
        physical: BTreeMap<String, String>,
        names: &Names,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let wrong = |error: String| Failure::unreachable(format!("the deployed template cannot be read: {error}"));
        let context = Context {
            stack_name: names.stack().to_owned(),
            region: names.region().to_owned(),
            account_id: names.account().to_owned(),
            partition: names.partition().to_owned(),
            parameters: parameters.clone(),
            ..Context::default()
        };
        let template = Template::parse(template).map_err(|error| wrong(error.to_string()))?;
        let resolved = template.resolve(&context).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { resources: resolved.resources().clone(), physical })
    }

    /// The resources of a type with their properties: logical id, name, properties. What cannot be resolved is absent.
    pub(super) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
        let of_kind = self.resources.iter().filter(move |(_, resource)| resource.resource_type == kind);
        of_kind.filter_map(|(logical, resource)| {
            Some((logical.as_str(), self.physical.get(logical)?.as_str(), resource.properties.as_ref().ok()?))
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../../../infra/template.yaml");

    /// The blueprint of the project's own template.
    pub(in super::super) fn own() -> Blueprint {
        let names = Names::from_inbox("s", "s-inbox-111122223333-eu-west-1").expect("names");
        let resolved = |physical| Blueprint::resolve(TEMPLATE, physical, &names, &BTreeMap::new()).expect("resolves");
        let physical = resolved(BTreeMap::new()).resources.into_keys();
        resolved(physical.map(|logical| (logical.clone(), format!("s-{logical}-1X2Y"))).collect())
    }

    #[test]
    fn the_policy_for_operators_fits_into_a_managed_one() {
        let names = Names::from_inbox("atalaya", "atalaya-inbox-111122223333-ap-southeast-2").expect("names");
        let resolved = Blueprint::resolve(TEMPLATE, BTreeMap::new(), &names, &BTreeMap::new()).expect("resolves");
        let text =
            resolved.resources["Operators"].properties.as_ref().expect("it resolves")["PolicyDocument"].to_string();
        let generated = resolved.resources.values().filter(|resource| resource.is_generated);
        let stand_ins: usize =
            generated.map(|resource| text.matches(resource.name.as_deref().unwrap_or("-")).count()).sum();
        // CloudFormation appends a hyphen and twelve letters to a name that it makes up; IAM takes 6,144 characters
        // without blanks (IAM user guide, quotas).
        let length = text.chars().filter(|letter| !letter.is_whitespace()).count() + 13 * stand_ins;
        assert!(length <= 6144, "{length} characters");
    }

    #[test]
    fn policies_are_resolved_and_name_nothing_that_cloudformation_makes_up() {
        let own = own();
        let generated: Vec<_> = own.resources.values().filter(|resource| resource.is_generated).collect();
        assert!(!generated.is_empty(), "roles have names that CloudFormation makes up");
        for (kind, count) in [("AWS::IAM::Role", 6), ("AWS::SQS::QueuePolicy", 3), ("AWS::SNS::TopicPolicy", 1)] {
            let found: Vec<_> = own.of_type(kind).collect();
            assert_eq!(found.len(), count, "{kind}");
            for (logical, physical, properties) in found {
                assert_eq!(physical, format!("s-{logical}-1X2Y"));
                let text = properties.to_string();
                for resource in &generated {
                    let name = resource.name.as_deref().expect("a stand-in");
                    assert!(!text.contains(name), "{logical} names {name}, which is another one when it is deployed");
                }
            }
        }
    }
}
