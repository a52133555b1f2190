"""What the pages for people say is so: links, commands, formats, fields, routes, programs, the picture."""

import json
import re
import shlex
import shutil
import struct
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from ingest.read.files import FORMATS
from qa.types import Answer, ArticleRef, Citation, DatesAsked, Missing, Other, Relation, Seconds
from ui.cli import main
from ui.web.app import create_app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")), *sorted(DOCS.glob("*.md"))]
MARKDOWN = MarkdownIt().enable("table")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    return [token.content for token in MARKDOWN.parse(read(page)) if token.type == "fence" and token.info == language]


def links(page: Path) -> Iterator[str]:
    for token in MARKDOWN.parse(read(page)):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if isinstance(target, str) and not target.startswith(("http://", "https://")):
                yield target


def anchors(page: Path) -> set[str]:
    """The anchors that a hosting gives to the headings of a page."""
    tokens = MARKDOWN.parse(read(page))
    heads = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert target.is_relative_to(ROOT.resolve()), link
        assert not anchor or anchor in anchors(target), link


def test_readme_leads_to_every_page() -> None:
    named = {(ROOT / link.partition("#")[0]).resolve() for link in links(ROOT / "README.md")}
    assert {page.resolve() for page in PAGES if page.name != "README.md"} <= named


def test_the_picture_is_one_that_a_page_can_carry() -> None:
    (picture,) = [link for link in links(ROOT / "README.md") if link.endswith(".png")]
    data = (ROOT / picture).read_bytes()
    assert data.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (1200, 900)
    assert len(data) < 200_000


def commands() -> list[tuple[str, list[str]]]:
    """(page, words) for each line of a block, and each piece of code in a sentence, that is a dateline command."""
    found = []
    for page in PAGES:
        lines = [line for block in blocks(page, "") for line in block.splitlines()]
        lines += re.findall(r"`([^`\n]+)`", read(page))
        lines = [re.sub(r"^(\$ )?(\.venv/bin/)?", "", line.strip()) for line in lines]
        found += [(page.name, line.split()[1:]) for line in lines if re.match(r"dateline [a-z]", line)]
    return found


def told(command: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    return capsys.readouterr().out


def test_commands_and_their_flags_are_those_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    shown = commands()
    assert len(shown) > 30
    for page, (command, *rest) in shown:
        flags = re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(rest))
        if command != "COMMAND":
            help_ = told(command, capsys)
            for flag in flags:
                assert re.search(rf"{flag}\b", help_), f"{page}: dateline {command} {flag}"


def test_a_flag_that_stands_alone_is_one_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """On the pages for users; CONTRIBUTING and the page on the evaluation name those of other programs."""
    helps = "".join(told(command, capsys) for command in {words[0] for page, words in commands() if page == "use.md"})
    for page in PAGES:
        if page.name not in {"CONTRIBUTING.md", "evaluation.md", "api.md"}:
            for flag in re.findall(r"`(--[a-z-]+)[^`]*`", read(page)):
                assert re.search(rf"{flag}\b", helps), f"{page.name}: {flag}"


def test_every_command_is_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE))
    assert len(known) > 8
    assert {words[0] for page, words in commands() if page == "use.md"} >= known


def test_the_page_of_formats_lists_those_that_are_read() -> None:
    rows = [line for line in read(DOCS / "formats.md").splitlines() if line.startswith("| ")]
    named = [name for row in rows for name in re.findall(r"`(\.[a-z.]+)`", row)]
    assert set(named) == set(FORMATS)


def test_the_answer_shown_has_the_fields_that_answers_have() -> None:
    (shown,) = [block for block in blocks(DOCS / "api.md", "json") if '"found"' in block]
    keys = set(re.findall(r'"(\w+)":', shown))
    records = (Answer, Citation, ArticleRef, Other, Seconds)
    assert keys == {field.name for record in records for field in fields(record)}
    text = read(DOCS / "api.md")
    for value in (*Relation.__args__, *Missing.__args__, *(field.name for field in fields(DatesAsked))):
        assert f"`{value}`" in text or f'"{value}"' in text, value


@pytest.mark.slow
def test_the_answer_shown_is_the_one_that_is_given(sample_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = [block for block in blocks(DOCS / "api.md", "json") if '"found"' in block]
    (question,) = re.findall(r'^\{"question": "(.*)",$', shown, re.MULTILINE)
    assert main(["ask", question, "--json", "--archive", str(sample_dir)]) == 0
    answer = json.loads(capsys.readouterr().out)
    citation = answer["citations"][0]
    for record, names in (
        (answer, ("text", "found", "form", "as_of", "sources")),
        (citation, ("quote", "start", "end", "sentence_start", "sentence_end", "as_of")),
        (citation["article"], ("id", "title", "source", "url", "published", "outlet")),
        (answer["others"][0], ("text", "published", "as_of", "relation")),
    ):
        for name in names:
            assert f'"{name}": {json.dumps(record[name])}' in shown, name


@pytest.mark.slow
def test_the_routes_told_of_are_those_that_are_served(sample_dir: Path) -> None:
    app = create_app(sample_dir)
    served = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    named = set(re.findall(r"\b(?:GET|POST) /[a-z0-9/{}.]*[a-z0-9}]", read(DOCS / "api.md")))
    assert named == served | {"POST /mcp"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "document", [page for page in PAGES if blocks(page, "python")], ids=lambda document: document.name
)
def test_programs_shown_run(document: Path, sample_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(sample_dir, tmp_path / "news")
    monkeypatch.chdir(tmp_path)
    for program in blocks(document, "python"):
        exec(compile(program, document.name, "exec"), {})


def test_the_curl_call_sends_json() -> None:
    (call,) = [block for block in blocks(DOCS / "api.md", "") if block.startswith("curl")]
    words = shlex.split(call.replace("\\\n", " "))
    assert set(json.loads(words[words.index("-d") + 1])) == {"question"}
