"""What is counted of tables: requests, their faults, and the capacity that they consume."""

import contextvars
import json
import time
from collections import Counter
from collections.abc import Callable

from limits import Limits
from meter import Meter, after, replace

KIB = 1024
READ_UNIT = 4 * KIB
WRITE_UNIT = KIB
# A transaction prepares and commits; its writes to indexes are single ones.
TRANSACTION = 2


def units(size: int, unit: int) -> int:
    """Sizes are rounded up to whole units; what is not there costs one."""
    return max(1, -(-size // unit))


class Consumption:
    """What one request consumes, by table and global index (DynamoDB guide, "DynamoDB read and write operations").

    Under the table's name alone are the table and its local indexes: a global index has a capacity of its own, and is
    told under its own name besides the table's. What a transaction consumes that is cancelled is not published; it is
    not counted.
    """

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.factor = TRANSACTION if operation.startswith("Transact") else 1
        self.written: Counter[tuple[str, str | None]] = Counter()
        self.read: Counter[tuple[str, str | None]] = Counter()

    def write(self, table: dict, old: dict | None, new: dict | None) -> None:
        """The larger of an item before and after; each index whose entry changes has writes of its own."""
        from ministack.services import dynamodb

        name = table["TableName"]
        size = max(dynamodb._item_size_bytes(item) for item in (old or {}, new or {}))
        self.written[name, None] += self.factor * units(size, WRITE_UNIT)
        for index in table.get("GlobalSecondaryIndexes") or []:
            self.written[name, index["IndexName"]] += dynamodb._index_write_units(table, index, old, new)
        for index in table.get("LocalSecondaryIndexes") or []:
            self.written[name, None] += dynamodb._index_write_units(table, index, old, new)

    def refuse(self, name: str, item: dict | None) -> None:
        """A condition that does not hold costs what the item that is there would."""
        from ministack.services import dynamodb

        self.written[name, None] += units(dynamodb._item_size_bytes(item or {}), WRITE_UNIT)

    def get(self, table: dict, key: dict, is_consistent: bool) -> None:
        """Each item is rounded up by itself, also in a batch; a transaction reads consistently, twice."""
        from ministack.services import dynamodb

        size = dynamodb._item_size_bytes(dynamodb._get_item_by_key(table, key) or {})
        share = self.factor if is_consistent or self.factor > 1 else 0.5
        self.read[table["TableName"], None] += share * units(size, READ_UNIT)

    def search(self, table: dict, index_name: str | None, items: list[dict], is_consistent: bool) -> None:
        """All that was looked at, before any filter, rounded up together; of an index what it holds of the items."""
        from ministack.services import dynamodb

        entries = (dynamodb._apply_index_projection(item, table, index_name) if index_name else item for item in items)
        size = sum(map(dynamodb._item_size_bytes, entries))
        is_global = any(index["IndexName"] == index_name for index in table.get("GlobalSecondaryIndexes") or [])
        share = 1 if is_consistent else 0.5
        self.read[table["TableName"], index_name if is_global else None] += share * units(size, READ_UNIT)

    def tell(self, meter: Meter) -> None:
        for metric, consumed in (
            ("ConsumedWriteCapacityUnits", self.written),
            ("ConsumedReadCapacityUnits", self.read),
        ):
            for (table, index), value in consumed.items():
                by_index = {"GlobalSecondaryIndexName": index} if index else {}
                meter.count("AWS/DynamoDB", {"TableName": table, **by_index}, {metric: value})


OPERATIONS = {
    "_get_item": ("GetItem", True),
    "_batch_get_item": ("BatchGetItem", True),
    "_transact_get_items": ("TransactGetItems", True),
    "_query": ("Query", True),
    "_scan": ("Scan", True),
    "_put_item": ("PutItem", False),
    "_update_item": ("UpdateItem", False),
    "_delete_item": ("DeleteItem", False),
    "_batch_write_item": ("BatchWriteItem", False),
    "_transact_write_items": ("TransactWriteItems", False),
}


def count_tables(meter: Meter) -> None:
    from ministack.services import dynamodb

    limits = Limits()
    # The request that is being answered, with its parameters: what is underneath adds to it.
    current: contextvars.ContextVar[tuple[Consumption, dict] | None] = contextvars.ContextVar("current", default=None)

    def table_of(name: str) -> dict | None:
        return dynamodb._tables.get(dynamodb._normalize_table_name(name))

    @meter.guarded
    def finish(consumption: Consumption, data: dict, status: int) -> None:
        """Adds what nothing underneath has seen, and tells it all."""
        refused = status >= 400
        if not refused:
            add_the_rest(consumption, data)
        elif consumption.operation == "TransactWriteItems":
            return
        limits.spend(consumption.written, is_read=False)
        limits.spend(consumption.read, is_read=True)
        consumption.tell(meter)

    def add_the_rest(consumption: Consumption, data: dict) -> None:
        match consumption.operation:
            case "GetItem":
                consumption.get(table_of(data["TableName"]), data["Key"], data.get("ConsistentRead", False))
            case "BatchGetItem":
                for name, wanted in data["RequestItems"].items():
                    for key in wanted["Keys"]:
                        consumption.get(table_of(name), key, wanted.get("ConsistentRead", False))
            case "TransactGetItems":
                for get in (entry["Get"] for entry in data["TransactItems"]):
                    consumption.get(table_of(get["TableName"]), get["Key"], True)
            case "TransactWriteItems":
                for check in (entry["ConditionCheck"] for entry in data["TransactItems"] if "ConditionCheck" in entry):
                    table = table_of(check["TableName"])
                    item = dynamodb._get_item_by_key(table, check["Key"])
                    size = dynamodb._item_size_bytes(item or check["Key"])
                    consumption.written[table["TableName"], None] += TRANSACTION * units(size, WRITE_UNIT)
            case "DeleteItem" if not consumption.written:
                # There was nothing to delete.
                consumption.refuse(table_of(data["TableName"])["TableName"], None)

    def make_operation(operation: str, is_read: bool) -> Callable:
        def make(original):
            def answer(data):
                if refusal := limits.refusal(tables(data), is_read):
                    return refusal
                consumption = Consumption(operation)
                token = current.set((consumption, data))
                try:
                    answered = original(data)
                finally:
                    current.reset(token)
                finish(consumption, data, answered[0])
                return answered

            return answer

        return make

    def stored(old, _began, table, _partition, _sort, item=None):
        if current.get():
            current.get()[0].write(table, old, item)

    def refused(_answer, _began, data, item, *_message):
        if current.get():
            current.get()[0].refuse(table_of(data["TableName"])["TableName"], item)

    def searched(answer, _began, _items, _limit, table, index_name=None):
        if current.get():
            consumption, data = current.get()
            consumption.search(table, index_name, answer[0], data.get("ConsistentRead", False))

    # Removing is storing nothing.
    for name in ("_set_item", "_remove_item"):
        after(meter, dynamodb, name, stored)
    after(meter, dynamodb, "_conditional_check_failed", refused)
    after(meter, dynamodb, "_paginate_evaluated_items", searched)
    for name, (operation, is_read) in OPERATIONS.items():
        replace(dynamodb, name, make_operation(operation, is_read))
        after(meter, dynamodb, name, requested(meter, operation, is_read))


def tables(data: dict) -> list[str]:
    """The names of the tables that a request is about."""
    actions = (action for entry in data.get("TransactItems", []) for action in entry.values())
    named = [data.get("TableName"), *data.get("RequestItems", {}), *(action.get("TableName") for action in actions)]
    return sorted({name.rsplit("/", 1)[-1] for name in named if name})


def requested(meter: Meter, operation: str, is_read: bool) -> Callable:
    throttles = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")

    def observe(answer, began, data):
        status, _, body = answer
        milliseconds = (time.time() - began) * 1000
        error = json.loads(body) if status >= 400 else {}
        kind = error.get("__type", "").rsplit("#", 1)[-1]
        is_throttled = kind in throttles
        refused = int(kind == "ConditionalCheckFailedException")
        refused += sum(why.get("Code") == "ConditionalCheckFailed" for why in error.get("CancellationReasons", []))
        for name in tables(data):
            by_operation = {"SystemErrors": int(status >= 500), "ThrottledRequests": int(is_throttled)}
            if status < 400:
                by_operation = {"SuccessfulRequestLatency": milliseconds}
            meter.count("AWS/DynamoDB", {"TableName": name, "Operation": operation}, by_operation)
            if refused:
                meter.count("AWS/DynamoDB", {"TableName": name}, {"ConditionalCheckFailedRequests": refused})
            if is_throttled:
                index = {"GlobalSecondaryIndexName": data["IndexName"]} if "IndexName" in data else {}
                events = "ReadThrottleEvents" if is_read else "WriteThrottleEvents"
                meter.count("AWS/DynamoDB", {"TableName": name, **index}, {events: 1})
        # These two are told under their own names, and are no errors of the user's.
        if 400 <= status < 500 and not is_throttled and kind != "ConditionalCheckFailedException":
            meter.count("AWS/DynamoDB", {}, {"UserErrors": 1})

    return observe
