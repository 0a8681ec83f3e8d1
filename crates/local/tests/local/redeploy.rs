//! A first deployment that fails and is repeated: nothing that it has created stays in the way.

use std::{fs, path::Path};

use atalaya_local::{LocalAws, silent};
use serde_json::{Value, json};

use crate::project::{aws, project, try_aws, until_async};

/// The template with what fails a second after everything that holds data has been created.
fn failing_late(template: &Value) -> Value {
    let mut template = template.clone();
    template["Resources"]["NeverReady"] = json!({"Type": "AWS::CloudFormation::WaitConditionHandle"});
    template["Resources"]["NeverReadyInTime"] = json!({
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": ["Inbox", "Curated", "Rejects", "Contracts", "Pictures", "Ledger"],
        "Properties": {"Handle": {"Ref": "NeverReady"}, "Timeout": "1", "Count": 1},
    });
    template
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_deployment_that_failed_can_be_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = LocalAws::start(project(folder.path()), silent()).await.expect("it starts");
    let packaged = aws(&local, &["cloudformation", "get-template", "--stack-name", "atalaya"]).await;
    // The AWS CLI answers with a template in JSON as it is, and not as a text.
    let sound = &packaged["TemplateBody"];
    assert!(sound["Resources"]["Ledger"].is_object(), "the template as it was deployed: {packaged}");
    let (broken, sound) = (failing_late(sound).to_string(), sound.to_string());
    let retaining = broken.replace("RetainExceptOnCreate", "Retain");
    assert_ne!(retaining, broken, "what holds data is kept but for its creation");

    // What was so before: buckets and the table stay, and with their fixed names keep the next deployment from them.
    assert_eq!(create(&local, folder.path(), "kept", &retaining, "false").await, "ROLLBACK_COMPLETE");
    assert_eq!(left_of(&local, "kept").await.len(), 6);
    // A table that is protected from the beginning cannot be taken back.
    assert_eq!(create(&local, folder.path(), "protected", &broken, "true").await, "ROLLBACK_FAILED");
    assert_eq!(left_of(&local, "protected").await, ["protected-ledger"]);

    assert_eq!(create(&local, folder.path(), "second", &broken, "false").await, "ROLLBACK_COMPLETE");
    assert_eq!(left_of(&local, "second").await, [""; 0]);
    delete(&local, "second").await;
    assert_eq!(create(&local, folder.path(), "second", &sound, "false").await, "CREATE_COMPLETE");
    assert_eq!(left_of(&local, "second").await.len(), 6);

    // Now the table is protected, and outlives a stack that is deleted, as the buckets do.
    let on = [
        "ParameterKey=Architecture,UsePreviousValue=true",
        "ParameterKey=LedgerDeletionProtection,ParameterValue=true",
    ];
    let call = ["cloudformation", "update-stack", "--stack-name", "second", "--use-previous-template"];
    let capable = ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND", "--parameters"];
    aws(&local, &[&call[..], &capable, &on].concat()).await;
    assert_eq!(ended(&local, "second").await, "UPDATE_COMPLETE");
    let table = aws(&local, &["dynamodb", "describe-table", "--table-name", "second-ledger"]).await;
    assert_eq!(table["Table"]["DeletionProtectionEnabled"], true);
    delete(&local, "second").await;
    assert_eq!(left_of(&local, "second").await.len(), 6);
    local.stop().await.expect("it stops");
}

/// Creates a stack and answers with how that ended.
async fn create(local: &LocalAws, folder: &Path, stack: &str, template: &str, protection: &str) -> String {
    let file = folder.join(format!("{stack}.yaml"));
    fs::write(&file, template).expect("written");
    let key = format!("s3://atalaya-artifacts/{stack}.yaml");
    aws(local, &["s3", "cp", "--quiet", file.to_str().expect("UTF-8"), &key]).await;
    let url = format!("{}/atalaya-artifacts/{stack}.yaml", local.endpoint());
    let protection = format!("ParameterKey=LedgerDeletionProtection,ParameterValue={protection}");
    let call = ["cloudformation", "create-stack", "--stack-name", stack, "--template-url", &url];
    let capable = ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"];
    let parameters = ["--parameters", "ParameterKey=Architecture,ParameterValue=x86_64", &protection];
    aws(local, &[&call[..], &capable, &parameters].concat()).await;
    ended(local, stack).await
}

/// Deletes a stack, and waits until it is gone.
async fn delete(local: &LocalAws, stack: &str) {
    aws(local, &["cloudformation", "delete-stack", "--stack-name", stack]).await;
    let describe = ["cloudformation", "describe-stacks", "--stack-name", stack];
    until_async("the stack to be deleted", async || try_aws(local, &describe).await.is_err().then_some(())).await;
}

/// The stack's status once it changes no more.
async fn ended(local: &LocalAws, stack: &str) -> String {
    until_async("the stack to end", async || {
        let shown = aws(local, &["cloudformation", "describe-stacks", "--stack-name", stack]).await;
        let status = shown["Stacks"][0]["StackStatus"].as_str().expect("a status").to_owned();
        (!status.ends_with("_IN_PROGRESS")).then_some(status)
    })
    .await
}

/// Buckets and tables of the stack that are there.
async fn left_of(local: &LocalAws, stack: &str) -> Vec<String> {
    let buckets = aws(local, &["s3api", "list-buckets", "--query", "Buckets[].Name"]).await;
    let tables = aws(local, &["dynamodb", "list-tables", "--query", "TableNames"]).await;
    let names = [buckets, tables].into_iter().flat_map(|names| names.as_array().cloned().unwrap_or_default());
    let names = names.filter_map(|name| name.as_str().map(str::to_owned));
    names.filter(|name| name.starts_with(&format!("{stack}-"))).collect()
}
