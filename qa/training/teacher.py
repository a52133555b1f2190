"""A larger reader, as what a smaller one learns from: its logits at the smaller one's tokens (Hinton and others 2015,
https://arxiv.org/abs/1503.02531).

Both cut words in the same pieces: MPNet's vocabulary is BERT's behind four tokens of its own. So a row of the smaller
reader is turned into one of the larger token by token, and no span has to be carried over by its characters.
"""

from pathlib import Path

import torch

from ingest.errors import InputError
from qa.training.batches import Batch
from qa.training.loss import NEVER
from qa.training.model import load_model, load_tokenizer

__all__ = ["Teacher", "taught_loss"]

_BEGIN, _PAD, _END = 0, 1, 2  # MPNet's '<s>', '<pad>', '</s>'


class Teacher:
    """An MPNet reader that is only read with."""

    def __init__(self, folder: Path, student: Path) -> None:
        """Load the model of a folder, for rows of the BERT model in the other.

        Raises:
            InputError: Their tokenizers do not cut words in the same pieces.
        """
        own, other = load_tokenizer(folder).get_vocab(), load_tokenizer(student).get_vocab()
        self._shift = own.get("[SEP]", 0) - other.get("[SEP]", 0)
        if self._shift <= 0 or any(own.get(piece) != number + self._shift for piece, number in other.items()):
            raise InputError(f"{folder} cannot teach {student}: it must be an MPNet reader with BERT's vocabulary")
        self._between = other["[SEP]"]
        self._model = load_model(folder).eval().requires_grad_(False)

    def rows(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return ids and mask (rows, tokens + 1) as the teacher reads a batch, and where each token then stands.

        Of '[CLS] question [SEP] title passage [SEP]' it reads '<s> question </s></s> title passage </s>', so what is
        behind the first '[SEP]' stands one token later.
        """
        rows, width = batch.ids.shape
        first = (batch.ids == self._between).int().argmax(1, keepdim=True)
        column = torch.arange(width, device=batch.ids.device).expand(rows, width)
        places = column + (column > first)
        ids = batch.ids + self._shift
        ids[:, 0] = _BEGIN
        ids[batch.ids == self._between] = _END
        ids[batch.mask == 0] = _PAD
        wide = torch.full((rows, width + 1), _PAD, device=batch.ids.device)
        mask = torch.zeros_like(wide)
        wide.scatter_(1, places, ids)
        mask.scatter_(1, places, batch.mask)
        wide.scatter_(1, first + 1, _END)
        mask.scatter_(1, first + 1, 1)
        return wide, mask, places

    @torch.no_grad()
    def logits(self, batch: Batch, *, half: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of start and end at the batch's tokens, each (rows, tokens), in float32."""
        ids, mask, places = self.rows(batch)
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=half):
            output = self._model(input_ids=ids, attention_mask=mask)
        return output.start_logits.float().gather(1, places), output.end_logits.float().gather(1, places)


def taught_loss(
    given: tuple[torch.Tensor, torch.Tensor], wanted: tuple[torch.Tensor, torch.Tensor], batch: Batch
) -> torch.Tensor:
    """How far the student's start and end are from the teacher's, a scalar of 0 or more; logits as `span_loss` has.

    The divergence of Kullback and Leibler, half of it within each row and half over all rows of a question at once
    with one 'nowhere', as in `span_loss`: so passages are ranked as the teacher ranks them, those too of which no
    label says anything.
    """
    total = torch.zeros((), device=batch.ids.device)
    groups = torch.unique(batch.group)
    for mine, right in zip(given, wanted, strict=True):
        own, other = (_relative(logits, batch) for logits in (mine, right))
        alone = _divergence(own, other) / len(own)
        together = torch.zeros_like(alone)
        for group in groups:
            rows = batch.group == group
            together = together + _divergence(_flat(own[rows]), _flat(other[rows]))
        total = total + alone + together / len(groups)
    return total / 4


def _relative(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    logits = logits.masked_fill(~batch.allowed, NEVER)
    return logits - logits[:, :1]


def _flat(logits: torch.Tensor) -> torch.Tensor:
    """All positions of some rows as one row, behind one 'nowhere' with logit 0."""
    return torch.cat([logits.new_zeros(1), logits[:, 1:].flatten()])[None]


def _divergence(own: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    wanted = other.log_softmax(1)
    return (wanted.exp() * (wanted - own.log_softmax(1))).sum()
