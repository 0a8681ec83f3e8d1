//! Who calls AWS (AWS STS).

use atalaya_cloud::{CloudError, SdkConfig, SdkResult as _};

/// ARN of the caller; nothing where STS names nobody (`sts:GetCallerIdentity`, which everybody may call).
///
/// # Errors
/// Where STS cannot be asked.
pub async fn caller_arn(config: &SdkConfig) -> Result<Option<String>, CloudError> {
    let answer = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
    Ok(answer.of_call(|| "GetCallerIdentity")?.arn)
}
