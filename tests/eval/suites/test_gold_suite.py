"""How the gold suite judges an answer, on a small article written here, and a short real run."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from eval.suite import Options
from eval.suites.gold import (
    FORMS,
    GOLD,
    Evidence,
    GoldQuestion,
    Judgement,
    gold,
    gold_hash,
    judge,
)
from ingest.article import Article
from qa.types import Answer, ArticleRef, Citation, Other, Seconds

TEXT = "The fund paid 40 million crowns last year. This year it will pay 55 million crowns, its head said."
SENTENCE = "This year it will pay 55 million crowns, its head said."
OLD = "The fund paid 40 million crowns last year."
ARTICLE = Article("0" * 16, "Fund pays more", TEXT, "fund.txt")
QUESTION = GoldQuestion(
    id="fund-01",
    split="dev",
    kind="how much",
    question="What will the fund pay?",
    history=(),
    answers=("55 million crowns", "55 million"),
    evidence=(Evidence(ARTICLE.title, SENTENCE),),
    others=(Evidence(ARTICLE.title, "40 million crowns"),),
    near_miss=False,
)


def cite(quote: str, sentence: str) -> Citation:
    start, begin = TEXT.index(quote), TEXT.index(sentence)
    ref = ArticleRef(ARTICLE.id, ARTICLE.title, ARTICLE.source, None, None, None)
    return Citation(1, ref, quote, start, start + len(quote), sentence, begin, begin + len(sentence))


def said(quote: str, sentence: str, *others: Other) -> Answer:
    asked = QUESTION.question
    citations = (cite(quote, sentence),)
    return Answer(asked, asked, True, quote, 0.9, citations, others, (), None, Seconds(0, 0, 0))


def refused() -> Answer:
    asked = QUESTION.question
    return Answer(asked, asked, False, "Not said.", 0.1, (), (), (), "No sentence.", Seconds(0, 0, 0))


def judged(answer: Answer, question: GoldQuestion = QUESTION) -> Judgement:
    return judge(question, answer, lambda id_: ARTICLE if id_ == ARTICLE.id else None)


def test_the_right_value_in_the_right_sentence() -> None:
    row = judged(said("55 million crowns", SENTENCE))
    assert (row.em, row.f1) == (1, 1)
    assert (row.correct, row.sentence, row.article) == (True, True, True)
    assert not row.stale
    assert (row.citations, row.exact) == (1, 1)


def test_an_overtaken_value_is_stale_and_its_sentence_wrong() -> None:
    row = judged(said("40 million crowns", OLD))
    assert (row.stale, row.correct) == (True, False)
    assert (row.article, row.sentence) == (True, False)


def test_another_figure_in_the_same_words_is_wrong() -> None:
    """'40 million crowns' and '55 million crowns' have an F1 of 2/3."""
    row = judged(said("40 million crowns", OLD))
    assert row.f1 == pytest.approx(2 / 3)
    assert not row.correct


def test_both_values_at_once_are_no_answer() -> None:
    text = "The fund's payments went from 40 million crowns to 55 million crowns."
    article = replace(ARTICLE, text=text)
    quote = "40 million crowns to 55 million crowns"
    at = text.index(quote)
    ref = ArticleRef(article.id, article.title, article.source, None, None, None)
    citation = Citation(1, ref, quote, at, at + len(quote), text, 0, len(text))
    answer = replace(said("55 million crowns", SENTENCE), text=quote, citations=(citation,))
    row = judge(QUESTION, answer, lambda _: article)
    assert not row.correct
    assert row.exact == 1


def test_a_few_more_words_are_right_and_a_whole_sentence_is_not() -> None:
    assert judged(said("This year it will pay 55 million", SENTENCE)).correct
    short = replace(QUESTION, answers=("55",))
    assert not judged(said(SENTENCE, SENTENCE), short).correct


def test_a_figure_inside_another_figure_is_not_contained() -> None:
    other = replace(QUESTION, answers=("5",))
    assert not judged(said("55 million", SENTENCE), other).correct


def test_differing_values_are_found_among_the_others() -> None:
    shown = Other("40 million crowns", None, 0.5, (cite("40 million crowns", OLD),))
    row = judged(said("55 million crowns", SENTENCE, shown))
    assert (row.surfaced, row.citations, row.exact) == (1, 2, 2)
    assert judged(said("55 million crowns", SENTENCE)).surfaced == 0


def test_a_citation_off_by_one_is_not_exact() -> None:
    good = said("55 million crowns", SENTENCE)
    bad = replace(good.citations[0], start=good.citations[0].start + 1)
    row = judged(replace(good, citations=(bad,)))
    assert (row.citations, row.exact) == (1, 0)


def test_a_citation_of_a_removed_article_is_not_exact() -> None:
    assert judge(QUESTION, said("55 million crowns", SENTENCE), lambda _: None).exact == 0


def several(*quotes: str) -> Answer:
    """An answer that cites each of these places, every one with the sentence it stands in."""
    asked = QUESTION.question
    cited = tuple(cite(quote, SENTENCE if quote in SENTENCE else OLD) for quote in quotes)
    return Answer(asked, asked, True, ", ".join(quotes), 0.9, cited, (), (), None, Seconds(0, 0, 0), "list")


def test_a_yes_or_no_question_is_judged_by_the_sentence_cited() -> None:
    question = replace(QUESTION, kind="yes/no", answers=(SENTENCE,), others=())
    assert judged(said(SENTENCE, SENTENCE), question).correct
    assert judged(said("its head", SENTENCE), question).correct
    assert not judged(said(OLD, OLD), question).correct
    assert not judged(refused(), question).correct


@pytest.mark.parametrize(
    ("given", "correct", "items"),
    [
        (["The fund", "its head"], True, 1.0),
        (["The fund", "its head", "last year"], True, 0.8),  # precision 2/3, recall 1
        (["The fund", "its head", "last year", "This year"], False, 2 / 3),  # precision 1/2, recall 1
        (["its head"], False, 2 / 3),  # precision 1, recall 1/2
        (["its head", "its head"], False, 2 / 3),
        (["last year"], False, 0.0),
    ],
)
def test_a_list_is_judged_by_its_items(given: list[str], correct: bool, items: float) -> None:
    question = replace(QUESTION, kind="list", answers=("The fund", "its head"), others=())
    row = judged(several(*given), question)
    assert (row.correct, row.items) == (correct, pytest.approx(items))


def test_a_summary_is_three_sentences_of_which_half_are_evidence() -> None:
    text = "One came. Two came. Three came. Four came."
    article = replace(ARTICLE, text=text)
    ref = ArticleRef(article.id, article.title, article.source, None, None, None)
    sentences = ["One came.", "Two came.", "Three came.", "Four came."]
    cited = [
        Citation(n, ref, s, text.index(s), text.index(s) + len(s), s, text.index(s), text.index(s) + len(s))
        for n, s in enumerate(sentences, 1)
    ]
    two = tuple(Evidence(article.title, s) for s in sentences[:2])
    question = replace(QUESTION, kind="summary", answers=tuple(sentences[:2]), evidence=two, others=())

    def right(*places: int) -> bool:
        answer = replace(said("55 million", SENTENCE), citations=tuple(cited[place] for place in places))
        return judge(question, answer, lambda _: article).correct

    assert right(0, 1, 2)
    assert right(0, 1, 2, 3)
    assert not right(0, 2, 3)
    assert not right(0, 1)
    assert not right(0, 1, 1)


def test_refusing_scores_nothing() -> None:
    row = judged(refused())
    assert (row.em, row.f1, row.correct) == (0, 0, False)


def test_the_hash_is_of_the_data(tmp_path: Path) -> None:
    folder = shutil.copytree(GOLD, tmp_path / "gold")
    assert gold_hash(folder) == gold_hash()
    questions = folder / "questions.jsonl"
    article = min((folder / "articles").iterdir())
    for path in (questions, article):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + b"?")
        assert gold_hash(folder) != gold_hash()
        path.write_bytes(content)
    article.rename(article.with_name("another.md"))
    assert gold_hash(folder) != gold_hash()


@pytest.mark.slow
def test_a_short_run_has_a_row_a_question_and_figures_over_them(sample_dir: Path) -> None:
    result = gold(Options(archive=sample_dir, data=Path("none"), limit=20))
    assert len(result.rows) == len({row.id for row in result.rows}) == 20
    assert {row.part for row in result.rows} == {"dev", "test"}
    figures = json.loads(json.dumps(result.figures))
    assert result.data == {"gold": gold_hash()}
    for part in ("dev", "test", "all"):
        for share in ("em", "f1", "correct", "sentence_cited", "article_cited", "false_refusal", "retrieved", "mrr"):
            value = figures[part]["answerable"][share]
            assert 0 <= value["low"] <= value["value"] <= value["high"] <= 1
    assert figures["all"]["citations"]["exact"] == 1
    assert set(figures["all"]["forms"]) == set(FORMS)
    for row in result.rows:
        assert ("em" in row.scores) == (bool(row.gold["answers"]) and row.gold["kind"] not in FORMS)
    answerable = [row for row in result.rows if row.gold["answers"]]
    # Every question is either right in all, or lost at a stage.
    for row in answerable:
        right = row.scores["correct"] == row.scores["sentence"] == row.scores["exact"] == 1
        assert (row.stage is None) == right
        if not row.scores["correct"] and not row.scores["retrieved"]:
            assert row.stage == "not retrieved"
    assert sum(figures["all"]["stages"].values()) == sum(row.stage is not None for row in result.rows)
