"""Saved pages written here, in both layouts of a benchmark, judged by hand."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.run import main
from eval.suite import Options, Result
from eval.suites.extraction import extraction
from ingest.errors import InputError

# 22 and 26 words.
FIRST = (
    "The lighthouse of Ravel was dark for three nights, keeper Oda Finn said on Monday, since a fuse had burnt"
    " out in the storm."
)
SECOND = (
    "Two trawlers waited outside the bay until the morning, and the harbour office lent them a lamp of its own,"
    " which stood on the pier for a week."
)
MISSING = "A new fuse came by mail."  # 6 words that are not on the page
HEAD = """<meta property="article:published_time" content="2021-03-04"><meta name="author" content="Oda Finn, Per Lund">
<meta property="og:site_name" content="Ravel Post"><meta property="og:title" content="The light is out">"""
PAGE = f"""<!DOCTYPE html><html lang=en><head><title>The light is out</title>{HEAD}</head>
<body><nav><a href=/>Home</a></nav>
<article><h1>The light is out</h1><p>{FIRST}</p><p>{SECOND}</p></article><footer>Imprint</footer></body></html>"""


def _run(folder: Path) -> Result:
    return extraction(Options(None, folder, None))


def test_a_benchmark_is_read_as_it_is_published(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    truth: dict[str, Any] = {}
    for name, text in {"whole": f"{FIRST}\n\n{SECOND}", "more": f"{FIRST}\n\n{SECOND}\n\n{MISSING}"}.items():
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress(PAGE.encode()))
        truth[name] = {"articleBody": text, "url": f"https://ravel.example/{name}"}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    result = _run(tmp_path)
    assert [row.id for row in result.rows] == ["more", "whole"]
    words = len(f"{FIRST} {SECOND}".split())
    more, whole = (row.scores for row in result.rows)
    assert whole["ours_words_f1"] == whole["ours_shingles_f1"] == 1
    assert more["ours_words_precision"] == 1
    assert more["ours_words_recall"] == pytest.approx(words / (words + 6))
    assert more["ours_shingles_recall"] == pytest.approx((words - 3) / (words + 6 - 3))
    recall = (1 + words / (words + 6)) / 2
    assert result.figures["ours"]["words"]["f1"]["value"] == pytest.approx(2 * recall / (1 + recall), abs=1e-4)
    assert result.figures["trafilatura"]["pages"] == 2


def test_what_a_page_says_of_itself_is_judged(tmp_path: Path) -> None:
    (tmp_path / "light.html").write_text(PAGE)
    right = {"title": "The Light Is Out", "published": "2021-03-04", "author": ["Per Lund", "Oda Finn"]}
    (tmp_path / "light.json").write_text(json.dumps({**right, "outlet": "Ravel Times"}))
    (tmp_path / "plain.html").write_text(PAGE.replace(HEAD, ""))
    (tmp_path / "plain.json").write_text(json.dumps({"published": "2021-03-04"}))
    ours = _run(tmp_path).figures["ours"]
    assert ours["title"]["right"]["value"] == ours["author"]["right"]["value"] == 1
    assert (ours["outlet"]["right"]["value"], ours["outlet"]["wrong"]["value"]) == (0, 1)
    assert (ours["published"]["n"], ours["published"]["right"]["value"], ours["published"]["wrong"]["value"]) == (
        2,
        0.5,
        0,
    )
    assert ours["words"]["f1"] is None


def test_a_page_of_nothing_counts_as_refused(tmp_path: Path) -> None:
    (tmp_path / "bare.html").write_text("<html><body><nav><a href=/>Home</a></nav></body></html>")
    (tmp_path / "bare.json").write_text(json.dumps({"text": FIRST}))
    result = _run(tmp_path)
    assert result.figures["ours"]["refused"] == 1
    assert result.rows[0].scores["ours_words_f1"] == result.rows[0].scores["ours_words_recall"] == 0
    assert "ours_words_precision" not in result.rows[0].scores


def test_the_command_prints_both_and_says_what_a_folder_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ground-truth.json").write_text('{"gone": {"articleBody": "x"}}')
    assert main(["extraction", "--data", str(tmp_path), "--results", str(tmp_path / "r")]) == 1
    assert "lacks 1 pages" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"neither ground-truth\.json"):
        _run(tmp_path / "html")
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "light.html").write_text(PAGE)
    (pages / "light.json").write_text(json.dumps({"text": f"{FIRST} {SECOND}"}))
    assert main(["extraction", "--data", str(pages), "--results", str(tmp_path / "r"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert printed["ours"]["shingles"]["f1"]["value"] == 1
