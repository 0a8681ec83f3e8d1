"""What is counted of functions, and what they and Lambda itself write into their logs."""

import contextvars
import math
import re
import threading
import time
import uuid
from dataclasses import dataclass

from meter import Meter, after, replace


@dataclass
class Call:
    """One run of a custom runtime's handler."""

    began: float
    """When it was handed over, in epoch seconds."""
    seconds: float
    """How long the handler took: neither the start of a process nor the collection of its logs."""
    init_seconds: float
    """How long the start of its environment took; 0 in one that was there already."""
    stream: str | None
    """The environment's log stream."""


# The newest run that this thread has seen the end of.
ended = threading.local()


def count_lambda(meter: Meter) -> None:
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import lambda_svc

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
            began, begun = time.time(), time.monotonic()
            self.init_seconds, self.answered = 0.0, None
            try:
                return original(self, *arguments, **named)
            finally:
                init = self.init_seconds
                seconds = max(0.0, (self.answered or time.monotonic()) - begun - init)
                ended.call = Call(began + init, seconds, init, getattr(self, "log_stream", None))

        return invoke

    def make_dispatch(original):
        def dispatch(func, config, event, request_id, started):
            ended.call = None
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
                    seconds = ended.call.seconds if ended.call else time.time() - started
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


def as_lambda_writes(events: list[dict], call: Call) -> list[dict]:
    """START and REPORT of a run with its own figures: ministack writes them all when the run is over, in whole
    milliseconds, with the start of the process in the duration and without Init Duration."""
    start, *others, report = events
    init, duration = call.init_seconds * 1000, call.seconds * 1000
    # Lambda bills the start of an environment too.
    figures = f"Duration: {duration:.2f} ms\tBilled Duration: {math.ceil(duration + init)} ms"
    message = re.sub(r"Duration: \S+ ms\tBilled Duration: \S+ ms", figures, report["message"], count=1).rstrip("\t")
    cold = f"Init Duration: {init:.2f} ms\t" if init else ""
    start = {**start, "timestamp": min(int(call.began * 1000), start["timestamp"])}
    return [start, *others, {**report, "message": f"{message}\t{cold}"}]


def count_logs(meter: Meter) -> None:
    """A custom runtime's lines are told when it writes them, all others when they reach CloudWatch Logs."""
    from ministack.core.lambda_runtime import ProvidedWorker
    from ministack.services import cloudwatch_logs, lambda_svc

    is_provided = contextvars.ContextVar("is_provided", default=False)
    rewritten = meter.guarded(as_lambda_writes)

    def call_of() -> Call | None:
        return getattr(ended, "call", None) if is_provided.get() else None

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
        def pump(self, stream, log_queue):
            lines = Lines(stream, self.config)
            self.log_stream = lines.name
            return original(self, lines, log_queue)

        return pump

    def make_emit(original):
        def emit(func, *arguments, **named):
            config = func.get("config") or func
            token = is_provided.set(config.get("Runtime", "").startswith("provided"))
            try:
                return original(func, *arguments, **named)
            finally:
                is_provided.reset(token)

        return emit

    def make_uuid(original):
        # An environment writes all its runs into one stream; ministack makes one for each run, whose name ends with a
        # new id.
        def new_uuid():
            call = call_of()
            return call.stream.rpartition("]")[2] if call and call.stream else original()

        return new_uuid

    def make_append(original):
        def append(stream, events):
            call = call_of()
            return original(stream, call and rewritten(events, call) or events)

        return append

    def make_fanout(original):
        def fanout(group, stream, events):
            call = call_of()
            return original(group, stream, call and rewritten(events, call) or events)

        return fanout

    def stored(_answer, _began, group, stream, events):
        # Lambda's own lines are the first (START) and the last two (END and REPORT); the others were told already.
        own = [events[0], *events[-2:]] if is_provided.get() else events
        call = call_of()
        name = call.stream if call and call.stream else stream
        for event in own:
            meter.log(group, name, event["message"], event["timestamp"] / 1000)

    replace(ProvidedWorker, "_pump_output", make_pump)
    replace(lambda_svc, "_emit_lambda_logs", make_emit)
    replace(lambda_svc, "new_uuid", make_uuid)
    replace(cloudwatch_logs, "_append_log_events", make_append)
    # Told of what has been written as Lambda writes it: the observer lies inside.
    after(meter, cloudwatch_logs, "_fanout_to_subscription_filters", stored)
    replace(cloudwatch_logs, "_fanout_to_subscription_filters", make_fanout)
    name_groups(meter)


def name_groups(meter: Meter) -> None:
    """Tells of each log group once, also of one that nothing is written into."""
    from ministack.services import cloudwatch_logs

    named: set[str] = set()

    def name_new() -> None:
        # Such as arn:aws:logs:us-east-1:000000000000:log-group:/a/group:*
        arns = [group["arn"] for group in list(cloudwatch_logs._log_groups._data.values())]
        groups = {arn.split(":", 6)[6].removesuffix(":*") for arn in arns}
        for group in sorted(groups - named):
            meter.tell({"group": group})
        named.clear()
        named.update(groups)

    meter.each_second(name_new, "meter-groups")
