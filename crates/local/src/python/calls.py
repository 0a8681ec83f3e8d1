"""A record of the API calls that the emulator gets, one JSON line each, for who wants to count them by hand.

What services do among themselves, such as Step Functions' putEvents or Lambda's polling of a queue, is no call here.
"""

import json
import queue
import threading
import time


def record(path: str) -> None:
    """Appends a line when a call was answered. The emulator does not wait for the file."""
    from ministack import app

    lines: queue.SimpleQueue[dict] = queue.SimpleQueue()
    original = app._dispatch_service_request

    async def answered(method, path, headers, body, query_params, request_id):
        answer = await original(method, path, headers, body, query_params, request_id)
        parameters = app._routing_params(method, path, headers, body, query_params)
        action = parameters.get("Action")
        # An operation is named by its target, by the parameter Action, or, for S3, by method, path and parameters.
        lines.put({
            "at": time.time(),
            "service": app.detect_service(method, path, headers, parameters),
            "operation": headers.get("x-amz-target") or (action[0] if action else None),
            "method": method,
            "path": path,
            "parameters": sorted(query_params),
            "status": answer[0],
        })
        return answer

    def write() -> None:
        with open(path, "a", encoding="utf-8") as file:
            while True:
                file.write(json.dumps(lines.get()) + "\n")
                file.flush()

    app._dispatch_service_request = answered
    threading.Thread(target=write, name="calls", daemon=True).start()
