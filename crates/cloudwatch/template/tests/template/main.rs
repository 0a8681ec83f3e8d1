//! Templates as a whole: each function, the project's own templates, a stranger's, and hostile ones.

mod alarms;
mod conditions;
mod faults;
mod functions;
mod hostile;
mod loops;
mod parameters;
mod project;
mod references;
mod serverless;
mod stranger;

use std::collections::BTreeMap;

use atalaya_cloudwatch_template::{Context, Resolved, Template, TemplateErrors};

/// Parameters, exports and pairs like them.
fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Resolves a text that can be read.
fn resolve(text: &str, context: &Context) -> Result<Resolved, TemplateErrors> {
    Template::parse(text).unwrap_or_else(|fault| panic!("{fault}\n{text}")).resolve(context)
}

/// Resolves a text that must be right.
fn resolved(text: &str, context: &Context) -> Resolved {
    resolve(text, context).unwrap_or_else(|faults| panic!("{faults}\n{text}"))
}

/// A context of the stack `web`.
fn web() -> Context {
    Context { stack_name: "web".to_owned(), account_id: "123456789012".to_owned(), ..Context::default() }
}

/// What an output of this value gives, in a template with some of everything; the faults as text.
fn value(expression: &str) -> Result<String, String> {
    let text = format!(
        r#"
Transform: AWS::LanguageExtensions
Parameters:
  Name: {{ Type: String, Default: orders }}
  Names: {{ Type: CommaDelimitedList, Default: "orders, prices" }}
  Needed: {{ Type: String, Description: who pays }}
Mappings:
  Limits:
    orders: {{ Errors: 5, Zones: [a, b] }}
    us-east-1: {{ Errors: 7 }}
Conditions:
  IsOrders: !Equals [!Ref Name, orders]
  Never: !Not [!Condition IsOrders]
Resources:
  Queue: {{ Type: AWS::SQS::Queue, Properties: {{ QueueName: !Sub "${{AWS::StackName}}-${{Name}}" }} }}
  Unnamed: {{ Type: AWS::SQS::Queue }}
  Absent: {{ Type: AWS::SQS::Queue, Condition: Never }}
  Strange: {{ Type: Some::Strange::Thing }}
Outputs:
  V: {{ Value: {expression} }}
"#
    );
    let context = Context { exports: pairs(&[("base-topic", "arn:x")]), ..web() };
    resolved(&text, &context).outputs()["V"].value.clone().map_err(|faults| faults.to_string())
}

/// Asserts what values give.
fn give(cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(value(expression).as_deref(), Ok(*expected), "{expression}");
    }
}

/// Asserts that a fault is told in these words, at the output's line.
fn fail(cases: &[(&str, &str)]) {
    for (expression, words) in cases {
        let told = value(expression).expect_err(expression);
        assert!(told.contains(words), "{expression}: {told}");
        assert!(told.contains("line 20") || told.contains("Parameters/"), "{expression}: {told}");
    }
}
