//! Whether the ledger may be written, found out by writes that can change nothing; and whether it may be deleted.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError, update_item::UpdateItemError},
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::{
    DynamoLedger,
    item::{self, Item},
    pauses::PAUSE,
};
use crate::{CloudError, ErrorKind, SdkResult as _};

/// A condition that no item satisfies, whatever the table holds. DynamoDB looks at permissions first, so its refusal
/// proves that the write is allowed.
const NEVER: &str = "attribute_exists(pk) AND attribute_not_exists(pk)";

impl DynamoLedger {
    /// Tries each kind of write that operators' commands make (`dynamodb:PutItem`, `dynamodb:UpdateItem`,
    /// `dynamodb:DeleteItem` of pauses), in a way that changes nothing.
    ///
    /// # Errors
    /// `Denied` for the first kind that is not allowed; whatever else keeps a call from its answer.
    pub async fn try_writes(&self) -> Result<(), CloudError> {
        let table = self.table();
        let nowhere = item::key("permission", "never-written");
        let put = table.client.put_item().table_name(&table.name).set_item(Some(nowhere.clone()));
        let put = put.condition_expression(NEVER).send().await;
        refused(put, PutItemError::is_conditional_check_failed_exception, table.action("PutItem"))?;
        let update = table.client.update_item().table_name(&table.name).set_key(Some(nowhere));
        let update = update.update_expression("SET #never = :never").expression_attribute_names("#never", "never");
        let update = update.expression_attribute_values(":never", item::value_of(&true));
        let update = update.condition_expression(NEVER).send().await;
        refused(update, UpdateItemError::is_conditional_check_failed_exception, table.action("UpdateItem"))?;
        // Pauses are all that operators may delete.
        let pause: Item = item::key(PAUSE, "never-written");
        let delete = table.client.delete_item().table_name(&table.name).set_key(Some(pause));
        let delete = delete.condition_expression(NEVER).send().await;
        refused(delete, DeleteItemError::is_conditional_check_failed_exception, table.action("DeleteItem"))
    }
}

impl DynamoLedger {
    /// Whether DynamoDB refuses to delete the table (`dynamodb:DescribeTable`).
    ///
    /// # Errors
    /// Where the table cannot be looked at.
    pub async fn is_protected(&self) -> Result<bool, CloudError> {
        let table = self.table();
        let answer = table.client.describe_table().table_name(&table.name).send().await;
        let answer = answer.of_call(|| table.action("DescribeTable"))?;
        Ok(answer.table().and_then(|table| table.deletion_protection_enabled()).unwrap_or(false))
    }
}

/// That the condition was looked at.
fn refused<T, E>(
    answer: Result<T, SdkError<E, HttpResponse>>,
    is_condition: impl Fn(&E) -> bool,
    action: String,
) -> Result<(), CloudError>
where
    E: aws_sdk_dynamodb::error::ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match answer {
        Err(error) if error.as_service_error().is_some_and(&is_condition) => Ok(()),
        Err(error) => Err(CloudError::from_sdk(error, action)),
        Ok(_) => Err(CloudError::new(ErrorKind::Corrupt, action, "a write was made whose condition cannot hold")),
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Read as _, Write as _},
        net::{Ipv4Addr, TcpListener},
        thread,
    };

    use super::*;
    use crate::{AwsOptions, connect};

    const ALLOWED: &str = "ConditionalCheckFailedException";
    const DENIED: &str = "AccessDeniedException";

    /// A DynamoDB that answers each call in turn with one of these errors; afterwards the operations and the bodies that
    /// it got.
    fn table(answers: &'static [&'static str]) -> (String, thread::JoinHandle<Vec<(String, String)>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let calls = thread::spawn(move || {
            let answer = |kind: &&str| {
                let (stream, _) = listener.accept().expect("a call");
                let mut reader = BufReader::new(stream);
                let (mut operation, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).expect("a header");
                    let line = line.trim().to_ascii_lowercase();
                    if line.is_empty() {
                        break;
                    }
                    if let Some(target) = line.strip_prefix("x-amz-target: dynamodb_20120810.") {
                        operation = target.to_owned();
                    }
                    if let Some(bytes) = line.strip_prefix("content-length: ") {
                        length = bytes.parse().expect("a number");
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).expect("a body");
                let error = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{kind}","message":"as asked"}}"#);
                write!(
                    reader.get_mut(),
                    "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{error}",
                    error.len()
                )
                .expect("answered");
                (operation, String::from_utf8(body).expect("JSON"))
            };
            answers.iter().map(answer).collect()
        });
        (address, calls)
    }

    async fn tried(answers: &'static [&'static str]) -> (Result<(), CloudError>, Vec<(String, String)>) {
        let (endpoint_url, calls) = table(answers);
        let options =
            AwsOptions { profile: None, region: Some("us-east-1".to_owned()), endpoint_url: Some(endpoint_url) };
        let anybody = aws_sdk_dynamodb::config::Credentials::new("a", "b", None, None, "test");
        let anybody = aws_sdk_dynamodb::config::SharedCredentialsProvider::new(anybody);
        let sdk = connect(&options).await.into_builder().credentials_provider(anybody).build();
        let answer = DynamoLedger::new(&sdk, "ledger").try_writes().await;
        (answer, calls.join().expect("the table ends"))
    }

    #[tokio::test]
    async fn each_kind_of_write_is_tried_and_none_can_change_anything() {
        let (answer, calls) = tried(&[ALLOWED, ALLOWED, ALLOWED]).await;
        answer.expect("all are allowed");
        let operations: Vec<_> = calls.iter().map(|(operation, _)| operation.as_str()).collect();
        assert_eq!(operations, ["putitem", "updateitem", "deleteitem"]);
        assert!(calls.iter().all(|(_, body)| body.contains(NEVER)), "{calls:?}");
    }

    #[tokio::test]
    async fn a_write_that_is_denied_is_named() {
        for (answers, operation) in [
            (&[DENIED][..], "PutItem ledger"),
            (&[ALLOWED, DENIED][..], "UpdateItem ledger"),
            (&[ALLOWED, ALLOWED, DENIED][..], "DeleteItem ledger"),
        ] {
            let (answer, calls) = tried(answers).await;
            let error = answer.expect_err("denied");
            assert_eq!((error.kind, error.action.as_str()), (ErrorKind::Denied, operation));
            assert_eq!(calls.len(), answers.len());
        }
    }
}
