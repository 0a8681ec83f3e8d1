"""Runs ministack as a child of Atalaya and never outlives it.

The parent holds the other end of standard input and never writes to it. When the parent closes it, or dies in any way,
the read below returns, and this process ends together with every function it has started: they share its process group.
"""

import contextvars
import json
import os
import shutil
import signal
import socketserver
import subprocess
import sys
import threading
import weakref

children: "weakref.WeakSet[subprocess.Popen]" = weakref.WeakSet()


class Child(subprocess.Popen):
    """A process that is remembered."""

    def __init__(self, *arguments, **named) -> None:
        super().__init__(*arguments, **named)
        children.add(self)


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    try:
        # Their exit is collected here, since not every machine has an init process that collects orphans'.
        for child in list(children):
            child.kill()
        for child in list(children):
            child.wait(timeout=2)
    finally:
        # The bootstraps, the log and the zips of a run lie in its folder; a parent that was killed cannot remove it.
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
        os.killpg(0, signal.SIGKILL)


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


def main() -> None:
    if os.getpgrp() != os.getpid():
        sys.exit("the launcher must lead a process group of its own")
    threading.Thread(target=end_with_parent, name="end-with-parent", daemon=True).start()
    subprocess.Popen = Child
    answer_at_once()

    import ministack.app

    tell_versions()
    sys.argv = ["ministack"]
    ministack.app.main()


main()
