"""Runs ministack as a child of Atalaya and never outlives it.

The parent holds the other end of standard input and never writes to it. When the parent closes it, or dies in any way,
the read below returns, and this process ends together with every function it has started: they share its process group.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import weakref

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import browsers
import calls
import concurrency
import counters
import environments
import faults
import gaps
import retries
import stacks
from meter import Meter

ACCOUNT = "000000000000"

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


def main() -> None:
    if os.getpgrp() != os.getpid():
        sys.exit("the launcher must lead a process group of its own")
    threading.Thread(target=end_with_parent, name="end-with-parent", daemon=True).start()
    # Functions inherit the environment: the meter's address is none of theirs.
    meter = Meter(os.environ.pop("ATALAYA_METER"))
    subprocess.Popen = Child
    gaps.answer_at_once()
    browsers.refuse_pages_at_runtimes()

    import ministack.app

    gaps.tell_versions()
    gaps.invoke_asynchronously(meter)
    gaps.end_executions_in_time()
    retries.wait_as_written()
    retries.name_throttles()
    stacks.heed_deletion_protection()
    environments.outlive_changes()
    environments.name_calls_once()
    # Inside the counters, which see what it answers.
    bad_days = faults.Faults()
    faults.install(meter, bad_days)
    limit = concurrency.install(bad_days)
    meter.obey({
        "events": gaps.events_of_aws(ACCOUNT, os.environ["AWS_REGION"]),
        "faults": bad_days.order,
        "concurrency": limit,
    })
    counters.install(meter)
    if file := os.environ.pop("ATALAYA_CALLS", None):
        calls.record(file)
    # The outermost: what is refused is no call.
    browsers.refuse_pages(int(os.environ["GATEWAY_PORT"]))
    sys.argv = ["ministack"]
    ministack.app.main()


main()
