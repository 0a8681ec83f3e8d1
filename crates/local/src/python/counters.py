"""What is counted: ministack's own functions tell the meter what they did, under CloudWatch's names.

Here are executions; `functions` counts functions and logs, `deliveries` queues, topics and rules, `tables` tables.
Zeros are told too: whether CloudWatch shows them is Atalaya's to know, as are units and sets of dimensions.
"""

import contextvars

from deliveries import count_events, count_queues, count_rules, count_topics
from functions import count_lambda, count_logs
from meter import Meter, after, replace
from tables import count_tables


def install(meter: Meter) -> None:
    count_lambda(meter)
    count_logs(meter)
    count_queues(meter)
    count_topics(meter)
    count_rules(meter)
    count_events(meter)
    count_executions(meter)
    count_transitions(meter)
    count_tables(meter)


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


class Entered(dict):
    """The states of a branch; each is looked up once when it is entered."""

    def __init__(self, states: dict, tell) -> None:
        super().__init__(states)
        self.tell = tell

    def get(self, name, default=None):
        state = super().get(name, default)
        if state is not None:
            self.tell()
        return state


def count_transitions(meter: Meter) -> None:
    """Step Functions counts a transition each time a step of a standard workflow is executed, and each retry is one
    more (its pricing page); the metric ConsumedCapacity tells them for the account. States in branches and iterations
    are steps like all others. Whether the start of a Distributed Map's child workflow is one besides is not published
    in the guide: it is not counted."""
    from ministack.services import stepfunctions

    attempts = contextvars.ContextVar("attempts", default=None)
    # Whether what runs is a child workflow of the kind that is billed by its time.
    in_express_child = contextvars.ContextVar("in_express_child", default=False)

    def is_standard(execution: dict | None) -> bool:
        machine = stepfunctions._state_machines.get((execution or {}).get("stateMachineArn"))
        return (machine or {}).get("type", "STANDARD") == "STANDARD" and not in_express_child.get()

    @meter.guarded
    def transition(execution: dict | None) -> None:
        if is_standard(execution):
            meter.count("AWS/States", {"ServiceMetric": "StateTransition"}, {"ConsumedCapacity": 1})

    def happened(_answer, _began, execution, event_type, *_details):
        if event_type.endswith("StateEntered"):
            transition(execution)
        elif event_type == "TaskScheduled" and attempts.get() is not None:
            # The first attempt is part of the state's own transition.
            if attempts.get()["made"]:
                transition(execution)
            attempts.get()["made"] += 1

    def make_task(original):
        def execute(*arguments):
            token = attempts.set({"made": 0})
            try:
                return original(*arguments)
            finally:
                attempts.reset(token)

        return execute

    def make_with_retry(original):
        def run(state_def, raw_input, ctx, attempt):
            made = 0

            def counted():
                nonlocal made
                if made:
                    transition(stepfunctions._executions.get(ctx.get("Execution", {}).get("Id")))
                made += 1
                return attempt()

            return original(state_def, raw_input, ctx, counted)

        return run

    def make_branch(original):
        def run(states, start_at, input_data, execution, ctx):
            return original(Entered(states, lambda: transition(execution)), start_at, input_data, execution, ctx)

        return run

    def make_distributed_map(original):
        def run(state_def, raw_input, effective, iterator, *arguments):
            kind = (iterator.get("ProcessorConfig") or {}).get("ExecutionType")
            token = in_express_child.set(kind == "EXPRESS")
            try:
                return original(state_def, raw_input, effective, iterator, *arguments)
            finally:
                in_express_child.reset(token)

        return run

    after(meter, stepfunctions, "_add_event", happened)
    replace(stepfunctions, "_execute_task", make_task)
    replace(stepfunctions, "_with_retry_and_catch", make_with_retry)
    replace(stepfunctions, "_run_sub_machine", make_branch)
    replace(stepfunctions, "_run_distributed_map", make_distributed_map)
