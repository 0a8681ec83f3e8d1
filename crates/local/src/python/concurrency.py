"""How many calls of functions run at once, as Lambda has it (developer guide, "Understanding Lambda function scaling").

A function with reserved concurrency runs in units of its own, at most as many as are reserved for it; all others share
what the account has left. ministack bounds a function by its own reservation and by the account's total: there a burst
of one function takes the units that are reserved for another one. Nor does it read the property
ReservedConcurrentExecutions of a template, or refuse a share of the calls while Lambda is said to be busy.
"""

from collections.abc import Callable

from faults import Faults
from meter import replace


def install(faults: Faults) -> Callable[[list], None]:
    """Answers with what carries out an order about the account's limit: `[]` is the usual one, `[LIMIT]` another."""
    share_what_is_left(faults)
    reserve_as_deployed()
    return limit_account()


def limit_account() -> Callable[[list], None]:
    from ministack.services import lambda_svc

    usual = lambda_svc._ACCOUNT_CONCURRENCY_CAP

    def order(limits: list) -> None:
        lambda_svc._ACCOUNT_CONCURRENCY_CAP = int(limits[0]) if limits else usual

    return order


def share_what_is_left(faults: Faults) -> None:
    from ministack.services import lambda_svc

    def reservations() -> dict[str, int]:
        """By the keys that calls are counted under."""
        records = list(lambda_svc._functions._data.values())
        kept = {lambda_svc._inflight_key(func["config"]): func.get("concurrency") for func in records}
        return {key: int(units) for key, units in kept.items() if units is not None}

    def make_acquire(_original):
        def acquire(func: dict, config: dict):
            if faults.meet("lambda", "Invoke", config.get("FunctionName")):
                return None, "account"
            key, reserved = lambda_svc._inflight_key(config), reservations()
            with lambda_svc._inflight_lock:
                running, limit = lambda_svc._inflight, lambda_svc._ACCOUNT_CONCURRENCY_CAP
                if key in reserved:
                    if running.get(key, 0) >= reserved[key]:
                        return None, "function"
                elif limit > 0:
                    shared = sum(units for other, units in running.items() if other not in reserved)
                    if shared >= limit - sum(reserved.values()):
                        return None, "account"
                running[key] = running.get(key, 0) + 1
                lambda_svc._inflight_total += 1
            return key, None

        return acquire

    replace(lambda_svc, "_acquire_execution_slot", make_acquire)


def reserve_as_deployed() -> None:
    """A stack's function has the reserved concurrency of its template from its creation on. An update changes it only
    when the template's value has changed: CloudFormation leaves alone what it did not set."""
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import provisioners

    def reserved(properties: dict) -> int | None:
        units = properties.get("ReservedConcurrentExecutions")
        return None if units is None else int(units)

    def make_create(original):
        def create(logical_id, properties, *arguments, **named):
            name, attributes = original(logical_id, properties, *arguments, **named)
            lambda_svc._functions[name]["concurrency"] = reserved(properties)
            return name, attributes

        return create

    def make_update(original):
        def update(physical_id, old, new, *arguments, **named):
            name, attributes = original(physical_id, old, new, *arguments, **named)
            if reserved(old) != reserved(new):
                lambda_svc._functions[name]["concurrency"] = reserved(new)
            return name, attributes

        return update

    replace(provisioners, "_lambda_create", make_create)
    replace(provisioners, "_lambda_update", make_update)
