"""Which versions a figure was measured with."""

import platform
from importlib.metadata import version

__all__ = ["versions"]


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python, of dateline and of installed packages, by name."""
    return {"python": platform.python_version(), **{name: version(name) for name in ("dateline", *packages)}}
