"""How many processors there are to use."""

import os

__all__ = ["processors"]


def processors() -> int:
    """Processors this process may run on (a container or taskset may allow fewer than there are)."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
