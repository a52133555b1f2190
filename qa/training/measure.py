"""How well a checkpoint reads: python -m qa.training.measure FOLDER --data ../shared/data

Prints one JSON object: the development split, and the titles kept for calibrating abstention. Test sets are
for the exported reader: python -m eval reader.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from qa.read.reader import LONGEST_SPAN
from qa.training.batches import encode_row, pad
from qa.training.metrics import best_accuracy, best_f1, exact_match, preferred, separation
from qa.training.model import inputs_of, load_model, load_tokenizer
from qa.training.sources import Question, load_calibration, load_questions, siblings, split_dev

__all__ = ["best_spans", "main", "measure"]

ROWS = 16


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.measure")
    parser.add_argument("folder", type=Path, help="checkpoint in transformers' format")
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args(arguments)
    model, tokenizer = load_model(given.folder), load_tokenizer(given.folder)
    _, dev = split_dev(load_questions(given.data, seed=0))
    kept = load_calibration(given.data)
    scores = [score for score, _ in best_spans(model, tokenizer, [(q.text, q.passage) for q in kept])]
    figures = {
        "development": measure(model, tokenizer, dev, siblings(dev)),
        "calibration": {
            "questions": len(kept),
            "separation": 100
            * separation(
                [s for s, q in zip(scores, kept, strict=True) if q.spans],
                [s for s, q in zip(scores, kept, strict=True) if not q.spans],
            ),
        },
    }
    print(json.dumps(figures))


def measure(model: Any, tokenizer: Tokenizer, questions: Sequence[Question], beside: Sequence[str]) -> dict[str, float]:
    """Figures in percent over answerable `questions`; `beside` holds a passage without the answer for each.

    em, f1: SQuAD's, on the question's own passage, with no threshold. prefers: own passage scores above the
    other. tells: own passages and the others told apart by the score's best single threshold.
    """
    own = best_spans(model, tokenizer, [(q.text, q.passage) for q in questions])
    other = best_spans(model, tokenizer, [(q.text, p) for q, p in zip(questions, beside, strict=True)])
    exact = f1 = 0.0
    for question, (_, text) in zip(questions, own, strict=True):
        answers = [question.passage[start:end] for start, end in question.spans]
        exact += exact_match(text, answers)
        f1 += best_f1(text, answers)
    right = [score for score, _ in own]
    wrong = [score for score, _ in other]
    count = len(questions)
    return {
        "questions": count,
        "em": 100 * exact / count,
        "f1": 100 * f1 / count,
        "prefers": 100 * preferred(right, wrong),
        "tells": 100 * best_accuracy(right, wrong),
    }


@torch.inference_mode()
def best_spans(model: Any, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, str]]:
    """For each (question, passage): the best span's score above position 0, in logits, and its text."""
    device = next(model.parameters()).device
    training = model.training
    model.eval()
    rows = [encode_row(tokenizer, question, passage, (), 0) for question, passage in pairs]
    order = sorted(range(len(pairs)), key=lambda n: len(rows[n].ids))
    found: list[tuple[float, str]] = [(0.0, "")] * len(pairs)
    for at in range(0, len(order), ROWS):
        chosen = order[at : at + ROWS]
        batch = pad([rows[n] for n in chosen], model.config.pad_token_id)
        inputs = inputs_of(model, batch)
        output = model(**{name: tensor.to(device) for name, tensor in inputs.items()})
        for place, number in enumerate(chosen):
            row = rows[number]
            start, end = output.start_logits[place].float(), output.end_logits[place].float()
            score, first, last = _best(start, end, row.first, len(row.ids) - 1)
            offsets = tokenizer.encode(*pairs[number]).offsets
            text = pairs[number][1][offsets[first][0] : offsets[last][1]]
            found[number] = (score - float(start[0] + end[0]), text)
    model.train(training)
    return found


def _best(start: torch.Tensor, end: torch.Tensor, low: int, high: int) -> tuple[float, int, int]:
    """Highest start + end with low <= first <= last < high and at most LONGEST_SPAN tokens."""
    scores = start[low:high, None] + end[None, low:high]
    near = torch.ones_like(scores).triu().tril(LONGEST_SPAN - 1).bool()
    scores = scores.masked_fill(~near, -torch.inf)
    first, last = divmod(int(scores.argmax()), high - low)
    return float(scores[first, last]), low + first, low + last


if __name__ == "__main__":
    main()
