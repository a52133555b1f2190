"""One file, of any format that is read -> its Articles, and a Failure for all in it that gave none."""

import errno
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath
from zipfile import ZipInfo

from ingest.article import Article, Failure
from ingest.read.clean import one_line
from ingest.read.decode import NotText
from ingest.read.documents import read_document
from ingest.read.draft import Draft, Unreadable
from ingest.read.fields import Origin, draft_from_fields, finish_all
from ingest.read.records import read_records
from ingest.read.zips import members, unpacked
from ingest.worker import bounded

__all__ = ["FORMATS", "LARGEST_ARTICLE", "count_file", "is_wanted", "parse_file", "read_file"]

LARGEST_ARTICLE = 20_000_000  # bytes of a text that is one article; a long novel has 3 million
_LARGEST_PARTS = 100_000_000  # bytes of a file with pictures in it, as PDF and office files have

_ONE = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"}
_MANY = {".csv", ".tsv", ".jsonl", ".ndjson", ".json"}
_PARTS = {".pdf", ".docx", ".odt", ".rtf", ".epub", ".mhtml", ".mht", ".eml", ".mbox", ".xml", ".rss", ".atom"}
_MOST_NAMED = 100  # rows, messages or pages of one file that give no article; each is kept in memory until the end
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_WARC = (".warc", ".warc.gz")
FORMATS = tuple(sorted(_ONE | _MANY | _PARTS | {".zip", *_WARC}))
_NO_ARTICLES = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico", ".tif", ".tiff", ".heic", ".css",
    ".scss", ".less", ".js", ".mjs", ".ts", ".map", ".wasm", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3",
    ".m4a", ".ogg", ".wav", ".flac", ".mp4", ".webm", ".mov", ".avi", ".mkv", ".m3u8", ".pyc", ".so", ".dll",
    ".exe", ".lock", ".log", ".bak", ".tmp", ".swp",
}  # fmt: skip
_NEXT = {
    ".doc": "save it as .docx",
    ".pages": "export it as .docx or .pdf",
    ".wpd": "save it as .docx",
    ".mobi": "convert it to .epub",
    ".azw3": "convert it to .epub",
    ".msg": "save it as .eml",
    ".rar": "unpack it, or pack it as .zip",
    ".7z": "unpack it, or pack it as .zip",
    ".tar": "unpack it, or pack it as .zip",
    ".gz": "unpack it, or pack it as .zip",
    ".xlsx": "save it as .csv",
    ".ods": "save it as .csv",
}


def is_wanted(path: PurePath) -> bool:
    """Return whether a file of this name in a folder is to give an article: it is not hidden, and no picture, ..."""
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts if part != "..")
    return not hidden and path.suffix.lower() not in _NO_ARTICLES


def count_file(path: Path) -> int:
    """Return about how many items `read_file` will yield; for a file whose articles cannot be counted quickly, 1."""
    try:
        if not path.is_file():
            return 1
        if path.suffix.lower() in _MANY:
            return sum(bounded("count", size=path.stat().st_size, path=str(path.absolute())))
        if path.suffix.lower() == ".zip":
            return sum(1 for _ in members(path, is_wanted))
    except (OSError, Unreadable):
        pass
    return 1


def read_file(path: Path, base: Path, within: Path | None = None) -> Iterator[Article | Failure]:
    """Yield the articles of a file; `source` is its path below `base`. Never raises for what is in the file.

    A link that leads out of the folder `within` is not followed: who can write into the folder may not be allowed to
    read what it leads to.
    """
    place = str(path.parent.resolve() / path.name)  # a link to a file stays one: it came from the folder that holds it
    real = _real(path)
    if real is None or (within is not None and not real.is_relative_to(within.resolve())):
        leads = "to itself" if real is None else "out of the folder"
        yield Failure(
            _source(path, base), f"a link that leads {leads} is not followed; put the file in its place", place
        )
        return
    for item in _items(path, Origin(_source(path, base), str(real), _name(path))):
        yield replace(item, place=place)


def _real(path: Path) -> Path | None:
    """The file that a path leads to; None where it leads in a circle."""
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return None
    return path.resolve()


def _items(path: Path, origin: Origin) -> Iterator[Article | Failure]:
    try:
        if path.is_dir():
            yield Failure(origin.source, "the folder cannot be listed; check its permissions")
        elif not path.is_file():
            yield Failure(origin.source, "not a regular file, or a link to nothing; give a file or a folder")
        elif path.suffix.lower() == ".zip":
            yield from _read_zip(path, origin)
        else:
            yield from _read(path, path.name, origin)
    except OSError as error:
        yield _cannot_be_read(origin, error)


def _cannot_be_read(origin: Origin, error: OSError) -> Failure:
    full = error.errno in _FULL  # where temporary files go: members are unpacked, the languages' model is
    mend = f"make room in {tempfile.gettempdir()}" if full else "check its permissions"
    return Failure(origin.source, f"cannot be read ({error.strerror or 'error'}); {mend}")


def _read(path: Path, name: str, origin: Origin) -> Iterator[Article | Failure]:
    """The articles of the file at `path`, read by another process, which may end over it."""
    count = 0
    try:
        articles = bounded("file", size=path.stat().st_size, path=str(path.absolute()), name=name, origin=origin)
        for count, article in enumerate(articles, start=1):  # noqa: B007
            yield article
    except Unreadable as error:
        yield Failure(origin.source, f"nothing after its article {count:,} was read: {error}" if count else str(error))


def parse_file(path: Path, name: str, origin: Origin) -> Iterator[Article | Failure]:
    """Yield the articles of the file at `path`, which is named `name`: a member of a zip lies elsewhere meanwhile.

    Call it where a parser may hang or eat all memory (worker.py).
    """
    failed = 0
    try:
        for item in _parsed(path, name, origin):
            failed += isinstance(item, Failure)
            if failed <= _MOST_NAMED or not isinstance(item, Failure):
                yield item
    except OSError as error:
        yield _cannot_be_read(origin, error)
    if failed > _MOST_NAMED:
        yield Failure(origin.source, f"{failed - _MOST_NAMED:,} more gave no article; mend those named first")


def _parsed(path: Path, name: str, origin: Origin) -> Iterator[Article | Failure]:
    kind = PurePath(name).suffix.lower()
    if name.lower().endswith(_WARC):
        yield from _read_warc(path, origin)
    elif kind in _MANY:
        yield from _read_many(path, origin)
    elif kind in _PARTS:
        yield from _read_parts(path, kind, origin)
    elif kind and kind not in _ONE:
        then = _NEXT.get(kind, "convert it to .txt, .md or .html first")
        yield Failure(origin.source, f"{kind} files are not read; {then}")
    else:
        yield from _read_one(path, name, origin)


def _read_one(path: Path, name: str, origin: Origin) -> Iterator[Article | Failure]:
    """The article of a file; of a live blog what stands above its posts, and each post."""
    if problem := _size_problem(path, LARGEST_ARTICLE):
        yield Failure(origin.source, problem)
        return
    try:
        draft = read_document(path.read_bytes(), PurePath(name))
    except NotText as error:
        yield Failure(origin.source, str(error))
        return
    articles = finish_all(draft, origin, many=False)
    yield from articles or (Failure(origin.source, "no article text in it; put the article's text in it"),)


def _read_parts(path: Path, kind: str, origin: Origin) -> Iterator[Article | Failure]:
    """The articles of a file that others' programs write: one, or several that carry a key each."""
    if problem := _size_problem(path, _LARGEST_PARTS):
        yield Failure(origin.source, problem)
        return
    from ingest.read.formats import read_parts

    parts = list(read_parts(path.read_bytes(), kind))
    for part in parts:
        articles = () if isinstance(part, str) else finish_all(part, origin, many=part.key is not None)
        reason = part if isinstance(part, str) else _empty(part, "no article text in it; put the article's text in it")
        yield from articles or (Failure(origin.source, reason),)
    if not parts:
        yield Failure(origin.source, "no article in it; put articles in it")


def _empty(part: Draft, reason: str) -> str:
    named = one_line(part.title or part.key or "")
    return f"{named[:100]}: {reason}" if named else reason


def _read_many(path: Path, origin: Origin) -> Iterator[Article | Failure]:
    for number, record in enumerate(read_records(path), start=1):
        if isinstance(record, str):
            yield Failure(origin.source, record)
            continue
        draft = record if isinstance(record, Draft) else draft_from_fields(record)
        articles = finish_all(draft, origin, many=draft is not record)
        yield from articles or (Failure(origin.source, f"row {number}: no text in it; fill its text field"),)


def _read_warc(path: Path, origin: Origin) -> Iterator[Article | Failure]:
    from ingest.read.webarchive import read_warc

    for url, page in read_warc(path):
        source = f"{origin.source}: {url}" if url else origin.source
        articles = () if isinstance(page, str) else finish_all(page, origin, many=True)
        reason = page if isinstance(page, str) else "no article text on the page"
        yield from articles or (Failure(source, reason),)


def _read_zip(path: Path, origin: Origin) -> Iterator[Article | Failure]:
    """The articles of the files in a zip, each as if it lay in a folder of that name; zips in it are not opened."""
    for name, member in members(path, is_wanted):
        shown = one_line(name.encode("utf-8", "replace").decode("utf-8", "replace"))
        inner = Origin(
            f"{origin.source}/{shown}" if shown else origin.source, f"{origin.place}/{name}", _name(Path(name))
        )
        if isinstance(member, str):
            yield Failure(inner.source, member)
        elif PurePosixPath(name).suffix.lower() == ".zip":
            yield Failure(inner.source, "a zip file in a zip file is not opened; unpack it first")
        else:
            yield from _read_member(path, member, inner)


def _read_member(path: Path, member: ZipInfo, origin: Origin) -> Iterator[Article | Failure]:
    with unpacked(path, member) as file:
        if isinstance(file, str):
            yield Failure(origin.source, file)
        else:
            yield from _read(file, PurePosixPath(member.filename).name, origin)


def _size_problem(path: Path, largest: int) -> str | None:
    size = path.stat().st_size
    if size > largest:
        return f"{size:,} bytes are too much for one article (at most {largest:,}); split it, or use .jsonl"
    return None if size else "the file is empty; put the article's text in it"


def _source(path: Path, base: Path) -> str:
    try:
        shown = path.relative_to(base).as_posix() if path != base else path.absolute().name
    except ValueError:
        shown = path.name
    return one_line(os.fsencode(shown).decode("utf-8", "replace")) or "unnamed file"


def _name(path: PurePath) -> str:
    words = path.stem.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
