//! Faults on purpose: functions that die in the middle.

use std::{collections::BTreeMap, fs, path::Path};

use atalaya_contract::FUNCTIONS;
use rustix::process::{Pid, Signal, kill_process};

use crate::{LocalError, stack::STACK};

/// The processes of a function among those of `process_group`. A process that ends while it is looked at is not one.
pub(crate) fn processes(process_group: u32, name: &str) -> Result<Vec<u32>, LocalError> {
    if !FUNCTIONS.contains(&name) {
        return Err(LocalError::NoFunction(name.to_owned()));
    }
    let entries = fs::read_dir("/proc").map_err(|_| LocalError::NoProcesses)?;
    let function = format!("{STACK}-{name}");
    let pids = entries.flatten().filter_map(|entry| {
        let process = entry.path();
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let is_ours = group_of(&process)? == process_group;
        let is_function = variables(&process)?.get("AWS_LAMBDA_FUNCTION_NAME") == Some(&function);
        (is_ours && is_function).then_some(pid)
    });
    Ok(pids.collect())
}

/// Kills processes at once, as the system does when memory runs out; returns those that it reached.
pub(crate) fn kill(pids: Vec<u32>) -> Vec<u32> {
    let reached = |pid: &u32| {
        let pid = i32::try_from(*pid).ok().and_then(Pid::from_raw);
        pid.is_some_and(|pid| kill_process(pid, Signal::KILL).is_ok())
    };
    pids.into_iter().filter(reached).collect()
}

/// The fifth field of `stat`; the second one, the name, may hold blanks and stands in parentheses.
fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

fn variables(process: &Path) -> Option<BTreeMap<String, String>> {
    let bytes = fs::read(process.join("environ")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.split('\0').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
}
