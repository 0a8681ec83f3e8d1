//! The list of a file's rejects, read again: it says which rows are to be judged once more.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use atalaya_cloud::{
    CloudError, ErrorKind,
    objects::{ObjectLines, ReadObjects},
};
use atalaya_contract::{FileId, Loaded, REJECTS_NOT_LISTED, Reject, RejectSummary};
use atalaya_engine::Rows;

use crate::{ProcessError, truncated_verdict};

/// What a list of rejects says.
pub(crate) struct RejectsList {
    /// The rows that it is of.
    pub(crate) rows: Arc<Rows>,
    /// Its lines counted by code, column and rule, most first.
    pub(crate) summary: Vec<RejectSummary>,
    /// Its first lines.
    pub(crate) first: Vec<Reject>,
}

impl RejectsList {
    /// Reads the list that belongs to what is loaded of a file.
    ///
    /// # Errors
    /// The list is gone, or is not that of the loaded rows.
    pub(crate) async fn read(
        objects: &impl ReadObjects,
        file_id: &FileId,
        loaded: &Loaded,
    ) -> Result<Self, ProcessError> {
        let Some(address) = &loaded.outputs.rejects else {
            return Ok(Self { rows: Arc::default(), summary: Vec::new(), first: Vec::new() });
        };
        let in_list = |source| ProcessError::RejectsList { address: address.clone(), file_id: file_id.clone(), source };
        let list = Self::lines(objects, address).await.map_err(in_list)?;
        if list.rows.len() != loaded.rows.rejected {
            let message = format!("it is of {} rows, and {} were rejected", list.rows.len(), loaded.rows.rejected);
            return Err(in_list(corrupt(address, message)));
        }
        Ok(list)
    }

    async fn lines(objects: &impl ReadObjects, address: &str) -> Result<Self, CloudError> {
        let mut lines = ObjectLines::open(objects, address).await?;
        let (mut rows, mut first) = (Vec::new(), Vec::new());
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        while let Some(line) = lines.next().await? {
            let reject: Reject = serde_json::from_slice(&line)
                .map_err(|error| corrupt(address, format!("a line is no reject: {error}")))?;
            if reject.code == REJECTS_NOT_LISTED {
                return Err(corrupt(address, format!("{}: replay the whole file", reject.message)));
            }
            if reject.tolerated {
                continue;
            }
            rows.extend(reject.row.zip(reject.byte));
            *counts.entry((reject.code.clone(), reject.column.clone(), reject.rule.clone())).or_default() += 1;
            if first.len() < truncated_verdict::FIRST_REJECTS {
                first.push(reject);
            }
        }
        let summary =
            counts.into_iter().map(|((code, column, rule), count)| RejectSummary { code, column, rule, count });
        let mut summary: Vec<_> = summary.collect();
        summary.sort_by_key(|summary| Reverse(summary.count));
        Ok(Self { rows: Arc::new(Rows::new(rows)), summary, first })
    }
}

fn corrupt(address: &str, message: String) -> CloudError {
    CloudError::new(ErrorKind::Corrupt, format!("read {address}"), message)
}
