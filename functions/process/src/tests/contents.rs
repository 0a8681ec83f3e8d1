//! The same content twice: loaded once, whoever comes first and whatever became of it.

use super::*;

#[tokio::test]
async fn killed_after_the_content_claim_the_file_still_gets_its_content() {
    let desk = desk().await;
    let sent = desk.send("orders/a.csv", GOOD).await;
    // As a killed function leaves it: in process, content claimed, nothing visible.
    desk.objects.fail_next("PutObject", ErrorKind::Connection);
    desk.process(&sent).await.expect_err("broken off");
    assert_eq!((desk.state(&sent).await, desk.visible()), (FileState::Processing, (vec![], vec![])));
    let sha256 = Sha256::digest(GOOD).iter().map(|byte| format!("{byte:02x}")).collect();
    let other = ContentHolder { file_id: FileId::from("0".repeat(32)), attempt: 1 };
    let claim = ContentClaim { dataset: "orders".to_owned(), sha256, holder: other, at: at(1) };
    let holder = ContentHolder { file_id: sent.request.file.file_id.clone(), attempt: 1 };
    assert_eq!(desk.ledger.claim_content(&claim, None).await.expect("claim"), ContentClaimed::HeldBy(holder));

    assert_eq!(desk.process(&sent).await.expect("an outcome").detail_type, EventKind::FileAvailable);
}

#[tokio::test]
async fn the_same_content_is_loaded_once() {
    let desk = desk().await;
    let first = desk.send("orders/a.csv", GOOD).await;
    let second = desk.send("orders/b.csv", GOOD).await;
    desk.process(&first).await.expect("an outcome");
    let told = desk.process(&second).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileDuplicate);
    let of = told.detail.duplicate_of.expect("the first file");
    assert_eq!(
        (of.key.as_str(), of.state, &of.file_id),
        ("orders/a.csv", FileState::Available, &first.request.file.file_id)
    );
    assert_eq!(desk.visible(), (vec![parquet_of(&first)], vec![]));
    assert_eq!(desk.sum(Metric::FilesDuplicate, &[]), Some(1.0));
    assert_eq!(desk.sum(Metric::RowsRead, &[]), Some(3.0));
}

#[tokio::test]
async fn of_two_files_at_the_same_time_the_second_waits() {
    let desk = desk().await;
    let first = desk.send("orders/a.csv", GOOD).await;
    let second = desk.send("orders/b.csv", GOOD).await;
    desk.ledger.fail_next("finish");
    desk.process(&first).await.expect_err("broken off after its claim");
    let waiting = desk.process(&second).await.expect_err("the first has no outcome yet");
    assert!(matches!(waiting, ProcessError::Waiting { .. }), "{waiting}");
    assert_eq!(waiting.error_type(), RETRYABLE);
    assert_eq!(desk.objects.open_uploads(), 0);
    desk.process(&first).await.expect("an outcome");
    assert_eq!(desk.process(&second).await.expect("an outcome").detail_type, EventKind::FileDuplicate);
}

#[tokio::test]
async fn content_whose_first_file_failed_is_free_and_its_leavings_are_taken_away() {
    let desk = desk().await;
    let first = desk.send("orders/a.csv", GOOD).await;
    desk.ledger.fail_next("finish");
    desk.process(&first).await.expect_err("broken off with its Parquet visible");
    assert_eq!(desk.visible().0, [parquet_of(&first)]);
    desk.fail(&first).await;
    let second = desk.send("orders/b.csv", GOOD).await;
    assert_eq!(desk.process(&second).await.expect("an outcome").detail_type, EventKind::FileAvailable);
    assert_eq!(desk.visible().0, [parquet_of(&second)]);
    // The first has its outcome; it is only told again.
    assert_eq!(desk.process(&first).await.expect("told again").detail_type, EventKind::FileFailed);
}

#[tokio::test]
async fn rejected_content_is_judged_again_only_by_another_contract() {
    let desk = desk().await;
    let first = desk.send("orders/a.csv", BAD).await;
    desk.process(&first).await.expect("an outcome");
    let again = desk.send("orders/b.csv", BAD).await;
    let told = desk.process(&again).await.expect("an outcome");
    assert_eq!(told.detail_type, EventKind::FileDuplicate);
    assert_eq!(told.detail.duplicate_of.map(|first| first.state), Some(FileState::Rejected));

    desk.publish(&ORDERS_CONTRACT.replace("value: 1\n", "value: 2\n")).await;
    let third = desk.send("orders/c.csv", BAD).await;
    assert_eq!(desk.process(&third).await.expect("an outcome").detail_type, EventKind::FileAvailable);
    let fourth = desk.send("orders/d.csv", BAD).await;
    let told = desk.process(&fourth).await.expect("an outcome");
    assert_eq!(told.detail.duplicate_of.map(|first| first.key), Some("orders/c.csv".to_owned()));
}

#[tokio::test]
async fn a_contract_may_let_the_same_content_through() {
    let desk = desk().await;
    let also = "customProperties:\n  - property: onDuplicateContent\n    value: process\n";
    desk.publish(&ORDERS_CONTRACT.replace("customProperties:\n", also)).await;
    let (first, second) = (desk.send("orders/a.csv", GOOD).await, desk.send("orders/b.csv", GOOD).await);
    for sent in [&first, &second] {
        assert_eq!(desk.process(sent).await.expect("an outcome").detail_type, EventKind::FileAvailable);
    }
    assert_eq!(desk.visible().0.len(), 2);
}
