"""One small file for a bug report: an input, what was read of it, and with which versions. Nothing is sent anywhere."""

import json
import platform
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ingest.archive.sqlite import RECORD_FILE
from ingest.article import Article, Failure
from ingest.errors import InputError
from ingest.read.clean import one_line
from ingest.sources import is_address, read_articles
from ingest.web.feeds import Entry
from ingest.web.fetch import Fetcher, FetchError
from ingest.web.pages import entries_at, page_articles, shown_address

__all__ = ["report_problem"]

_LARGEST = 25_000_000  # bytes of an input: what trackers of bugs take
_MOST = 100  # articles of an input that are shown
# What takes part in reading an input; of these versions a fault depends.
_READERS = (
    "dateline", "trafilatura", "lxml", "justext", "feedparser", "dateparser", "charset-normalizer", "markdown-it-py",
    "python-frontmatter", "PyYAML", "pypdfium2", "striprtf", "warcio", "py3langid", "httpx", "sentencex",
)  # fmt: skip
_ABOUT = """\
A problem report of dateline, made by `dateline report-problem`. It was sent to nobody.

input/         the input, byte for byte
read.json      what was read of it: titles, dates, outlets, texts, and why the rest gave nothing
versions.json  the versions of dateline and of what it reads with

Nothing of an archive is in it, and no path of the machine that it was made on. Look through the input before you pass
it on: it is as you gave it. Say in your report what was to be read, and where it says so.
"""


def report_problem(target: str, file: Path | None = None, *, private: bool = False) -> Path:
    """Write the report on a file, or on what is at an address, into a new file; return it.

    By default it lies in the current folder. Of a feed or sitemap the entries are read, and no page is fetched; of
    the web only public addresses are, unless `private`.

    Raises:
        InputError: The input cannot be read at all, or is too large; the file is there already, or cannot be written.
    """
    made = file or Path(f"dateline-problem-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.zip")
    if made.exists():
        raise InputError(f"{made} is there already: name a file that is not")
    name, data, read = _of_address(target, private) if is_address(target) else _of_file(Path(target))
    try:
        with zipfile.ZipFile(made, "x", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("about.txt", _ABOUT)
            packed.writestr(f"input/{name}", data)
            packed.writestr("read.json", _as_json(read))
            packed.writestr("versions.json", _as_json(_versions()))
    except OSError as error:
        raise InputError(f"{made} cannot be written: {error.strerror or error}; name another file") from error
    return made


def _of_file(path: Path) -> tuple[str, bytes, dict[str, Any]]:
    shown = one_line(str(path))[:200]
    try:
        if path.is_dir():
            raise InputError(f"{shown!r} is a folder: name the one file in it that goes wrong")
        if path.exists() and not path.is_file():
            raise InputError(f"{shown!r} is no file but a pipe or a device: name a file")
        if any((folder / RECORD_FILE).exists() for folder in path.absolute().parents):
            raise InputError(f"{shown!r} is part of an archive, of which a report has nothing: name what was taken in")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)  # a file may grow, and some say that they have no length
        _check_size(max(path.stat().st_size, len(data)), shown)
    except (OSError, ValueError) as error:  # ValueError: a NUL
        why = error.strerror if isinstance(error, OSError) else "no path"
        raise InputError(f"{shown!r} cannot be read ({why}): check the path") from error
    items = list(islice(read_articles(str(path), path.parent), _MOST + 1))
    return _safe(path.name), data, {"input": _safe(path.name), **_told(items)}


def _of_address(target: str, private: bool) -> tuple[str, bytes, dict[str, Any]]:
    shown = shown_address(target)
    with Fetcher(private=private) as fetcher:
        try:
            found = fetcher.get(target.strip())
        except FetchError as error:
            raise InputError(f"{shown[:200]}: {error}") from error
        assert found  # an answer without marks is asked for: 'not changed' is none
        _check_size(len(found.data), shown)
        entries = entries_at(fetcher, found, shown)
        items = page_articles(found, shown) if entries is None else list(islice(entries, _MOST + 1))
    answer = {"url": found.url, "media type": found.media_type, "charset": found.charset}
    return _safe(PurePosixPath(urlsplit(found.url).path).name), found.data, {
        "input": shown, "answer": answer, **_told(items)
    }  # fmt: skip


def _check_size(size: int, shown: str) -> None:
    if size > _LARGEST:
        raise InputError(f"{shown} has {size:,} bytes, a report takes {_LARGEST:,}: make a smaller one that goes wrong")


def _told(items: Sequence[Article | Failure | Entry]) -> dict[str, Any]:
    """What was read, without the paths of this machine."""
    shown = items[:_MOST]
    return {
        "articles": [_without_place(item) for item in shown if isinstance(item, Article)],
        "entries": [asdict(item) for item in shown if isinstance(item, Entry)],
        "failed": [_without_place(item) for item in shown if isinstance(item, Failure)],
        "more": len(items) > _MOST,
    }


def _without_place(item: Article | Failure) -> dict[str, Any]:
    return {name: value for name, value in asdict(item).items() if name != "place"}


def _versions() -> dict[str, str]:
    from lxml import etree

    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    found["libxml2"] = ".".join(map(str, etree.LIBXML_VERSION))
    for name in _READERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode("utf-8", "replace")


def _safe(name: str) -> str:
    """A name without anything that leads elsewhere when the file is unpacked."""
    kept = "".join(sign if sign.isalnum() or sign in "-_. " else "_" for sign in name).strip(" .")
    return kept[-100:] or "page"
