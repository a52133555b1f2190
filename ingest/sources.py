"""File, folder, URL or feed -> Articles, and a Failure for everything that gave none."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.archive.sqlite import RECORD_FILE
from ingest.article import Article, Failure, article_id
from ingest.errors import InputError
from ingest.read.clean import one_line
from ingest.read.files import count_file, is_wanted, read_file

__all__ = ["count_articles", "is_address", "read_articles"]


def read_articles(
    target: str, root: Path | None = None, *, private: bool = False, since: str | None = None
) -> Iterator[Article | Failure]:
    """Yield every article of a file, a folder, a web page, a feed or a sitemap, and why the rest gave none.

    A folder is walked in sorted order, without hidden files and without following links to
    folders, or to files outside it. In it, files that are plainly no articles (images, styles, scripts, fonts, sound,
    film, logs) and the `X_files` folder that a browser saves beside `X.html` are passed over;
    every other file gives an article or a Failure, as does a folder that cannot be listed. An
    archive's folder is passed over too. A zip file is read like a folder, without zip files in it.

    `source` is the path below `root`; by default below the folder, or the bare name of a file.
    Two different articles of one identity (two rows with one URL) are both kept: the later one's
    identity gets its title, date and text added. A repeated article is yielded again as it is.

    Of the web only public addresses are fetched, unless `private`: also after a redirect, and whatever
    a feed names. `since` (YYYY-MM-DD) leaves out what a feed or a sitemap says is older.

    Raises InputError when the path does not exist, or is an archive's folder.
    """
    if is_address(target):
        from ingest.web.pages import read_address  # httpx and feedparser take 0.6 s to import

        yield from _distinct(read_address(target, private=private, since=since))
        return
    path = _existing(target)
    within = path if path.is_dir() else None  # a file that is named itself may be a link to anywhere
    base = root or within or path.parent
    yield from _distinct(item for file in _files(path) for item in read_file(file, base, within))


def count_articles(target: str) -> int | None:
    """Return about how many items `read_articles` will yield, for a progress bar; None for a URL.

    A file that holds several articles but is no table (a web archive, a feed) counts as one; of the rows that give
    none only the first hundred are yielded. Rows are counted, not cleaned: about 100 MB a second.

    Raises InputError as `read_articles`.
    """
    if is_address(target):
        return None
    return sum(map(count_file, _files(_existing(target))))


def is_address(target: str) -> bool:
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
            if is_wanted(Path(name)):
                yield Path(folder) / name
    yield from unreadable


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
