"""Asks the standing questions of a served archive again, beside the server, when articles came in or went."""

import logging
import threading
from collections.abc import Callable

from ingest.errors import DatelineError
from qa.assistant import Assistant
from qa.watch.rounds import ask_again

__all__ = ["Keeper"]

_SECONDS = 1.0  # between two looks, each of which reads three numbers
_STEADY = 2  # looks in a row that find the same: whoever adds a thousand articles is at rest between none of them


class Keeper:
    """A thread that looks whether there is news, whoever brought it: an upload, a removal, another program.

    It asks one question at a time, so that people who ask meanwhile wait little, and is stopped between two questions.
    """

    def __init__(self, assistant: Assistant, told: Callable[[], None] = lambda: None) -> None:
        """Begin to look. `told` is called after each change that was kept."""
        self._assistant = assistant
        self._told = told
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watches", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, after the question that is being asked."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        done: tuple[int, int] | None = None
        before, steady = None, 0
        while not self._stopped.wait(_SECONDS):
            try:
                watches = self._assistant.archive.watches
                if not len(watches):
                    continue
                now = watches.moment()
                steady = steady + 1 if now == before else 0
                before = now
                if now != done and steady >= _STEADY:
                    self._ask()
                    done = now
            except DatelineError as error:  # a disk that is full, a server that is away: the next look tries again
                logging.getLogger("dateline").warning("standing questions: %s", error)
                steady = -30  # half a minute later

    def _ask(self) -> None:
        for _ in ask_again(self._assistant.archive, lambda: self._assistant):
            self._told()
            if self._stopped.is_set():
                return
