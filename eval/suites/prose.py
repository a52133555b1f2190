"""The prose suite: is a sentence with a planted fault struck, and a true one left, and what is left of an LLM's?"""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.asking import PACKAGES
from eval.pool import fresh_archive
from eval.scores.judging import accepts
from eval.scores.metrics import share
from eval.suite import SEED, Options, Result, Row, spread
from eval.suites.gold import GOLD, GoldQuestion, gold_hash, load_gold
from eval.suites.prose_faults import FAULTS, faulty, names_in, retold
from ingest.archive import Archive
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.prose.check import check
from qa.prose.sentences import Drafted
from qa.prose.sources import MOST, Source
from qa.prose.support import Support
from qa.read.reader import Reader
from qa.retrieve.hybrid import retrieve

__all__ = ["prose"]


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence of gold evidence, the passages for its question, and the number of the one that it stands in."""

    question: GoldQuestion
    sentence: str
    sources: tuple[Source, ...]
    number: int


def prose(options: Options) -> Result:
    """Retell gold evidence truly and with one fault, and check each against the passages found for its question.

    `found` is the share of faults that were struck, by kind; `accused` of true retellings that were. A sentence cites
    the passage that it comes from. `check_ms` is the median time of a check. With an LLM (`--llm`), gold questions are
    put to it, too: `supported` is the share of its sentences that are left, `answer_right` and `own_right` the share
    of questions answered right in its words and in the articles' own.
    """
    judge = Support.load()
    rng = random.Random(SEED)  # noqa: S311
    with fresh_archive(read_articles(str(GOLD / "articles"))) as archive:
        told = list(_evidence(archive, spread(load_gold(), options.limit)))
        everyone = sorted({one.sentence[a:b] for one in told for a, b in names_in(one.sentence)})
        rows, seconds = [], []
        for index, one in enumerate(told):
            known = "\n".join(source.known for source in one.sources)
            strangers = [name for name in everyone if name not in known]
            sentences = [("true", text) for text in retold(one.sentence)]
            sentences += [(kind, text) for kind in FAULTS if (text := faulty(kind, one.sentence, strangers, rng))]
            for number, (kind, text) in enumerate(sentences):
                started = time.perf_counter()
                checked = check(Drafted(text, (one.number,)), one.sources, judge)
                seconds.append(time.perf_counter() - started)
                right = (checked.fault is None) == (kind == "true")
                score = {"accused" if kind == "true" else "found": float(right != (kind == "true"))}
                fault = checked.fault and (checked.fault.words or "as a whole")
                rows.append(
                    Row(f"{index}-{number}", kind, text, {"evidence": one.sentence}, score, None, {"fault": fault})
                )
        written = _written(archive, options)
    figures = {
        "sentences": len(told),
        "true": {"n": _count(rows, "true"), "accused": _share(rows, "true", "accused")},
        **{kind: {"n": _count(rows, kind), "found": _share(rows, kind, "found")} for kind in FAULTS},
        "check_ms": round(1000 * sorted(seconds)[len(seconds) // 2], 1) if seconds else None,
        "written": written,
    }
    return Result(
        {"gold": gold_hash()},
        tuple(rows),
        figures,
        headline="found",
        lower=("accused",),
        models={"support": judge.fingerprint},
        packages=PACKAGES,
    )


def _evidence(archive: Archive, questions: Sequence[GoldQuestion]) -> Iterator[_Told]:
    """Yield each evidence sentence once, where a passage that was found for its question holds it whole."""
    seen = set()
    for question in questions:
        wanted = [evidence.text for evidence in question.evidence if evidence.text not in seen]
        seen.update(wanted)
        if not wanted:
            continue
        found = retrieve(archive, question.question, MOST)
        sources = tuple(Source(number, candidate) for number, candidate in enumerate(found, 1))
        for sentence in wanted:
            holding = [source.number for source in sources if sentence in source.candidate.passage.text]
            if holding:
                yield _Told(question, sentence, sources, holding[0])


def _written(archive: Archive, options: Options) -> dict[str, object] | None:
    """Ask the gold questions that have an answer in an LLM's words; None without one."""
    if options.llm is None:
        return None
    from qa.llamaindex import load_llm

    llm = load_llm(options.llm, _SECONDS)
    assistant = Assistant(archive, Reader.load(options.reader), llm, llm_seconds=_SECONDS)
    asked = spread([q for q in load_gold() if q.answerable and not q.history], options.limit or _ASKED)
    supported, right, own_right, wrote = [], [], [], []
    for question in asked:
        answer = assistant.ask(question.question)
        own = assistant.ask(question.question, prose=False)
        supported += [float(sentence.supported) for sentence in answer.sentences]
        wrote.append(float(answer.writer is not None))
        right.append(float(answer.found and _says(question, answer.text)))
        own_right.append(float(own.found and _says(question, own.text)))
        for sentence in answer.sentences:
            print(f"{'+' if sentence.supported else '-'} {sentence.text} {sentence.why or ''}", flush=True)
    return {
        "questions": len(asked),
        "sentences": len(supported),
        "supported": share(supported),
        "shown": share(wrote),
        "answer_right": share(right),
        "own_right": share(own_right),
    }


_SECONDS = 120.0
_ASKED = 60


def _says(question: GoldQuestion, text: str) -> bool:
    """Whether a text gives an accepted answer, alone or among other words."""
    padded = f" {' '.join(text.split())} "
    return accepts(question.answers, text) or any(f" {answer}" in padded for answer in question.answers)


def _count(rows: Sequence[Row], part: str) -> int:
    return sum(row.part == part for row in rows)


def _share(rows: Sequence[Row], part: str, score: str) -> dict[str, float] | None:
    return share([row.scores[score] for row in rows if row.part == part])
