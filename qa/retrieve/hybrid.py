"""Question -> the passages worth reading: dense and keyword lists, fused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.archive import Archive
from ingest.article import Facts
from ingest.filters import ALL_ARTICLES, Filters
from ingest.passages import Passage
from qa.english.words import search_terms

__all__ = ["DENSE_WEIGHT", "DEPTH", "NEAR", "REACH", "Candidate", "fuse", "on_topic", "retrieve", "worth_reading"]

# How deep each list goes before they are fused.
DEPTH = 50
# Weight of the cosine against the keyword score. `python -m eval.tune fusion`, as of git show 865de69:eval/tune.py, on
# 893 train questions over 1,918 passages, recall of the right passage at 1 / 5 / 12 and MRR:
#   rank fusion, k=10   .660 / .914 / .950   .774      convex, dense 0.5   .748 / .910 / .945   .822
#   rank fusion, k=60   .657 / .906 / .942   .768      convex, dense 0.6   .744 / .913 / .944   .821
#   keyword alone       .735 / .891 / .936   .805      convex, dense 0.7   .744 / .915 / .944   .822
#   dense alone         .532 / .809 / .899   .658      convex, dense 0.8   .722 / .914 / .946   .809
# These questions were written beside their paragraph and share its words; people's own share fewer, so
# of equal weights the one that trusts the words least.
DENSE_WEIGHT = 0.7
# How far below the best one's a fused score may be for the passage to be read. `python -m eval.tune chooser`, 1,400
# train questions, how many of 12 passages are read, of the questions that were answered rightly or had the right value
# shown how many still are, and what is left of all passages from which a value was shown:
#   reach .15   4.5  .987  .88        reach .22   6.5   .996  .96        the first 8   8.0   .991  .94
#   reach .2    6.0  .993  .94        reach .25   7.5  1.000  .98        all          12.0  1.000  1.00
# Of the answerable the best span was right for .633 at .22 and at .25. On the gold questions a passage with the
# evidence is read for 97% when all 12 are, for 95% at .25 and for 92% at .22 (right answers the same), so .22 was not
# enough. Ten general questions to Wikinews ('how many died in the attack?') read 10.5: there many passages are alike.
REACH = 0.25
# However far below, a passage is read whose cosine is this near the best one's. In an archive of a few articles every
# one has the names, so that the keyword score of 'how many people did storm Berta kill?' is a matter of 'people' alone.
# `python -m eval.tune worth`, 616 train questions in an archive of 1,918 passages: passages read, counted up to the six
# that the careful reader reads at least, and questions of which one has the answer, .953 where all twelve are read:
#   neither             4.56  .946      cosine within .08   4.60  .946      the first 5   5.57  .950
#   within .05 (this)   4.58  .946      the first 3         4.89  .950      the first 6   6.00  .950
NEAR = 0.05


# The cosine of a passage where none is embedded yet: what nine of ten passages that answer a train question exceed
# (`python -m eval.tune fusion`, 616 questions). As 0, an article could not be asked about until it was embedded.
_NOT_EMBEDDED = 0.46


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer.

    Attributes:
        passage: The passage.
        article: What is known of its article, which no later stage looks up again.
        cosine: Of its vector to the question's, in [-1, 1]; for one that only the keyword list
            has, the lowest of the dense list, which is as high as it can be.
        keyword: Its BM25 score as a share of the best one's, in [0, 1]; 0 without a common word.
        score: The fused score; higher is better. The candidates come in its order.
    """

    passage: Passage
    article: Facts
    cosine: float
    keyword: float
    score: float


def retrieve(archive: Archive, question: str, limit: int, filters: Filters = ALL_ARTICLES) -> list[Candidate]:
    """Return up to `limit` candidates for a stand-alone question, best first; none where no article counts."""
    vector = archive.encoder.encode([question])[0]
    dense = archive.dense(vector, DEPTH, filters)
    keyword = archive.keyword(search_terms(question), DEPTH, filters)
    return _with_facts(fuse(dense, keyword)[:limit], archive)


def _with_facts(candidates: Sequence[Candidate], archive: Archive) -> list[Candidate]:
    """Look up the articles of candidates, all at once; what was removed since it was found is left out."""
    facts = archive.facts_of(list({candidate.article.id for candidate in candidates}))
    return [replace(c, article=facts[c.article.id]) for c in candidates if c.article.id in facts]


def fuse(
    dense: list[tuple[Passage, float]], keyword: list[tuple[Passage, float]], dense_weight: float = DENSE_WEIGHT
) -> list[Candidate]:
    """Fuse the two lists by a convex combination of cosine and relative BM25 (Bruch et al. 2023).

    Of an article a candidate says what its passage does: id and title.
    """
    cosines = {passage.id: cosine for passage, cosine in dense}
    best = max((score for _, score in keyword), default=0.0) or 1.0
    keywords = {passage.id: max(0.0, score) / best for passage, score in keyword}
    floor = min(cosines.values(), default=_NOT_EMBEDDED)
    candidates = []
    for id_, passage in {passage.id: passage for passage, _ in [*dense, *keyword]}.items():
        cosine, share = cosines.get(id_, floor), keywords.get(id_, 0.0)
        score = dense_weight * cosine + (1 - dense_weight) * share
        candidates.append(Candidate(passage, Facts(passage.article_id, passage.title), cosine, share, score))
    return sorted(candidates, key=lambda c: (-c.score, c.passage.id))


def on_topic(candidates: Sequence[Candidate], topic: str | None) -> Sequence[Candidate]:
    """Keep the passages of the article whose title stands in brackets after the question, if there are any."""
    own = [c for c in candidates if topic and c.passage.title.casefold().startswith(topic.casefold())]
    return own or candidates


def worth_reading(candidates: Sequence[Candidate], reach: float = REACH, near: float = NEAR) -> list[Candidate]:
    """Return the candidates, best first, of which score or cosine is not far below the best.

    Reading is most of the time that an answer takes. Where many passages tell of what is asked, their scores are close
    and all are kept; where one stands out, the last ones hardly ever hold anything that is shown.
    """
    score = max((candidate.score for candidate in candidates), default=0.0) - reach
    cosine = max((candidate.cosine for candidate in candidates), default=0.0) - near
    return [candidate for candidate in candidates if candidate.score >= score or candidate.cosine >= cosine]
