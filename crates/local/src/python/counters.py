"""What is counted: ministack's own functions tell the meter what they did, under CloudWatch's names.

Here are functions, logs, executions and tables; `deliveries` counts queues, topics and rules. Zeros are told too:
whether CloudWatch shows them is Atalaya's to know, as are units and sets of dimensions.
"""

import contextvars
import json
import threading
import time
import uuid

from deliveries import count_queues, count_rules, count_topics
from meter import Meter, after, replace


def install(meter: Meter) -> None:
    count_lambda(meter)
    count_logs(meter)
    count_queues(meter)
    count_topics(meter)
    count_rules(meter)
    count_executions(meter)
    count_tables(meter)


def count_lambda(meter: Meter) -> None:
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import lambda_svc

    taken = threading.local()

    def make_spawn(original):
        def spawn(self, *arguments, **named):
            begun = time.monotonic()
            try:
                return original(self, *arguments, **named)
            finally:
                self.init_seconds = getattr(self, "init_seconds", 0.0) + time.monotonic() - begun

        return spawn

    def make_record(original):
        def record(self, *arguments, **named):
            answered = time.monotonic()
            accepted = original(self, *arguments, **named)
            if accepted:
                self.answered = answered
            return accepted

        return record

    def make_invoke(original):
        def invoke(self, *arguments, **named):
            begun, self.init_seconds, self.answered = time.monotonic(), 0.0, None
            try:
                return original(self, *arguments, **named)
            finally:
                # Duration is the handler's: neither the start of a process nor the collection of its logs.
                end = self.answered or time.monotonic()
                taken.seconds = max(0.0, end - begun - self.init_seconds)

        return invoke

    def make_dispatch(original):
        def dispatch(func, config, event, request_id, started):
            taken.seconds = None
            total, each = lambda_svc.executions_in_flight()
            running = each.get(lambda_svc._inflight_key(config), 1)
            failed, throttled = True, False
            try:
                result = original(func, config, event, request_id, started)
                failed, throttled = bool(result.get("error")), bool(result.get("throttle"))
                return result
            finally:
                name = {"FunctionName": config.get("FunctionName", "unknown")}
                if throttled:
                    meter.count("AWS/Lambda", name, {"Throttles": 1})
                else:
                    seconds = time.time() - started if taken.seconds is None else taken.seconds
                    values = {"Invocations": 1, "Errors": int(failed), "Throttles": 0, "Duration": seconds * 1000}
                    meter.count("AWS/Lambda", name, values, started)
                    meter.count("AWS/Lambda", name, {"ConcurrentExecutions": running}, started)
                    meter.count("AWS/Lambda", {}, {"ConcurrentExecutions": total}, started)

        return dispatch

    def slot_taken(answer, _began, _func, config):
        if answer[0] is None:
            meter.count("AWS/Lambda", {"FunctionName": config.get("FunctionName", "unknown")}, {"Throttles": 1})

    replace(ProvidedWorker, "_spawn", make_spawn)
    replace(ProvidedWorker, "_record_result", make_record)
    replace(ProvidedWorker, "invoke", make_invoke)
    replace(lambda_svc, "_execute_function_dispatch", make_dispatch)
    after(meter, lambda_svc, "_acquire_execution_slot", slot_taken)


def count_logs(meter: Meter) -> None:
    """A custom runtime's lines are told when it writes them, all others when they reach CloudWatch Logs."""
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import cloudwatch_logs, lambda_svc

    told_already = contextvars.ContextVar("told_already", default=False)

    class Lines:
        def __init__(self, stream, config: dict) -> None:
            name = config.get("FunctionName", "unknown")
            self.group = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
            day = time.strftime("%Y/%m/%d", time.gmtime())
            self.name = f"{day}/[{config.get('Version', '$LATEST')}]{uuid.uuid4().hex}"
            self.stream, self.close = stream, stream.close

        def readline(self) -> bytes:
            line = self.stream.readline()
            if line:
                meter.log(self.group, self.name, line.decode("utf-8", errors="replace").rstrip("\r\n"))
            return line

    def make_pump(original):
        return lambda self, stream, log_queue: original(self, Lines(stream, self.config), log_queue)

    def make_emit(original):
        def emit(func, *arguments, **named):
            config = func.get("config") or func
            token = told_already.set(config.get("Runtime", "").startswith("provided"))
            try:
                return original(func, *arguments, **named)
            finally:
                told_already.reset(token)

        return emit

    def stored(_answer, _began, group, stream, events):
        # Lambda's own lines are the first (START) and the last two (END and REPORT).
        own = [events[0], *events[-2:]] if told_already.get() else events
        for event in own:
            meter.log(group, stream, event["message"], event["timestamp"] / 1000)

    replace(ProvidedWorker, "_pump_output", make_pump)
    replace(lambda_svc, "_emit_lambda_logs", make_emit)
    after(meter, cloudwatch_logs, "_fanout_to_subscription_filters", stored)


def count_executions(meter: Meter) -> None:
    from ministack.services import stepfunctions

    outcomes = {
        "SUCCEEDED": "ExecutionsSucceeded",
        "FAILED": "ExecutionsFailed",
        "TIMED_OUT": "ExecutionsTimedOut",
        "ABORTED": "ExecutionsAborted",
    }

    def changed(_answer, _began, execution):
        machine = {"StateMachineArn": execution["stateMachineArn"]}
        status, is_sync = execution["status"], execution.get("sync")
        if status == "RUNNING" or is_sync:
            meter.count("AWS/States", machine, {"ExecutionsStarted": 1})
        if status == "RUNNING":
            return
        start, stop = (stepfunctions._iso_to_epoch_ms(execution[date]) for date in ("startDate", "stopDate"))
        values = {metric: int(status == outcome) for outcome, metric in outcomes.items()}
        values |= {"ExecutionsStarted": 0, "ExecutionThrottled": 0, "ExecutionTime": stop - start}
        meter.count("AWS/States", machine, values)

    after(meter, stepfunctions, "_emit_execution_status_event", changed)


def count_tables(meter: Meter) -> None:
    from ministack.services import dynamodb

    def tables(data: dict) -> list[str]:
        actions = (action for entry in data.get("TransactItems", []) for action in entry.values())
        named = [data.get("TableName"), *data.get("RequestItems", {}), *(action.get("TableName") for action in actions)]
        return sorted({name.rsplit("/", 1)[-1] for name in named if name})

    throttles = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")

    def answered(operation: str, is_read: bool):
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

    operations = {
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
    for name, (operation, is_read) in operations.items():
        after(meter, dynamodb, name, answered(operation, is_read))
