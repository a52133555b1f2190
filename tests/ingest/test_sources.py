"""Files and folders as they lie on a disk -> Articles and Failures."""

import collections
import itertools
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.archive import Archive
from ingest.article import Article, Failure, article_id
from ingest.errors import InputError
from ingest.pipeline import add_articles
from ingest.read.files import LARGEST_ARTICLE
from ingest.sources import count_articles, read_articles

_TEXT = "The army left the north on Monday, two officials said. No one was hurt."


def _write(path: Path, content: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def _one(target: str) -> Article:
    (item,) = read_articles(target)
    assert isinstance(item, Article), item
    return item


def _failure(target: str) -> str:
    (item,) = read_articles(target)
    assert isinstance(item, Failure), item
    assert "\n" not in item.reason
    return item.reason


def test_plain_text_headline_date_line_and_furniture(tmp_path: Path) -> None:
    page = f"English\n\nArmy leaves the north\n\nFriday, January 4, 2019\u00a0\n\nShare\n\n{_TEXT}\n\nLoading\n"
    path = _write(tmp_path / "a.txt", page)
    assert _one(path) == Article(
        id=article_id(path),
        title="Army leaves the north",
        text=_TEXT,
        source="a.txt",
        published="2019-01-04",
        place=path,
        language="en",
    )


def test_without_a_headline_the_file_name_is_the_title(tmp_path: Path) -> None:
    article = _one(_write(tmp_path / "army-leaves_the-north.txt", f"{_TEXT}\n\nTalks go on.\n"))
    assert (article.title, article.text) == ("Army leaves the north", f"{_TEXT}\n\nTalks go on.")


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "head",
    [
        '---\ntitle: "Army: gone"\ndate: 2019-01-04\nurl: https://d.example/a?utm_source=x#top\n'
        "source: The Daily\n---\n",
        "---\r\ntitle: Army: gone\r\nDate: January 4, 2019\r\nlink: https://d.example/a\r\n"
        "Publisher: The Daily\r\n---\r\n",
        "Title: Army: gone\nDate: 4 Jan 2019\nURL: https://D.example/a\nSource: The Daily\n\n",
    ],
)
def test_front_matter(tmp_path: Path, name: str, head: str) -> None:
    article = _one(_write(tmp_path / name, f"\ufeff{head}{_TEXT}\n"))
    assert (article.title, article.text, article.published) == ("Army: gone", _TEXT, "2019-01-04")
    assert (article.url, article.outlet) == ("https://d.example/a", "The Daily")
    assert article.id == article_id("https://d.example/a")


def test_dashes_that_are_no_front_matter_stay_text(tmp_path: Path) -> None:
    article = _one(_write(tmp_path / "a.txt", f"---\nA quiet day in town\n---\n\n{_TEXT}"))
    assert "A quiet day in town" in article.title + article.text
    assert _TEXT in article.text


def test_a_yaml_bomb_is_text(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    bomb = "---\n" + "\n".join(lines) + "\ntitle: *a59\n---\n" + _TEXT
    assert _TEXT in _one(_write(tmp_path / "a.md", bomb)).text


def test_markdown(tmp_path: Path) -> None:
    markdown = (
        "# Army *leaves*\n\nThe **army** left [the north](https://x.example) on\nMonday. ![map](m.png)\n\n"
        "## What is known\n\n- one\n- two\n\n1. first\n2. second\n\n> He said: `no`\n\n```\ncode line\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>evil()</script>\n"
    )
    article = _one(_write(tmp_path / "a.md", markdown))
    assert article.title == "Army leaves"
    assert article.text == (
        "The army left the north on Monday.\n\nWhat is known\n\n- one\n- two\n1. first\n2. second\n\n"
        "He said: no\n\ncode line\n\na: 1; b: 2"
    )


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8-sig", "Der Präsident war in Málaga, „quoted“ — naïve."),
        ("utf-16", "Der Präsident war in Málaga."),
        ("cp1252", "Le président français a été élu à Paris – “enfin”."),
        ("cp1251", "Президент России встретился с министром обороны в Москве, сообщили в субботу."),
        ("shift_jis", "日本の首相は東京で会見した。これは新しい記事です。"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, text: str) -> None:
    assert _one(_write(tmp_path / "a.txt", text.encode(encoding))).text == text


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\n ", "no article text"),
        ("a.txt", b"Loading\n", "no article text"),
        ("a.txt", b"\x00\x01\x02\xff" * 500, "binary"),
        ("a.txt", b"%PDF-1.4\n\x00\x80\x81", "binary"),
        ("a.pdf", b"%PDF-1.4", "damaged or cut off"),
        ("a.doc", b"\xd0\xcf\x11\xe0", ".doc files are not read; save it as .docx"),
        ("a.html", b"<html><head><title>T</title></head><body><div", "no article text"),
        ("a.html", b"<nav><a href='/'>Home</a></nav><script>x</script>", "no article text"),
        ("a.csv", b"title,date\nx,2019\n", "no column holds the text"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"title,text\n", "no rows"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", b"\t\n", "empty"),
        ("a.json", b"[", "JSON"),
        ("a.json", b"[]", "no article"),
        ("a.json", b"[" * 200_000, "nested"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    path = _write(tmp_path / name, content)
    assert word in _failure(path)
    assert count_articles(path) == 1


def test_an_article_may_not_be_endless(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_ARTICLE + 1)
    assert "20,000,001 bytes" in _failure(str(path))


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "not a regular file" in _failure(str(tmp_path / "a.txt"))


@pytest.mark.parametrize("name", ["gone.txt", "gone/", "a" * 5000, "nul\0"])
def test_a_missing_path_is_an_error_of_use(tmp_path: Path, name: str) -> None:
    for use in (lambda target: list(read_articles(target)), count_articles):
        with pytest.raises(InputError, match="no such file or folder"):
            use(f"{tmp_path}/{name}")


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    _write(tmp_path / "b.txt", _TEXT)
    _write(tmp_path / "a/c.md", _TEXT)
    _write(tmp_path / "a/.hidden.txt", _TEXT)
    _write(tmp_path / ".git/d.txt", _TEXT)
    _write(tmp_path / "page.html", f"<p>{_TEXT}</p>")
    _write(tmp_path / "page_files/frame.html", f"<p>{_TEXT}</p>")
    _write(tmp_path / "style.css", "p {}")
    _write(tmp_path / "e.pdf", "%PDF")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "z.txt").symlink_to(tmp_path / "gone.txt")
    items = list(read_articles(str(tmp_path)))
    assert [(item.source, isinstance(item, Article)) for item in items] == [
        *(("b.txt", True), ("e.pdf", False), ("page.html", True), ("z.txt", False), ("a/c.md", True)),
    ]
    assert count_articles(str(tmp_path)) == len(items)
    (below,) = read_articles(str(tmp_path / "a/c.md"), tmp_path)
    assert below.source == "a/c.md"
    assert below == items[-1]


def test_a_folder_too_deep_to_list_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "a.txt", _TEXT)
    monkeypatch.chdir(tmp_path)
    for _ in range(os.pathconf("/", "PC_PATH_MAX") // 250 + 1):  # deeper than one path can say
        Path("d" * 250).mkdir()
        os.chdir("d" * 250)
    monkeypatch.undo()
    good, bad = read_articles(str(tmp_path))
    assert (good.source, isinstance(good, Article)) == ("a.txt", True)
    assert isinstance(bad, Failure)
    assert bad.source.startswith("d" * 250 + "/d")
    assert "too long" in bad.reason
    assert count_articles(str(tmp_path)) == 2


_WHO = "import sys; from ingest.sources import read_articles; print(*read_articles(sys.argv[1]), sep='\\n')"


def test_a_folder_that_may_not_be_listed_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    command = [sys.executable, "-c", _WHO]
    if os.geteuid() == 0:  # root may list all: be root without that right
        if not shutil.which("setpriv"):
            pytest.skip("root may list every folder, and there is no setpriv to give that up")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    for target, source in ((tmp_path, "locked"), (tmp_path / "locked", "locked")):
        shown = subprocess.run([*command, str(target)], capture_output=True, text=True, check=True).stdout
        assert f"source={source!r}" in shown
        assert "cannot be listed" in shown
        assert shown.count("Failure") == 1


def test_an_archive_is_no_article(tmp_path: Path) -> None:
    _write(tmp_path / "a.txt", _TEXT)
    with Archive.open(tmp_path / "archive", create=True) as archive:
        add_articles(archive, read_articles(str(tmp_path)))
        (item,) = read_articles(str(tmp_path))
        assert item.source == "a.txt"
        assert count_articles(str(tmp_path)) == 1
    for use in (lambda target: list(read_articles(target)), count_articles):
        with pytest.raises(InputError, match="is an archive; give a folder or files"):
            use(str(tmp_path / "archive"))


def test_two_files_of_one_name_are_two_articles(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        _write(tmp_path / folder / "x.txt", _TEXT)
    assert len({item.id for item in read_articles(str(tmp_path)) if isinstance(item, Article)}) == 2


def test_an_edited_file_keeps_its_id(tmp_path: Path) -> None:
    before = _one(_write(tmp_path / "a.txt", _TEXT))
    after = _one(_write(tmp_path / "a.txt", _TEXT + " Talks go on."))
    assert before.id == after.id
    assert before.text != after.text


def test_a_file_name_that_is_no_text_is_shown_anyhow(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    Path(os.fsdecode(path)).write_text(_TEXT)
    assert _one(str(tmp_path)).source == "caf\ufffd.txt"


def test_memory_hardly_grows_with_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": f"{_TEXT} {n} " * 20}) + "\n" for n in range(1500)))
    items = read_articles(str(path))
    collections.deque(itertools.islice(items, 499), maxlen=0)
    tracemalloc.start()
    collections.deque(itertools.islice(items, 1000), maxlen=0)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1000 * 300
    assert next(items)  # it was not at its end, where it would hold nothing


_SUFFIXES = st.sampled_from(["txt", "md", "html", "csv", "tsv", "jsonl", "json"])
_HEADS = st.sampled_from([b"", b"---\ntitle: x\n", b"title,text\n", b'{"text": "', b"<p>", b"\xff\xfe", b"# "])


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=_SUFFIXES, head=_HEADS, tail=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_give_articles_or_failures(tmp_path: Path, suffix: str, head: bytes, tail: bytes) -> None:
    path = _write(tmp_path / f"any.{suffix}", head + tail)
    items = list(read_articles(path))
    assert items
    assert count_articles(path) == len(items)
    for item in items:
        if isinstance(item, Article):
            assert item.title
            assert item.text.strip() == item.text != ""
            item.text.encode()
            item.title.encode()


def test_one_file_by_two_spellings_of_its_path_is_one_article(tmp_path: Path) -> None:
    (tmp_path / "n").mkdir()
    (tmp_path / "n" / "a.txt").write_text("Old mill burns\n\nThe old mill burnt down on Tuesday.")
    (tmp_path / "link").symlink_to(tmp_path / "n", target_is_directory=True)
    ids = {
        item.id
        for spelling in ("n", "n/../n", "link", "n/a.txt")
        for item in read_articles(str(tmp_path / spelling))
        if isinstance(item, Article)
    }
    assert len(ids) == 1


def test_each_item_says_which_file_it_is_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "n").mkdir()
    (tmp_path / "elsewhere.txt").write_text("Old mill burns\n\nThe old mill burnt down on Tuesday.")
    (tmp_path / "n" / ".kept").mkdir()
    (tmp_path / "elsewhere.txt").rename(tmp_path / "n" / ".kept" / "elsewhere.txt")
    (tmp_path / "n" / "b.txt").symlink_to(tmp_path / "n" / ".kept" / "elsewhere.txt")
    (tmp_path / "n" / "empty.txt").touch()
    monkeypatch.chdir(tmp_path)
    for spelling in ("n", "n/../n", str(tmp_path / "n")):
        places = [item.place for item in read_articles(spelling)]
        assert places == [str(tmp_path / "n" / "b.txt"), str(tmp_path / "n" / "empty.txt")]


def test_links_in_a_circle_and_out_of_the_folder_are_a_line_each(tmp_path: Path) -> None:
    folder, outside = tmp_path / "news", tmp_path / "secret"
    _write(folder / "a.txt", _TEXT)
    _write(outside / "passwd.txt", "Secrets\n\nThe password of the harbour is 4711.")
    (outside / "list.csv").write_text("title,text\nSecrets,The password of the harbour is 4711.\n")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "one.csv").symlink_to("other.zip")
    (folder / "other.zip").symlink_to("one.csv")
    for number, name in enumerate(("passwd.txt", "list.csv")):
        (folder / f"out{number}{Path(name).suffix}").symlink_to(outside / name)
        (folder / f"by{number}{Path(name).suffix}").symlink_to(f"../secret/{name}")
    (folder / "again.txt").symlink_to("out0.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "in.txt").symlink_to("a.txt")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    for spelling in (folder, tmp_path / "link"):
        items = {item.source: item for item in read_articles(str(spelling))}
        assert {name for name, item in items.items() if isinstance(item, Article)} == {"a.txt", "in.txt"}
        reasons = {name: item.reason for name, item in items.items() if isinstance(item, Failure)}
        for name, reason in reasons.items():
            circle = name in {"self.txt", "one.csv", "other.zip"}
            assert reason.startswith("a link that leads to itself" if circle else "a link that leads out of the folder")
        assert len(reasons) == 9
        assert count_articles(str(spelling)) == len(items)
    (named,) = read_articles(str(folder / "out0.txt"))  # who names it means it
    assert isinstance(named, Article)
    (itself,) = read_articles(str(folder / "self.txt"))
    assert isinstance(itself, Failure)
