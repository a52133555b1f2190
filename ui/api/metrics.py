"""How the server does, for Prometheus: counts and durations, and nothing of what was asked."""

import os
from collections.abc import Callable

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ui.asker import Outcome

__all__ = ["Metrics"]

_SECONDS = (0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)


class Metrics:
    """What is counted in one app; each has its own, so that two apps in a process do not mix."""

    def __init__(self, gauges: "dict[tuple[str, str], Callable[[], float]]") -> None:
        """Count questions, and read what `gauges` give, by name and meaning, whenever they are asked for."""
        self._registry = CollectorRegistry()
        self._asked = Counter("dateline_questions", "Questions by how they ended", ["outcome"], registry=self._registry)
        self._seconds = Histogram(
            "dateline_question_seconds",
            "Seconds from a question to its answer, waiting included",
            buckets=_SECONDS,
            registry=self._registry,
        )
        process = psutil.Process(os.getpid())
        for (name, meaning), read in {
            **gauges,
            ("process_resident_memory_bytes", "Memory of the server"): lambda: process.memory_info().rss,
            ("process_cpu_seconds", "Processor time of the server"): lambda: sum(process.cpu_times()[:2]),
        }.items():
            Gauge(name, meaning, registry=self._registry).set_function(read)

    def asked(self, outcome: Outcome, seconds: float) -> None:
        """Count a question that ended."""
        self._asked.labels(outcome.replace(" ", "_")).inc()
        if outcome in {"found", "not found"}:
            self._seconds.observe(seconds)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)
