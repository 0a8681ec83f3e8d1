//! Looks at every part of the pipeline, all at once.
//!
//! One look makes, with N feeds, 20 + N calls of AWS: `DescribeAlarms` (one for each hundred alarms), `GetQueueAttributes`
//! of four queues, `GetMetricData`, `ListExecutions` in four states, `Query` of the ledger in each of eight states and
//! for the pauses, `ListObjectsV2` of the contracts, and a `Query` of the ledger for each feed, at most [`FEEDS`]. The
//! first look makes four `GetQueueUrl` besides and reads each contract. Lists are cut off: [`FILES`] in a state,
//! [`EXECUTIONS`] in a status.

use std::collections::BTreeSet;

use atalaya_cloud::ledger::{BrowseFiles as _, FileQuery, Pauses as _};
use atalaya_cloud::{CloudError, ContractStore, FileRecord, S3Objects};
use atalaya_cloudwatch::{MetricDataQuery, MetricId, MetricStat, QuerySource, Statistic};
use atalaya_contract::{AlarmDescription, AlarmState, FileState};
use atalaya_operations::cloudwatch::{CloudWatch, Deployed};
use atalaya_operations::executions::{ExecutionLog, Status};
use atalaya_operations::queues::{self, Depth, Queues};
use futures_util::{StreamExt as _, TryStreamExt as _, future, stream};
use jiff::{SignedDuration, Timestamp};

use super::snapshot::{AlarmOn, Alarms, Count, Executions, Feed, Files, Named, Queue, Snapshot};
use crate::connect::Stack;

/// Files of a state that are counted.
const FILES: usize = 1000;
/// Executions of a status that are counted.
const EXECUTIONS: u16 = 500;
/// Feeds whose last file is looked for.
const FEEDS: usize = 100;
/// Calls in flight at once for the feeds.
const AT_ONCE: usize = 8;
/// What "lately" means.
const LATELY: SignedDuration = SignedDuration::from_hours(24);
/// How far back the age of a queue's oldest message is looked for, in seconds.
const AGE: i64 = 600;
/// The queues, in the order of a file's way.
const QUEUES: [&str; 4] = ["intake", "intake-dlq", "notify-dlq", "page-dlq"];

/// Who is asked.
pub(super) struct Sources {
    stack: Stack,
    cloudwatch: CloudWatch,
    contracts: ContractStore<S3Objects>,
    queues: Queues,
    executions: ExecutionLog,
    /// The queues, once their addresses are known.
    found: tokio::sync::OnceCell<Vec<queues::Queue>>,
}

impl Sources {
    pub(super) fn new(stack: Stack, cloudwatch: CloudWatch) -> Self {
        Self {
            contracts: ContractStore::new(stack.objects.clone(), stack.names.bucket("contracts")),
            queues: Queues::new(&stack.sdk),
            executions: ExecutionLog::new(&stack.sdk, stack.names.state_machine_arn()),
            found: tokio::sync::OnceCell::new(),
            stack,
            cloudwatch,
        }
    }

    /// Looks once. What does not answer keeps nothing else back.
    pub(super) async fn look(&self, now: Timestamp) -> Snapshot {
        let (alarms, queues, executions, files, pauses, feeds) = tokio::join!(
            self.alarms(),
            self.queues(),
            self.executions(now),
            self.files(now),
            self.stack.ledger.pauses(),
            self.feeds(),
        );
        let mut seen = Snapshot::default();
        let unanswered = &mut seen.unanswered;
        seen.alarms = answered("alarms", alarms, unanswered);
        seen.queues = answered("queues", queues, unanswered).unwrap_or_default();
        seen.executions = answered("executions", executions, unanswered);
        seen.files = answered("files", files, unanswered);
        seen.pauses = answered("pauses", pauses, unanswered);
        seen.feeds = answered("feeds", feeds, unanswered);
        seen
    }

    async fn alarms(&self) -> Result<Alarms, CloudError> {
        let stack = self.stack.names.stack();
        Ok(counted(self.cloudwatch.alarms_by_our_clock(&format!("{stack}-")).await?, stack))
    }

    async fn queues(&self) -> Result<Vec<Queue>, CloudError> {
        let found = self.found.get_or_try_init(|| self.find_queues()).await?;
        let depths = future::try_join_all(found.iter().map(queues::Queue::depth));
        let (depths, ages) = tokio::join!(depths, self.ages());
        // Without the metric the depths are still worth telling.
        let ages = ages.unwrap_or_else(|_| vec![None; QUEUES.len()]);
        let queues = QUEUES.iter().zip(depths?).zip(ages).map(|((name, Depth { visible, in_flight }), age)| Queue {
            name: (*name).to_owned(),
            waiting: visible,
            in_flight,
            oldest_seconds: age.filter(|_| visible + in_flight > 0),
        });
        Ok(queues.collect())
    }

    async fn find_queues(&self) -> Result<Vec<queues::Queue>, CloudError> {
        let find = async |queue: &str| self.queues.named(&self.stack.names.named(queue)).await;
        future::try_join_all(QUEUES.iter().map(|queue| find(queue))).await
    }

    /// Age of each queue's oldest message in seconds, by CloudWatch's newest point.
    async fn ages(&self) -> Result<Vec<Option<u64>>, CloudError> {
        let query = |(index, queue): (usize, &&str)| MetricDataQuery {
            id: format!("q{index}"),
            source: QuerySource::Metric(MetricStat {
                metric: MetricId::new(
                    "AWS/SQS",
                    "ApproximateAgeOfOldestMessage",
                    [("QueueName".to_owned(), self.stack.names.named(queue))],
                ),
                period: 60,
                stat: Statistic::Maximum,
                unit: None,
            }),
            label: None,
            return_data: true,
        };
        let queries: Vec<_> = QUEUES.iter().enumerate().map(query).collect();
        let end = self.cloudwatch.now().await.as_second() + 60;
        let results = self.cloudwatch.data_of_each(&queries, end - AGE, end).await?;
        let newest = |id: &str| {
            let result = results.iter().find(|result| result.id == id)?;
            result.values.last().map(|seconds| seconds.max(0.0) as u64)
        };
        Ok(queries.iter().map(|query| newest(&query.id)).collect())
    }

    async fn executions(&self, now: Timestamp) -> Result<Executions, CloudError> {
        let badly = [Status::Failed, Status::TimedOut, Status::Aborted];
        let since = now - LATELY;
        let (running, ended) = tokio::join!(
            self.executions_of(Status::Running, Timestamp::MIN),
            future::try_join_all(badly.into_iter().map(|status| self.executions_of(status, since))),
        );
        let names = ["failed", "timed_out", "aborted"];
        let ended_badly = names.into_iter().zip(ended?).filter(|(_, count)| count.number > 0).collect();
        Ok(Executions { running: running?, ended_badly })
    }

    /// Executions of a status that have not stopped before `since`; the newest stand first.
    async fn executions_of(&self, status: Status, since: Timestamp) -> Result<Count, CloudError> {
        let stopped = self.executions.newest(Some(status), EXECUTIONS).await?;
        let late = stopped.iter().filter(|at| at.is_none_or(|at| at >= since));
        Ok(Count::of(late.count(), usize::from(EXECUTIONS)))
    }

    async fn files(&self, now: Timestamp) -> Result<Files, CloudError> {
        let list = |state: FileState| async move {
            // What has no outcome yet waits, however old it is.
            let since = state.is_final().then_some(now - LATELY);
            let query = FileQuery { state: Some(state), dataset: None, since, limit: FILES };
            self.stack.ledger.list(&query).await.map(|files| (state, files))
        };
        let lists = future::try_join_all(FileState::ALL.map(list)).await?;
        let waiting = lists.iter().filter(|(state, _)| !state.is_final()).flat_map(|(_, files)| files);
        let oldest_waiting = waiting.min_by_key(|file| file.file.created_at).map(named);
        let counts = lists.iter().map(|(state, files)| (state.as_str(), Count::of(files.len(), FILES)));
        Ok(Files { by_state: counts.filter(|(_, count)| count.number > 0).collect(), oldest_waiting })
    }

    async fn feeds(&self) -> Result<Vec<Feed>, CloudError> {
        let contracts = self.contracts.refresh().await?;
        let datasets: BTreeSet<_> =
            contracts.catalog.entries().flat_map(|(_, contract)| &contract.feeds).map(|feed| &feed.dataset).collect();
        let last = async |dataset: &String| {
            let query = FileQuery { state: None, dataset: Some(dataset.clone()), since: None, limit: 1 };
            let last = self.stack.ledger.list(&query).await?.pop();
            Ok::<_, CloudError>(Feed { dataset: dataset.clone(), last: last.as_ref().map(named) })
        };
        let asked: Vec<_> = datasets.into_iter().take(FEEDS).map(last).collect();
        stream::iter(asked).buffered(AT_ONCE).try_collect().await
    }
}

/// The answer, or a sentence about why there is none.
fn answered<T>(what: &str, answer: Result<T, CloudError>, unanswered: &mut Vec<String>) -> Option<T> {
    answer.map_err(|error| unanswered.push(format!("{what}: {error}"))).ok()
}

/// The alarms as the screen tells them.
pub(super) fn counted(alarms: Vec<Deployed>, stack: &str) -> Alarms {
    let mut counted = Alarms::default();
    for alarm in alarms.into_iter().filter(|alarm| !alarm.is_part()) {
        let described = AlarmDescription::read(alarm.description.as_deref().unwrap_or_default());
        match alarm.state {
            AlarmState::Alarm => counted.on.push(AlarmOn {
                name: alarm.name.strip_prefix(&format!("{stack}-")).unwrap_or(&alarm.name).to_owned(),
                severity: described.severity,
                since: alarm.since,
                runbook: atalaya_runbook::named(&alarm.name, stack).map(|page| page.name),
                summary: described.summary,
                first_step: described.first_step,
            }),
            AlarmState::Ok => counted.ok += 1,
            AlarmState::InsufficientData => counted.without_data += 1,
        }
    }
    // A composite alarm speaks for others, so it comes first among equals.
    counted.on.sort_by_key(|alarm| {
        (std::cmp::Reverse(alarm.severity), !alarm.name.starts_with("Pipeline"), alarm.since, alarm.name.clone())
    });
    counted
}

fn named(file: &FileRecord) -> Named {
    Named {
        file_id: file.file.file_id.clone(),
        key: file.file.key.clone(),
        state: file.state,
        created_at: file.file.created_at,
    }
}
