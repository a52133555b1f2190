"""The abstain suite: is it sure when it is right, and does it say so when the articles do not answer?

Three sets, each asked of an archive of its own passages:

    clapnq  300 dev questions that their passage answers, and 300 that it does not
    mtrag   chat turns of MTRAG-UN, with the turns before them, over the passages people found for any of them
    gold    the project's own questions: those the sample articles answer, and the near misses

The threshold below which the articles are said not to answer is qa.answer.aggregate.ANSWER_THRESHOLD, fitted on
squad2-half-dev; nothing is fitted here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.asking import PACKAGES, assistant_over, models_of
from eval.data.test_sets import ChatTurn, SentenceQuestion, article_of, load_clapnq, load_mtrag
from eval.scores.judging import all_exact, cites
from eval.scores.metrics import calibration_error, risk_coverage, share
from eval.scores.stages import NOT_JUDGED, Fetch, Place, lost_at, places_of, record
from eval.scores.tally import means, stages
from eval.suite import Options, Result, Row, spread
from eval.suites.gold import GOLD, GoldQuestion, gold_hash, judge, load_gold, offers
from eval.suites.sentences import SentencePool
from ingest.article import Article
from ingest.sources import read_articles
from qa.answer.aggregate import aggregate
from qa.answer.compose import compose
from qa.assistant import Assistant, Trace
from qa.training.metrics import separation
from qa.types import Answer, Turn

__all__ = [
    "Case",
    "abstain",
    "ask",
    "best_answer",
    "clapnq_cases",
    "confidence_figures",
    "gold_cases",
    "mtrag_cases",
]

# Questions asked of each part by default: with all of them the suite would take eight minutes on two cores.
_CLAPNQ = 200
_MTRAG = {"answerable": 200, "unanswerable": 97, "partial": 47, "underspecified": 40}
_COVERED = 0.9
_CURVE_POINTS = 100

Question = SentenceQuestion | ChatTurn | GoldQuestion


@dataclass(frozen=True, slots=True)
class Case:
    """A question of any of the sets.

    Attributes:
        answerable: None where neither to answer nor to refuse is right.
        places: Where the evidence stands.
        right: Whether an answer that was given to an answerable question is right.
        accepts: Whether the words of a span may be a right answer.
    """

    part: str
    id: str
    question: str
    history: tuple[Turn, ...]
    answerable: bool | None
    gold: Mapping[str, object]
    places: tuple[Place, ...]
    right: Callable[[Answer, Fetch], bool]
    accepts: Callable[[str], bool]


def abstain(options: Options) -> Result:
    """Ask questions that the articles answer, and some they do not, and judge confidence and refusals.

    What makes an answer right: in clapnq, a sentence cited is one that an annotator chose; in mtrag, a passage cited
    is one that people found for the turn; in gold, eval.suites.gold.judge says so. An answer to an unanswerable
    question is wrong. A question that was refused has a best answer too, the best span with its sentence, and
    `confidence` is the estimated probability that this is right: the curve, its area and the calibration error are
    over these best answers, so that they do not depend on the threshold.

    Scores: `decision`, answerable and answered, or unanswerable and refused; `right`, what was shown is right, where
    to refuse an unanswerable question is right; `best_right`, the best answer is right, shown or not; `false_answer`
    of unanswerable and `false_refusal` of answerable questions, lower is better.

    `false_answer_at_90` is the share of the unanswerable whose confidence is at least that which 90% of the answerable
    reach: a point on the ROC curve, comparable between systems; no threshold is set by it.

    Area, calibration error, separation and `false_answer_at_90` leave out questions that call for a summary, whose
    confidence is no probability; `confidence_n` questions are left.

    MTRAG's partial and underspecified turns are in no figure but their own: the share of them that is answered. The
    right thing would be to answer half, or to ask back.

    That no passage of the pool answers an unanswerable question is taken from the data: CLAPNQ says so of the
    question's own passage only.

    Raises:
        InputError: A test set is missing or not in its format, or the options name an archive.
    """
    clapnq = [load_clapnq(options.data, "answerable"), load_clapnq(options.data, "unanswerable")]
    mtrag = load_mtrag(options.data)
    questions: list[Question] = [item for loaded in clapnq for item in spread(loaded.items, _CLAPNQ)]
    for kind, count in _MTRAG.items():
        questions += spread([turn for turn in mtrag.items if turn.kind == kind], count)
    questions += [question for question in load_gold() if question.answerable or question.near_miss]
    asked = spread(questions, options.limit)
    sets = {
        "clapnq": clapnq_cases([question for question in asked if isinstance(question, SentenceQuestion)]),
        "mtrag": mtrag_cases([question for question in asked if isinstance(question, ChatTurn)]),
        "gold": gold_cases([question for question in asked if isinstance(question, GoldQuestion)]),
    }
    rows: list[Row] = []
    figures: dict[str, object] = {}
    models: dict[str, str] = {}
    for name, (articles, cases) in sets.items():
        with assistant_over(options, articles) as assistant:
            own = [ask(case, assistant) for case in cases]
            models = models_of(assistant)
        rows += own
        figures[name] = {"articles": len(articles), **_figures(own)}
    figures["all"] = means(rows, "decision", "right")
    figures["not_measured"] = {
        "mtrag": "whether the words of an answer are right: its answers are written freely, several sentences long",
    }
    data = {loaded.name: loaded.sha256 for loaded in clapnq} | {mtrag.name: mtrag.sha256, "gold": gold_hash()}
    lower = ("false_answer", "false_refusal")
    return Result(data, tuple(rows), figures, headline="decision", lower=lower, models=models, packages=PACKAGES)


def best_answer(trace: Trace) -> Answer | None:
    """Return the answer; of a question that was refused, the one its best span would have given, None without one."""
    answer = trace.answer
    if answer.found or not trace.evidence:
        return answer if answer.found else None
    question = replace(trace.question, dates=None)
    return compose(question, trace.candidates, aggregate(question, [replace(trace.evidence[0], probability=1.0)]))


def confidence_figures(
    confidences: Sequence[float], right: Sequence[float], answerable: Sequence[bool]
) -> dict[str, object]:
    """Return how well confidence tells right answers from wrong ones; one value a question, none of them refused.

    `area` is that under the curve of risk against coverage, `curve` up to 100 points of it (eval.scores.metrics.
    risk_coverage); `calibration_error` has ten bins; `separation` is the area under the ROC curve of answerable
    against unanswerable. What needs both kinds is None where one is missing.
    """
    curve = risk_coverage(confidences, [1 - value for value in right])
    points = [[round(c, 4), round(r, 4)] for c, r in zip(curve.coverage, curve.risk, strict=True)]
    if len(points) > _CURVE_POINTS:
        points = [*spread(points[:-1], _CURVE_POINTS - 1), points[-1]]
    yes = sorted((c for c, kind in zip(confidences, answerable, strict=True) if kind), reverse=True)
    no = [c for c, kind in zip(confidences, answerable, strict=True) if not kind]
    both = bool(yes and no)
    reached = yes[math.ceil(_COVERED * len(yes) - 1e-9) - 1] if yes else 0.0
    return {
        "area": round(curve.area, 4),
        "calibration_error": round(calibration_error(confidences, right), 4),
        "separation": round(separation(yes, no), 4) if both else None,
        "false_answer_at_90": share([float(c >= reached) for c in no]) if both else None,
        "curve": points,
    }


def clapnq_cases(questions: Sequence[SentenceQuestion]) -> tuple[Sequence[Article], list[Case]]:
    """Return the questions' passages, and the questions; right is an answer that cites a gold sentence."""
    pool = SentencePool(question.document for question in questions)
    return pool.articles, [_clapnq_case(question, pool) for question in questions]


def _clapnq_case(question: SentenceQuestion, pool: SentencePool) -> Case:
    document = question.document
    gold = {document.text[slice(*document.sentences[place])] for choice in question.gold for place in choice}
    return Case(
        part="clapnq answerable" if gold else "clapnq unanswerable",
        id=f"clapnq:{question.id}",
        question=question.question,
        history=(),
        answerable=bool(gold),
        gold={"sentences": sorted(gold)},
        places=tuple(pool.places(gold)),
        right=lambda answer, _: bool(pool.cited(answer.citations) & gold),
        accepts=lambda text: any(text in sentence for sentence in gold),
    )


def mtrag_cases(turns: Sequence[ChatTurn]) -> tuple[Sequence[Article], list[Case]]:
    """Return the turns' passages, and the turns; right is an answer that cites one of its own turn's passages."""
    articles = {article.id: article for turn in turns for article in map(article_of, turn.contexts)}
    return list(articles.values()), [_mtrag_case(turn) for turn in turns]


def _mtrag_case(turn: ChatTurn) -> Case:
    contexts = [article_of(document) for document in turn.contexts]
    places = tuple(Place(article.id, 0, len(article.text)) for article in contexts)
    return Case(
        part=f"mtrag {turn.kind}",
        id=f"mtrag:{turn.id}",
        question=turn.question,
        history=turn.history,
        answerable={"answerable": True, "unanswerable": False}.get(turn.kind),
        gold={"passages": [article.id for article in contexts]},
        places=places,
        right=lambda answer, _: cites(answer, places),
        accepts=bool,
    )


def gold_cases(questions: Sequence[GoldQuestion]) -> tuple[Sequence[Article], list[Case]]:
    """Return the sample articles, all of them, and the questions; right is what the gold suite calls correct."""
    articles = [item for item in read_articles(str(GOLD / "articles")) if isinstance(item, Article)]
    return articles, [_gold_case(question, articles) for question in questions]


def _gold_case(question: GoldQuestion, articles: Sequence[Article]) -> Case:
    return Case(
        part="gold answerable" if question.answerable else "gold near miss",
        id=f"gold:{question.id}",
        question=question.question,
        history=question.history,
        answerable=question.answerable,
        gold={"answers": list(question.answers)},
        places=tuple(
            place
            for evidence in question.evidence
            for article in articles
            if article.title == evidence.article
            for place in places_of(evidence.text, article)
        ),
        right=lambda answer, fetch: judge(question, answer, fetch).correct,
        accepts=lambda text: offers(question, text),
    )


def ask(case: Case, assistant: Assistant) -> Row:
    """Ask one question; `abstain` says what its scores mean."""
    fetch = assistant.archive.article
    trace = assistant.trace(case.question, case.history)
    found = trace.answer.found
    if case.answerable is None:
        scores = {"answered": float(found)}
        return Row(case.id, case.part, case.question, case.gold, scores, NOT_JUDGED, record(trace))
    best = best_answer(trace)
    best_right = case.answerable and best is not None and case.right(best, fetch)
    scores = {
        "decision": float(found == case.answerable),
        "right": float(best_right if found else not case.answerable),
        "best_right": float(best_right),
        "false_refusal" if case.answerable else "false_answer": float(found != case.answerable),
    }
    stage = lost_at(
        trace,
        answerable=case.answerable,
        right=found and best_right,
        cited=cites(trace.answer, case.places),
        exact=all_exact(trace.answer, fetch),
        places=case.places,
        accepts=case.accepts,
    )
    return Row(case.id, case.part, case.question, case.gold, scores, stage, record(trace))


def _figures(rows: Sequence[Row]) -> dict[str, object]:
    judged = [row for row in rows if "decision" in row.scores]
    unjudged = sorted({row.part for row in rows if "answered" in row.scores})
    figures = {
        **means(judged, "decision", "right", "best_right", "false_answer", "false_refusal"),
        "answerable": sum("false_refusal" in row.scores for row in judged),
        "unanswerable": sum("false_answer" in row.scores for row in judged),
        "stages": stages(judged),
        **{part: means([row for row in rows if row.part == part], "answered") for part in unjudged},
    }
    # A summary's confidence is a cosine (qa.types.Answer): no probability, and not to be ranked among them.
    judged = [row for row in judged if row.trace["answer"]["form"] != "summary"]
    figures["confidence_n"] = len(judged)
    if judged:
        confidences = [row.trace["answer"]["confidence"] for row in judged]
        right = [row.scores["best_right"] for row in judged]
        figures |= confidence_figures(confidences, right, ["false_refusal" in row.scores for row in judged])
    return figures
