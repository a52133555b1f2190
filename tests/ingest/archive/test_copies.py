"""Copies of one story: found whatever an editor adds or cuts, never mistaken, and right whatever is removed."""

import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from ingest.archive import Archive
from ingest.archive.check import check
from ingest.archive.copies import alike, shingles
from ingest.article import Article, article_id
from ingest.pipeline import add_articles

WORDS = (
    "harbour council bridge ferry storm repair crowns winter mayor budget vote school river flood rescue crew captain"
    " night morning village valley market price grain road signal tower debate inquiry report engineer witness court"
).split()


def story(seed: int, words: int = 160) -> str:
    """A text of its own: no three words in a row of two of them are the same but by chance."""
    drawn = random.Random(seed)
    return "\n\n".join(
        " ".join(f"{drawn.choice(WORDS)}{drawn.randrange(40)}" for _ in range(40)) + "." for _ in range(words // 40)
    )


def article(name: str, text: str, published: str | None = None) -> Article:
    return Article(article_id(name), f"{name} reports", text, f"{name}.txt", None, published, name)


def edited(text: str, share: float, seed: int = 0) -> str:
    drawn = random.Random(seed)
    return " ".join("other" if drawn.random() < share else word for word in text.split())


WIRE = story(1)
COPIES = {
    "same": WIRE,
    "agency": "BRENN, Jan 31 (Torvald Agency) — " + WIRE,
    "introduction": story(2, 40) + "\n\n" + WIRE,
    "cut": WIRE[: int(0.6 * len(WIRE))],
    "edited": edited(WIRE, 0.05),
    "upper": WIRE.upper(),
    "all at once": "BRENN (TA) - " + edited(WIRE[: int(0.8 * len(WIRE))], 0.04),
}
OTHERS = {"sequel": WIRE[:200] + story(3), "else": story(4), "short": "A comet passed the moon.", "shorter": "Comet."}


def stories(archive: Archive) -> set[frozenset[str]]:
    """The stories, as the outlets whose articles tell each."""
    found: dict[str | None, set[str]] = {}
    for one in archive.articles():
        assert one.story is not None
        found.setdefault(one.story, set()).add(str(one.outlet))
    return {frozenset(outlets) for outlets in found.values()}


def test_copies_are_one_story_and_others_are_not(archive_dir: Path) -> None:
    items = [article(name, text) for name, text in (COPIES | OTHERS).items()]
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, items)
        assert stories(archive) == {frozenset(COPIES), *(frozenset((name,)) for name in OTHERS)}
        assert len(archive) == len(items)  # each is kept
        assert set(archive.copies_of(article_id("cut"))) == {article_id(name) for name in COPIES}
        assert archive.copies_of(article_id("else")) == [article_id("else")]
        assert archive.copies_of("nothing") == []
        assert check(archive) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_makes_no_difference(archive_dir: Path, order: tuple[int, ...]) -> None:
    items = [article(name, COPIES[name]) for name in ("same", "cut", "introduction")]
    with Archive.open(archive_dir, create=True) as archive:
        for number in order:  # each in a run of its own
            add_articles(archive, [items[number]])
        assert {one.story for one in archive.articles()} == {min(item.id for item in items)}


def test_removing_one_keeps_the_others_right(archive_dir: Path) -> None:
    items = {name: article(name, text) for name, text in (COPIES | OTHERS).items()}
    left = set(COPIES)
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, items.values())
        for name in sorted(COPIES, key=lambda name: items[name].id)[:-1]:  # the one that names the story first
            archive.remove([items[name].id])
            left.remove(name)
            assert stories(archive) == {frozenset(left), *(frozenset((other,)) for other in OTHERS)}
        (last,) = left
        add_articles(archive, [items["same"], items["agency"]])
        assert frozenset({last, "same", "agency"}) in stories(archive)


def test_a_story_that_one_held_together_falls_apart(archive_dir: Path) -> None:
    """Two halves have nothing in common but the whole, which has both."""
    halves = {"first": story(5), "second": story(6)}
    whole = article("whole", halves["first"] + "\n\n" + halves["second"])
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, [*(article(name, text) for name, text in halves.items()), whole])
        assert stories(archive) == {frozenset({"first", "second", "whole"})}
        add_articles(archive, [replace(whole, text=halves["first"] + "\n\n" + story(7, 40))])
        assert stories(archive) == {frozenset({"first", "whole"}), frozenset({"second"})}
        add_articles(archive, [whole])
        archive.remove([whole.id])
        assert stories(archive) == {frozenset({"first"}), frozenset({"second"})}
    with closing(sqlite3.connect(archive_dir / "record.sqlite3")) as record:
        left = {id_ for table in ("bands", "copies") for (id_,) in record.execute(f"SELECT article_id FROM {table}")}
    assert left == {article_id("first"), article_id("second")}


def test_a_new_date_leaves_the_story(archive_dir: Path) -> None:
    items = [article(name, COPIES[name]) for name in ("same", "cut")]
    with Archive.open(archive_dir, create=True) as archive:
        add_articles(archive, items)
        add_articles(archive, [replace(items[0], published="2024-01-31")])
        assert stories(archive) == {frozenset({"same", "cut"})}
        archive.rebuild()
        assert stories(archive) == {frozenset({"same", "cut"})}


def test_an_old_archive_learns_of_its_copies_with_the_next_ingestion(archive_dir: Path) -> None:
    shutil.unpack_archive(Path(__file__).parent / "data" / "archive-v1.zip", archive_dir)
    with Archive.open(archive_dir) as archive:
        assert {one.story for one in archive.articles()} == {None}
        waits, alone = (finding.problem for finding in check(archive))
        assert waits.startswith("1 article waiting for vectors")  # which will be compared then
        assert alone.startswith("3 articles not compared with others")
        add_articles(archive, [])
        assert {one.story for one in archive.articles()} == {one.id for one in archive.articles()}
        assert len(archive) == 4
        assert check(archive) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("", "", False),
        ("!", "!", False),
        ("Comet.", "comet", True),
        ("The council met on Monday in Brenn.", "The council met on Tuesday in Brenn.", False),
        (story(8), story(9), False),
        (story(8), edited(story(8), 0.08), True),
        (story(8), edited(story(8), 0.3), False),
    ],
)
def test_alike(one: str, other: str, same: bool) -> None:
    assert alike(shingles(one), shingles(other)) is same
    assert alike(shingles(other), shingles(one)) is same


def test_many_copies_of_one_text_cost_no_more_each(archive_dir: Path) -> None:
    """Three hundred readings of one bulletin: each is compared with a few of the others, and all are one story."""
    from ingest.archive.copies import find_copies

    with Archive.open(archive_dir, create=True) as archive, archive.record.transaction() as connection:
        for number in range(300):
            text = f"{WIRE} Reading {number}."
            connection.execute(
                "INSERT INTO articles (id, title, text, source, hash, state, vectors)"
                " VALUES (?, 't', ?, 's', '', 'indexed', 0)",
                (f"{number:016x}", text),
            )
            find_copies(connection, f"{number:016x}")
        assert connection.execute("SELECT DISTINCT story FROM articles").fetchall() == [("0" * 16,)]
        (edges,) = connection.execute("SELECT count(*) FROM copies").fetchone()
        assert edges <= 2 * 3 * 300
