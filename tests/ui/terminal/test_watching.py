"""`dateline watch`, and what other commands tell of answers that changed, on a real archive with the fast reader."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from ui.cli import main

QUESTION = "How many people work at the Torvald mill?"


class Run(NamedTuple):
    status: int
    out: str
    err: str


Dateline = Callable[..., Run]


@pytest.fixture
def dateline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, archive_dir: Path) -> Dateline:
    monkeypatch.setenv("DATELINE_READER", "fast")

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        status = main([*map(str, arguments), "--archive", str(archive_dir)])
        return Run(status, *capsys.readouterr())

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    write(folder, "2021-05-03", 120)
    return folder


def write(folder: Path, day: str, people: int) -> Path:
    file = folder / f"{day}.md"
    file.write_text(
        f"---\ntitle: News of the mill\ndate: {day}\noutlet: Brenn Gazette\n---\n\n"
        f"The Torvald mill employs {people} people, its owner said.\n",
        encoding="utf-8",
    )
    return file


def test_a_question_is_kept_listed_shown_and_told_of_when_articles_come_in(dateline: Dateline, folder: Path) -> None:
    dateline("ingest", folder)
    kept = dateline("watch", QUESTION, "--name", "mill")
    assert (kept.status, kept.err) == (0, "")
    assert kept.out.startswith("watched as 'mill': 120")
    later = write(folder, "2021-06-07", 95)
    added = dateline("ingest", later)
    first, told, sentence, source = added.out.splitlines()
    assert first.startswith("added 1")
    assert told.startswith("mill: overtaken: 120")
    assert "-> 95" in told
    assert sentence == "  The Torvald mill employs 95 people, its owner said."
    assert "Brenn Gazette, 2021-06-07, article " in source
    assert dateline("watch", "run") == (0, "", "")
    (line,) = dateline("watch", "list").out.splitlines()
    assert line.startswith("mill  95")
    shown = dateline("watch", "show", "mill").out
    assert [word in shown for word in (QUESTION, "first: 120", "overtaken: 95")] == [True] * 3
    whole = json.loads(dateline("watch", "show", "mill", "--json").out)
    assert [row["kind"] for row in whole["history"]] == ["first", "overtaken"]
    place = whole["now"]["said"][0]
    (article,) = [a for a in json.loads(dateline("articles", "--json").out) if a["id"] == place["article"]["id"]]
    assert article["text"][place["start"] : place["end"]] == place["quote"]
    assert article["text"][place["sentence_start"] : place["sentence_end"]] == place["sentence"]
    assert dateline("watch", "remove", "mill").out == "not watched any more: mill\n"
    assert dateline("watch", "list").out == ""


def test_removing_and_syncing_are_told_of_too(dateline: Dateline, folder: Path) -> None:
    dateline("ingest", "--sync", folder)
    dateline("watch", QUESTION, "--name", "mill")
    (article,) = json.loads(dateline("articles", "--json").out)
    removed = dateline("remove", article["id"])
    assert removed.out.splitlines()[0] == "removed 1"
    assert removed.out.splitlines()[1].startswith("mill: disappeared: 120")
    synced = dateline("ingest", "--sync", folder)
    assert "mill: appeared: 120" in synced.out
    (line,) = dateline("watch", "list", "--json").out.splitlines()
    assert json.loads(line)["now"]["kind"] == "appeared"


def test_a_run_prints_each_change_as_a_line_of_json(dateline: Dateline, folder: Path, archive_dir: Path) -> None:
    from ingest.archive import Archive
    from ingest.pipeline import add_articles
    from ingest.sources import read_articles

    dateline("ingest", folder)
    dateline("watch", QUESTION)
    with Archive.open(archive_dir) as archive:  # by another program, which asks nothing
        add_articles(archive, read_articles(str(write(folder, "2021-06-07", 95))))
    (line,) = dateline("watch", "run", "--json").out.splitlines()
    change = json.loads(line)
    assert (change["name"], change["now"]["kind"]) == (QUESTION, "overtaken")
    assert (change["before"]["as_of"], change["now"]["as_of"]) == ("2021-05-03", "2021-06-07")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "bridge"), "no question is watched as 'bridge': dateline watch list"),
        (("show",), "give dateline watch show NAME"),
        (("list", "mill"), "watch list"),
        (("Who", "owns", "the", "mill?"), '"QUESTION"'),
        (("?!",), "no question in"),
        (("Who owns the mill?", "--source", "Observer"), "no article is from the outlet 'Observer'"),
        (("Who owns the mill?", "--name", " "), "no name"),
    ],
)
def test_what_cannot_be_watched_is_told_in_one_line(
    dateline: Dateline, folder: Path, words: tuple[str, ...], says: str
) -> None:
    dateline("ingest", folder)
    run = dateline("watch", *words)
    assert run.status == 1
    assert says in run.err
    assert run.err.count("\n") == 1
    assert dateline("watch", "list").out == ""


def test_a_terminal_gets_no_escapes_of_articles_or_names(dateline: Dateline, folder: Path) -> None:
    file = write(folder, "2021-05-03", 120)
    file.write_text(
        file.read_text(encoding="utf-8").replace("its owner", "its \x1b]0;owned\x07 owner"), encoding="utf-8"
    )
    dateline("ingest", folder)
    out = dateline("watch", QUESTION, "--name", "\x1b[31mmill").out + dateline("watch", "list").out
    assert "\x1b" not in out + dateline("watch", "show", "\x1b[31mmill").out
