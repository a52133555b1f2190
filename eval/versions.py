"""Which versions a figure was measured with."""

import os
import platform
from importlib.metadata import version

__all__ = ["processors", "versions"]


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python, of dateline and of installed packages, by name."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("dateline", *packages)}}


def processors() -> int:
    """Processors that this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
