"""The texts of the page stand in one place, and every one is used."""

import re
from pathlib import Path

import pytest

from ui.views.texts import TEXTS, text
from ui.views.theme import ASSETS

UI = ASSETS.parent
TABLE = (ASSETS / "texts.js").read_text(encoding="utf-8")
KEYS = set(re.findall(r'^  "([\w.-]+)":', TABLE, re.MULTILINE))
TEMPLATES = sorted(ASSETS.glob("*.html"))
SCRIPTS = sorted(path for path in ASSETS.glob("*.js") if path.name != "texts.js")


def uses(path: Path) -> set[str]:
    """The keys that a template or a script names: whole, or up to the part that is put together (`sort.${by}`)."""
    named = r'data-(?:text|label|title|placeholder)="([^"]+)"|\btext\(\s*["`]([\w.-]+)'
    return {one or two for one, two in re.findall(named, path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS], ids=lambda path: path.name)
def test_every_text_that_is_named_is_there(path: Path) -> None:
    missing = {key for key in uses(path) if not any(known == key or known.startswith(key) for known in KEYS)}
    assert missing == set()


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.with_suffix(".js").exists()], ids=lambda path: path.name
)
def test_no_text_stands_in_a_template(path: Path) -> None:
    template = path.read_text(encoding="utf-8")
    assert re.findall(r">[^<]*[^\W\d_]{2,}[^<]*<", template) == []
    assert re.findall(r'(?<![\w-])(?:aria-label|title|placeholder)="[^"]+"', template) == []


def test_every_text_of_the_page_is_used() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *SCRIPTS])
    assert {
        key for key in KEYS if f'"{key}"' not in everything and f"`{key.rsplit('.', 1)[0]}.$" not in everything
    } == set()


def test_every_text_of_the_server_is_used() -> None:
    everything = "".join(path.read_text(encoding="utf-8") for path in UI.rglob("*.py") if path.name != "texts.py")
    unused = {key for key in TEXTS if f'"{key}"' not in everything and f'f"{key.split(".")[0]}.{{' not in everything}
    assert unused == set()


def test_a_text_of_the_server_is_filled_in_and_an_unknown_one_is_a_defect() -> None:
    with pytest.raises(KeyError):
        text("no such text")
