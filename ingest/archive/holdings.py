"""What an archive holds, as a list: titles, outlets, days and sizes of all articles, without their texts.

A plain listing reads each article's row past its text: 0.4 s at 20,000 articles, so whoever shows it keeps it until
the archive changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.archive.sqlite import NAME, Record

__all__ = ["Found", "Holding", "Place", "holdings", "passages_at", "places_of", "word_counts"]

_LONGEST_TITLE = 300  # characters; ingestion cuts titles, `Archive.put` does not
_MOST_WORDS = 8  # words looked for in the texts
_SHORTEST_BEGINNING = 4  # letters; what two or three begin is half of the archive
# A word in more passages than this is looked for in the last of them: 0.5 s at 20,000 articles, not 2.
_MOST_PASSAGES = 30_000
_COUNTED = 100_000  # characters of an article whose words are counted; of a longer one they are estimated
_LETTERS_A_WORD = 6  # with the space: English news has 6.0


@dataclass(frozen=True, slots=True)
class Holding:
    """One article in the list.

    Attributes:
        id, published: As of the Article.
        title, outlet: Cut to 300 characters; the outlet is the source where none is known.
        characters: The length of its text.
        added: When its present words came in, in seconds since 1970; None where nobody noted it.
    """

    id: str
    title: str
    outlet: str
    published: str | None
    characters: int
    added: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """A passage of an article: `article.text[start:][:len(text)] == text`."""

    article_id: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """Articles that hold all of some words.

    Attributes:
        passages: The number of a passage that holds the last word, by article id.
        whole: Whether everything was looked through; else a word is in so many passages that older ones were not.
    """

    passages: dict[str, int]
    whole: bool = True


def holdings(record: Record) -> list[Holding]:
    """Return all articles that are not being removed, newest first, those without a date last."""
    rows = record.rows(
        f"SELECT id, substr(title, 1, {_LONGEST_TITLE}), substr({NAME}, 1, {_LONGEST_TITLE}), published, length(text),"  # noqa: S608
        " added FROM articles WHERE state <> 'removing' ORDER BY published IS NULL, published DESC, title, id"
    )
    return [Holding(*row) for row in rows]


def places_of(record: Record, words: Sequence[str]) -> Found:
    """Return the articles whose texts or titles hold all words.

    Words count by their stems; the last one may be the beginning of a word, as it is while somebody types. Of a word
    in over 30,000 passages the 30,000 that came in last are looked at.
    """
    wanted = words[-_MOST_WORDS:]
    found: dict[str, int] | None = None
    whole = True
    for index, word in enumerate(wanted, start=1):
        quoted = '"' + word.replace('"', '""') + '"'
        begins = index == len(wanted) and len(word) >= _SHORTEST_BEGINNING
        rows = record.rows(
            "SELECT article_id, min(number), count(*) FROM passages WHERE number IN"
            " (SELECT rowid FROM keywords WHERE keywords MATCH ? ORDER BY rowid DESC LIMIT ?) GROUP BY article_id",
            (f"{quoted} OR {quoted} *" if begins else quoted, _MOST_PASSAGES + 1),
        )
        whole = whole and sum(count for *_, count in rows) <= _MOST_PASSAGES
        found = {id_: number for id_, number, _ in rows if found is None or id_ in found}
    return Found(found or {}, whole)


def passages_at(record: Record, numbers: Sequence[int]) -> dict[str, Place]:
    """Return passages by their numbers, each under its article's id."""
    marks = ",".join("?" * len(numbers))
    rows = record.rows(f"SELECT article_id, start, text FROM passages WHERE number IN ({marks})", numbers)  # noqa: S608
    return {row[0]: Place(*row) for row in rows}


def word_counts(record: Record, ids: Sequence[str]) -> dict[str, int]:
    """Return how many words articles have; of one over 100,000 characters, about how many."""
    marks = ",".join("?" * len(ids))
    rows = record.rows(
        f"SELECT id, length(text), substr(text, 1, {_COUNTED}) FROM articles WHERE id IN ({marks})",  # noqa: S608
        ids,
    )
    return {
        id_: len(text.split()) if characters <= _COUNTED else characters // _LETTERS_A_WORD
        for id_, characters, text in rows
    }
