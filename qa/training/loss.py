"""What training minimises: the answer in its passage, and above the question's other passages."""

import torch

from qa.training.batches import Batch

__all__ = ["NEVER", "span_loss"]

NEVER = -1e4  # a logit that takes no part; finite, so that gradients stay finite


def span_loss(start: torch.Tensor, end: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Mean loss of a batch, a scalar; `start` and `end` are float logits (rows, tokens).

    Half of it is the usual loss of each row: minus the log of the probability that its passage's softmax
    gives to all annotated spans together (position 0 where there is none). The other half normalises over
    all passages of a question at once (shared normalisation: Clark and Gardner 2018,
    https://aclanthology.org/P18-1078). There each logit is taken relative to its row's position 0, and
    'nowhere' is one more choice with logit 0: that is the score by which passages are compared when reading.
    """
    start, end = start.masked_fill(~batch.allowed, NEVER), end.masked_fill(~batch.allowed, NEVER)
    start, end = start - start[:, :1], end - end[:, :1]
    answered = batch.spans[:, 0, 0] > 0
    target = _span_logits(start, end, batch.spans)
    alone = start.logsumexp(1) + end.logsumexp(1) - target
    together = _together(start, end, target, answered, batch.group)
    # Start and end are two choices: halved, the figure compares with the usual mean of two cross entropies.
    return (alone.mean() + together.mean()) / 4


def _span_logits(start: torch.Tensor, end: torch.Tensor, spans: torch.Tensor) -> torch.Tensor:
    """Log of the summed exp(start + end) over each row's spans: (rows,)."""
    real = spans[:, :, 0] >= 0
    places = spans.clamp(min=0)
    scores = start.gather(1, places[:, :, 0]) + end.gather(1, places[:, :, 1])
    return scores.masked_fill(~real, NEVER).logsumexp(1)


def _together(
    start: torch.Tensor, end: torch.Tensor, target: torch.Tensor, answered: torch.Tensor, group: torch.Tensor
) -> torch.Tensor:
    """Loss of each group over all its rows' positions and one 'nowhere': (groups,)."""
    groups = torch.unique(group)
    member = group[None, :] == groups[:, None]
    total = torch.zeros(len(groups), device=start.device)
    nowhere = torch.zeros(len(groups), 1, device=start.device)
    for logits in (start, end):
        row = logits[:, 1:].logsumexp(1)
        every = torch.cat([row.expand(len(groups), -1).masked_fill(~member, NEVER), nowhere], 1)
        total = total + every.logsumexp(1)
    right = member & answered
    inside = target.expand(len(groups), -1).masked_fill(~right, NEVER).logsumexp(1)
    return total - torch.where(right.any(1), inside, torch.zeros_like(inside))
