//! What people read who publish, and commands that are killed anywhere.

use std::sync::Arc;

use atalaya_cloud::contracts::{Candidate, ContractsInForce, PublishStep, plan};
use atalaya_cloud::ledger::{KeepAudit as _, Operation};
use atalaya_cloud::objects::WriteObjects as _;
use atalaya_cloud::testing::{ORDERS_CONTRACT, at};
use atalaya_cloud::{ContractRegistry, ContractStore, MemoryLedger, MemoryObjects};
use atalaya_contract::compatibility::compare;
use clap::Parser as _;

use crate::args::{Cli, Command, ContractCommand, WithdrawArgs};
use crate::operate::summary;
use crate::operate::tests::fragile::{Fragile, Fuse};
use crate::operate::tests::world::{broken_off_anywhere, proposal};
use crate::operate::work::{self, Control};
use atalaya_terminal::exit::Failure;

use super::{diff, history, list, publish, refusal, show, withdraw};

const INBOX: &str = "atalaya-inbox-111122223333-eu-west-1";
const BUCKET: &str = "atalaya-contracts-111122223333-eu-west-1";
const WIDTH: Option<usize> = Some(80);

#[derive(Debug, Clone, Default)]
struct World {
    objects: MemoryObjects,
    ledger: MemoryLedger,
}

impl World {
    fn registry(&self) -> ContractRegistry<MemoryObjects> {
        ContractRegistry::new(self.objects.clone(), BUCKET, INBOX)
    }

    async fn in_force(&self) -> ContractsInForce {
        self.registry().in_force().await.expect("reads")
    }

    async fn plan(&self, files: &[(&str, &str)]) -> Result<Vec<PublishStep>, Failure> {
        plan(candidates(files), &self.in_force().await, INBOX, at(9))
            .map_err(|refusals| refusal::failure(&refusals, files.len(), WIDTH))
    }

    /// Publishes a document at a second, as ana; answers with what the command prints.
    async fn publish(&self, second: i64, name: &str, text: &str) -> String {
        self.objects.set_time(at(second));
        let steps = self.plan(&[(name, text)]).await.unwrap_or_else(|failure| panic!("{failure}"));
        self.registry().publish(&steps[0], "ana@desk").await.expect("is published");
        plain(&publish::lines(&steps[0], BUCKET, false, WIDTH))
    }

    /// What the command prints of why these files are refused.
    async fn refused(&self, files: &[(&str, &str)]) -> String {
        let Err(Failure::Told(told)) = self.plan(files).await else { panic!("it is not refused") };
        assert_eq!(told.code(), 1);
        let text = format!("error: {}\n hint: {}", told.message(), told.advice().expect("a hint"));
        assert!(told.message().lines().all(|line| line.chars().count() <= 80), "{text}");
        text
    }
}

fn candidates(files: &[(&str, &str)]) -> Vec<Candidate> {
    let candidate = |(name, text): &(&str, &str)| Candidate {
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        contract: Arc::new(atalaya_contract::parse(text).unwrap_or_else(|violations| panic!("{violations}"))),
    };
    files.iter().map(candidate).collect()
}

fn contract(id: &str, version: &str, key: &str) -> String {
    ORDERS_CONTRACT
        .replace("id: orders\n", &format!("id: {id}\n"))
        .replace("version: 1.0.0", &format!("version: {version}"))
        .replace("s3://inbox/orders/*.csv", &format!("s3://atalaya-inbox-*/{key}"))
}

/// A text without its colours.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// Asserts that the text is this one, line by line, and fits a terminal.
#[track_caller]
fn reads(text: &str, expected: &str) {
    assert_eq!(plain(text), expected.trim_matches('\n'));
    assert!(plain(text).lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[tokio::test]
async fn publishing_says_what_was_in_force_and_whom_the_change_breaks() {
    let world = World::default();
    reads(
        &world.publish(0, "orders.odcs.yaml", &contract("acme-orders", "1.0.0", "acme/orders/**.csv")).await,
        "
✓ published acme-orders 1.0.0, new
    s3://atalaya-contracts-111122223333-eu-west-1/acme-orders.odcs.yaml
",
    );
    let next = contract("acme-orders", "1.1.0", "acme/orders/**.csv").replace("minimum: 0", "minimum: 1");
    reads(
        &world.publish(1, "orders.odcs.yaml", &next).await,
        "
✓ published acme-orders 1.1.0, was 1.0.0
    s3://atalaya-contracts-111122223333-eu-west-1/acme-orders.odcs.yaml
    1 change, of which 1 breaks senders
",
    );
    reads(&world.publish(2, "orders.odcs.yaml", &next).await, "✓ unchanged acme-orders 1.1.0");
}

#[tokio::test]
async fn a_contract_that_was_stored_under_a_file_s_name_is_moved() {
    let world = World::default();
    let text = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
    world.objects.put(BUCKET, "orders.yaml", "application/yaml", text.clone().into()).await.expect("stored");
    reads(
        &world.publish(2, "orders.odcs.yaml", &text).await,
        "
✓ moved acme-orders 1.0.0
    s3://atalaya-contracts-111122223333-eu-west-1/acme-orders.odcs.yaml
    no longer under orders.yaml
",
    );
}

#[tokio::test]
async fn an_overlap_is_refused_with_both_documents_and_an_object() {
    let world = World::default();
    world.publish(0, "orders.odcs.yaml", &contract("acme-orders", "1.4.0", "acme/orders/**.csv")).await;
    let greedy = contract("acme-all", "1.0.0", "acme/orders/a.csv");
    let refused = world.refused(&[("all.odcs.yaml", &greedy)]).await;
    let (told, hint) = refused.split_once("\n hint: ").expect("a hint");
    reads(
        told,
        "
error: nothing was published: the contract is refused

  all.odcs.yaml: it overlaps with a contract in force
    this file   acme-all 1.0.0
                s3://atalaya-inbox-*/acme/orders/a.csv
    in force    acme-orders 1.4.0
                s3://atalaya-inbox-*/acme/orders/**.csv
                stored as acme-orders.odcs.yaml
    both claim  s3://atalaya-inbox-111122223333-eu-west-1/acme/orders/a.csv
",
    );
    assert!(hint.contains("narrow one") && hint.contains("`atalaya contract withdraw acme-orders`"), "{hint}");
}

#[tokio::test]
async fn a_lower_version_and_a_changed_one_are_refused() {
    let world = World::default();
    world.publish(0, "orders.odcs.yaml", &contract("acme-orders", "1.10.0", "acme/orders/**.csv")).await;
    let lower = contract("acme-orders", "1.9.0", "acme/orders/**.csv");
    let refused = world.refused(&[("orders.odcs.yaml", &lower)]).await;
    let (told, hint) = refused.split_once("\n hint: ").expect("a hint");
    reads(
        told,
        "
error: nothing was published: the contract is refused

  orders.odcs.yaml: a higher version is in force
    this file   acme-orders 1.9.0
    in force    acme-orders 1.10.0
                stored as acme-orders.odcs.yaml
",
    );
    assert!(hint.starts_with("raise its version above 1.10.0; to go back"), "{hint}");

    let changed = contract("acme-orders", "1.10.0", "acme/orders/**.csv").replace("minimum: 0", "minimum: 1");
    let other = contract("acme-prices", "1.0.0", "acme/prices/*.csv");
    let refused = world.refused(&[("orders.odcs.yaml", &changed), ("prices.odcs.yaml", &other)]).await;
    let (told, hint) = refused.split_once("\n hint: ").expect("a hint");
    reads(
        told,
        "
error: nothing was published: 1 of 2 contracts is refused

  orders.odcs.yaml: this version is in force with other content
    this file   acme-orders 1.10.0
    in force    acme-orders 1.10.0
                stored as acme-orders.odcs.yaml
    differs     1 thing that is enforced
",
    );
    assert!(hint.contains("`atalaya contract diff acme-orders orders.odcs.yaml`"), "{hint}");
}

#[tokio::test]
async fn a_contract_for_another_bucket_is_refused() {
    let world = World::default();
    let foreign = contract("acme-orders", "1.0.0", "x").replace("s3://atalaya-inbox-*/x", "s3://acme-drop/orders/**");
    let refused = world.refused(&[("orders.odcs.yaml", &foreign)]).await;
    let (told, hint) = refused.split_once("\n hint: ").expect("a hint");
    reads(
        told,
        "
error: nothing was published: the contract is refused

  orders.odcs.yaml: no location of it can match this stack's inbox
    this file   acme-orders 1.0.0
                s3://acme-drop/orders/**
    inbox       s3://atalaya-inbox-111122223333-eu-west-1
",
    );
    assert!(hint.contains("s3://*-inbox-*") && hint.contains("--stack"), "{hint}");
}

#[tokio::test]
async fn what_a_document_says_does_not_steer_the_terminal() {
    let world = World::default();
    let text = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
    world.publish(0, "orders.odcs.yaml", &text).await;
    let evil = text.replace("version: 1.0.0", "version: \"0.1\\e[2J\"");
    let refused = world.refused(&[("a\u{1b}[31m.yaml", &evil)]).await;
    assert!(!refused.contains('\u{1b}') && refused.contains("\\u{1b}"), "{refused:?}");
}

/// Two versions, a withdrawal by a command, and the same content again.
async fn story() -> World {
    let world = World::default();
    let first = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
    world.objects.set_time(at(0));
    world.objects.put(BUCKET, "orders.yaml", "application/yaml", first.clone().into()).await.expect("stored");
    let next = contract("acme-orders", "1.1.0", "acme/orders/**.csv").replace("minimum: 0", "minimum: 1");
    world.publish(60, "orders.odcs.yaml", &next).await;
    world.objects.set_time(at(120));
    let operation = Operation {
        id: "1".to_owned(),
        command: "contract withdraw acme-orders".to_owned(),
        by: "bo@desk".to_owned(),
        at: at(119),
        reason: Some("Acme sends no more orders".to_owned()),
        subject: "acme-orders 1.1.0".to_owned(),
        planned: 1,
        done: 1,
        ended_at: Some(at(120)),
        outcome: Some("done".to_owned()),
    };
    world.ledger.begin_operation(&operation).await.expect("begun");
    let in_force = world.in_force().await;
    world.registry().withdraw(&in_force.contracts["acme-orders"]).await.expect("is withdrawn");
    world.publish(180, "orders.odcs.yaml", &next).await;
    world
}

#[tokio::test]
async fn a_history_says_when_by_whom_and_what_changed() {
    let world = story().await;
    let entries = world.registry().history("acme-orders").await.expect("reads");
    let operations = world.ledger.operations(10).await.expect("reads");
    let rows = history::rows("acme-orders", &entries, &operations);
    reads(
        &history::lines("acme-orders", &rows, WIDTH).join("\n"),
        "
acme-orders, newest first, times in UTC
  2026-03-01 00:03:00  1.1.0
    by ana@desk: same content as before
  2026-03-01 00:02:00  withdrawn
    by bo@desk: Acme sends no more orders
  2026-03-01 00:01:00  1.1.0
    by ana@desk: 1 change, of which 1 breaks senders
  2026-03-01 00:01:00  moved
    from orders.yaml to its own key
  2026-03-01 00:00:00  1.0.0
    not by `contract publish`: the first version
",
    );
}

#[tokio::test]
async fn a_withdrawn_contract_is_found_by_its_version_alone() {
    let world = story().await;
    let registry = world.registry();
    registry.withdraw(&world.in_force().await.contracts["acme-orders"]).await.expect("is withdrawn");
    let failed = async |id: &str, version: Option<&str>| match show::find(&registry, id, version).await {
        Err(Failure::Told(told)) => format!("{} | {}", told.message(), told.advice().unwrap_or_default()),
        other => panic!("{other:?}"),
    };
    let told = failed("acme-orders", None).await;
    assert!(told.contains("was withdrawn") && told.contains("contract show acme-orders --version 1.1.0"), "{told}");
    let told = failed("acme-orders", Some("9.0.0")).await;
    assert!(told.contains("`version: 9.0.0`") && told.contains("there is 1.1.0, 1.0.0"), "{told}");
    let told = failed("nobody", None).await;
    assert!(told.contains("no contract `nobody` is in force"), "{told}");
    let stored = show::find(&registry, "acme-orders", Some("1.0.0")).await.expect("its versions stay");
    assert_eq!(stored.text, contract("acme-orders", "1.0.0", "acme/orders/**.csv"));
}

#[tokio::test]
async fn a_list_says_what_is_in_force_and_what_is_not_as_it_should_be() {
    let world = story().await;
    let old = contract("prices", "2026-02", "prices/*.csv");
    world.objects.put(BUCKET, "price list.yaml", "application/yaml", old.into()).await.expect("stored");
    world.objects.put(BUCKET, "broken.yaml", "application/yaml", "kind: x".into()).await.expect("stored");
    let found = world.in_force().await;
    let text = plain(&list::lines(&found, at(240), WIDTH).join("\n"));
    let (text, broken) = text.split_once("\n✗ ").expect("a broken one");
    reads(
        text,
        "
acme-orders 1.1.0  orders
    s3://atalaya-inbox-*/acme/orders/**.csv
    published 2026-03-01 00:03:00 UTC, 1 min ago, by ana@desk
prices 2026-02  orders
    s3://atalaya-inbox-*/prices/*.csv
    published 2026-03-01 00:03:00 UTC, 1 min ago, not by `contract publish`
    stored as price list.yaml, under a file's name: publish it again and it
    moves to its own key
",
    );
    assert!(broken.starts_with("broken.yaml cannot be used: line 1"), "{broken}");
    let none = list::lines(&ContractsInForce::default(), at(0), WIDTH);
    assert_eq!(none.len(), 1);
}

#[test]
fn a_difference_says_what_breaks_whom() {
    let old = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
    let column = "      - name: size\n        logicalType: string\n        required: true\n";
    let new = contract("acme-orders", "2.0.0", "acme/orders/**.csv")
        .replace("minimum: 0", "minimum: -5")
        .replace("logicalType: integer", "logicalType: string")
        .replace("servers:", &format!("{column}servers:"));
    let (old, new) = (atalaya_contract::parse(&old).expect("valid"), atalaya_contract::parse(&new).expect("valid"));
    reads(
        &diff::lines(&old, &new, &compare(&old, &new), WIDTH).join("\n"),
        "
acme-orders 1.0.0 → 2.0.0
  breaks senders
    orders.size: new required column: files whose header lacks `size` are
      rejected
  breaks readers
    orders.id: type integer → string
  breaks nobody
    orders.amount: minimum 0 → -5 (readers should know)
✗ 3 changes, of which 1 breaks senders and 1 breaks readers
",
    );
    assert!(plain(&diff::lines(&old, &old, &[], WIDTH).join("\n")).ends_with("✓ nothing that is enforced differs"));
}

fn withdraw_args(line: &[&str]) -> WithdrawArgs {
    let line = ["atalaya", "contract", "withdraw"].iter().chain(line);
    match Cli::try_parse_from(line).expect("is a command line").command {
        Command::Contract(ContractCommand::Withdraw(args)) => args,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_withdrawal_says_what_becomes_of_the_feed_before_it_asks() {
    let world = story().await;
    let args = withdraw_args(&["acme-orders", "--reason", "a test"]);
    let entries = world.registry().history("acme-orders").await.expect("reads");
    let documents: Vec<_> = world.in_force().await.documents("acme-orders").cloned().collect();
    let proposal = withdraw::proposal(&args, &documents, &entries);
    let target = withdraw::target(documents, &entries).expect("is in force");
    let text = plain(&summary::page(&proposal, &[target.item]));
    for part in [
        "withdraw 1 contract",
        "acme-orders 1.1.0",
        "in force since 2026-03-01 00:03:00 UTC",
        "become unroutable until a contract claims them",
        "2 versions of it stay readable",
        "`atalaya contract show acme-orders --version 1.1.0 > FILE`",
    ] {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(part), "`{part}` is missing:\n{text}");
    }
    assert!(withdraw::target(Vec::new(), &entries).is_none(), "a repeat finds nothing to do");
}

fn fragile(world: &World, fuse: &Fuse) -> ContractRegistry<Fragile<MemoryObjects>> {
    ContractRegistry::new(Fragile::new(&world.objects, fuse), BUCKET, INBOX)
}

/// What the intake reads.
async fn routed(world: &World) -> Vec<(String, String)> {
    let contracts = ContractStore::new(world.objects.clone(), BUCKET).refresh().await.expect("reads");
    let entries = contracts.catalog.entries();
    entries.map(|(reference, _)| (reference.key.clone(), reference.version.clone())).collect()
}

#[tokio::test]
async fn a_publication_killed_anywhere_ends_with_one_contract_under_its_own_key() {
    let files = [
        ("orders.odcs.yaml", contract("acme-orders", "1.1.0", "acme/orders/**.csv")),
        ("prices.odcs.yaml", contract("acme-prices", "1.0.0", "acme/prices/*.csv")),
    ];
    let make = async || {
        let world = World::default();
        let old = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
        world.objects.put(BUCKET, "orders.yaml", "application/yaml", old.into()).await.expect("stored");
        world
    };
    let command = async |world: &World, fuse: &Fuse| {
        let registry = fragile(world, fuse);
        let in_force = registry.in_force().await.map_err(crate::connect::cloud)?;
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let steps = plan(candidates(&files), &in_force, INBOX, at(9)).unwrap_or_else(|refusals| panic!("{refusals:?}"));
        let audit = Fragile::new(&world.ledger, fuse);
        let (worked, _) = publish::carry_out(&registry, &audit, &proposal(), "ana", steps, &Control::default()).await?;
        assert!(fuse.is_blown() || worked.done() == 2, "{:?}", worked.targets);
        Ok(())
    };
    let meanwhile = async |world: &World| {
        // Whenever the intake looks, it sees one contract of each id, and no overlap.
        let ids = routed(world).await;
        assert!(ids.iter().filter(|(key, _)| !key.contains("prices")).count() == 1, "{ids:?}");
    };
    broken_off_anywhere(make, command, meanwhile, async |world, when| {
        let expected = [("acme-orders.odcs.yaml", "1.1.0"), ("acme-prices.odcs.yaml", "1.0.0")]
            .map(|(key, version)| (key.to_owned(), version.to_owned()));
        assert_eq!(routed(world).await, expected, "{when}");
        assert_eq!(world.objects.keys(BUCKET).len(), 2, "{when}");
    })
    .await;
}

#[tokio::test]
async fn a_withdrawal_killed_anywhere_never_brings_an_old_copy_into_force() {
    let make = async || {
        let world = World::default();
        world.publish(0, "orders.odcs.yaml", &contract("acme-orders", "2.0.0", "acme/orders/**.csv")).await;
        let old = contract("acme-orders", "1.0.0", "acme/orders/**.csv");
        world.objects.put(BUCKET, "orders.yaml", "application/yaml", old.into()).await.expect("stored");
        world
    };
    let command = async |world: &World, fuse: &Fuse| {
        let registry = fragile(world, fuse);
        let in_force = registry.in_force().await.map_err(crate::connect::cloud)?;
        let documents: Vec<_> = in_force.documents("acme-orders").cloned().collect();
        let history = registry.history("acme-orders").await.map_err(crate::connect::cloud)?;
        let targets: Vec<_> = withdraw::target(documents, &history).into_iter().collect();
        let audit = Fragile::new(&world.ledger, fuse);
        let step = async |documents: &Vec<_>| withdraw::withdraw(&registry, documents).await;
        work::carry_out(&audit, &proposal(), "ana", targets, &Control::default(), step).await.map(drop)
    };
    let meanwhile = async |world: &World| {
        let routed = routed(world).await;
        assert!(routed.iter().all(|(_, version)| version == "2.0.0"), "{routed:?}");
    };
    broken_off_anywhere(make, command, meanwhile, async |world, when| {
        assert_eq!(world.objects.keys(BUCKET), Vec::<String>::new(), "{when}");
    })
    .await;
}
