"""Questions -> padded batches: which passages stand beside each question, and in what order.

The stream is cut into chunks. A chunk is a pure function of the questions, the seed and its number, so
training resumes at (chunk, batch) without replaying what came before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from tokenizers import Encoding, Tokenizer

from qa.read.titles import title_tokens
from qa.training.augment import crop, names_numbers_dates, noisy, swap, without
from qa.training.negatives import Negatives
from qa.training.sources import Question, Span

__all__ = ["CHUNK", "LENGTH", "TITLED", "Batch", "Feed", "Row", "encode_row", "pad"]

LENGTH = 256  # tokens of question and passage together, as in the baseline; a title's come on top
TOKENS = 4096  # padded tokens a batch
CHUNK = 768  # questions; enough to group by length with little padding

# Share of a source's questions used in an epoch, 1 where none is named. QAMR's are many, short and close to their
# sentence's wording; reviews, comments, tales and dialogue are less like an archive's articles; QADiscourse's questions
# are stiff. Chosen for the trial that ../shared/reader-strong is from, not swept: a sweep costs a training a share.
SHARE = {
    "wiki": 0.7,
    "amazon": 0.2,
    "reddit": 0.25,
    "qamr": 0.12,
    "squad1-sentences": 0.4,
    "fairytale": 0.35,
    "friends": 0.2,
    "discourse": 0.12,
}
# Chance that a question stands beside a passage that does not answer it, and then beside a second. Lower for reviews
# and comments: 'what size is it?' has an answer in many a neighbour, and such a neighbour would teach the wrong thing.
# Nothing beside a tale or a dialogue: 'what did the king do?' has an answer in each. Higher where the next passage has
# the value of another date.
BESIDE = {"amazon": 0.3, "reddit": 0.3, "fairytale": 0.0, "friends": 0.0, "conda": 0.0, "timeqa": 0.6}
BESIDE_OTHERS = 0.3
# Chance of the near-miss question, of those that name something in the passage; none where another year may lie within
# the same term of office.
SWAPPED = 0.15
UNSWAPPED = frozenset({"timeqa"})
# Chance of the passage without its answering sentences: an article on the very subject that lacks the fact. TOGETHER of
# these stand in the question's group, the others are a question of their own that nothing answers. Not swept: cycles of
# 9,000 to 12,000 rows with .5, .25 and .5 for BESIDE_OTHERS, SWAPPED and WITHOUT (2.5 rows a question) told near misses
# no better than the first did with .5, .15 and .35, and saw fewer questions (README). Now a question has 1.7 rows.
WITHOUT = 0.3
TOGETHER = 0.4
# Sources whose `title` is an article's, and the chance that a question's passages are read with their articles' titles
# before them: half, so that the reader learns to use a title and not to need one. Not swept.
TITLED = frozenset({"wiki", "squad1", "squad2", "nq", "quoref", "timeqa"})
TITLES = 0.5
CROPPED = 0.5
LONG = 190  # words, of a passage that would be cut at LENGTH: always cropped


@dataclass(frozen=True)
class Row:
    """One question with one passage, tokenized; a title stands before the passage, or none.

    `spans` are inclusive token positions of the answers; empty means 'no answer here', whose target is
    position 0. The passage's tokens are ids[first:-1]. `group` numbers the question: rows of one group are
    normalised together.
    """

    ids: list[int]
    first: int
    spans: tuple[Span, ...]
    group: int


@dataclass(frozen=True)
class Batch:
    """Padded rows: ids, types, mask and allowed (rows, tokens); spans (rows, most, 2) filled with -1; group (rows,).

    `allowed` is true where an answer may start or end: the passage's tokens and position 0.
    """

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    allowed: torch.Tensor
    spans: torch.Tensor
    group: torch.Tensor


class Feed:
    """Training batches in a fixed order, for ever."""

    def __init__(self, questions: Sequence[Question], negatives: Negatives, tokenizer: Tokenizer, seed: int) -> None:
        self.questions = questions
        self.negatives = negatives
        self.tokenizer = tokenizer
        self.seed = seed
        self.values = names_numbers_dates(questions)
        self.titles = {q.passage: q.title.replace("_", " ") for q in questions if q.source in TITLED}
        self.per_epoch = -(-len(questions) // CHUNK)

    def chunk(self, number: int) -> list[Batch]:
        """The batches of chunk `number` (0, 1, ...), which belongs to epoch number // per_epoch."""
        epoch, place = divmod(number, self.per_epoch)
        order = list(range(len(self.questions)))
        Random(f"{self.seed}:{epoch}").shuffle(order)  # noqa: S311
        rng = Random(f"{self.seed}:{epoch}:{place}")  # noqa: S311
        asked = [
            index
            for index in order[place * CHUNK : (place + 1) * CHUNK]
            if rng.random() < SHARE.get(self.questions[index].source, 1.0)
        ]
        groups = [
            rows
            for index, wrong in zip(asked, self.negatives.of(asked), strict=True)
            if (rows := self._rows(index, wrong, rng))
        ]
        empty = self.tokenizer.token_to_id("<pad>") or 0  # BERT's '[PAD]' is 0
        batches = [pad(rows, empty) for rows in _packed(groups)]
        rng.shuffle(batches)
        return batches

    def _rows(self, index: int, negatives: Sequence[str], rng: Random) -> list[Row]:
        """The question with its passage, and by chance: with others, without its evidence, with a name swapped."""
        question = self.questions[index]
        passage, spans = question.passage, question.spans
        titles = self.titles if rng.random() < TITLES else {}
        title = titles.get(passage, "")
        if rng.random() < CROPPED or len(passage.split()) > LONG:
            passage, spans = crop(passage, spans, rng)
        text = noisy(question.text, rng)
        rows = [encode_row(self.tokenizer, text, passage, spans, index, title)]
        if spans and not rows[0].spans:
            return []  # the answer lies past LENGTH
        # One without a title would be told from the others by that.
        wrong = [other for other in negatives if not title or other in titles]
        while wrong and len(rows) < 3 and rng.random() < BESIDE.get(question.source, BESIDE_OTHERS):
            whole = wrong.pop(rng.randrange(len(wrong)))
            other, _ = crop(whole, (), rng)
            rows.append(encode_row(self.tokenizer, text, other, (), index, titles.get(whole, "")))
        if spans and rng.random() < WITHOUT:
            rest = without(passage, spans)
            if rest:
                # Numbers of groups: a question's own index, or what no other row has.
                group = index if rng.random() < TOGETHER else -1 - len(self.questions) - index
                rows.append(encode_row(self.tokenizer, text, rest, (), group, title))
        if spans and question.source not in UNSWAPPED and rng.random() < SWAPPED:
            near = swap(question, self.values, rng)
            if near:
                # A question of its own: it gets a group that no other row has.
                rows.append(encode_row(self.tokenizer, noisy(near, rng), passage, (), -1 - index, title))
        return rows


def encode_row(
    tokenizer: Tokenizer, question: str, passage: str, spans: Sequence[Span], group: int, title: str = ""
) -> Row:
    """Tokens of question, title and passage. Spans that truncation cut are left out, so that none may be left."""
    encoding = tokenizer.encode(question, passage)
    first = encoding.sequence_ids.index(1)
    titled = title_tokens(tokenizer, title)
    tokens = {(low + len(titled), high + len(titled)) for low, high in _token_spans(encoding, spans)}
    ids = [*encoding.ids[:first], *titled, *encoding.ids[first:]]
    return Row(ids, first + len(titled), tuple(sorted(tokens)), group)


def pad(rows: Sequence[Row], empty: int = 0) -> Batch:
    """Rows -> tensors, padded with token `empty` to the longest row."""
    width = max(len(row.ids) for row in rows)
    most = max(len(row.spans) or 1 for row in rows)
    ids = torch.full((len(rows), width), empty, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    allowed = torch.zeros(len(rows), width, dtype=torch.bool)
    spans = torch.full((len(rows), most, 2), -1)
    for number, row in enumerate(rows):
        length = len(row.ids)
        ids[number, :length] = torch.tensor(row.ids)
        types[number, row.first : length] = 1
        mask[number, :length] = 1
        allowed[number, row.first : length - 1] = True
        if row.spans:
            spans[number, : len(row.spans)] = torch.tensor(row.spans)
        else:
            spans[number, 0] = 0
    allowed[:, 0] = True
    return Batch(ids, types, mask, allowed, spans, torch.tensor([row.group for row in rows]))


def _packed(groups: Sequence[list[Row]]) -> Iterator[list[Row]]:
    """Groups by length into lists of at most TOKENS padded tokens; a group is never split."""
    rows: list[Row] = []
    width = 0
    for group in sorted(groups, key=lambda group: max(len(row.ids) for row in group)):
        wider = max(width, *(len(row.ids) for row in group), 0)
        if rows and wider * (len(rows) + len(group)) > TOKENS:
            yield rows
            rows, wider = [], max(len(row.ids) for row in group)
        rows = rows + group
        width = wider
    if rows:
        yield rows


def _token_spans(encoding: Encoding, spans: Sequence[Span]) -> Iterator[Span]:
    """Inclusive tokens of the passage's characters [start, end), but of those that were truncated."""
    for start, end in spans:
        first, last = encoding.char_to_token(start, 1), encoding.char_to_token(end - 1, 1)
        if first is not None and last is not None:
            yield first, last
