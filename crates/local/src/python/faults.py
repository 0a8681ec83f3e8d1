"""AWS's own bad days, on order: calls of an operation that are answered with an error, or late.

A fault is `{"service", "operation", "error": {"code", "status"} or null, "delay": SECONDS, "times": COUNT or null,
"share": 0 to 1, "resource": NAME or null, "without": {"role", "policy", "sid"} or null}`. It meets that share of the
calls, evenly: with 0.9 nine of ten. One with a resource, a bucket or a function, meets calls about it alone; one that is
`without` a statement of a role's policy ends when the statement is there: the emulator asks no policy itself.
An order replaces all faults; an empty one ends them. The counters lie around what is replaced here, so that the calls are
counted as AWS counts such answers. Services are `dynamodb`, whose operations Step Functions' own calls meet too; `states`
with the operation `StateTransition`, which is held back as long as the fault lasts; `lambda` with the operation `Invoke`,
which is throttled whoever calls (`concurrency.py`); and all others that a call names by its target, its action or, for
S3, as an object's or a bucket's operation.
"""

import asyncio
import json
import threading
import time

from meter import Meter, replace


class Faults:
    def __init__(self) -> None:
        self._faults: list[dict] = []
        self._changing = threading.Lock()

    def order(self, faults: list[dict]) -> None:
        with self._changing:
            self._faults = [{**fault, "due": 0.0} for fault in faults]

    def meet(self, service: str, operation: str, resource: str | None = None) -> dict | None:
        """The fault that a call meets; one that counts its times is used up by one."""
        with self._changing:
            for fault in self._faults:
                about = (service, operation) == (fault["service"], fault["operation"])
                about = about and fault["resource"] in (None, resource)
                if about and fault["times"] != 0 and not is_allowed(fault["without"]) and is_its_turn(fault):
                    if fault["times"] is not None:
                        fault["times"] -= 1
                    return fault
        return None


def install(meter: Meter, faults: Faults) -> None:
    break_tables(faults)
    break_calls(faults)
    hold_back_transitions(meter, faults)


def is_its_turn(fault: dict) -> bool:
    """Whether this call is one of the share. What is due is counted up to a whole call, with which it is settled."""
    fault["due"] += fault["share"]
    # Sums of tenths miss a whole by some last digits.
    if fault["due"] < 1 - 1e-9:
        return False
    fault["due"] -= 1
    return True


def is_allowed(statement: dict | None) -> bool:
    """Whether a role's policy holds the statement."""
    if statement is None:
        return False
    from ministack.services import iam

    role = iam._roles.get(statement["role"]) or {"InlinePolicies": {}}
    document = role["InlinePolicies"].get(statement["policy"]) or {}
    if not isinstance(document, dict):
        document = json.loads(document)
    return any(found.get("Sid") == statement["sid"] for found in document.get("Statement", []))


def words(fault: dict) -> tuple[str, str, int]:
    """Code, message and status of an answer."""
    error = fault["error"]
    return error["code"], f"{fault['operation']} cannot be served now", error["status"]


def break_tables(faults: Faults) -> None:
    from ministack.core.responses import error_response_json
    from ministack.services import dynamodb
    from tables import OPERATIONS

    def make_operation(operation: str):
        def make(original):
            def answer(data):
                fault = faults.meet("dynamodb", operation)
                if fault:
                    time.sleep(fault["delay"])
                    if fault["error"]:
                        return error_response_json(*words(fault))
                return original(data)

            return answer

        return make

    for name, (operation, _is_read) in OPERATIONS.items():
        replace(dynamodb, name, make_operation(operation))


def break_calls(faults: Faults) -> None:
    from ministack import app
    from ministack.core.responses import error_response_json, error_response_xml

    original = app._dispatch_service_request

    def operation_of(service: str, method: str, path: str, headers: dict, parameters: dict) -> str:
        if target := headers.get("x-amz-target"):
            return target.rsplit(".", 1)[-1]
        if action := parameters.get("Action"):
            return action[0]
        if service == "s3":
            # Of the path only: this machine's clients name the bucket there.
            what = "Object" if "/" in path.strip("/") else "Bucket"
            return method.capitalize() + what
        return ""

    def refused(service: str, fault: dict, headers: dict):
        code, message, status = words(fault)
        if service == "s3":
            body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
            return status, {"Content-Type": "application/xml"}, body.encode()
        if headers.get("x-amz-target"):
            return error_response_json(code, message, status)
        return error_response_xml(code, message, status)

    async def dispatch(method, path, headers, body, query_params, request_id):
        parameters = app._routing_params(method, path, headers, body, query_params)
        service = app.detect_service(method, path, headers, parameters)
        # Tables are broken further inside, where their calls are counted.
        if service != "dynamodb":
            bucket = path.strip("/").partition("/")[0] if service == "s3" else None
            fault = faults.meet(service, operation_of(service, method, path, headers, parameters), bucket)
            if fault:
                await asyncio.sleep(fault["delay"])
                if fault["error"]:
                    return refused(service, fault, headers)
        return await original(method, path, headers, body, query_params, request_id)

    app._dispatch_service_request = dispatch


def hold_back_transitions(meter: Meter, faults: Faults) -> None:
    """Step Functions tries a throttled transition again until it is let through, and counts each try that was not."""
    from ministack.services import stepfunctions

    def make_add(original):
        def add(execution, event_type, *details):
            if event_type.endswith("StateEntered"):
                while fault := faults.meet("states", "StateTransition"):
                    machine = {"StateMachineArn": execution["stateMachineArn"]}
                    meter.count("AWS/States", machine, {"ExecutionThrottled": 1})
                    time.sleep(fault["delay"])
                    if execution["status"] != "RUNNING":
                        # It ran out of time meanwhile, or was stopped: the state is not entered any more.
                        raise stepfunctions._ExecutionError("States.Timeout", "the execution has ended")
            return original(execution, event_type, *details)

        return add

    replace(stepfunctions, "_add_event", make_add)
