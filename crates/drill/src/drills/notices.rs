//! Events and notices on their way to people.

use crate::{Drill, DrillError, Setting, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new(
        "EventsNotDelivered",
        "arrivals",
        "a change lets the rule of arrivals name a queue that is not there",
        arrivals,
    )
    .of("arrivals"),
    Drill::new(
        "EventsNotDelivered",
        "outcomes",
        "a change lets the rule of outcomes name a function that is not there",
        outcomes,
    )
    .of("outcomes"),
    Drill::new("NoticesFailed", "bad-release", "a release of notify names a topic that is not there", wrong_topic)
        .within(Setting::Fast)
        .every(50),
    Drill::new("NoticesUndelivered", "dead", "a subscriber's web address answers with errors", dead_subscriber),
];

fn arrivals(world: &World) -> Result<(), DrillError> {
    fault::mislead_rule(world, None, world.output("ArrivalsRuleName")?)
}

fn outcomes(world: &World) -> Result<(), DrillError> {
    fault::mislead_rule(world, Some(world.output("EventBusName")?), world.output("OutcomesRuleName")?)
}

fn wrong_topic(world: &World) -> Result<(), DrillError> {
    let topic = format!("{}-of-a-bad-release", world.output("DataUsersTopicArn")?);
    fault::set_variable(world, "notify", "ATALAYA_DATA_USERS_TOPIC_ARN", &topic)
}

fn dead_subscriber(world: &World) -> Result<(), DrillError> {
    fault::subscribe_refusing(world)
}
