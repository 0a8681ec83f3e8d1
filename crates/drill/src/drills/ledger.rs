//! The ledger.

use atalaya_local::{EndpointFault, FaultyService};

use crate::{Drill, DrillError, World, fault};

pub(super) const DRILLS: &[Drill] = &[
    Drill::new("LedgerErrors", "outage", "DynamoDB answers every write with an error of its own", outage)
        .ended_by(fault::end_at_endpoint),
    Drill::new("LedgerThrottled", "limited", "somebody lets the table take one write unit a second", limited),
];

fn outage(world: &World) -> Result<(), DrillError> {
    let failing = ["PutItem", "UpdateItem"].map(|write| EndpointFault::internal(FaultyService::DynamoDb, write));
    fault::at_endpoint(world, &failing)
}

fn limited(world: &World) -> Result<(), DrillError> {
    let table = &world.local().outputs().ledger_table;
    let most = "MaxReadRequestUnits=-1,MaxWriteRequestUnits=1";
    world.aws(&["dynamodb", "update-table", "--table-name", table, "--on-demand-throughput", most]).map(drop)
}
