"""The command, on a real archive of a few articles written here."""

import fcntl
import io
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.article import Article
from ui.cli import main

ROOT = Path(__file__).parents[2]

FERRY = """---
title: Ferry Marisol runs aground off Cape Brenn
date: 2024-03-02
outlet: Brenn Courier
---

The ferry Marisol ran aground off Cape Brenn on Saturday with 214 passengers on board, the coast guard said.

Captain Ilse Torvald ordered the passengers into the lifeboats after water entered the engine room. All of
them were brought ashore before nightfall, and nobody was hurt.

The ship, built in Gdansk in 1998, lies on a sandbank two kilometres from the lighthouse.
"""

LIBRARY = """---
title: Town library to reopen after two years
date: 2023-09-14
outlet: Brenn Courier
---

The town library of Harrow Vale will reopen in October, two years after a flood ruined its ground floor.

The repairs cost 3.4 million crowns, of which the province paid half. Librarian Odile Marchetti said that
41,000 books had been dried and saved.
"""

BAKERY = (
    "Bakers warn of dearer bread\n\nFlour cost 38 percent more in May than a year before, the bakers' guild said.\n"
)

SHIP_QUESTION = "How many passengers were on board the ferry Marisol?"


class Run(NamedTuple):
    status: int
    out: str
    err: str


Dateline = Callable[..., Run]


@pytest.fixture
def dateline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Dateline:
    """The command, run in this process; the fast reader answers."""
    monkeypatch.delenv("DATELINE_ARCHIVE", raising=False)
    monkeypatch.setenv("DATELINE_READER", "fast")

    def run(*arguments: str | Path) -> Run:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return Run(status, *capsys.readouterr())

    return run


@pytest.fixture
def as_shipped(dateline: Dateline, monkeypatch: pytest.MonkeyPatch) -> Dateline:
    """The command with its own reader, the careful one."""
    monkeypatch.delenv("DATELINE_READER")
    return dateline


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("news")
    (folder / "ferry.md").write_text(FERRY, encoding="utf-8")
    (folder / "library.md").write_text(LIBRARY, encoding="utf-8")
    (folder / "bakery.txt").write_text(BAKERY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def archive(news: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the three articles; tests only read it."""
    folder = tmp_path_factory.mktemp("archive") / "a"
    assert main(["ingest", str(news), "--archive", str(folder)]) == 0
    return folder


def listed(dateline: Dateline, archive: Path) -> list[dict[str, Any]]:
    articles = json.loads(dateline("articles", "--json", "--archive", archive).out)
    assert isinstance(articles, list)
    return articles


def one_line(run: Run, *words: str) -> None:
    """The run ended as an error of use does: status 1, one line that holds the words."""
    assert run.status == 1
    assert run.err.startswith("dateline: ")
    assert run.err.count("\n") == 1
    assert run.err.endswith("\n")
    assert [word for word in words if word not in run.err] == []


# --- ingest, articles, remove


def test_ingest_counts_what_is_new_what_changed_and_what_did_not(
    dateline: Dateline, news: Path, tmp_path: Path
) -> None:
    folder, archive = tmp_path / "news", tmp_path / "a"
    folder.mkdir()
    (folder / "ferry.md").write_text(FERRY, encoding="utf-8")
    (folder / "bakery.txt").write_text(BAKERY, encoding="utf-8")
    first = dateline("ingest", folder, "--archive", archive)
    assert first == (0, "added 2, changed 0, unchanged 0, failed 0\n", "")
    (folder / "ferry.md").write_text(FERRY.replace("214", "216"), encoding="utf-8")
    again = dateline("ingest", folder, news / "library.md", "--archive", archive)
    assert again == (0, "added 1, changed 1, unchanged 1, failed 0\n", "")
    texts = [article["text"] for article in listed(dateline, archive)]
    assert sum("216 passengers" in text for text in texts) == 1
    assert sum("214 passengers" in text for text in texts) == 0


def test_ingest_adds_what_it_can_and_tells_what_failed(dateline: Dateline, news: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    run = dateline("ingest", news / "ferry.md", empty, news / "bakery.txt", "--archive", tmp_path / "a")
    assert run.out == "added 2, changed 0, unchanged 0, failed 1\n"
    one_line(run, "empty.txt")


def test_articles_lists_date_outlet_title_and_id(dateline: Dateline, archive: Path) -> None:
    run = dateline("articles", "--archive", archive)
    assert (run.status, run.err) == (0, "")
    lines = run.out.splitlines()
    assert [line[:10].strip() for line in lines] == ["2024-03-02", "2023-09-14", "unknown"]
    assert "Brenn Courier" in lines[0]
    assert "Ferry Marisol runs aground off Cape Brenn" in lines[0]
    assert "bakery.txt" in lines[2]
    assert [line.split()[-1] for line in lines] == [a["id"] for a in listed(dateline, archive)]


def test_articles_as_json_give_every_field(dateline: Dateline, archive: Path) -> None:
    ferry, _, bakery = listed(dateline, archive)
    assert set(ferry) == set(Article.__dataclass_fields__)
    assert ferry["text"].startswith("The ferry Marisol ran aground")
    assert ferry["source"] == "ferry.md"
    assert (bakery["published"], bakery["outlet"], bakery["url"]) == (None, None, None)


@pytest.mark.parametrize(
    ("flags", "sources"),
    [
        (["--since", "2024"], ["ferry.md"]),
        (["--until", "2023-09"], ["library.md"]),
        (["--since", "2023-09-15", "--until", "2024-03-01"], []),
        (["--source", "brenn courier"], ["ferry.md", "library.md"]),
        (["--source", "bakery.txt", "--source", "Brenn Courier"], ["ferry.md", "library.md", "bakery.txt"]),
        (["--source", "bakery.txt", "--since", "1900"], []),
    ],
)
def test_articles_of_some_outlets_and_days(
    dateline: Dateline, archive: Path, flags: list[str], sources: list[str]
) -> None:
    articles = json.loads(dateline("articles", "--json", "--archive", archive, *flags).out)
    assert [article["source"] for article in articles] == sources
    assert len(dateline("articles", "--archive", archive, *flags).out.splitlines()) == len(sources)


def test_articles_of_an_empty_archive(dateline: Dateline, news: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a"
    dateline("ingest", news / "bakery.txt", "--archive", archive)
    (bakery,) = listed(dateline, archive)
    assert dateline("remove", bakery["id"], "--archive", archive) == (0, "removed 1\n", "")
    assert dateline("articles", "--json", "--archive", archive).out == "[]\n"
    assert dateline("articles", "--archive", archive) == (0, "", "")


def test_remove_takes_all_or_nothing(dateline: Dateline, news: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a"
    dateline("ingest", news, "--archive", archive)
    ferry, library, _ = (article["id"] for article in listed(dateline, archive))
    one_line(dateline("remove", ferry, "feedfeedfeedfeed", "--archive", archive), "feedfeedfeedfeed")
    assert len(listed(dateline, archive)) == 3
    assert dateline("remove", ferry, library, "--archive", archive).out == "removed 2\n"
    assert [article["title"] for article in listed(dateline, archive)] == ["Bakers warn of dearer bread"]


# --- ask


def test_ask_shows_the_answer_its_sentence_and_its_source(as_shipped: Dateline, archive: Path) -> None:
    run = as_shipped("ask", SHIP_QUESTION, "--archive", archive)
    assert (run.status, run.err) == (0, "")
    first, *rest = run.out.splitlines()
    assert "214" in first
    shown = " ".join(" ".join(rest).split())
    assert "[1] The ferry Marisol ran aground off Cape Brenn on Saturday with *214" in shown
    assert "Ferry Marisol runs aground off Cape Brenn Brenn Courier, 2024-03-02" in shown
    assert "\x1b" not in run.out


def test_ask_as_json_cites_a_slice_of_the_stored_text(as_shipped: Dateline, archive: Path) -> None:
    answer = json.loads(as_shipped("ask", SHIP_QUESTION, "--json", "--archive", archive).out)
    assert answer["question"] == SHIP_QUESTION
    assert answer["found"]
    texts = {article["id"]: article["text"] for article in listed(as_shipped, archive)}
    for cited in answer["citations"]:
        text = texts[cited["article"]["id"]]
        assert text[cited["start"] : cited["end"]] == cited["quote"]
        assert text[cited["sentence_start"] : cited["sentence_end"]] == cited["sentence"]


def test_ask_answers_within_filters(dateline: Dateline, archive: Path) -> None:
    ask = ["ask", SHIP_QUESTION, "--json", "--now", "2024-05-01", "--archive", archive]
    within = json.loads(dateline(*ask, "--since", "2024", "--until", "2024-03", "--source", "Brenn Courier").out)
    assert "214" in within["text"]
    outside = json.loads(dateline(*ask, "--until", "2023").out)
    assert "214" not in json.dumps([outside["text"], outside["citations"], outside["nearest"]])
    elsewhere = json.loads(dateline(*ask, "--source", "bakery.txt").out)
    assert {citation["article"]["source"] for citation in elsewhere["nearest"]} <= {"bakery.txt"}


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--since", "spring"], "since 'spring' is no date: give YYYY, YYYY-MM or YYYY-MM-DD"),
        (["--since", "2012", "--until", "2011"], "change the two dates round"),
        (["--source", "Bren Courier"], "nearest are 'Brenn Courier'"),
        (["--now", "2012"], "now '2012' is no day: give YYYY-MM-DD"),
    ],
)
def test_wrong_filters_are_told_in_one_line(dateline: Dateline, archive: Path, flags: list[str], words: str) -> None:
    one_line(dateline("ask", SHIP_QUESTION, "--archive", archive, *flags), words)


def test_a_line_of_a_batch_has_its_own_filters_or_the_flags(dateline: Dateline, archive: Path, tmp_path: Path) -> None:
    wanted: list[Any] = [
        *({}, {"filters": {}}, {"filters": {"since": "2024", "until": None, "outlets": []}, "now": "2024-05-01"}),
        *({"filters": {"until": "2023-12"}}, {"filters": {"outlets": ["Brenn Courier"]}, "now": None}),
        *({"filters": []}, {"filters": {"from": "2024"}}, {"filters": {"outlets": "Brenn Courier"}}),
        *({"filters": {"outlets": [1]}}, {"filters": {"since": 2024}}, {"filters": {"since": "2024-13"}}),
        *({"filters": {"outlets": ["Nobody"]}}, {"now": 3}, {"now": "2024"}),
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"question": SHIP_QUESTION, **more}) for more in wanted), encoding="utf-8")
    run = dateline("ask", "--batch", file, "--until", "2023", "--archive", archive)
    records = [json.loads(line) for line in run.out.splitlines()]
    assert ["214" in record.get("text", "") for record in records[:5]] == [False, True, True, False, True]
    errors = [record.get("error", "") for record in records]
    assert errors[:5] == [""] * 5
    assert all(errors[5:])
    assert not any("\n" in error for error in errors)
    assert "'Nobody'" in errors[11]


def test_ask_takes_the_archive_from_the_environment(
    dateline: Dateline, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_ARCHIVE", str(archive))
    assert "214" in dateline("ask", SHIP_QUESTION).out


def test_either_reader_can_be_asked_for(
    as_shipped: Dateline, archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ["ask", SHIP_QUESTION, "--json", "--archive", str(archive)]

    def confidence(*flags: str) -> float:
        return float(json.loads(as_shipped(*question, *flags).out)["confidence"])

    assert confidence() == confidence("--reader", "careful") != confidence("--reader", "fast")
    monkeypatch.setenv("DATELINE_READER", "fast")
    assert confidence() == confidence("--reader", "fast")
    monkeypatch.setenv("DATELINE_READER", "quick")
    with pytest.raises(SystemExit) as ended:
        as_shipped(*question)
    assert ended.value.code == 2
    assert "'quick' is no reader: give careful or fast" in capsys.readouterr().err


def test_a_batch_answers_in_order_and_goes_on_past_bad_lines(
    as_shipped: Dateline, archive: Path, tmp_path: Path
) -> None:
    lines = [
        json.dumps({"id": 7, "question": SHIP_QUESTION}),
        "{not json",
        json.dumps({"id": "b", "question": "?!"}),
        "",
        json.dumps({"id": "c"}),
        json.dumps([1]),
        json.dumps({"id": "d", "question": "Where?", "history": ["x"]}),
        "[" * 100_000,
        json.dumps({"id": "e", "question": SHIP_QUESTION, "reader": ["quick"]}),
        json.dumps({"id": "f", "question": SHIP_QUESTION, "reader": "fast"}),
        json.dumps({"id": {"k": 1}, "question": "Who was her captain?", "history": [{"question": SHIP_QUESTION}]}),
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    run = as_shipped("ask", "--batch", file, "--json", "--archive", archive)
    assert (run.status, run.err) == (1, "")
    records = [json.loads(line) for line in run.out.splitlines()]
    assert [record["id"] for record in records] == [7, None, "b", "c", None, "d", None, "e", "f", {"k": 1}]
    assert ["error" in record for record in records] == [False, *[True] * 7, False, False]
    assert records[-2]["confidence"] != records[0]["confidence"]
    assert all("\n" not in record["error"] for record in records if "error" in record)
    assert "214" in records[0]["text"]
    assert records[-1]["question"] == "Who was her captain?"


def test_a_batch_of_good_lines_from_stdin_ends_with_0(
    dateline: Dateline, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = json.dumps({"id": 1, "question": SHIP_QUESTION, "history": None}).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + line + b"\n\n")))
    run = dateline("ask", "--batch", "-", "--json", "--archive", archive)
    assert run.status == 0
    assert json.loads(run.out)["id"] == 1


# --- errors of use


def bad_inputs(tmp: Path) -> Iterator[tuple[str, Path]]:
    (tmp / "picture.txt").write_bytes(bytes(range(256)) * 40)
    (tmp / "program").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(500))
    (tmp / "empty.md").touch()
    (tmp / "broken.html").write_text("<html><head><title>x</ti<body <p", encoding="utf-8")
    (tmp / "rows.csv").write_text("city,count\nBrenn,3\n", encoding="utf-8")
    (tmp / "broken.jsonl").write_text("{", encoding="utf-8")
    for name in ("picture.txt", "program", "empty.md", "broken.html", "rows.csv", "broken.jsonl", "missing.txt"):
        yield name, tmp / name


@pytest.mark.parametrize("number", range(7))
def test_what_cannot_be_read_is_told_in_one_line(dateline: Dateline, tmp_path: Path, number: int) -> None:
    name, path = list(bad_inputs(tmp_path))[number]
    one_line(dateline("ingest", path, "--archive", tmp_path / "a"), name)


@pytest.mark.parametrize("archive", ["/proc/dateline", "FILE/below", "FILE"])
def test_an_archive_that_cannot_be_written_is_told_in_one_line(
    dateline: Dateline, news: Path, tmp_path: Path, archive: str
) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    folder = archive.replace("FILE", str(tmp_path / "file"))
    one_line(dateline("ingest", news, "--archive", folder), folder)


@pytest.mark.parametrize("command", [["ask", "Who?"], ["articles"], ["remove", "0123456789abcdef"]])
def test_a_missing_archive_is_not_made_and_the_next_step_is_named(
    dateline: Dateline, tmp_path: Path, command: list[str]
) -> None:
    folder = tmp_path / "none"
    one_line(dateline(*command, "--archive", folder), f"dateline ingest PATH --archive {folder}")
    assert not folder.exists()


@pytest.mark.parametrize("question", ["?!…", "", "   ", "—"])
def test_a_question_without_a_word_is_told_in_one_line(dateline: Dateline, archive: Path, question: str) -> None:
    one_line(dateline("ask", question, "--archive", archive), "question")


@pytest.mark.parametrize(
    "arguments",
    [["remove", "{}"], ["ask", "{}"], ["ask", "--source", "{}", "who?"], ["articles", "--source", "{}"],
     ["restore", "{}"], ["ingest", "{}"], ["articles", "--since", "{}"]],
    ids=" ".join,
)  # fmt: skip
def test_words_that_are_no_text_are_told_in_one_line(
    dateline: Dateline, archive: Path, tmp_path: Path, arguments: list[str]
) -> None:
    place = tmp_path / "new" if arguments[0] == "restore" else archive
    for half in ("\udcff", "\udced\udca0\udcbd"):  # bytes that are no UTF-8, as they come from a shell
        one_line(dateline(*(argument.format(half) for argument in arguments), "--archive", place), "")


def test_a_question_that_is_too_long_is_told_in_one_line(dateline: Dateline, archive: Path) -> None:
    one_line(dateline("ask", "why " * 3000, "--archive", archive), "question")


@pytest.mark.parametrize("number", ["NaN", "1e999", "-Infinity"])
def test_what_is_no_json_number_never_comes_back_as_one(
    dateline: Dateline, archive: Path, tmp_path: Path, number: str
) -> None:
    (tmp_path / "q.jsonl").write_text(f'{{"id": {number}, "question": "Who?"}}')
    run = dateline("ask", "--batch", tmp_path / "q.jsonl", "--archive", archive)
    assert run.status == 1
    assert "not a line of JSON" in json.loads(run.out, parse_constant=pytest.fail)["error"]


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_batch_that_cannot_be_opened_is_told_in_one_line(
    dateline: Dateline, archive: Path, tmp_path: Path, name: str
) -> None:
    one_line(dateline("ask", "--batch", tmp_path / name, "--json", "--archive", archive), str(tmp_path / name))


@pytest.mark.slow
def test_an_archive_of_another_encoder_is_refused_in_one_line(
    dateline: Dateline, news: Path, archive: Path, tmp_path: Path
) -> None:
    other = small_encoder(tmp_path / "small-encoder")
    assert dateline("ingest", news, "--archive", tmp_path / "b", "--encoder", other).status == 0
    one_line(dateline("ingest", news, "--archive", archive, "--encoder", other), str(archive), "encoder")
    assert "214" in dateline("ask", SHIP_QUESTION, "--archive", archive).out


def small_encoder(folder: Path) -> Path:
    """A sentence-transformers model that looks words up in a table, saved in a folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    words = sorted(set(f"{FERRY} {LIBRARY} {BAKERY}".split()))
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(["[UNK]", *words])}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=16)], device="cpu").save(str(folder))
    return folder


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["ask"],
        ["ask", "a", "b"],
        ["ask", "a", "--batch", "b"],
        ["find", "x"],
        ["remove"],
        ["serve", "--port", "http"],
        ["serve", "--port", "70000"],
    ],
)
def test_wrong_flags_end_with_2(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(flags)
    assert left.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["ingest", "ask", "articles", "remove", "serve"])
def test_help_gives_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"Example: dateline {command}" in capsys.readouterr().out


def test_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == "dateline 0.1.0\n"


# --- as a process of its own


def start(
    *arguments: str | Path, output: int = subprocess.PIPE, errors: int = subprocess.PIPE, **environment: str
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=errors,
        # A shell's background job ignores Ctrl-C, and what it starts would, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - these tests start no threads
    )


@pytest.mark.slow
def test_a_cold_ask_imports_nothing_heavy(archive: Path) -> None:
    heavy = ["torch", "gradio", "transformers", "sentence_transformers", "llama_index", "trafilatura", "dateparser"]
    script = (
        "import sys; from ui.cli import main; status = main(sys.argv[1:]);"
        f"print([name for name in {heavy} if name in sys.modules]); sys.exit(status)"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, "ask", SHIP_QUESTION, "--archive", archive],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_a_batch_answers_each_line_before_the_next_comes_and_ctrl_c_ends_it(archive: Path) -> None:
    with start("ask", "--batch", "-", "--json", "--archive", archive) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        for number in range(2):
            process.stdin.write(json.dumps({"id": number, "question": SHIP_QUESTION}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == b"dateline: stopped\n"


@pytest.mark.slow
def test_a_pipe_that_closes_early_is_no_error(archive: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with start("articles", "--json", "--archive", archive, output=writing) as process:
        os.close(writing)
        assert process.communicate(timeout=60)[1] == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line(archive: Path) -> None:
    with Path("/dev/full").open("wb") as full, start("articles", "--archive", archive, output=full.fileno()) as process:
        errors = process.communicate(timeout=60)[1].decode()
    assert (process.returncode, errors.count("\n")) == (1, 1)
    assert errors.startswith("dateline: the output cannot be written")


def on_a_terminal(*arguments: str | Path, **environment: str) -> tuple[int, str]:
    """Run the command with stdout and stderr on a terminal; return its status and what was shown."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with start(*arguments, output=theirs, errors=theirs, **{"TERM": "xterm", "NO_COLOR": "", **environment}) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 65536):
                shown += chunk
        except OSError:  # Linux reports the end of a terminal so
            pass
        os.close(ours)
        return process.wait(timeout=60), shown.decode()


@pytest.mark.slow
def test_a_terminal_sees_a_progress_bar(news: Path, tmp_path: Path) -> None:
    status, shown = on_a_terminal("ingest", news, "--archive", tmp_path / "a")
    assert status == 0
    assert "3/3" in shown
    assert "added 3, changed 0, unchanged 0, failed 0" in shown


@pytest.mark.slow
def test_a_terminal_sees_the_quote_underlined_unless_it_wants_no_colour(archive: Path) -> None:
    assert "\x1b[4m214" in on_a_terminal("ask", SHIP_QUESTION, "--archive", archive)[1]
    assert "\x1b" not in on_a_terminal("ask", SHIP_QUESTION, "--reader", "fast", "--archive", archive, NO_COLOR="1")[1]
