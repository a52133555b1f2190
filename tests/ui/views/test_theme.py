"""The style sheets: our plain pages look as the page does."""

import re

from ui.views.theme import ASSETS, asset


def colours(name: str) -> list[dict[str, str]]:
    """The custom properties of each :root block of a style sheet: light, then dark."""
    blocks = re.findall(r":root\s*\{([^}]*)\}", asset(name))
    return [dict(re.findall(r"--([\w-]+):\s*([^;]+);", block)) for block in blocks]


def test_the_plain_pages_have_the_colours_of_the_page() -> None:
    plain, page = colours("plain.css"), colours("page.css")
    assert len(plain) == len(page) == 2
    for of_plain, of_page in zip(plain, page, strict=True):
        assert of_plain.items() <= of_page.items()
        assert {"paper", "ink", "red"} <= of_plain.keys()


def test_one_component_listens_to_a_name() -> None:
    """Of two, the one that is drawn last would silence the other: ui/assets/common.js."""
    names = [
        name
        for path in ASSETS.glob("*.js")
        for name in re.findall(r'dateline\.on\("([\w-]+)"', path.read_text("utf-8"))
    ]
    assert "kept" in names
    assert len(names) == len(set(names))
