"""Draft: what an input says of one article, before anything of it is cleaned."""

from dataclasses import dataclass

__all__ = ["Draft", "Unreadable"]


class Unreadable(ValueError):
    """An input, or a part of it, that gives no article; the message is one line with the next step."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as its input gives it; what the input does not say is None.

    Attributes:
        text: The body, perhaps with headline, date line and page furniture; may hold HTML.
        published: As written: a string, a number, or a `date` out of YAML.
        updated: When it was last changed, as written.
        author: The names of who wrote it, or a line that holds them ('By Angela Rossi').
        section: The part of the paper it stood in.
        language: As written: a tag ('en-GB') or a name in a tag's place.
        key: What tells the article apart from others in the same file.
        flowed: Its lines are not hard-wrapped: paragraphs are parted by blank lines already.
        part: What tells it apart from the other articles of one address: a post of a live blog.
        posts: Of a live blog: what stands above its posts, and they; `text` has them all.
    """

    text: str
    title: str | None = None
    url: str | None = None
    published: object = None
    outlet: str | None = None
    key: str | None = None
    flowed: bool = False
    updated: object = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    part: str | None = None
    posts: "tuple[Draft, ...]" = ()
