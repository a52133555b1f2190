"""The conflicts suite: RAMDocs, where the documents of a question disagree, some by mistake and some by design.

A question has up to three right values, each said by some of its documents, up to two wrong ones that were planted
in others, and noise that says neither. The documents of all questions asked are pooled in one archive.
"""

from collections.abc import Sequence
from dataclasses import replace

from eval.asking import PACKAGES, assistant_over, models_of
from eval.data.test_sets import DisputedQuestion, article_of, load_ramdocs
from eval.scores.judging import accepts, all_exact
from eval.scores.stages import Place, lost_at, record, retrieved_rank
from eval.scores.tally import means, stages
from eval.suite import Options, Result, Row, spread
from qa.assistant import Assistant
from qa.training.metrics import best_f1, normalize
from qa.types import Answer

__all__ = ["RAMDOCS_QUESTIONS", "conflicts", "shown_values"]

# Of 500, with about 2,200 documents, so that the suite takes about four minutes on two cores.
RAMDOCS_QUESTIONS = 400

_SCORES = ("surfaced", "misinformed", "first_right", "refused", "retrieved", "surfaced_when_retrieved")


def conflicts(options: Options) -> Result:
    """Ask RAMDocs' questions and judge the values shown: the answer and the different ones beside it.

    Scores, all shares in [0, 1]: `surfaced`, of the right values, those shown; `misinformed`, of the planted ones,
    those shown, where there are any (lower is better); `first_right`, the answer itself is a right value; `refused`,
    nothing was shown; `retrieved`, of the right values, those whose document was read; and
    `surfaced_when_retrieved`, of these, those shown. By number of noise documents and of planted ones, too.

    Which documents are noise or planted is as the data says, which counts some with a planted value as noise.

    A question went right when every right value was shown, whatever else was; its stage is that of the values which
    were not. A planted value that is a right one as well (11 questions have such) is not counted as planted.

    Raises:
        InputError: The test set is missing or not in its format, or the options name an archive.
    """
    loaded = load_ramdocs(options.data)
    asked = spread(spread(loaded.items, RAMDOCS_QUESTIONS), options.limit)
    documents = [source.document for question in asked for source in question.sources]
    articles = {article.id: article for article in map(article_of, documents)}
    with assistant_over(options, articles.values()) as assistant:
        rows = [_row(question, assistant) for question in asked]
        models = models_of(assistant)
    figures = {
        "articles": len(articles),
        **means(rows, *_SCORES),
        "stages": stages(rows),
        "by_noise": _by(rows, asked, "noise", most=3),
        "by_misinformation": _by(rows, asked, "misinfo", most=2),
    }
    return Result(
        data={loaded.name: loaded.sha256},
        rows=tuple(rows),
        figures=figures,
        headline="surfaced",
        lower=("misinformed", "refused"),
        models=models,
        packages=PACKAGES,
    )


def shown_values(answer: Answer, right: Sequence[str], wrong: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return which of the right and of the wrong values an answer shows, first or beside.

    Words that both a right and a wrong value accept are those of the one with the higher F1, in doubt the right one:
    'football' is not 'American football' where plain football is the planted value.
    """
    texts = [answer.text, *(other.text for other in answer.others)] if answer.found else []
    planted = [text for text in texts if _planted(text, right, wrong)]
    honest = [text for text in texts if text not in planted]
    return _accepted(honest, right), _accepted(planted, wrong)


def _accepted(texts: Sequence[str], values: Sequence[str]) -> list[str]:
    return [value for value in values if any(accepts([value], text) for text in texts)]


def _planted(text: str, right: Sequence[str], wrong: Sequence[str]) -> bool:
    if not (accepts(right, text) and accepts(wrong, text)):
        return accepts(wrong, text)
    return best_f1(text, wrong) > best_f1(text, right)


def _row(question: DisputedQuestion, assistant: Assistant) -> Row:
    trace = assistant.trace(question.question)
    answer = trace.answer
    rights = {normalize(value) for value in question.gold}
    wrong = [value for value in question.wrong if normalize(value) not in rights]
    shown, planted = shown_values(answer, question.gold, wrong)
    first, _ = shown_values(replace(answer, others=()), question.gold, wrong)
    read = [g for g in question.gold if retrieved_rank(trace.candidates, _places(question, [g])) is not None]
    scores = {
        "surfaced": len(shown) / len(question.gold),
        "first_right": float(bool(first)),
        "refused": float(not answer.found),
        "retrieved": len(read) / len(question.gold),
    }
    if wrong:
        scores["misinformed"] = len(planted) / len(wrong)
    if read:
        scores["surfaced_when_retrieved"] = sum(value in shown for value in read) / len(read)
    missing = [value for value in question.gold if value not in shown]
    places = _places(question, missing or question.gold)
    cited = [*answer.citations, *(citation for other in answer.others for citation in other.citations)]
    stage = lost_at(
        trace,
        answerable=True,
        right=not missing,
        cited=any(place.overlaps(c.article.id, c.sentence_start, c.sentence_end) for c in cited for place in places),
        exact=all_exact(answer, assistant.archive.article),
        places=places,
        accepts=lambda text: accepts(missing, text),
    )
    part = f"{_count(question, 'noise')} noise, {_count(question, 'misinfo')} misinformation"
    gold = {"right": list(question.gold), "planted": wrong}
    return Row(f"ramdocs:{question.id}", part, question.question, gold, scores, stage, record(trace))


def _places(question: DisputedQuestion, values: Sequence[str]) -> list[Place]:
    """Return the documents that say one of these right values."""
    wanted = {normalize(value) for value in values}
    said = [source for source in question.sources if source.kind == "correct" and normalize(source.answer) in wanted]
    articles = [article_of(source.document) for source in said]
    return [Place(article.id, 0, len(article.text)) for article in articles]


def _count(question: DisputedQuestion, kind: str) -> int:
    return sum(source.kind == kind for source in question.sources)


def _by(rows: Sequence[Row], asked: Sequence[DisputedQuestion], kind: str, most: int) -> dict[str, object]:
    """Return figures by how many documents of a kind a question has; `most` stands for that many and more."""
    groups: dict[int, list[Row]] = {count: [] for count in range(most + 1)}
    for row, question in zip(rows, asked, strict=True):
        groups[min(most, _count(question, kind))].append(row)
    names = {count: f"{count} or more" if count == most else str(count) for count in groups}
    return {names[count]: means(group, *_SCORES[:4]) for count, group in groups.items()}
