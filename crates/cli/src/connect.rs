//! Finding the deployed Atalaya: on the local AWS when it runs, else by the names of its buckets.

use atalaya_cloud::{AwsOptions, CloudError, DynamoLedger, ErrorKind, S3Objects, SdkConfig};
use atalaya_local::{LocalAws, Running};
use atalaya_operations::cloudwatch::CloudWatch;
use atalaya_operations::logs::Logs;
use serde_json::json;

use crate::args::GlobalArgs;
use crate::names::Names;
use crate::project;
use atalaya_terminal::exit::Failure;
use atalaya_terminal::output::Output;
use atalaya_terminal::style::{self, paint};

/// Where AWS's clients look for the address of CloudWatch alone, and of its logs.
const CLOUDWATCH_ENDPOINT: &str = "AWS_ENDPOINT_URL_CLOUDWATCH";
const LOGS_ENDPOINT: &str = "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";

/// A deployed Atalaya, ready to talk to.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    /// Configuration of every client.
    pub(crate) sdk: SdkConfig,
    /// S3.
    pub(crate) objects: S3Objects,
    /// The ledger.
    pub(crate) ledger: DynamoLedger,
    /// Names of its parts.
    pub(crate) names: Names,
}

impl Stack {
    /// Finds it as the options say.
    pub(crate) async fn find(global: &GlobalArgs, output: &Output) -> Result<Self, Failure> {
        if global.endpoint_url.is_none()
            && global.profile.is_none()
            && let Some(running) = running().await?
        {
            output.note(paint(style::DIM, format!("using the local AWS at {}", running.endpoint)));
            return Self::with_inbox(local_sdk(&running).await, &global.stack, &running.outputs.inbox_bucket);
        }
        let (sdk, region) = aws_sdk(global).await?;
        let names = atalaya_cloud::bucket_names(&sdk).await.map_err(|error| {
            cloud(error).hint(
                "check credentials and network with `aws sts get-caller-identity`, or start a local AWS with `atalaya \
                 local up`",
            )
        })?;
        let suffix = deployment(&names, &global.stack, &region)?;
        Self::with_inbox(sdk, &global.stack, &format!("{}-inbox-{suffix}", global.stack))
    }

    /// The one that this process started.
    pub(crate) fn started(local: &LocalAws) -> Result<Self, Failure> {
        Self::with_inbox(local.sdk_config().clone(), atalaya_local::STACK, &local.outputs().inbox_bucket)
    }

    fn with_inbox(sdk: SdkConfig, stack: &str, inbox: &str) -> Result<Self, Failure> {
        let names = Names::from_inbox(stack, inbox).ok_or_else(|| {
            Failure::usage(format!("the inbox {inbox} does not belong to a stack called `{stack}`"))
                .hint("name the deployment with --stack")
        })?;
        let ledger = DynamoLedger::new(&sdk, names.ledger());
        Ok(Self { objects: S3Objects::new(&sdk), ledger, sdk, names })
    }
}

/// Configuration of AWS's clients as the options say, and the region.
async fn aws_sdk(global: &GlobalArgs) -> Result<(SdkConfig, String), Failure> {
    let options = AwsOptions {
        profile: global.profile.clone(),
        region: global.region.clone(),
        endpoint_url: global.endpoint_url.clone(),
    };
    let sdk = atalaya_cloud::connect(&options).await;
    let region = sdk.region().map(ToString::to_string).ok_or_else(|| {
        Failure::usage("no AWS region is set")
            .hint("give --region, set AWS_REGION, or start a local AWS with `atalaya local up`")
    })?;
    Ok((sdk, region))
}

/// Configuration of the local AWS's clients.
async fn local_sdk(running: &Running) -> SdkConfig {
    atalaya_cloud::connect_stand_in(&running.region, &running.endpoint, ("local", "local")).await
}

/// CloudWatch: at the address that `AWS_ENDPOINT_URL_CLOUDWATCH` names, of the local AWS when it runs, else of AWS.
pub(crate) async fn cloudwatch(global: &GlobalArgs, output: &Output) -> Result<CloudWatch, Failure> {
    Ok(Watching::find(global, output).await?.cloudwatch())
}

/// A deployed Atalaya with its CloudWatch, found once.
pub(crate) async fn everything(global: &GlobalArgs, output: &Output) -> Result<(Stack, Watching), Failure> {
    Ok((Stack::find(global, output).await?, Watching::find(global, &Output::silent()).await?))
}

/// Where CloudWatch and its logs are.
pub(crate) struct Watching {
    sdk: SdkConfig,
    /// The address of both on the local AWS.
    local: Option<String>,
}

impl Watching {
    /// As the options say.
    pub(crate) async fn find(global: &GlobalArgs, output: &Output) -> Result<Self, Failure> {
        if global.endpoint_url.is_none()
            && global.profile.is_none()
            && address(CLOUDWATCH_ENDPOINT).is_none()
            && let Some(running) = running().await?
        {
            let address = running.cloudwatch_endpoint.clone();
            output.note(paint(style::DIM, format!("using the local AWS's CloudWatch at {address}")));
            return Ok(Self { sdk: local_sdk(&running).await, local: Some(address) });
        }
        Ok(Self { sdk: aws_sdk(global).await?.0, local: None })
    }

    /// Whether it is a local AWS, which ends with its process.
    pub(crate) fn is_local(&self) -> bool {
        self.local.is_some()
    }

    /// A client of CloudWatch.
    pub(crate) fn cloudwatch(&self) -> CloudWatch {
        CloudWatch::new(&self.sdk, self.own_address(CLOUDWATCH_ENDPOINT))
    }

    /// A client of its logs.
    pub(crate) fn logs(&self) -> Logs {
        Logs::new(&self.sdk, self.own_address(LOGS_ENDPOINT))
    }

    fn own_address(&self, variable: &str) -> Option<String> {
        self.local.clone().or_else(|| address(variable)).or_else(|| self.sdk.endpoint_url().map(str::to_owned))
    }
}

/// An address that a variable names.
fn address(variable: &str) -> Option<String> {
    std::env::var(variable).ok().filter(|url| !url.is_empty())
}

/// The local AWS of the project that the current folder belongs to, if there is one and it runs.
async fn running() -> Result<Option<Running>, Failure> {
    match project::root() {
        Ok(root) => atalaya_local::running(&root).await.map_err(local),
        Err(_) => Ok(None),
    }
}

/// What follows `STACK-inbox-` in the name of the inbox: account and region.
fn deployment(names: &[String], stack: &str, region: &str) -> Result<String, Failure> {
    let prefix = format!("{stack}-inbox-");
    let here = format!("-{region}");
    let mut found: Vec<_> = names
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix))
        .filter(|suffix| suffix.ends_with(&here) && suffix.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    match (found.pop(), found.is_empty()) {
        (Some(only), true) => Ok(only.to_owned()),
        (None, _) => Err(Failure::unreachable(format!(
            "no Atalaya called `{stack}` is deployed in {region}: the account has no bucket {prefix}…{here}"
        ))
        .hint("name it with --stack and --region, or start one on this machine with `atalaya local up`")),
        (Some(_), false) => Err(Failure::usage(format!("several buckets begin with {prefix} in {region}"))
            .hint("tell the deployments apart with --stack")),
    }
}

/// A failed call in words, with what to do about it and, for scripts, which call it was.
pub(crate) fn cloud(error: CloudError) -> Failure {
    let hint = match error.kind {
        ErrorKind::NotFound => Some("check the name; is this the right account and region?"),
        ErrorKind::Denied => Some("check who you are with `aws sts get-caller-identity`, and what you may do"),
        ErrorKind::Connection | ErrorKind::Timeout => {
            Some("check the network and --endpoint-url; `atalaya local status` tells whether the local AWS runs")
        }
        ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::InFlight => Some("try again in a moment"),
        ErrorKind::Corrupt => Some("the stored data are not what Atalaya writes; is this the right --stack?"),
        ErrorKind::Conflict | ErrorKind::Invalid => None,
    };
    let mut failure = Failure::unreachable(error.to_string());
    if let Some(service) = error.service() {
        failure = failure.details(json!({
            "service": service,
            "operation": error.operation(),
            "resource": error.resource(),
            "code": error.code(),
            "request_id": error.request_id(),
            "retryable": error.is_retryable(),
        }));
    }
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

/// What the local AWS could not do, in words.
pub(crate) fn local(error: atalaya_local::LocalError) -> Failure {
    Failure::unreachable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_deployment_is_found_by_its_inbox() {
        let names = names(&[
            "atalaya-inbox-111122223333-eu-west-1",
            "atalaya-inbox-111122223333-us-east-1",
            "atalaya-inbox-backup-us-east-1",
            "atalaya-curated-111122223333-us-east-1",
        ]);
        assert_eq!(deployment(&names, "atalaya", "us-east-1").expect("one fits"), "111122223333-us-east-1");
        for (stack, region, expected) in [("other", "us-east-1", "no Atalaya"), ("atalaya", "sa-east-1", "no Atalaya")]
        {
            let Err(Failure::Told(told)) = deployment(&names, stack, region) else { panic!("none fits") };
            assert!(told.message().contains(expected), "{}", told.message());
        }
    }
}
