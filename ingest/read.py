"""File, folder, URL or feed -> Articles, and a Failure for everything that gave none."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.article import Article, Failure, article_id
from ingest.clean import one_line
from ingest.decode import NotText
from ingest.documents import read_document
from ingest.errors import InputError
from ingest.fields import Origin, draft_from_fields, finish
from ingest.record import RECORD_FILE
from ingest.records import read_records

__all__ = ["LARGEST_ARTICLE", "count_articles", "read_articles"]

LARGEST_ARTICLE = 20_000_000  # bytes of a file that is one article; a long novel has 3 million

_ONE = {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml"}
_MANY = {".csv", ".tsv", ".jsonl", ".ndjson", ".json"}
_NO_ARTICLES = {
    ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp", ".ico", ".tif", ".tiff", ".heic", ".css",
    ".scss", ".less", ".js", ".mjs", ".ts", ".map", ".wasm", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3",
    ".m4a", ".ogg", ".wav", ".flac", ".mp4", ".webm", ".mov", ".avi", ".mkv", ".m3u8", ".pyc", ".so", ".dll",
    ".exe", ".lock", ".log", ".bak", ".tmp", ".swp",
}  # fmt: skip


def read_articles(target: str, root: Path | None = None) -> Iterator[Article | Failure]:
    """Yield every article of a file, a folder, a web page or a feed, and why the rest gave none.

    A folder is walked in sorted order, without hidden files and without following links to
    folders. In it, files that are plainly no articles (images, styles, scripts, fonts, sound,
    film, logs) and the `X_files` folder that a browser saves beside `X.html` are passed over;
    every other file gives an article or a Failure, as does a folder that cannot be listed. An
    archive's folder is passed over too.

    `source` is the path below `root`; by default below the folder, or the bare name of a file.
    Two different articles of one identity (two rows with one URL) are both kept: the later one's
    identity gets its title, date and text added. A repeated article is yielded again as it is.

    Raises InputError when the path does not exist, or is an archive's folder.
    """
    if _is_url(target):
        from ingest.feed import read_address  # httpx and feedparser take 0.6 s to import

        yield from _distinct(read_address(target))
        return
    path = _existing(target)
    base = root or (path if path.is_dir() else path.parent)
    yield from _distinct(item for file in _files(path) for item in _read_file(file, base))


def count_articles(target: str) -> int | None:
    """Return how many items `read_articles` will yield, for a progress bar; None for a URL.

    Rows are counted, not cleaned: about 100 MB a second. Raises InputError as `read_articles`.
    """
    if _is_url(target):
        return None
    return sum(map(_count_file, _files(_existing(target))))


def _is_url(target: str) -> bool:
    """Return whether the target is a web address rather than a path."""
    return target.lower().startswith(("http://", "https://"))


def _existing(target: str) -> Path:
    path = Path(target)
    try:
        exists = path.exists() or path.is_symlink()
    except (OSError, ValueError):  # a name that is too long, or holds a NUL
        exists = False
    if not exists:
        raise InputError(f"no such file or folder: {one_line(target)[:200]!r}; check the path")
    return path


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    unreadable: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=lambda error: unreadable.append(Path(error.filename))):
        if RECORD_FILE in names:
            if Path(folder) == path:
                raise InputError(f"{one_line(str(path))[:200]!r} is an archive; give a folder or files of articles")
            folders.clear()
            continue
        pages = {Path(name).stem for name in names if Path(name).suffix.lower() in {".html", ".htm"}}
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name.removesuffix("_files") not in pages
        )
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() not in _NO_ARTICLES:
                yield Path(folder) / name
    yield from unreadable


def _count_file(path: Path) -> int:
    if path.suffix.lower() not in _MANY:
        return 1
    try:
        return sum(1 for _ in read_records(path)) if path.is_file() else 1
    except OSError:
        return 1


def _read_file(path: Path, base: Path) -> Iterator[Article | Failure]:
    place = str(path.parent.resolve() / path.name)  # a link to a file stays one: it came from the folder that holds it
    for item in _items(path, _source(path, base)):
        yield replace(item, place=place)


def _items(path: Path, source: str) -> Iterator[Article | Failure]:
    try:
        if path.is_dir():
            yield Failure(source, "the folder cannot be listed; check its permissions")
        elif not path.is_file():
            yield Failure(source, "not a regular file, or a link to nothing; give a file or a folder")
        elif path.suffix.lower() in _MANY:
            yield from _read_many(path, source)
        else:
            yield _read_one(path, source)
    except OSError as error:
        yield Failure(source, f"cannot be read ({error.strerror or 'error'}); check its permissions")


def _read_one(path: Path, source: str) -> Article | Failure:
    kind = path.suffix.lower()
    size = path.stat().st_size
    if kind and kind not in _ONE:
        return Failure(source, f"{kind} files are not read; convert it to .txt, .md or .html first")
    if size > LARGEST_ARTICLE:
        return Failure(
            source,
            f"{size:,} bytes are too much for one article (at most {LARGEST_ARTICLE:,}); split it, or use .jsonl",
        )
    if size == 0:
        return Failure(source, "the file is empty; put the article's text in it")
    try:
        draft = read_document(path.read_bytes(), path)
    except NotText as error:
        return Failure(source, str(error))
    article = finish(draft, Origin(source, _place(path), _name(path)), many=False)
    return article or Failure(source, "no article text in it; put the article's text in it")


def _read_many(path: Path, source: str) -> Iterator[Article | Failure]:
    origin = Origin(source, _place(path), _name(path))
    for number, record in enumerate(read_records(path), start=1):
        if isinstance(record, str):
            yield Failure(source, record)
            continue
        article = finish(draft_from_fields(record), origin, many=True)
        yield article or Failure(source, f"row {number}: no text in it; fill its text field")


def _distinct(items: Iterator[Article | Failure]) -> Iterator[Article | Failure]:
    """Give a different article with an id that was seen before an id of its own.

    Keeps an id and a hash of each article, no text: about 140 bytes, so 140 MB over a million rows.
    """
    seen: dict[str, int] = {}
    for item in items:
        if isinstance(item, Article):
            content = hash((item.title, item.text, item.published, item.outlet))
            if seen.setdefault(item.id, content) != content:
                whole = f"{item.id}#{item.title}#{item.published}#{item.text}"
                yield replace(item, id=article_id(whole))
                continue
        yield item


def _source(path: Path, base: Path) -> str:
    try:
        shown = path.relative_to(base).as_posix() if path != base else path.absolute().name
    except ValueError:
        shown = path.name
    return one_line(os.fsencode(shown).decode("utf-8", "replace")) or "unnamed file"


def _place(path: Path) -> str:
    return str(path.resolve())


def _name(path: Path) -> str:
    words = os.fsencode(path.stem).decode("utf-8", "replace").replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]
