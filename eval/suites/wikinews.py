"""The wikinews suite: questions on real news that nothing was tuned to, asked through Assistant as a user would."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.asking import PACKAGES, assistant_over, models_of
from eval.data.files import hash_of, parse_file
from eval.data.paragraphs import WIKINEWS
from eval.scores.metrics import calibration_error, resampled
from eval.scores.stages import Place
from eval.scores.tally import means, stages
from eval.suite import Options, Result, Row, spread
from eval.suites.abstain import best_answer, confidence_figures
from eval.suites.gold import Evidence, GoldQuestion, judge, row_of
from ingest.article import Article
from ingest.errors import InputError
from ingest.sources import read_articles
from qa.assistant import Assistant
from qa.training.metrics import separation
from qa.types import Turn

__all__ = ["QUESTIONS", "Spot", "WikinewsQuestion", "ask_questions", "load_wikinews", "wikinews"]

QUESTIONS = Path(__file__).parents[1] / "wikinews" / "questions.jsonl"
_PARTS = {"same": "same words", "other": "other words"}
_NEAR_MISS, _FOLLOW_UP = "near miss", "follow-up"
_SHOWN = 70  # characters of an address in a message


@dataclass(frozen=True, slots=True)
class Spot:
    """Words in an article and their sentence, in characters of the stored text; `sha256` is that of the sentence."""

    url: str
    start: int
    end: int
    sentence_start: int
    sentence_end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class WikinewsQuestion:
    """One line of questions.jsonl; eval/wikinews/README.md says what the fields mean."""

    id: str
    set: str
    kind: str
    wording: str | None
    question: str
    history: tuple[Turn, ...]
    answers: tuple[str, ...]
    evidence: tuple[Spot, ...]
    others: tuple[Spot, ...]


def wikinews(options: Options) -> Result:
    """Ask 150 questions on Wikinews' articles of 2019 and 2020, which nothing was fitted on.

    The archive is made of the two files as `dateline ingest` makes it, and asked as it is; a follow-up comes with its
    history. Answers are judged as in the gold suite. The shares are in [0, 1] with a 95% bootstrap interval.

    `all`, `same` and `other` are over the questions with an answer, all of them and by their wording: `correct`,
    answered right; `em` and `f1`, lists and yes/no questions aside; `sentence`, a sentence cited is evidence;
    `retrieved`, a passage with the evidence was read; `read`, a right span was offered in one; `refused`, though the
    answer is there. `near_misses.answered` is the share of questions that the articles do not answer and that were
    answered all the same. `differing` is over the questions with several values: the right one first, another in its
    place (`stale`), and the share of the others shown. `confidence` is over questions with an answer and near misses,
    as the abstain suite has it; `separation` is the area under the ROC curve of the one against the other.

    Raises:
        InputError: A file is missing, an article is not in it, or the stored text is not the one that the questions
            were written on; or the options name an archive.
    """
    return ask_questions(load_wikinews(), options)


def load_wikinews(path: Path = QUESTIONS) -> list[WikinewsQuestion]:
    """Return the questions in file order.

    Raises:
        InputError: The file cannot be read, or is of another form.
    """
    return parse_file(path, lambda text: [_question(json.loads(line)) for line in text.splitlines()])


def ask_questions(questions: Sequence[WikinewsQuestion], options: Options) -> Result:
    """Ask questions of an archive of the two files in the data folder; `wikinews` says what comes of it."""
    files = [options.data / name for name in WIKINEWS]
    data = {path.name: hash_of(path) for path in files} | {"questions": hash_of(QUESTIONS)}
    with assistant_over(options, (item for path in files for item in read_articles(str(path)))) as assistant:
        by_url = {article.url: article for article in assistant.archive.articles() if article.url}
        # All of them before the first is asked: a text that has shifted is told at once.
        found = [_found_again(question, by_url) for question in questions]
        rows = [_ask(question, places, assistant) for question, places in spread(found, options.limit)]
        articles, models = len(assistant.archive), models_of(assistant)
    return Result(
        data=data,
        rows=tuple(rows),
        figures={"articles": articles, **_figures(rows)},
        headline="correct",
        lower=("refused", "answered", "stale"),
        models=models,
        packages=PACKAGES,
    )


def _found_again(question: WikinewsQuestion, by_url: Mapping[str, Article]) -> tuple[GoldQuestion, list[Place]]:
    """Return the question as the gold suite has it, with the words at its places, and where its evidence stands.

    Raises:
        InputError: An article is not there, or a sentence is not the one that the question was written on.
    """
    evidence = [_sentence(question, spot, by_url) for spot in question.evidence]
    others = [(_sentence(question, spot, by_url)[0], _words(spot, by_url)) for spot in question.others]
    answers = {
        "yes/no": tuple(sentence for _, sentence in evidence),
        "list": question.answers,
    }.get(question.kind, (*(_words(spot, by_url) for spot in question.evidence), *question.answers))
    gold = GoldQuestion(
        id=question.id,
        split=_part(question),
        kind=question.kind,
        question=question.question,
        history=question.history,
        answers=tuple(dict.fromkeys(answers)),
        evidence=tuple(dict.fromkeys(Evidence(article.title, sentence) for article, sentence in evidence)),
        others=tuple(Evidence(article.title, words) for article, words in others),
        near_miss=question.set == "near_miss",
    )
    places = [
        Place(article.id, spot.sentence_start, spot.sentence_end)
        for spot, (article, _) in zip(question.evidence, evidence, strict=True)
    ]
    return gold, places


def _sentence(question: WikinewsQuestion, spot: Spot, by_url: Mapping[str, Article]) -> tuple[Article, str]:
    where = f"question {question.id}: {spot.url[-_SHOWN:]}"
    article = by_url.get(spot.url)
    if article is None:
        raise InputError(f"{where} is not in {' or '.join(WIKINEWS)}; fetch the files again")
    sentence = article.text[spot.sentence_start : spot.sentence_end]
    if hashlib.sha256(sentence.encode()).hexdigest() != spot.sha256:
        raise InputError(
            f"{where} is stored with another text at {spot.sentence_start} than the question was written on; "
            "find the places of eval/wikinews/questions.jsonl again"
        )
    return article, sentence


def _words(spot: Spot, by_url: Mapping[str, Article]) -> str:
    return by_url[spot.url].text[spot.start : spot.end]


def _part(question: WikinewsQuestion) -> str:
    if question.set == "answerable":
        return _PARTS[str(question.wording)]
    return _NEAR_MISS if question.set == "near_miss" else _FOLLOW_UP


def _ask(question: GoldQuestion, places: Sequence[Place], assistant: Assistant) -> Row:
    fetch = assistant.archive.article
    trace = assistant.trace(question.question, question.history)
    row = row_of(question, trace, judge(question, trace.answer, fetch), places)
    if not question.answerable:
        return row
    best = best_answer(trace)
    right = best is not None and judge(question, best, fetch).correct
    return replace(row, scores={**row.scores, "best_right": float(right)})


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    parts = {name: [row for row in rows if row.part == part] for name, part in _PARTS.items()}
    answerable = [row for row in rows if row.part in _PARTS.values()]
    near = [row for row in rows if row.part == _NEAR_MISS]
    scores = ("correct", "em", "f1", "sentence", "retrieved", "read", "refused")
    kinds = sorted({row.gold["kind"] for row in answerable})
    return {
        **{name: means(own, *scores) for name, own in {"all": answerable, **parts}.items()},
        "near_misses": means(near, "answered"),
        "follow_ups": means([row for row in rows if row.part == _FOLLOW_UP], "correct", "sentence", "refused"),
        "differing": means([row for row in answerable if row.gold["others"]], "correct", "stale", "surfaced"),
        "by_kind": {
            k: means([row for row in answerable if row.gold["kind"] == k], "correct", "sentence") for k in kinds
        },
        "confidence": _confidence(answerable, near),
        "citations": means(rows, "exact"),
        "stages": stages(rows),
    }


def _confidence(answerable: Sequence[Row], near: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of confidence, with intervals; a summary's is no probability (qa.types.Answer)."""
    yes, no = ([row for row in rows if row.trace["answer"]["form"] != "summary"] for rows in (answerable, near))
    if not yes + no:
        return {"n": 0}
    sure = [float(row.trace["answer"]["confidence"]) for row in (*yes, *no)]
    right = [row.scores.get("best_right", 0.0) for row in (*yes, *no)]
    return {
        "n": len(sure),
        **confidence_figures(sure, right, [True] * len(yes) + [False] * len(no)),
        "calibration_error": resampled(
            lambda pairs: calibration_error(*zip(*pairs, strict=True)), list(zip(sure, right, strict=True))
        ),
        "separation": resampled(separation, sure[: len(yes)], sure[len(yes) :]),
    }


def _question(record: Mapping[str, Any]) -> WikinewsQuestion:
    def spots(name: str) -> tuple[Spot, ...]:
        return tuple(
            Spot(
                place["url"],
                place["start"],
                place["end"],
                place["sentence_start"],
                place["sentence_end"],
                place["sentence_sha256"],
            )
            for place in record[name]
        )

    return WikinewsQuestion(
        id=record["id"],
        set=record["set"],
        kind=record["kind"],
        wording=record["wording"],
        question=record["question"],
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in record["history"]),
        answers=tuple(record["answers"]),
        evidence=spots("evidence"),
        others=spots("others"),
    )
