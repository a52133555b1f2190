"""The figures that README states: written from a run's results, never by hand.

`publish` keeps the numbers of a run (no text of any data set) in figures.json and writes README's table from
them; a test checks that README says what figures.json says.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.results import SuiteRun
from ingest.errors import InputError
from qa.read.reader import Reader

__all__ = ["FIGURES", "README", "WRITTEN", "publish", "render"]

FIGURES = Path(__file__).parents[1] / "figures.json"
README = Path(__file__).parents[2] / "README.md"
WRITTEN = (FIGURES, README)
_OPEN, _CLOSE = "<!-- figures -->\n", "<!-- /figures -->"

Figures = Mapping[str, Any]


def publish(run: Mapping[str, SuiteRun], figures: Path = FIGURES, readme: Path = README) -> None:
    """Write the run's figures into `figures`, over those of the same suites, and all of them into `readme`.

    Raises:
        InputError: A suite was run in part, at no commit, on an archive of one's own or with another reader than the
            shipped one; or README has no place for the figures.
    """
    if not run:
        raise InputError("the run holds no suite; run python -m eval SUITE first")
    shipped = Reader.load().fingerprint
    for name, suite in run.items():
        made = suite.summary["run"]
        if made["limit"] is not None:
            raise InputError(f"{name} was run with --limit {made['limit']}; run it whole before publishing it")
        if not re.fullmatch("[0-9a-f]{12}", str(made.get("commit"))):
            raise InputError(f"{name} was not run at a commit; commit the changes and run it again")
        if made["archive"] is not None:
            raise InputError(f"{name} was run on {made['archive']}; run it without --archive before publishing it")
        if made["models"].get("reader", shipped) != shipped:
            raise InputError(f"{name} was run with another reader than the shipped one; run it again")
    known = json.loads(figures.read_text(encoding="utf-8")) if figures.exists() else {}
    known |= {name: dict(suite.summary) for name, suite in run.items()}
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(_OPEN)
    _, found, after = rest.partition(_CLOSE)
    if not found:
        raise InputError(f"{readme} has no lines {_OPEN.strip()} and {_CLOSE} to write the figures between")
    figures.write_text(json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    readme.write_text(before + _OPEN + render(known) + _CLOSE + after, encoding="utf-8")


def render(figures: Mapping[str, Figures]) -> str:
    """Return the Markdown of every published suite that has a table here, in the order of reading."""
    parts = [
        f"{title(suite)}\n\n{_table(list(rows(suite)))}"
        for name, title, rows in _TABLES
        if (suite := figures.get(name))
    ]
    return "\n".join(parts)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _wikinews_title(suite: Figures) -> str:
    return (
        f"`python -m eval wikinews`: questions on {suite['articles']} real news articles, written from the articles "
        "before anything was\nrun on them. Nothing is fitted on them:"
    )


def _wikinews_rows(suite: Figures) -> Iterator[list[str]]:
    parts = [suite[name] for name in ("all", "same", "other")]
    near, chats, differing, sure = (suite[k] for k in ("near_misses", "follow_ups", "differing", "confidence"))

    def row(label: str, score: str, sign: str = "%") -> list[str]:
        return [label, *(_percent(part[score], sign) for part in parts)]

    yield ["", "all", "asked in the article's words", "in other words"]
    yield ["questions with an answer", *(str(part["n"]) for part in parts)]
    yield row("answered right", "correct")
    yield row("EM, lists and yes/no questions aside", "em", "")
    yield row("F1, the same", "f1", "")
    yield row("the right sentence cited", "sentence")
    yield row("a passage with the evidence read", "retrieved")
    yield row("refused though the answer is there", "refused")
    for label, share in (
        (f"of the {differing['n']} whose value differs or changed: the right one first", differing["correct"]),
        (f"of {chats['n']} follow-ups: answered right", chats["correct"]),
        (f"of {near['n']} near misses: answered though the articles do not say", near["answered"]),
    ):
        yield [label, _percent(share), "", ""]
    yield ["area under the ROC curve of confidence", _decimal(sure["separation"]), "", ""]
    yield ["calibration error of confidence", _decimal(sure["calibration_error"]), "", ""]


def _gold_title(suite: Figures) -> str:
    return (
        "`python -m eval gold`: the project's own questions on its own articles, written to be hard (figures that were "
        "overtaken,\nnear misses, follow-ups, paraphrases). Weights and threshold come from train sets; between equal "
        "ones the dev half\ndecided. The test half's figures, and some of its articles, were seen on the way, so it is "
        "not an untouched set."
    )


def _gold_rows(suite: Figures) -> Iterator[list[str]]:
    parts = [suite["test"], suite["all"]]

    def row(label: str, value: Callable[[Figures], str]) -> list[str]:
        return [label, *map(value, parts)]

    yield ["", "test half", "all"]
    yield row("questions of who, when, how many and the like, with an answer", lambda p: str(p["answerable"]["n"]))
    yield row("answered right", lambda p: _percent(p["answerable"]["correct"]))
    yield row("F1", lambda p: _percent(p["answerable"]["f1"], sign=""))
    yield row("the right sentence cited", lambda p: _percent(p["answerable"]["sentence_cited"]))
    yield row("a passage with the evidence read", lambda p: _percent(p["answerable"]["retrieved"]))
    yield row("answered right, given that", lambda p: _percent(p["given_retrieved"]["correct"]))
    yield row("refused though the answer is there", lambda p: _percent(p["answerable"]["false_refusal"]))
    yield row("follow-ups answered right", lambda p: _percent(p["follow_ups"]["correct"]))
    yield row("where articles differ: the newest value first", lambda p: _percent(p["differing"]["correct"]))
    yield row(
        "where articles differ: the other values shown",
        lambda p: f"{100 * (p['differing']['others_recall'] or 0):.0f}% of {p['differing']['values']}",
    )
    for kind, words in (
        ("yes/no", "yes/no questions: the deciding sentence is cited"),
        ("list", "lists: every item, at most one wrong"),
        ("summary", "summaries: three sentences or more, half of them to the point"),
    ):
        counts = " / ".join(str(part["forms"][kind]["n"]) for part in parts)
        yield [f"of the {counts} {words}", *(_percent(part["forms"][kind]["correct"]) for part in parts)]
    yield row("questions without an answer", lambda p: str(p["unanswerable"]["n"]))
    yield row("answered though the articles do not say", lambda p: _percent(p["unanswerable"]["false_answer"]))
    yield row("the same, on near misses alone", lambda p: _percent(p["unanswerable"]["near_misses"]["false_answer"]))
    # Counted, not a share: of none out of so few, a bootstrap interval would say nothing.
    yield row("the same, on other subjects", lambda p: _counted(p["unanswerable"]["off_topic"]))
    yield row(
        "citations that are exact",
        lambda p: "all" if p["citations"]["exact"] == 1 else f"{100 * p['citations']['exact']:.2f}%",
    )


def _counted(part: Figures) -> str:
    return f"{round(part['n'] * part['false_answer']['value'])} of {part['n']}" if part["n"] else "-"


def _reader_title(suite: Figures) -> str:
    return f"`python -m eval reader`: XQuAD-32, {suite['n']} questions, each beside its paragraph:"


def _reader_rows(suite: Figures) -> Iterator[list[str]]:
    yield ["", "percent"]
    yield ["EM", _points(suite["em"])]
    yield ["F1", _points(suite["f1"])]
    yield ["the right paragraph scores above its neighbour", _points(suite["prefers"])]


def _speed_title(suite: Figures) -> str:
    return (
        f"`python -m eval speed`, {suite['articles']} articles, {suite['processors']} processors, model loaded unless "
        "it says otherwise:"
    )


def _speed_rows(suite: Figures) -> Iterator[list[str]]:
    ask, memory, read = suite["ask_ms"], suite["memory_mb"], suite["read"]
    yield ["", ""]
    yield ["an answer", f"{ask['p50']:.0f} ms p50, {ask['p95']:.0f} ms p95"]
    if fast := suite.get("fast_ms"):
        yield ["an answer by the fast reader", f"{fast['p50']:.0f} ms p50, {fast['p95']:.0f} ms p95"]
    yield ["`dateline ask`, from nothing", f"{suite['cold_s']['median']:.1f} s (median of three)"]
    yield ["memory", f"{memory['warm'] / 1000:.2f} GB loaded, {memory['cold'] / 1000:.2f} GB in `dateline ask`"]
    ratio = f", {read['ratio']:.2f} of torch in float32 in the same run" if read["ratio"] else ""
    yield [f"the fast reader reads ten passages of {read['words']} words in", f"{read['p50_ms']:.0f} ms{ratio}"]


def _sentences_rows(suite: Figures) -> Iterator[list[str]]:
    yield ["", "CLAPNQ", "QED"]
    parts = [suite["clapnq"], suite["qed"]]
    answered = [part["when_answered"] for part in parts]
    yield ["questions with an answer", *(str(part["n"]) for part in parts)]
    yield ["answered", *(_percent(part["answered"]) for part in parts)]
    yield ["a sentence cited is the supporting one", *(_percent(part["hit"]) for part in parts)]
    yield ["the same, where it answered", *(_percent(part["hit"]) for part in answered)]
    yield [
        "precision of cited sentences, where it answered",
        *(_percent(p["when_answered"]["precision"]) for p in parts),
    ]
    yield ["recall of supporting sentences", *(_percent(part["recall"]) for part in parts)]


def _abstain_rows(suite: Figures) -> Iterator[list[str]]:
    yield ["", "CLAPNQ", "MTRAG-UN", "gold, near misses"]
    parts = [suite[name] for name in ("clapnq", "mtrag", "gold")]
    yield ["questions with / without an answer", *(f"{p['answerable']} / {p['unanswerable']}" for p in parts)]
    yield ["answered though the articles do not say", *(_percent(part["false_answer"]) for part in parts)]
    yield ["refused though the answer is there", *(_percent(part["false_refusal"]) for part in parts)]
    yield [
        "false answers when 90% of the answerable are answered",
        *(_percent(part["false_answer_at_90"]) for part in parts),
    ]
    yield ["area under the ROC curve of confidence", *(f"{part['separation']:.2f}" for part in parts)]
    yield ["area under the risk-coverage curve (less is better)", *(f"{part['area']:.2f}" for part in parts)]
    yield ["calibration error of confidence", *(f"{part['calibration_error']:.2f}" for part in parts)]


def _followups_rows(suite: Figures) -> Iterator[list[str]]:
    canard, cast, mtrag = suite["canard"], suite["cast_2020"], suite["mtrag_un"]
    yield ["", "bare", "ours", "human", "gap closed"]
    for label, part, score in (
        ("CANARD, MRR of the answer", canard, "rr"),
        ("CANARD, recall@5", canard, "recall@5"),
        ("CAsT 2020, F1 of the content words", cast, "term_f1"),
    ):
        means = [_percent(part[who][score]) for who in ("bare", "ours", "human")]
        yield [label, *means, _percent(part["gap_closed"][score])]
    yield ["MTRAG-UN, MRR of the contexts", *(_percent(mtrag[who]["rr"]) for who in ("bare", "ours")), "-", "-"]


def _conflicts_rows(suite: Figures) -> Iterator[list[str]]:
    yield ["", f"{suite['n']} questions, {suite['articles']} documents"]
    yield ["right values shown, of all", _percent(suite["surfaced"])]
    yield ["misinformation shown, where there is some", _percent(suite["misinformed"])]
    yield ["the first value is right", _percent(suite["first_right"])]
    yield ["refused", _percent(suite["refused"])]


def _dates_rows(suite: Figures) -> Iterator[list[str]]:
    answerable, unanswerable = suite["answerable"], suite["unanswerable"]
    yield ["", f"{answerable['n']} questions with an answer, {suite['articles']} long articles"]
    yield ["the value that held on the date asked for", _percent(answerable["correct"])]
    yield ["the value of another date", _percent(answerable["stale"])]
    yield ["refused", _percent(answerable["refused"])]
    yield [f"answered, of {unanswerable['n']} that the article does not answer", _percent(unanswerable["false_answer"])]


def _prose_rows(suite: Figures) -> Iterator[list[str]]:
    true = suite["true"]
    yield ["", f"{suite['sentences']} sentences of gold evidence"]
    for kind, words in (
        ("figure", "a figure exchanged: found"),
        ("date", "a date"),
        ("name", "a name"),
        ("negation", "a 'not' put in or taken out"),
        ("direction", "a direction turned round: rose for fell, before for after"),
        ("roles", "two names exchanged with each other"),
    ):
        yield [f"{words}, {suite[kind]['n']}", _percent(suite[kind]["found"])]
    yield [f"true retellings struck all the same, {true['n']}", _percent(true["accused"])]
    yield ["time of a check, median", f"{suite['check_ms']:.0f} ms"]


def _retrieval_rows(suite: Figures) -> Iterator[list[str]]:
    sizes = suite["sizes"]
    yield ["", *(f"{size} ({figures['passages']:,} passages)" for size, figures in sizes.items())]
    for name, label in (("dense", "dense"), ("keyword", "keyword"), ("fused", "fused"), ("read", "fused + reader")):
        for score, words in (("recall@5", "recall@5"), ("rr", "MRR")):
            yield [f"{label}, {words}", *(_percent(figures[name][score]) for figures in sizes.values())]


def _ingest_rows(suite: Figures) -> Iterator[list[str]]:
    rate, found, ratio = suite["articles_a_second"], suite["recall@10"], suite["ratio"]
    yield ["", "Dateline", "LlamaIndex"]
    yield ["articles a second", f"{rate['ours']:.1f}", f"{rate['theirs']:.1f}"]
    yield ["chunks", *(str(suite["chunks"][who]) for who in ("ours", "theirs"))]
    yield ["of its chunks' words, read by the encoder", "", f"{100 * suite['read_share']['theirs']:.0f}%"]
    yield ["recall@10", *(_percent(found[who]) for who in ("ours", "theirs"))]
    yield ["words retrieved", *(f"{suite['words_retrieved'][who]:,}" for who in ("ours", "theirs"))]
    yield ["ratio of speed, median of the rounds [least, most]", _ratio(ratio), ""]


def _ratio(ratio: Mapping[str, float]) -> str:
    return f"{ratio['median']:.2f} [{ratio['least']:.2f}, {ratio['most']:.2f}]"


def _named(text: str) -> Callable[[Figures], str]:
    return lambda suite: text


_TABLES: tuple[tuple[str, Callable[[Figures], str], Callable[[Figures], Iterator[list[str]]]], ...] = (
    ("wikinews", _wikinews_title, _wikinews_rows),
    ("gold", _gold_title, _gold_rows),
    ("reader", _reader_title, _reader_rows),
    (
        "abstain",
        _named(
            "`python -m eval abstain`: when it says that the articles do not say. The threshold was fitted on train "
            "sets,\nnot on these:"
        ),
        _abstain_rows,
    ),
    ("sentences", _named("`python -m eval sentences`: the sentences it cites:"), _sentences_rows),
    (
        "followups",
        _named("`python -m eval followups`: a follow-up as it stands, as we rewrite it, as people rewrote it:"),
        _followups_rows,
    ),
    ("conflicts", _named("`python -m eval conflicts`: RAMDocs, whose documents disagree:"), _conflicts_rows),
    ("dates", _named("`python -m eval dates`: TimeQA, answers that depend on the date:"), _dates_rows),
    (
        "prose",
        _named("`python -m eval prose`: sentences with one fault planted, held to the passages that they cite:"),
        _prose_rows,
    ),
    (
        "retrieval",
        _named("`python -m eval retrieval`: the passage with the answer, as the archive grows:"),
        _retrieval_rows,
    ),
    ("speed", _speed_title, _speed_rows),
    ("ingest", _named("`python -m eval ingest`: taking articles in, beside LlamaIndex's default path:"), _ingest_rows),
)


def _percent(share: Mapping[str, float] | None, sign: str = "%") -> str:
    """'36% [25, 48]' of a share in [0, 1] with its interval; '-' without one."""
    if share is None:
        return "-"
    return f"{100 * share['value']:.0f}{sign} [{100 * share['low']:.0f}, {100 * share['high']:.0f}]"


def _decimal(figure: Mapping[str, float] | None) -> str:
    """'0.83 [0.75, 0.90]' of a figure with its interval; '-' without one."""
    return f"{figure['value']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}]" if figure else "-"


def _points(percent: Mapping[str, float]) -> str:
    return f"{percent['value']:.1f} [{percent['low']:.1f}, {percent['high']:.1f}]"
