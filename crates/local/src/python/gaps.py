"""What the emulator leaves out and the project needs, as AWS does it."""

import contextvars
import json
import socketserver
import threading
import time
import uuid
from collections.abc import Callable

from environments import event_id
from meter import Meter, replace


def answer_at_once() -> None:
    """The Lambda Runtime API that ministack serves writes an answer in two pieces; with Nagle's algorithm the second
    waits for the first one's acknowledgement, 40 ms each time."""
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True


def tell_versions() -> None:
    """S3 names the version of a new object in the event; ministack knows it there and leaves it out."""
    from ministack.services import eventbridge, s3

    version = contextvars.ContextVar("version", default=None)
    fire, dispatch = s3._fire_s3_event, eventbridge._dispatch_event

    def fire_with_version(*arguments, version_id=None, **named):
        version.set(version_id)
        return fire(*arguments, version_id=version_id, **named)

    def dispatch_with_version(event, *arguments):
        if event.get("Source") == "aws.s3" and version.get():
            detail = json.loads(event["Detail"])
            detail["object"].setdefault("version-id", version.get())
            event = {**event, "Detail": json.dumps(detail)}
        return dispatch(event, *arguments)

    s3._fire_s3_event, eventbridge._dispatch_event = fire_with_version, dispatch_with_version


def invoke_asynchronously(meter: Meter) -> None:
    """EventBridge and SNS hand an event to Lambda's own queue, which tries the function again after an error and then
    gives the event to the OnFailure destination; ministack does so for its Invoke call alone, and elsewhere calls the
    function once. A throttled event is tried until it is too old, without being counted as a try."""
    from ministack.services import eventbridge, lambda_svc, sns

    def settings(func: dict) -> dict:
        configs = func.get("event_invoke_configs") or {}
        return func.get("event_invoke_config") or configs.get("$LATEST") or configs.get("") or {}

    def as_it_is_now(func: dict) -> dict:
        """Each try finds the function as it is configured by then; ministack's record is that of the first one."""
        found, config, _ = lambda_svc._get_func_record_for_ref((func.get("config") or func)["FunctionArn"])
        return lambda_svc._execution_record_for_config(found, config) if found and config else func

    def work_off(func: dict, event: dict) -> None:
        config = func.get("config") or func
        name, own = config["FunctionName"], settings(func)
        retries = 2 if own.get("MaximumRetryAttempts") is None else int(own["MaximumRetryAttempts"])
        ends = time.time() + int(own.get("MaximumEventAgeInSeconds") or 21600)
        destination = ((own.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
        dead_letters = (config.get("DeadLetterConfig") or {}).get("TargetArn")
        received, waits, failures = time.time(), 0, 0
        event_id.set(str(uuid.uuid4()))
        while True:
            age = (time.time() - received) * 1000
            meter.count("AWS/Lambda", {"FunctionName": name}, {"AsyncEventAge": age})
            result = lambda_svc._execute_function(as_it_is_now(func), event)
            if not result.get("error"):
                return
            failures += not result.get("throttle")
            # AWS waits a minute, then two; ministack's own setting for its Invoke call is a second.
            pause = min(
                lambda_svc._LAMBDA_ASYNC_RETRY_BASE_SECONDS * 2**waits, lambda_svc._LAMBDA_ASYNC_RETRY_MAX_SECONDS
            )
            waits += 1
            if failures > retries or time.time() + pause > ends:
                break
            time.sleep(pause)
        meter.count("AWS/Lambda", {"FunctionName": name}, {"AsyncEventsDropped": 1})
        if target := destination or dead_letters:
            if not is_there(target):
                metric = "DestinationDeliveryFailures" if destination else "DeadLetterErrors"
                meter.count("AWS/Lambda", {"FunctionName": name}, {metric: 1})
            lambda_svc._route_async_failure(target, name, event, result)

    def invoke(func: dict, event: dict) -> None:
        from ministack.core.responses import request_scope

        config = func.get("config") or func
        meter.count("AWS/Lambda", {"FunctionName": config["FunctionName"]}, {"AsyncEventsReceived": 1})
        with request_scope(*lambda_svc._account_region_from_function_config(config)):
            context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(work_off, func, event), daemon=True).start()

    def call(arn: str, event: dict) -> None:
        func, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if func and config:
            lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(func, config), event)

    def deliver(endpoint, envelope, topic_arn, subscription_arn, *_message) -> None:
        record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription_arn, "EventSource": "aws:sns"}
        call(endpoint, {"Records": [{**record, "Sns": json.loads(envelope)}]})

    replace(lambda_svc, "invoke_async_with_retry", lambda _original: invoke)
    replace(eventbridge, "_dispatch_to_lambda", lambda _original: lambda arn, payload: call(arn, json.loads(payload)))
    replace(sns, "_deliver_to_lambda", lambda _original: deliver)


def end_executions_in_time() -> None:
    """A state machine's own TimeoutSeconds ends an execution as TIMED_OUT; ministack reads only those of its states."""
    from ministack.core.responses import now_iso
    from ministack.services import stepfunctions

    def time_out(execution: dict) -> None:
        if execution["status"] == "RUNNING":
            execution.update(status="TIMED_OUT", stopDate=now_iso(), error="States.Timeout")
            stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
            stepfunctions._emit_execution_status_event(execution)

    def make_run(original):
        def run(arn):
            execution = stepfunctions._executions.get(arn)
            machine = execution and stepfunctions._state_machines.get(execution["stateMachineArn"])
            limit = machine and json.loads(machine["definition"]).get("TimeoutSeconds")
            if not limit:
                return original(arn)
            context = contextvars.copy_context()
            timer = threading.Timer(limit, context.run, args=(time_out, execution))
            timer.daemon = True
            timer.start()
            try:
                return original(arn)
            finally:
                timer.cancel()

        return run

    def make_fail(original):
        # The state that was running when the execution ended fails afterwards.
        return lambda execution, *why: original(execution, *why) if execution["status"] == "RUNNING" else None

    replace(stepfunctions, "_run_execution", make_run)
    replace(stepfunctions, "_fail_execution", make_fail)


def events_of_aws(account: str, region: str) -> Callable[[list], None]:
    """Puts events. PutEvents refuses sources that begin with `aws.`, as it must; Atalaya's CloudWatch is one of AWS's
    own."""
    from ministack.core.responses import request_scope
    from ministack.services import eventbridge

    def put(entries: list) -> None:
        with request_scope(account, region):
            _status, _headers, body = eventbridge._put_events({"Entries": entries}, allow_aws_source=True)
        faults = [entry["ErrorMessage"] for entry in json.loads(body)["Entries"] if "ErrorMessage" in entry]
        if faults:
            raise ValueError("; ".join(faults))

    return put


def is_there(arn: str) -> bool:
    """Whether what an event or a message is to be handed to exists."""
    from ministack.core.arn import ArnParseError, parse_arn
    from ministack.services import eventbridge, lambda_svc, sns, sqs, stepfunctions

    try:
        target = parse_arn(arn)
    except ArnParseError:
        return False
    match target.service:
        case "sqs":
            return sqs._queue_by_arn(arn) is not None
        case "lambda":
            func, config, _ = lambda_svc._get_func_record_for_ref(arn)
            return bool(func and config)
        case "sns":
            return sns._topic_by_arn_any_scope(arn) is not None
        case "states":
            return stepfunctions._resolve_state_machine_arn(arn) is not None
        case "events":
            return target.resource.removeprefix("event-bus/") in eventbridge._event_buses
    return False


def hand_to_queue(arn: str, body: str, attributes: dict[str, str]) -> bool:
    """Puts a message that could not be delivered into a dead-letter queue; False when there is none."""
    from ministack.core.concurrency import esm_wake
    from ministack.core.responses import new_uuid
    from ministack.services import sqs

    queue = sqs._queue_by_arn(arn)
    if queue is None:
        return False
    told = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    message = {"id": new_uuid(), "body": body, "message_attributes": told, "md5_attrs": sqs._md5_msg_attrs(told)}
    sqs._ensure_msg_fields(message)
    queue["messages"].append(message)
    esm_wake.set()
    return True
