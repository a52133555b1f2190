"""How sure an answer is, in words, and what that rests on."""

from qa.types import Answer
from ui.views.texts import text

__all__ = ["LIKELY", "POSSIBLE", "confidence_view"]

# Words promise no more than was measured. Right of the answers given by `python -m eval gold` (112) and `wikinews`
# (110), short forms, careful reader: from 0.6 on 74% and 91%, from 0.4 on 67% and 77%, below 51% and 46%. Nothing earns
# 'certain'.
LIKELY = 0.6
POSSIBLE = 0.4


def confidence_view(answer: Answer) -> dict[str, str] | None:
    """Return {"level", "words", "rests", "number"} of an answer; None when there is none.

    `level` is likely, possible or doubtful. Of a summary confidence is no probability, of a list it is that of its
    surest item, of an LLM's words that of the value in them: of these only what they rest on is said.
    """
    if not answer.found:
        return None
    if answer.writer or answer.form in ("list", "summary"):
        form = "prose" if answer.writer else answer.form
        articles = _articles(len({citation.article.id for citation in answer.citations}))
        return {"level": "", "words": "", "rests": text(f"rests.{form}", articles=articles), "number": ""}
    level = "likely" if answer.confidence >= LIKELY else "possible" if answer.confidence >= POSSIBLE else "doubtful"
    return {
        "level": level,
        "words": text(f"confidence.{level}"),
        "rests": _rests(answer),
        "number": text("confidence.number", percent=round(100 * answer.confidence)),
    }


def _rests(answer: Answer) -> str:
    if answer.sources > 1:
        said = text("rests.independent", count=_count(answer.sources))
    else:
        copies = len({citation.article.id for citation in answer.citations}) > 1
        said = text("rests.copies") if copies else text("rests.one")
    if not answer.others:
        return said
    disputed = any(other.relation == "disputed" for other in answer.others)
    return text("rests.disputed" if disputed else "rests.others", said=said, values=_values(len(answer.others)))


def _articles(count: int) -> str:
    return text("articles.one") if count == 1 else text("articles.many", count=_count(count))


def _values(count: int) -> str:
    return text("values.one") if count == 1 else text("values.many", count=_count(count))


def _count(count: int) -> str:
    words = text("counts").split()
    return words[count] if count < len(words) else f"{count:,}"
