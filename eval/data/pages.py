"""A public benchmark's folder of saved pages -> pages, each with what a person found on it.

Two layouts are read as they are: that of scrapinghub/article-extraction-benchmark (html/NAME.html.gz beside
ground-truth.json, which has an articleBody for each name), and a plain one (NAME.html beside NAME.json, an object with
any of title, published, author, outlet and text).
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.data.files import content_of, parse_file, unlike
from ingest.errors import InputError

__all__ = ["FACTS", "SavedPage", "hash_of_pages", "load_pages"]

TRUTH = "ground-truth.json"
FACTS = ("title", "published", "author", "outlet")
_LARGEST = 50_000_000  # bytes of a page
_PAGES = (".html.gz", ".htm.gz", ".html", ".htm")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved, and what a person found on it.

    Attributes:
        name: That of its file, without the ending.
        text: The article's; None where nobody marked it.
        facts: Those of FACTS that somebody marked; the page says nothing of one that is ''.
    """

    name: str
    html: bytes
    address: str
    text: str | None
    facts: Mapping[str, str]


def load_pages(folder: Path) -> list[SavedPage]:
    """Return the pages of a benchmark in order of name.

    Raises:
        InputError: The folder has neither layout, or a file of it cannot be read.
    """
    if (folder / TRUTH).is_file():
        truth = parse_file(folder / TRUTH, _objects)
        found = {_name(path): path for path in sorted((folder / "html").glob("*")) if _is_page(path)}
        if missing := sorted(truth.keys() - found.keys()):
            raise InputError(f"{folder / 'html'} lacks {len(missing)} pages of {TRUTH}, such as {missing[0]}")
        return [_page(found[name], said, "articleBody") for name, said in sorted(truth.items())]
    paths = [path for path in sorted(folder.glob("*")) if _is_page(path) and _truth_of(path).is_file()]
    if not paths:
        raise InputError(f"{folder} has neither {TRUTH} beside html/ nor a NAME.html beside NAME.json; give --data")
    return [_page(path, parse_file(_truth_of(path), _object), "text") for path in paths]


def hash_of_pages(pages: list[SavedPage]) -> str:
    """Return one SHA-256 of all pages and of what was found on them."""
    digest = hashlib.sha256()
    for page in pages:
        said = json.dumps([page.name, page.text, dict(page.facts)], sort_keys=True)
        digest.update(hashlib.sha256(page.html).digest() + hashlib.sha256(said.encode()).digest())
    return digest.hexdigest()


def _page(path: Path, said: Mapping[str, Any], text: str) -> SavedPage:
    facts = {name: _line(said[name]) for name in FACTS if name in said}
    body = said.get(text)
    if not isinstance(body, str | None):
        raise unlike(path)
    return SavedPage(_name(path), _html(path), _line(said.get("url") or ""), body, facts)


def _line(value: object) -> str:
    """A name, or several parted by commas; '' for what is not there."""
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _html(path: Path) -> bytes:
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                data = file.read(_LARGEST + 1)
        else:
            data = content_of(path)
    except (OSError, EOFError) as error:
        raise InputError(f"cannot unpack {path}; fetch the file again") from error
    if len(data) > _LARGEST:
        raise InputError(f"{path} has more than {_LARGEST:,} bytes; take it out of the folder")
    return data


def _is_page(path: Path) -> bool:
    return path.name.endswith(_PAGES)


def _name(path: Path) -> str:
    return next(path.name.removesuffix(ending) for ending in _PAGES if path.name.endswith(ending))


def _truth_of(path: Path) -> Path:
    return path.with_name(_name(path) + ".json")


def _object(text: str) -> dict[str, Any]:
    return _checked(json.loads(text), lambda _: True)


def _objects(text: str) -> dict[str, Any]:
    return _checked(json.loads(text), lambda value: isinstance(value, dict))


def _checked(found: object, is_right: Callable[[object], bool]) -> dict[str, Any]:
    if not isinstance(found, dict) or not all(map(is_right, found.values())):
        raise ValueError("no object, or none of objects")
    return found
