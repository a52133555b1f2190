"""The passages that an LLM may write from, numbered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.citations import article_ref
from qa.read.evidence import Place
from qa.retrieve.hybrid import Candidate
from qa.types import Answer, Citation

__all__ = ["MOST", "Source", "choose"]

MOST = 8
"""About 1,200 word pieces."""
_LONGEST_NAME = 200
# '[3]' in an article is a footnote's mark, and would be taken for a citation.
_MARK = re.compile(r"\[(\s*\d[\d\s,;–-]*)\]")


@dataclass(frozen=True, slots=True)
class Source:
    """A passage and the number, from 1, under which the LLM is told of it."""

    number: int
    candidate: Candidate

    @property
    def told(self) -> str:
        """What the LLM is told: number, title, outlet, date, and the passage."""
        article = self.candidate.article
        names = (article.title, article.outlet or article.source, article.published or "date unknown")
        head = " | ".join(_plain(name)[:_LONGEST_NAME] for name in names)
        return f"[{self.number}] {head}\n{_plain(self.candidate.passage.text)}"

    @property
    def known(self) -> str:
        """All that a sentence which cites it may say: title, outlet and passage."""
        article = self.candidate.article
        return "\n".join(filter(None, (article.title, article.outlet, self.candidate.passage.text)))

    def at(self, sentence: Place) -> tuple[str, int]:
        """Return the article of a sentence of the passage, and where it begins there."""
        return self.candidate.article.id, self.candidate.passage.start + sentence[0]

    def cite(self, number: int, sentence: Place) -> Citation:
        """Cite a sentence of the passage, text[start:end] of it, under a number."""
        passage, article = self.candidate.passage, self.candidate.article
        said = passage.text[slice(*sentence)]
        start, end = passage.start + sentence[0], passage.start + sentence[1]
        return Citation(number, article_ref(article), said, start, end, said, start, end, article.published)


def choose(answer: Answer, candidates: Sequence[Candidate]) -> list[Source]:
    """Return the passages to write from: those that the answer and the other values cite, then the nearest others."""
    cited = [*answer.citations, *(citation for other in answer.others for citation in other.citations)]
    first = [candidate for citation in cited for candidate in candidates if _holds(candidate, citation)]
    chosen = list({candidate.passage.id: candidate for candidate in (*first, *candidates)}.values())[:MOST]
    return [Source(number, candidate) for number, candidate in enumerate(chosen, 1)]


def _holds(candidate: Candidate, citation: Citation) -> bool:
    passage = candidate.passage
    return passage.article_id == citation.article.id and passage.start <= citation.start <= citation.end <= passage.end


def _plain(text: str) -> str:
    return " ".join(_MARK.sub(r"(\1)", text).split())
