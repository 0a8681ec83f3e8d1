"""How long Step Functions waits before it tries again, and what a throttled call of a function is named there.

Amazon States Language, "Retry": the wait grows from IntervalSeconds by BackoffRate to MaxDelaySeconds at most, and with
the JitterStrategy FULL it is any time up to that. ministack waits without jitter, and never longer than 60 s.
"""

import random
import threading

from meter import replace

# The wait before the next try of what this thread executes.
upcoming = threading.local()


def delay(retrier: dict, made: int, draw=random.random) -> float:
    """Seconds to wait after so many retries."""
    # ministack reads the language's defaults elsewhere in the same way.
    grown = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** min(made, 1000)
    longest = min(grown, retrier.get("MaxDelaySeconds", float("inf")))
    return longest * draw() if retrier.get("JitterStrategy", "NONE") == "FULL" else longest


def wait_as_written() -> None:
    from ministack.services import stepfunctions

    def make_find(original):
        def find(retriers, error, retry_counts):
            retrier, index = original(retriers, error, retry_counts)
            upcoming.seconds = None if retrier is None else delay(retrier, retry_counts.get(index, 0))
            return retrier, index

        return find

    def make_sleep(original):
        def sleep(seconds):
            # A wait of another kind follows no retrier.
            told, upcoming.seconds = getattr(upcoming, "seconds", None), None
            return original(seconds if told is None else told)

        return sleep

    replace(stepfunctions, "_find_matching_retrier", make_find)
    replace(stepfunctions, "_scaled_sleep", make_sleep)


def name_throttles() -> None:
    """Step Functions names the error of a call that Lambda refuses as Lambda does; ministack has it as Lambda.Unknown,
    which is the error of a function that died."""
    from ministack.services import lambda_svc, stepfunctions

    refused = threading.local()

    def make_execute(original):
        def execute(*arguments, **named):
            result = original(*arguments, **named)
            refused.why = result["body"] if result.get("throttle") else None
            return result

        return execute

    def make_call(original):
        def call(*arguments, **named):
            refused.why = None
            try:
                return original(*arguments, **named)
            except stepfunctions._ExecutionError as error:
                if refused.why is None:
                    raise
                raise stepfunctions._ExecutionError(
                    "Lambda.TooManyRequestsException", refused.why["message"]
                ) from error

        return call

    replace(lambda_svc, "_execute_function_with_config_scope", make_execute)
    replace(stepfunctions, "_call_lambda", make_call)
