"""What a change of a function does to its environments: calls at work end as they began, and the next ones get new
environments. ministack ends an environment amid its call."""

import contextvars

from meter import replace

# Whether the function is being changed, and not deleted or broken.
changing = contextvars.ContextVar("changing", default=False)
# The request id of the event that is tried, where it waits in Lambda's own queue.
event_id = contextvars.ContextVar("event_id", default=None)


def outlive_changes() -> None:
    from ministack.core import lambda_runtime as runtime
    from ministack.services import lambda_svc

    # Environments of calls that began before a change; nobody else gets them.
    retired = set()

    def make_change(original):
        def change(*arguments):
            token = changing.set(True)
            try:
                return original(*arguments)
            finally:
                changing.reset(token)

        return change

    def make_invalidate(original):
        def invalidate(func_name, qualifier=None, **scope):
            if changing.get():
                with runtime._lock:
                    for key, workers in runtime._workers.items():
                        if key.split(":")[-2:] == [func_name, qualifier]:
                            retired.update(worker for worker in workers if worker.in_use)
                            workers[:] = [worker for worker in workers if not worker.in_use]
            else:
                end(worker for worker in list(retired) if worker.func_name == func_name)
            return original(func_name, qualifier, **scope)

        return invalidate

    def make_release(original):
        def release(worker):
            original(worker)
            if worker in retired:
                end([worker])

        return release

    def end(workers) -> None:
        workers = list(workers)
        retired.difference_update(workers)
        runtime.kill_workers(workers)

    for change in ("_update_code", "_update_config"):
        replace(lambda_svc, change, make_change)
    replace(lambda_svc, "invalidate_worker", make_invalidate)
    replace(lambda_svc, "release_worker", make_release)


def name_calls_once() -> None:
    """All tries of an event have one request id, by which a function knows that it is called again."""
    from ministack.services import lambda_svc

    def make_dispatch(original):
        def dispatch(func, config, event, request_id, started):
            return original(func, config, event, event_id.get() or request_id, started)

        return dispatch

    replace(lambda_svc, "_execute_function_dispatch", make_dispatch)
