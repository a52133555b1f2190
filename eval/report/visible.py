"""Text of strangers made safe to look at: what would turn other text around, or cannot be written, shows its number."""

import re

__all__ = ["visible"]

# Controls but tab and line feed, marks that turn the direction of text, and halves of characters. Unicode, as of
# UAX #9 and https://trojansource.codes: such a mark may make a page read otherwise than it is written.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)


def visible(text: str) -> str:
    """Return the text with each such character as '[U+202E]'; all other characters stay."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)
