"""The report: on small results made here, in Chromium, and on what strangers may have written into articles."""

import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.report.misses import worst
from eval.report.page import MOST_CHANGES, MOST_MISSES, write
from eval.report.pictures import pictures
from eval.report.plots import Dots, Line, Point, dots, lines
from eval.report.tables import mark, notes, tables
from eval.report.visible import visible
from eval.results import SuiteRun
from ingest.errors import InputError
from tests.eval.report.reports import HOSTILE, answer, full_run, row, share, suite, written


class Tags(HTMLParser):
    """The names and attributes of the elements of a page, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_suite_that_nobody_knows_is_shown(tmp_path: Path) -> None:
    page = written(tmp_path, {"weather": full_run()["weather <&>"]})
    assert "12.5%" in page
    assert "0.0–25.0" in page
    assert "rain · deep" in page
    assert "How many of q1?" in page


def test_each_run_says_what_it_was_made_with(tmp_path: Path) -> None:
    words = Tags(written(tmp_path, full_run())).words
    for fact in ("abc123def456", "reader feedfacefeed", "2 (x86_64)", "a-set 0123456789ab", "limited to 3"):
        assert fact in words


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path, full_run()) == written(tmp_path, full_run())


def test_what_strangers_wrote_stays_text(tmp_path: Path) -> None:
    hostile = replace(row("q", right=False, text=HOSTILE), question=HOSTILE, part=HOSTILE, stage=HOSTILE)
    trace = {**hostile.trace, "asked": HOSTILE + "!", "answer": answer(HOSTILE, 0.5, title=HOSTILE)}
    gold = {"answers": [HOSTILE], HOSTILE: HOSTILE, "history": [[HOSTILE, HOSTILE]]}
    kinds = {"by_kind": {HOSTILE: {"n": 1, "correct": share(0.5, 0.0, 1.0)}}, HOSTILE: HOSTILE, "$x_{": 1}
    run = {HOSTILE: suite(HOSTILE, [replace(hostile, trace=trace, gold=gold)], kinds)}
    changed = {HOSTILE: suite(HOSTILE, [replace(hostile, stage=None, scores={"correct": 1.0})], kinds)}
    for page in (written(tmp_path, run), written(tmp_path, run, changed)):
        tags = Tags(page)
        assert not {"script", "img", "iframe", "object"} & set(tags.names)
        assert [name for name, _ in tags.attributes if name.startswith("on")] == []
        assert tags.names.count("style") == 1
        assert "\u202e" not in page
        assert "[U+202E]gnp.exe" in tags.words
        assert "<script>alert(1)</script>" in tags.words


def test_nothing_on_the_page_leads_elsewhere(tmp_path: Path) -> None:
    tags = Tags(written(tmp_path, full_run()))
    links = [value or "" for name, value in tags.attributes if name in {"href", "src", "xlink:href", "action"}]
    assert links
    assert [link for link in links if not link.startswith(("#", "data:,"))] == []


def test_ids_are_unique_and_links_lead_to_them(tmp_path: Path) -> None:
    page = written(tmp_path, full_run())
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(ids)


def test_two_runs_stand_side_by_side(tmp_path: Path) -> None:
    """25 of 40 answers go from right to wrong: from 100% to 37.5%."""
    first = {"gold": suite("gold", [row(f"q{n}", right=True) for n in range(40)])}
    worse = [row(f"q{n}", right=n >= 25, text="another", stage="wrong value of several") for n in range(40)]
    words = " ".join(Tags(written(tmp_path, first, {"gold": suite("gold", worse)})).words.split())
    assert "100.0% 100.0–100.0 37.5%" in words
    assert "−62.5" in words
    assert "worse" in words
    assert "25 questions judged differently" in words
    assert f"And {25 - MOST_CHANGES} more" in words
    assert "Most of the change came at: wrong value of several." in words
    assert "The worst of 25 misses" in words


def test_a_suite_of_one_run_only_is_shown_beside_a_dash(tmp_path: Path) -> None:
    run = full_run()
    words = " ".join(Tags(written(tmp_path, run, {"gold": run["gold"]})).words.split())
    assert "6 → – rows" in words
    assert "gold" in words


def test_runs_on_other_data_are_not_compared(tmp_path: Path) -> None:
    first = full_run()["gold"]
    other = SuiteRun({**first.summary, "data": {"a-set": "other"}}, first.rows)
    assert "the data differ: a-set" in written(tmp_path, {"gold": first}, {"gold": other})


def test_a_run_without_suites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="python -m eval SUITE"):
        write({}, None, tmp_path / "report.html")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give another --out"):
        write(full_run(), None, tmp_path / "missing" / "report.html")


def test_the_worst_misses_come_first() -> None:
    rows = [
        row("right", right=True, sure=1.0),
        row("unsure", right=False, sure=0.2),
        row("sure", right=False, sure=0.8),
        row("made up", right=False, stage="not in the archive", sure=0.6),
        row("absent", right=False, stage="not in the archive", sure=0.9),
    ]
    rows[4] = replace(rows[4], trace={"answer": answer("x", 0.9, found=False)})
    assert [miss.id for miss in worst(rows, MOST_MISSES)] == ["sure", "made up", "unsure", "absent"]
    assert [miss.id for miss in worst(rows, 1)] == ["sure"]


def test_a_miss_marks_the_words_cited() -> None:
    (miss,) = worst([row("q", right=False, text="seven")], MOST_MISSES)
    (cited,) = miss.cited
    assert (cited.before, cited.words, cited.after) == ("It says ", "seven", " here.")
    assert (cited.title, cited.published) == ("A title", "2026-03-14")
    assert miss.history == (("Who was it?", "Ann"),)
    assert miss.gold == (("right answer", "eight"),)
    assert miss.asked is None


def test_a_citation_at_the_wrong_place_still_shows_its_words() -> None:
    wrong = row("q", right=False, text="seven")
    wrong.trace["answer"]["citations"][0]["start"] = 109
    assert worst([wrong], MOST_MISSES)[0].cited[0].words == "seven"


@pytest.mark.parametrize(
    "trace", [{}, {"answer": None, "read": None}, {"answer": {"citations": [None, 3]}, "ranks": 1}]
)
def test_a_trace_of_any_form_makes_a_miss(trace: dict[str, Any]) -> None:
    (miss,) = worst([replace(row("q", right=False), trace=trace)], MOST_MISSES)
    assert miss.question == "How many of q?"


def test_like_parts_stand_side_by_side() -> None:
    part = {"n": 4, "f1": share(0.5, 0.25, 0.75), "deep": {"n": 2, "f1": None}}
    (alone, table) = tables([{"suite": "s", "n": 8, "pool": 7, "dev": part, "test": part, "stages": {"not read": 1}}])
    assert [name for name, _ in alone.groups[0].rows] == ["pool"]
    assert table.columns == ("dev", "test")
    assert [(group.heading, [name for name, _ in group.rows]) for group in table.groups] == [
        ("", ["n", "f1"]),
        ("deep", ["f1"]),
    ]
    assert table.groups[1].counts == ((mark(2),), (mark(2),))


@pytest.mark.parametrize(
    ("value", "percent", "text", "interval"),
    [
        (share(0.376, 0.288, 0.456), False, "37.6%", "28.8–45.6"),
        (share(75.87, 68.29, 83.0), True, "75.9%", "68.3–83.0"),
        (share(-0.15, -0.3, 0.02), False, "−15.0%", "−30 to 2"),
        (share(263.1, 241.9, 284.8), False, "263.1", "241.9 to 284.8"),
        (0.2034, False, "0.203", ""),
        (1436.0, False, "1,436", ""),
        (None, False, "–", ""),
        ([1.85, 2], False, "1.85, 2", ""),
        (float("nan"), False, "nan", ""),
    ],
)
def test_a_figure_is_shown_as_people_write_it(value: object, percent: bool, text: str, interval: str) -> None:
    shown = mark(value, percent=percent)
    assert (shown.text, shown.interval) == (text, interval)


def test_what_was_not_measured_is_said() -> None:
    figures = {"suite": "s", "data": {"x": "0" * 64}, "not_measured": {"a.tsv": "no"}, "run": {"name": "n" * 50}}
    assert list(notes(figures)) == [("not measured · a.tsv", "no")]


def test_every_kind_of_picture_is_drawn() -> None:
    run = full_run()
    drawn = {name: [picture.title for picture in pictures(name, [one.summary])] for name, one in run.items()}
    assert drawn == {
        "gold": ["Correct, by kind (all)"],
        "abstain": ["What is wrong, by how much is answered"],
        "followups": ["What the rewrite wins back: canard"],
        "retrieval": [
            "Right passage first, by size of the archive",
            "Right passage in the first five, by size of the archive",
            "MRR, by size of the archive",
        ],
        "speed": ["How long an answer takes"],
        "ingest": ["Articles a second"],
        "weather <&>": [],
    }


def test_a_picture_has_its_numbers_and_its_words() -> None:
    (risk,) = pictures("abstain", [full_run()["abstain"].summary])
    assert risk.head == ("answered", "wrong, clapnq")
    assert risk.rows[4] == ("50%", "0.0%")
    assert risk.rows[5] == ("60%", "50.0%")
    assert "clapnq: 0% wrong with 50% answered, 50% wrong with 100% answered" in risk.words


def test_a_drawing_takes_its_colours_from_the_page() -> None:
    drawing = lines("a", [Line("one", [0, 1], [0, 1])], x_label="x", y_label="y")
    other = dots("b", [Dots("漢字 $x$ <b>", [Point(0.5, 0.25, 0.75)])])
    for svg in (drawing, other):
        assert svg.startswith("<svg")
        assert "var(--one)" in svg
        assert not re.search(r"#[0-9a-fA-F]{6}|<style|<metadata|DejaVu", svg)
    assert "漢字 $x$ &lt;b&gt;" in other


def test_what_cannot_be_seen_is_named() -> None:
    assert visible("a\u202eb\x07\ud800\nשלום é") == "a[U+202E]b[U+0007][U+D800]\nשלום é"


def test_only_drawing_loads_matplotlib() -> None:
    code = "import sys, eval.report.page; print('matplotlib' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
