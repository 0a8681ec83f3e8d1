"""Tells Atalaya what happens in the emulator: JSON lines over one connection, which Atalaya listens for.

The emulator never waits for it. What is told goes through a queue with an end; what does not fit is counted, and the
count is told. Orders come the other way: Atalaya's CloudWatch has no other way to put an event of AWS's own on a bus.
"""

import functools
import json
import queue
import socket
import threading
import time
from collections.abc import Callable, Mapping

CAPACITY = 100_000
BATCH = 500


class Meter:
    """One line is one of
    `{"log": GROUP, "stream": NAME, "at": SECONDS, "message": TEXT}`
    `{"group": GROUP}`   there is such a log group
    `{"namespace": NAME, "dimensions": {…}, "values": {METRIC: NUMBER}, "at": SECONDS}`
    `{"lost": COUNT}`   so many lines did not fit into the queue
    `{"fault": TEXT}`   something could not be counted
    `{"done": ID, "error": TEXT or null}`   the answer to the order `{"id": ID, WHAT: […]}`
    """

    def __init__(self, address: str) -> None:
        host, port, secret = address.split(":")
        self._queue: queue.Queue[dict] = queue.Queue(CAPACITY)
        self._lost = 0
        self._losing = threading.Lock()
        self._connection = socket.create_connection((host, int(port)))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.sendall(f"{secret}\n".encode())
        threading.Thread(target=self._write, name="meter", daemon=True).start()

    def tell(self, line: dict) -> None:
        try:
            self._queue.put_nowait(line)
        except queue.Full:
            with self._losing:
                self._lost += 1

    def log(self, group: str, stream: str, message: str, at: float | None = None) -> None:
        self.tell({"log": group, "stream": stream, "at": at or time.time(), "message": message})

    def count(
        self,
        namespace: str,
        dimensions: Mapping[str, str],
        values: Mapping[str, float],
        at: float | None = None,
    ) -> None:
        """Values of metrics, by their names in CloudWatch."""
        self.tell({"namespace": namespace, "dimensions": dimensions, "values": values, "at": at or time.time()})

    def guarded(self, observe: Callable, what: str | None = None) -> Callable:
        """What cannot be counted must not break what is counted."""

        def safely(*arguments, **named):
            try:
                return observe(*arguments, **named)
            except Exception as error:  # noqa: BLE001
                self.tell({"fault": f"{what or observe.__name__}: {type(error).__name__}: {error}"})
                return None

        return safely

    def each_second(self, look: Callable[[], None], name: str) -> None:
        """Looks at what does not tell by itself."""
        look = self.guarded(look)

        def keep_looking() -> None:
            while True:
                look()
                time.sleep(1)

        threading.Thread(target=keep_looking, name=name, daemon=True).start()

    def obey(self, carry_out: Mapping[str, Callable[[list], None]]) -> None:
        """Carries out orders, by what they are about, until the connection ends."""

        def listen() -> None:
            with self._connection.makefile("rb") as orders:
                for order in map(json.loads, orders):
                    error = None
                    try:
                        for what in carry_out.keys() & order.keys():
                            carry_out[what](order[what])
                    except Exception as failure:  # noqa: BLE001
                        error = f"{type(failure).__name__}: {failure}"
                    self.tell({"done": order["id"], "error": error})

        threading.Thread(target=listen, name="meter-orders", daemon=True).start()

    def _write(self) -> None:
        while True:
            lines = [self._queue.get()]
            while len(lines) < BATCH and not self._queue.empty():
                lines.append(self._queue.get())
            if self._lost:
                with self._losing:
                    lost, self._lost = self._lost, 0
                lines.append({"lost": lost})
            text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
            try:
                self._connection.sendall(text.encode())
            except OSError:
                # The listener has ended, and so will this process.
                return


def replace(module, name: str, make: Callable[[Callable], Callable]) -> None:
    """Puts `make(function)` in the place of a module's function, and of its entries in the module's tables, which may
    hold tables of their own."""
    original = getattr(module, name)
    replacement = functools.wraps(original)(make(original))
    setattr(module, name, replacement)
    tables = [table for table in vars(module).values() if isinstance(table, dict)]
    inner = [entry for table in tables for entry in table.values() if isinstance(entry, dict)]
    for table in [*tables, *inner]:
        for key, value in table.items():
            if value is original:
                table[key] = replacement


def after(meter: Meter, module, name: str, observe: Callable) -> None:
    """Calls `observe(answer, began, *arguments, **named)` after each call of a module's function that returns."""
    observe = meter.guarded(observe, name)

    def make(original: Callable) -> Callable:
        def observed(*arguments, **named):
            began = time.time()
            answer = original(*arguments, **named)
            observe(answer, began, *arguments, **named)
            return answer

        return observed

    replace(module, name, make)
