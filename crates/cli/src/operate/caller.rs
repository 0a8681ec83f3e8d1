//! Who gives the command: what the audit record and the notices say.

use atalaya_cloud::SdkConfig;

/// The caller: its ARN on AWS; on a stand-in, which knows nobody, and where AWS does not say, `user@host`.
pub(crate) async fn identity(sdk: &SdkConfig) -> String {
    if sdk.endpoint_url().is_some() {
        return user_at_host();
    }
    atalaya_operations::caller_arn(sdk).await.ok().flatten().unwrap_or_else(user_at_host)
}

fn user_at_host() -> String {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(set)
        .or_else(account)
        .unwrap_or_else(|| "somebody".to_owned());
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .or_else(|| ["HOSTNAME", "COMPUTERNAME"].into_iter().find_map(set));
    match host {
        Some(host) => format!("{user}@{host}"),
        None => user,
    }
}

/// The name of the account that this process runs under, where no variable says it.
#[cfg(unix)]
fn account() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let id = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    // name:password:id:…
    let name = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == id).then_some(name)
    });
    name.map(str::to_owned)
}

#[cfg(not(unix))]
fn account() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_caller_has_a_name_without_aws() {
        let name = super::user_at_host();
        assert!(!name.is_empty() && !name.contains(char::is_whitespace), "{name:?}");
    }
}
