"""Where an answer was lost, one step at a time, on an article written here."""

from dataclasses import replace

import pytest

from eval.scores.stages import Place, Stage, is_exact, lost_at, places_of, record, retrieved_rank
from ingest.article import Article, Facts
from ingest.passages import Passage
from qa.assistant import Trace
from qa.question.parse import Question
from qa.read.evidence import Evidence
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, ArticleRef, Citation, Seconds, Span

TEXT = "The fund paid 40 million crowns last year. This year it will pay 55 million crowns."
ARTICLE = Article("a" * 16, "Fund", TEXT, "fund.txt")
FIRST = Passage("a:0", ARTICLE.id, 0, 0, 42, "Fund", TEXT[:42])
SECOND = Passage("a:1", ARTICLE.id, 1, 43, len(TEXT), "Fund", TEXT[43:])
EVIDENCE = [Place(ARTICLE.id, 43, len(TEXT))]


def found_in(passage: Passage) -> Candidate:
    return Candidate(passage, Facts(ARTICLE.id, ARTICLE.title), 0.5, 0.5, 0.5)


def marked(words: str, passage: Passage, probability: float = 0.5) -> Evidence:
    at = TEXT.index(words)
    return Evidence.of(found_in(passage), Span(passage.id, at, at + len(words), 1.0), probability, probability)


def trace(*offered: Evidence, retrieved: tuple[Passage, ...] = (FIRST, SECOND), found: bool = True) -> Trace:
    candidates = tuple(map(found_in, retrieved))
    answer = Answer("q?", "q?", found, "words", 0.5, (), (), (), None, Seconds(0, 0, 0))
    return Trace(Question.of(answer.asked), candidates, offered, answer)


RIGHT, WRONG = marked("55 million crowns", SECOND), marked("40 million crowns", FIRST)


@pytest.mark.parametrize(
    ("steps", "judged", "places", "stage"),
    [
        (trace(RIGHT), {"right": True}, EVIDENCE, None),
        (trace(RIGHT), {"right": True, "exact": False}, EVIDENCE, Stage.WRONG_CITATION),
        (trace(RIGHT), {"right": True, "cited": False}, EVIDENCE, Stage.WRONG_CITATION),
        (trace(WRONG), {}, [], Stage.NOT_IN_ARCHIVE),
        (trace(WRONG), {"answerable": False}, [], Stage.NOT_IN_ARCHIVE),
        (trace(WRONG, found=False), {"answerable": False}, [], None),
        (trace(WRONG, retrieved=(FIRST,)), {}, EVIDENCE, Stage.NOT_RETRIEVED),
        (trace(WRONG), {}, EVIDENCE, Stage.NOT_READ),
        (trace(marked("This year", SECOND)), {}, EVIDENCE, Stage.NOT_READ),
        (trace(WRONG, RIGHT, found=False), {}, EVIDENCE, Stage.WRONGLY_REFUSED),
        (trace(WRONG, RIGHT), {}, EVIDENCE, Stage.WRONG_VALUE),
    ],
)
def test_each_stage(steps: Trace, judged: dict[str, bool], places: list[Place], stage: Stage | None) -> None:
    flags = {"answerable": True, "right": False, "cited": True, "exact": True} | judged
    assert lost_at(steps, **flags, places=places, accepts=lambda text: "55" in text) == stage


def test_the_right_words_in_another_passage_are_not_read_right() -> None:
    elsewhere = marked("55 million crowns", SECOND)
    elsewhere = replace(elsewhere, candidate=WRONG.candidate)
    flags = {"answerable": True, "right": False, "cited": True, "exact": True}
    assert lost_at(trace(elsewhere), **flags, places=EVIDENCE, accepts=lambda text: "55" in text) == Stage.NOT_READ


def test_rank_counts_from_one() -> None:
    candidates = trace().candidates
    assert retrieved_rank(candidates, EVIDENCE) == 2
    assert retrieved_rank(candidates, [Place(ARTICLE.id, 0, 3)]) == 1
    assert retrieved_rank(candidates, [Place("b" * 16, 0, 3)]) is None
    # The passages touch at 42 and 43; a place that only touches one is not in it.
    assert retrieved_rank(candidates, [Place(ARTICLE.id, 42, 43)]) is None


def test_every_place_of_a_text() -> None:
    assert places_of("million", ARTICLE) == [Place(ARTICLE.id, 17, 24), Place(ARTICLE.id, 68, 75)]
    assert places_of("billion", ARTICLE) == []


def test_exact_means_the_words_of_the_article() -> None:
    ref = ArticleRef(ARTICLE.id, "Fund", "fund.txt", None, None, None)
    good = Citation(1, ref, TEXT[14:31], 14, 31, TEXT[:42], 0, 42)

    def fetch(id_: str) -> Article | None:
        return ARTICLE if id_ == ARTICLE.id else None

    assert is_exact(good, fetch)
    assert not is_exact(replace(good, start=15), fetch)
    assert not is_exact(replace(good, sentence_end=41), fetch)
    assert not is_exact(replace(good, quote="", start=14, end=14), fetch)
    assert not is_exact(replace(good, sentence_start=20, sentence=TEXT[20:42]), fetch)
    assert not is_exact(good, lambda _: None)


def test_a_record_holds_every_step() -> None:
    kept = record(trace(WRONG, RIGHT))
    assert [step["passage"] for step in kept["retrieved"]] == ["a:0", "a:1"]
    assert [step["text"] for step in kept["read"]] == ["40 million crowns", "55 million crowns"]
    assert kept["answer"]["text"] == "words"
