"""What a table on demand refuses beyond the maximum that somebody set for it.

DynamoDB guide, "DynamoDB maximum throughput for on-demand tables" and "On-demand maximum throughput exceeded": a
maximum bounds the units of a second, and what exceeds it is throttled at once. How much may burst is not published.
Here a table has the units of one second, which come back at the pace of the maximum; a request is let in while any
are left, and what it takes beyond them has to come back first. ministack keeps no maximum of an index, so none is
enforced.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

UNBOUNDED = -1
ERROR = "ThrottlingException"


@dataclass
class Allowance:
    maximum: int
    left: float
    at: float

    def now(self, maximum: int, now: float) -> float:
        """What is left of a maximum, which may have been changed."""
        if maximum != self.maximum:
            self.maximum, self.left = maximum, maximum
        self.left = min(maximum, self.left + maximum * (now - self.at))
        self.at = now
        return self.left


class Limits:
    def __init__(self) -> None:
        self._allowances: dict[tuple[str, bool], Allowance] = {}

    def refusal(self, names: list[str], is_read: bool) -> tuple | None:
        """The answer to a request about these tables when one of them has nothing left for it."""
        from ministack.core.responses import error_response_json
        from ministack.services import dynamodb

        for name in names:
            table = dynamodb._tables.get(dynamodb._normalize_table_name(name)) or {}
            kind = "Read" if is_read else "Write"
            maximum = (table.get("OnDemandThroughput") or {}).get(f"Max{kind}RequestUnits", UNBOUNDED)
            key, now = (table.get("TableName", name), is_read), time.monotonic()
            if maximum == UNBOUNDED:
                self._allowances.pop(key, None)
            elif self._allowances.setdefault(key, Allowance(maximum, maximum, now)).now(maximum, now) <= 0:
                reason = {"reason": f"Table{kind}MaxOnDemandThroughputExceeded", "resource": table["TableArn"]}
                message = f"{kind} throughput exceeds the on-demand maximum that is configured for the table {name}."
                return error_response_json(ERROR, message, 400, {"ThrottlingReasons": [reason]})
        return None

    def spend(self, units: Mapping[tuple[str, str | None], float], is_read: bool) -> None:
        """What a request has consumed, by table and global index; an index has a maximum of its own."""
        for (name, index), consumed in units.items():
            allowance = self._allowances.get((name, is_read))
            if allowance and index is None:
                allowance.left -= consumed
