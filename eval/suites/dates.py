"""The dates suite: TimeQA's human-written test questions, each about the value that held on the date it names.

A page is an encyclopedia article that gives several values of one relation, such as the employers of a person, each
for its own years. The pages of the questions asked are one archive, one article each.
"""

from eval.asking import PACKAGES, assistant_over, models_of
from eval.data.test_sets import DatedPage, DatedQuestion, article_of, load_timeqa
from eval.scores.judging import accepts, all_exact, cites
from eval.scores.stages import Place, lost_at, record, retrieved_rank
from eval.scores.tally import means, stages
from eval.suite import Options, Result, Row, spread
from qa.assistant import Assistant
from qa.training.metrics import best_f1, exact_match
from qa.types import Answer

__all__ = ["TIMEQA_PAGES", "dates", "scores_of"]

# Of 257: with about 460 questions and 3,000 passages the suite takes about four minutes on two cores.
TIMEQA_PAGES = 120

_ANSWERABLE = ("correct", "em", "f1", "stale", "shown", "refused", "retrieved")


def dates(options: Options) -> Result:
    """Ask TimeQA's questions of a spread of pages and judge whether the value is that of the date asked for.

    Scores of a question with an answer: `correct` (eval.scores.judging.accepts), `em` and `f1` as SQuAD's, 0 when
    refused;
    `stale`, a wrong answer that is right for another question of the same page and relation, so for another date;
    `shown`, the right value is the answer or stands among the different ones beside it; `refused`; `retrieved`, a
    passage that holds the marked answer was read. Of a question without one: `false_answer`. Less is better of
    `stale`, `refused` and `false_answer`. `when_retrieved` is over the questions that were retrieved.

    Evidence is the place that was marked; a page may say the same elsewhere, so a right answer with another sentence
    cited counts as right in `correct` and has the stage 'wrong citation'.

    Raises:
        InputError: The test set is missing or not in its format, or the options name an archive.
    """
    loaded = load_timeqa(options.data)
    pages = spread(loaded.items, TIMEQA_PAGES)
    asked = spread([(page, question) for page in pages for question in page.questions], options.limit)
    articles = {article.id: article for article in (article_of(page.document) for page, _ in asked)}
    with assistant_over(options, articles.values()) as assistant:
        rows = [_row(page, question, assistant) for page, question in asked]
        models = models_of(assistant)
        passages = assistant.archive.passage_count()
    answerable = [row for row in rows if row.part == "answerable"]
    figures = {
        "articles": len(articles),
        "passages": passages,
        "answerable": means(answerable, *_ANSWERABLE),
        "when_retrieved": means([row for row in answerable if row.scores["retrieved"]], *_ANSWERABLE[:-1]),
        "unanswerable": means([row for row in rows if row.part == "unanswerable"], "false_answer"),
        "stages": stages(rows),
    }
    return Result(
        data={loaded.name: loaded.sha256},
        rows=tuple(rows),
        figures=figures,
        headline="correct",
        lower=("stale", "refused", "false_answer"),
        models=models,
        packages=PACKAGES,
    )


def scores_of(page: DatedPage, question: DatedQuestion, answer: Answer) -> dict[str, float]:
    """Judge an answer by its words alone; `dates` says what the scores mean."""
    if not question.answers:
        return {"false_answer": float(answer.found)}
    correct = answer.found and accepts(question.answers, answer.text)
    other_dates = [value for other in page.questions if other.id != question.id for value in other.answers]
    return {
        "correct": float(correct),
        "em": exact_match(answer.text, question.answers) if answer.found else 0.0,
        "f1": best_f1(answer.text, question.answers) if answer.found else 0.0,
        "stale": float(answer.found and not correct and accepts(other_dates, answer.text)),
        "shown": float(correct or any(accepts(question.answers, other.text) for other in answer.others)),
        "refused": float(not answer.found),
    }


def _row(page: DatedPage, question: DatedQuestion, assistant: Assistant) -> Row:
    trace = assistant.trace(question.question)
    id_ = article_of(page.document).id
    places = [Place(id_, start, end) for start, end in question.places]
    scores = scores_of(page, question, trace.answer)
    if question.answers:
        scores["retrieved"] = float(retrieved_rank(trace.candidates, places) is not None)
    stage = lost_at(
        trace,
        answerable=bool(question.answers),
        right=bool(scores.get("correct")),
        cited=cites(trace.answer, places),
        exact=all_exact(trace.answer, assistant.archive.article),
        places=places,
        accepts=lambda text: accepts(question.answers, text),
    )
    part = "answerable" if question.answers else "unanswerable"
    gold = {"answers": list(question.answers), "article": id_, "places": [[p.start, p.end] for p in places]}
    return Row(f"timeqa:{question.id}", part, question.question, gold, scores, stage, record(trace))
