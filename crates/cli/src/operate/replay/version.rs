//! The stored version of a contract that is to judge a file.

use atalaya_cloud::CloudError;
use atalaya_cloud::contracts::contract_key;
use atalaya_cloud::objects::{ListVersions, ObjectVersion, ReadObjects};
use atalaya_contract::{Contract, ContractRef};

use crate::connect;
use atalaya_terminal::exit::Failure;

/// How many versions a refusal names.
const NAMED: usize = 8;

/// The newest stored version of the contract `before`, or the newest one whose document says `wanted`. It must be valid
/// and have the dataset.
///
/// # Errors
/// There is no such version, or it is not fit to judge the file; or the bucket cannot be read.
pub(super) async fn find<O: ReadObjects + ListVersions>(
    objects: &O,
    before: &ContractRef,
    wanted: Option<&str>,
    dataset: &str,
) -> Result<ContractRef, Failure> {
    let own_key = contract_key(&before.id);
    let versions = objects.versions(&before.bucket, &own_key).await.map_err(connect::cloud)?;
    // The file was judged by a document that was stored under another key, and the contract may have moved since.
    let former = match before.key == own_key {
        true => Vec::new(),
        false => objects.versions(&before.bucket, &before.key).await.map_err(connect::cloud)?,
    };
    let own = ContractRef { key: own_key, ..before.clone() };
    let has_moved = !versions.is_empty();
    let places = [(&own, versions), (before, former)];
    match wanted {
        None => {
            let (place, versions) = if has_moved { &places[0] } else { &places[1] };
            newest(objects, place, versions.first(), dataset).await
        }
        Some(wanted) => named(objects, &places, wanted, dataset).await,
    }
}

async fn newest<O: ReadObjects>(
    objects: &O,
    before: &ContractRef,
    newest: Option<&ObjectVersion>,
    dataset: &str,
) -> Result<ContractRef, Failure> {
    let Some(newest) = newest.filter(|version| !version.is_deletion) else {
        return Err(Failure::refused(format!("the contract s3://{}/{} is deleted", before.bucket, before.key))
            .hint("publish it again, or name one of its earlier versions with --contract"));
    };
    match read(objects, before, newest).await.map_err(connect::cloud)? {
        Ok(contract) => fit(before, newest, &contract, dataset),
        Err(violations) => Err(Failure::refused(format!(
            "the newest version of {} is no valid contract: {violations}",
            before.key
        ))
        .hint(
            "publish a corrected one (`atalaya contract lint` checks it), or name an earlier version with --contract",
        )),
    }
}

async fn named<O: ReadObjects>(
    objects: &O,
    places: &[(&ContractRef, Vec<ObjectVersion>)],
    wanted: &str,
    dataset: &str,
) -> Result<ContractRef, Failure> {
    let mut others = Vec::new();
    let versions = places.iter().flat_map(|(place, versions)| versions.iter().map(move |version| (*place, version)));
    for (place, version) in versions.filter(|(_, version)| !version.is_deletion) {
        match read(objects, place, version).await.map_err(connect::cloud)? {
            // A key may have held documents of other ids.
            Ok(contract) if contract.id != place.id => {}
            Ok(contract) if contract.version == wanted => return fit(place, version, &contract, dataset),
            Ok(contract) if !others.contains(&contract.version) => others.push(contract.version),
            // What is no contract has no version to be named by.
            _ => {}
        }
    }
    let id = places.first().map(|(place, _)| place.id.as_str()).unwrap_or_default();
    let failure = Failure::refused(format!("no stored version of {id} says `version: {wanted}`"));
    others.truncate(NAMED);
    Err(match others.is_empty() {
        true => failure.hint("none of its stored versions is a valid contract: publish one"),
        false => failure.hint(format!("there is {}; `atalaya contract publish` stores another", others.join(", "))),
    })
}

/// The document at a version: the contract, or what is wrong with it.
async fn read<O: ReadObjects>(
    objects: &O,
    before: &ContractRef,
    version: &ObjectVersion,
) -> Result<Result<Contract, String>, CloudError> {
    let (_, body) = objects.get(&before.bucket, &before.key, Some(&version.version_id)).await?;
    let bytes = body.collect().await?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => atalaya_contract::parse(&text).map_err(|violations| violations.to_string()),
        Err(_) => Err("it is not UTF-8 text".to_owned()),
    })
}

fn fit(
    before: &ContractRef,
    version: &ObjectVersion,
    contract: &Contract,
    dataset: &str,
) -> Result<ContractRef, Failure> {
    if !contract.feeds.iter().any(|feed| feed.dataset == dataset) {
        let message =
            format!("{} {} has no dataset `{dataset}`, which the file belongs to", contract.id, contract.version);
        return Err(Failure::refused(message).hint("name a version with --contract that has it"));
    }
    Ok(ContractRef {
        bucket: before.bucket.clone(),
        key: before.key.clone(),
        version_id: version.version_id.clone(),
        id: contract.id.clone(),
        version: contract.version.clone(),
    })
}

#[cfg(test)]
mod tests {
    use atalaya_cloud::MemoryObjects;
    use atalaya_cloud::objects::WriteObjects as _;
    use atalaya_cloud::testing::{ORDERS_CONTRACT, contract_ref};

    use super::*;

    async fn stored(objects: &MemoryObjects, text: &str) -> String {
        let text = text.to_owned().into();
        objects.put("contracts", "orders.yaml", "application/yaml", text).await.expect("stored").version_id
    }

    fn saying(version: &str) -> String {
        ORDERS_CONTRACT.replace("version: 1.0.0", &format!("version: {version}"))
    }

    async fn found(objects: &MemoryObjects, wanted: Option<&str>) -> Result<ContractRef, (String, String)> {
        find(objects, &contract_ref("v1"), wanted, "orders").await.map_err(|failure| {
            let Failure::Told(told) = failure else { panic!("{failure}") };
            (told.message().to_owned(), told.advice().unwrap_or_default().to_owned())
        })
    }

    #[tokio::test]
    async fn the_newest_version_is_taken_or_the_one_that_is_named() {
        let objects = MemoryObjects::default();
        stored(&objects, &saying("1.0.0")).await;
        let second = stored(&objects, &saying("1.1.0")).await;
        let third = stored(&objects, &saying("2.0.0")).await;
        let corrected = stored(&objects, &saying("1.1.0").replace("minimum: 0", "minimum: -5")).await;
        let newest = found(&objects, None).await.expect("is there");
        assert_eq!((newest.version_id.as_str(), newest.version.as_str()), (corrected.as_str(), "1.1.0"));
        let named = found(&objects, Some("2.0.0")).await.expect("is there");
        assert_eq!((named.version_id.as_str(), named.version.as_str()), (third.as_str(), "2.0.0"));
        // Of two documents that say the same version, the one stored last corrects the other.
        assert_ne!(found(&objects, Some("1.1.0")).await.expect("is there").version_id, second);
    }

    #[tokio::test]
    async fn what_cannot_judge_the_file_is_refused_with_what_there_is() {
        let objects = MemoryObjects::default();
        let (message, _) = found(&objects, None).await.expect_err("never was one");
        assert!(message.contains("is deleted"), "{message}");
        stored(&objects, &saying("1.0.0")).await;
        stored(&objects, &saying("1.1.0")).await;
        let (message, hint) = found(&objects, Some("9.9.9")).await.expect_err("nobody said so");
        assert!(message.contains("9.9.9") && hint.contains("1.1.0, 1.0.0"), "{message} {hint}");
        stored(&objects, &saying("1.2.0").replace("- name: orders", "- name: returns")).await;
        let (message, _) = found(&objects, None).await.expect_err("another dataset");
        assert!(message.contains("has no dataset `orders`"), "{message}");
        stored(&objects, "kind: DataContract").await;
        let (message, _) = found(&objects, None).await.expect_err("no contract");
        assert!(message.contains("is no valid contract"), "{message}");
        objects.delete("contracts", "orders.yaml").await.expect("deleted");
        let (message, hint) = found(&objects, None).await.expect_err("deleted");
        assert!(message.contains("is deleted") && hint.contains("--contract"), "{message} {hint}");
        assert!(found(&objects, Some("1.0.0")).await.is_ok(), "its versions stay");
    }

    #[tokio::test]
    async fn a_contract_that_has_moved_to_its_own_key_is_found_there_with_its_older_versions() {
        let objects = MemoryObjects::default();
        let first = stored(&objects, &saying("1.0.0")).await;
        let text = saying("1.1.0").into();
        let put = objects.put("contracts", "orders.odcs.yaml", "application/yaml", text).await.expect("stored");
        objects.delete("contracts", "orders.yaml").await.expect("deleted");
        let newest = found(&objects, None).await.expect("is there");
        assert_eq!((newest.key.as_str(), &newest.version_id), ("orders.odcs.yaml", &put.version_id));
        let named = found(&objects, Some("1.0.0")).await.expect("its versions stay");
        assert_eq!((named.key.as_str(), &named.version_id), ("orders.yaml", &first));
    }
}
