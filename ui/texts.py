"""Every English text that the server says on the page, in one table; those of the page stand in assets/texts.js."""

from collections.abc import Mapping

__all__ = ["TEXTS", "text"]

# {name} is filled in. To translate the page, translate the values here and there.
TEXTS: Mapping[str, str] = {
    "unexpected": "This went wrong, and it is no fault of yours: the terminal that serves this page says why.",
}


def text(key: str, **values: object) -> str:
    """Return the text of a key with its values filled in. An unknown key or a missing value is a defect (KeyError)."""
    return TEXTS[key].format_map(values)
