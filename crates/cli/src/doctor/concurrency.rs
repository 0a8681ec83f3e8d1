//! Runs that are kept for a function: as deployed, and where it would be wise to have some.

use atalaya_operations::functions::{AccountConcurrency, Functions};

use super::check::{Check, Group};
use super::deployed::Deployed;
use super::expected::{self, expected};
use super::repair::Repair;
use crate::connect;
use crate::names::Names;

/// Of an account's concurrency, so much cannot be reserved (Lambda developer guide, "Configuring reserved concurrency").
const UNRESERVABLE: i32 = 100;
/// The functions that a burst of files should not starve, with the runs that are enough for each: a page takes a
/// second or two, and dozens of alarms can come at once; a notice is shorter, and comes with each file.
const WORTH_KEEPING: [(&str, i32); 2] = [("page", 5), ("notify", 10)];
const SUBJECT: &str = "concurrency";

/// How the runs that are kept for a function differ from what was deployed; 0 of the latter is none. What the stack does
/// not tell is not compared, but for a function that may not run at all.
pub(super) fn difference(found: Option<i32>, deployed: Option<i32>) -> Option<String> {
    let deployed_as = match deployed {
        Some(0) => "deployed without".to_owned(),
        Some(runs) => format!("deployed with {runs}"),
        None => "and the stack does not tell with how much it was deployed".to_owned(),
    };
    match found {
        Some(0) => Some("its reserved concurrency is 0, so it may not run".to_owned()),
        found if deployed.is_none_or(|deployed| found.unwrap_or(0) == deployed) => None,
        None => Some(format!("it has no reserved concurrency, {deployed_as}")),
        Some(1) => Some(format!("its reserved concurrency lets it run once at a time, {deployed_as}")),
        Some(most) => Some(format!("its reserved concurrency lets it run {most} times at once, {deployed_as}")),
    }
}

/// What puts the deployed reservation back, or its absence.
pub(super) fn back(function: &str, deployed: Option<i32>) -> Repair {
    let function = function.to_owned();
    match deployed {
        Some(runs) if runs > 0 => Repair::ReserveConcurrency { function, runs },
        _ => Repair::FreeConcurrency { function },
    }
}

/// Asks Lambda (`lambda:GetAccountSettings`).
pub(super) async fn look(client: &Functions, names: &Names, deployed: &Deployed) -> Check {
    let account = match client.account_concurrency().await {
        Ok(account) => account,
        Err(error) => return Check::unanswered(Group::Functions, SUBJECT, &connect::cloud(error)),
    };
    let kept = |role: &str| expected(role, names, deployed).is_some_and(|function| function.reserved != Some(0));
    judge(account, kept)
}

fn judge(account: AccountConcurrency, kept: impl Fn(&str) -> bool) -> Check {
    let lacking: Vec<_> = WORTH_KEEPING.into_iter().filter(|(role, _)| !kept(role)).collect();
    let roles = lacking.iter().map(|(role, _)| *role).collect::<Vec<_>>().join(" and ");
    if lacking.is_empty() {
        return Check::fine(Group::Functions, SUBJECT, "runs are kept for page and notify");
    }
    let AccountConcurrency { limit, unreserved } = account;
    let needed: i32 = lacking.iter().map(|(_, runs)| runs).sum();
    if unreserved - UNRESERVABLE < needed {
        let says = format!(
            "none is kept for {roles}: of the account's {limit} runs at once {unreserved} are not reserved, and \
             {UNRESERVABLE} of them must stay so"
        );
        return Check::fine(Group::Functions, SUBJECT, says);
    }
    let parameters = lacking.iter().filter_map(|(role, runs)| {
        let (_, logical, _) = expected::FUNCTIONS.iter().find(|(name, ..)| name == role)?;
        Some(format!("{}={runs}", expected::reservation(logical)))
    });
    let advice = format!("deploy the stack with {}", parameters.collect::<Vec<_>>().join(" "));
    let says = format!("none is kept for {roles}: a burst of files can delay what people are told of it");
    Check::look(Group::Functions, SUBJECT, says).advise(advice)
}

#[cfg(test)]
mod tests {
    use super::super::check::Result as Found;
    use super::*;

    #[test]
    fn it_is_told_where_the_account_allows_it() {
        let kept = |roles: &'static [&str]| move |role: &str| roles.contains(&role);
        let roomy = AccountConcurrency { limit: 1000, unreserved: 1000 };
        let check = judge(roomy, kept(&[]));
        assert_eq!(check.result, Found::Look);
        let advice = "deploy the stack with PageReservedConcurrency=5 NotifyReservedConcurrency=10";
        assert_eq!(check.advice.as_deref(), Some(advice));
        assert!(check.repairs.is_empty(), "a deployment is nothing to put back");
        let check = judge(roomy, kept(&["page"]));
        assert_eq!((check.result, check.says.contains("for notify:")), (Found::Look, true), "{check:?}");
        assert_eq!(judge(roomy, kept(&["page", "notify"])).result, Found::Fine);
        // 100 stay unreserved; a new account has fewer in all.
        assert_eq!(judge(AccountConcurrency { limit: 1000, unreserved: 115 }, kept(&[])).result, Found::Look);
        for (limit, unreserved) in [(1000, 114), (10, 10), (0, 0)] {
            let check = judge(AccountConcurrency { limit, unreserved }, kept(&[]));
            assert_eq!((check.result, &check.advice), (Found::Fine, &None), "{limit}: {check:?}");
        }
    }

    #[test]
    fn a_difference_is_told_in_words() {
        assert_eq!(difference(None, Some(0)), None);
        assert_eq!(difference(Some(3), None), None);
        assert_eq!(difference(None, None), None);
        let told = |found, deployed| difference(found, deployed).expect("it differs");
        assert_eq!(told(Some(0), None), "its reserved concurrency is 0, so it may not run");
        assert_eq!(told(None, Some(5)), "it has no reserved concurrency, deployed with 5");
        assert_eq!(told(Some(1), Some(0)), "its reserved concurrency lets it run once at a time, deployed without");
        assert_eq!(told(Some(7), Some(5)), "its reserved concurrency lets it run 7 times at once, deployed with 5");
    }
}
