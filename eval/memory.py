"""Memory that ingestion takes, each size in a process of its own: `python -m eval.memory ARTICLES`."""

import json
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ingest.archive import Archive
from ingest.article import Article
from ingest.errors import ArchiveError
from ingest.pipeline import add_articles

__all__ = ["peak_megabytes"]


def peak_megabytes(articles: int) -> float:
    """Return the most memory, in megabytes (10^6 bytes), that a process held while it ingested short articles.

    Each is two made-up sentences, one passage, embedded as any other.
    """
    command = [sys.executable, "-m", "eval.memory", str(articles)]
    root = Path(__file__).parents[1]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        raise ArchiveError(f"ingesting {articles} articles failed: {ended.stderr.strip()[-300:]}")
    return float(json.loads(ended.stdout)["megabytes"])


def _articles(count: int) -> Iterator[Article]:
    for n in range(count):
        text = f"Bridge {n} over the river was shut on day {n % 365}. Its repair cost {n * 7 % 997} crowns."
        yield Article(
            f"{n:016x}", f"Bridge {n} is shut", text, f"{n}.txt", None, f"20{n % 20:02}-01-02", f"Paper {n % 9}"
        )


def _main() -> None:
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder:
        with Archive.open(Path(folder) / "archive", create=True) as archive:
            report = add_articles(archive, _articles(int(sys.argv[1])))
        if report.added != int(sys.argv[1]):
            raise ArchiveError(f"{report.added} articles were added, not {sys.argv[1]}")
    print(json.dumps({"megabytes": round(_peak_bytes() / 1e6, 1)}))


def _peak_bytes() -> int:
    """The most that this process held; on Linux not by ru_maxrss, which counts what its parent held at the start."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes on macOS, in KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    _main()
