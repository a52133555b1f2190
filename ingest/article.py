"""Article, and what makes two articles the same one."""

import hashlib
from dataclasses import dataclass, field

__all__ = ["Article", "Facts", "Failure", "article_id"]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is stored: every citation is a slice of `text`.

    Attributes:
        id: 16 hexadecimal digits, from `article_id`; the same article read again keeps its id.
        title: The headline, one line, not empty.
        text: The body without page furniture or headline: paragraphs joined by one blank line,
            plain spaces and newlines only. Offsets into it are Unicode code points.
        source: Where it came from: the path relative to what was ingested, or the URL.
        url: The address it was published at, if known.
        published: The publication date as YYYY-MM-DD; None when unknown. Never the day of ingestion.
        outlet: The newspaper, agency or site, if known.
        updated: The date of its last change as YYYY-MM-DD; None when unknown.
        author: Who wrote it, as it is signed, if known.
        section: The part of the newspaper, such as 'Politics', if known.
        language: The language of its text as a BCP 47 tag such as 'en', if known.
        place: The absolute path of the file it was read from; None for a web address. For the keeper of the archive
            alone: no answer and no page shows it.
        story: What it has in common with the near-identical copies of it in the archive, which says so when it has
            looked for them; None before. It is no part of what makes two articles equal.
    """

    id: str
    title: str
    text: str
    source: str
    url: str | None = None
    published: str | None = None
    outlet: str | None = None
    updated: str | None = None
    author: str | None = None
    section: str | None = None
    language: str | None = None
    place: str | None = None
    story: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article without its text; each as of the Article."""

    id: str
    title: str
    source: str = ""
    url: str | None = None
    published: str | None = None
    outlet: str | None = None
    story: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gave no article: its `source`, and the `reason` as one line for a person.

    `place` is the absolute path of the file or folder that it was read from; None for a web address.
    """

    source: str
    reason: str
    place: str | None = None


def article_id(identity: str) -> str:
    """Return the id of the article with this identity.

    Identity is the published URL where there is one (`page_identity` of it), else the absolute path of the file (with
    the record's own key for a file of many articles). So an edited file replaces its older
    text, and two files of one name in two folders stay two articles.
    """
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]
