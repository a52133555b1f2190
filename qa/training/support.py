"""Train the support check and export it: python -m qa.training.support DATA INIT FOLDER [--pairs N] [--rate R]

DATA has the train sets, INIT a BERT in transformers' format (../shared/reader: a reader compares a question with a
passage already), FOLDER gets model.onnx, tokenizer.json and config.json. One pass over N pairs, true and false by
turns, and two over those of OneStopQA, whose articles people retold in simpler words. A tenth of the articles is held
out, and a third of OneStopQA's, whose true retellings choose the threshold.
"""

import argparse
import hashlib
import json
import random
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification

from qa.training.sources import CALIBRATION_TITLES, Question, squad_questions
from qa.training.support_pairs import FAULTS, Pair, is_held_out, pairs, retellings

__all__ = ["main"]

LENGTH = 256
BATCH = 24
ACCUSED = 0.06  # of what people retold truly, in held-out articles, that falls below the threshold
HELD_OUT = 1500
SEED = 1


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.support")
    parser.add_argument("data", type=Path)
    parser.add_argument("init", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=12_000)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args(arguments)
    torch.manual_seed(SEED)
    torch.set_num_threads(given.threads)
    train, held = _split(list(_questions(given.data)), given.pairs)
    retold, held_retold = _retold(given.data / "onestopqa.json")
    train += 2 * retold
    held_out = [*held, *held_retold]
    tokenizer = Tokenizer.from_file(str(given.init / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTH, strategy="longest_first")
    model: Any = AutoModelForSequenceClassification.from_pretrained(
        given.init, num_labels=1, dtype=torch.float32, attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0,
        attn_implementation="eager", local_files_only=True,
    )  # fmt: skip
    _train(model, tokenizer, train, given.rate)
    model.eval()
    given.folder.mkdir(parents=True, exist_ok=True)

    def exact(ids: torch.Tensor, types: torch.Tensor) -> Any:
        with torch.no_grad():
            return model(ids, token_type_ids=types).logits[:, 0].numpy()

    full = _scores(held_out, exact, tokenizer)
    alone = _scores([Pair(pair.statement, "", pair.kind) for pair in held_out], exact, tokenizer)
    _export(model, tokenizer, given.folder)
    import onnxruntime

    session = onnxruntime.InferenceSession(str(given.folder / "model.onnx"), providers=["CPUExecutionProvider"])
    int8 = _scores(
        held_out,
        lambda ids, types: session.run(None, {"input_ids": ids.numpy(), "token_type_ids": types.numpy()})[0][:, 0],
        tokenizer,
    )
    told = [score for score, pair in zip(int8[len(held) :], held_retold, strict=True) if pair.carried]
    threshold = float(np.quantile(told, ACCUSED))
    figures = {
        "trained_on": len(train),
        "int8": {
            "sentences": _figures(int8[: len(held)], held, threshold),
            "retold": _figures(int8[len(held) :], held_retold, threshold),
        },
        "float32": _figures(full, held_out, None),
        "statement_alone": _figures(alone, held_out, None),
    }
    config = {
        "name": "dateline-support",
        "base": "all-MiniLM-L6-v2, by way of the fast reader's first checkpoint",
        "precision": "int8",
        "max_length": LENGTH,
        "threshold": round(1 / (1 + float(np.exp(-threshold))), 4),
        "sha256": {
            file: hashlib.sha256((given.folder / file).read_bytes()).hexdigest()
            for file in ("model.onnx", "tokenizer.json")
        },
        "figures": figures,
    }
    (given.folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures))


def _questions(data: Path) -> Iterator[Question]:
    for name in ("squad1-train-pieces-1", "squad1-train-pieces-2", "squad1-train-pieces-3"):
        yield from squad_questions(data / f"{name}.json", "squad1")
    yield from squad_questions(data / "squadshifts-wiki.json", "wiki")
    halves = squad_questions(data / "squad2-half-dev.json", "squad2")
    yield from (question for question in halves if question.title not in CALIBRATION_TITLES)


def _split(questions: Sequence[Question], most: int) -> tuple[list[Pair], list[Pair]]:
    train: list[Pair] = []
    held: list[Pair] = []
    for title, pair in pairs(questions, SEED):
        part, room = (held, HELD_OUT) if is_held_out(title) else (train, most)
        if len(part) < room:
            part.append(pair)
        if len(train) == most and len(held) == HELD_OUT:
            break
    return train, held


def _retold(path: Path) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs of two thirds of OneStopQA's articles, and those of the others."""
    levels: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        name, _, level = article["title"].rpartition("-")
        levels[name][level] = [paragraph["context"] for paragraph in article["paragraphs"]]
    train: list[Pair] = []
    held: list[Pair] = []
    for number, name in enumerate(sorted(levels)):
        of_article = [levels[name][level] for level in ("Adv", "Int", "Ele")]
        (train if number % 3 else held).extend(retellings(of_article, number))
    return train, held


def _batches(
    examples: Sequence[Pair], tokenizer: Tokenizer
) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Yield ids, token types and labels of pairs, those of about one length together, the batches in random order."""
    rng = random.Random(SEED)  # noqa: S311
    encoded = [(tokenizer.encode(pair.statement, pair.passage), float(pair.carried)) for pair in examples]
    rng.shuffle(encoded)
    batches = []
    for first in range(0, len(encoded), 16 * BATCH):
        near = sorted(encoded[first : first + 16 * BATCH], key=lambda one: len(one[0].ids))
        batches += [near[start : start + BATCH] for start in range(0, len(near), BATCH)]
    rng.shuffle(batches)
    for batch in batches:
        length = max(len(one.ids) for one, _ in batch)
        yield (
            torch.tensor([one.ids + [0] * (length - len(one.ids)) for one, _ in batch]),
            torch.tensor([one.type_ids + [0] * (length - len(one.ids)) for one, _ in batch]),
            torch.tensor([label for _, label in batch]),
        )


def _train(model: Any, tokenizer: Tokenizer, train: Sequence[Pair], rate: float) -> None:
    steps = -(-len(train) // BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.0, 1 - step / (steps + 1))
    )
    model.train()
    losses, started = [], time.monotonic()
    for step, (ids, types, labels) in enumerate(_batches(train, tokenizer), 1):
        logits = model(ids, attention_mask=(ids != 0).long(), token_type_ids=types).logits[:, 0]
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(float(loss))
        if step % 20 == 0:
            seconds = round(time.monotonic() - started)
            print(f"{step}/{steps} loss {np.mean(losses[-60:]):.3f} {seconds} s", flush=True)


def _scores(held: Sequence[Pair], logits_of: Any, tokenizer: Tokenizer) -> list[float]:
    scores = []
    for pair in held:
        encoded = tokenizer.encode(pair.statement, pair.passage)
        ids, types = torch.tensor([encoded.ids]), torch.tensor([encoded.type_ids])
        scores.append(float(logits_of(ids, types)[0]))
    return scores


def _figures(scores: Sequence[float], held: Sequence[Pair], threshold: float | None) -> dict[str, Any]:
    """Return the area under the ROC curve, and the share of faults below the threshold, by kind."""
    true = np.array([score for score, pair in zip(scores, held, strict=True) if pair.carried])
    false = np.array([score for score, pair in zip(scores, held, strict=True) if not pair.carried])
    least = float(np.quantile(true, ACCUSED)) if threshold is None else threshold
    area = float((true[:, None] > false[None]).mean())

    def found(kind: str) -> float:
        of_kind: NDArray[np.float64] = np.array([s for s, p in zip(scores, held, strict=True) if p.kind == kind])
        return round(float((of_kind < least).mean()), 3) if len(of_kind) else 0.0

    return {
        "pairs": len(held),
        "area": round(area, 4),
        "accused": round(float((true < least).mean()), 4),
        "found": {kind: found(kind) for kind in FAULTS},
    }


class _Logit(torch.nn.Module):
    """The model with two tensors in and one out, as torch's exporter wants it."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        """(batch, length) twice -> (batch, 1)."""
        logits: torch.Tensor = self.model(input_ids, token_type_ids=token_type_ids).logits
        return logits


def _export(model: torch.nn.Module, tokenizer: Tokenizer, folder: Path) -> None:
    """Write model.onnx in int8, the word vectors too, and tokenizer.json."""
    plain = folder / "plain.onnx"
    example = torch.ones(2, 16, dtype=torch.int64), torch.zeros(2, 16, dtype=torch.int64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logit(model), example, str(plain), input_names=["input_ids", "token_type_ids"], output_names=["logit"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in ("input_ids", "token_type_ids")},
            opset_version=17, dynamo=False,
        )  # fmt: skip
    # As the readers' (qa/training/export.py): a scale a channel, signed, in 7 bits; the word vectors are gathered.
    quantize_dynamic(
        plain, folder / "model.onnx", op_types_to_quantize=["MatMul", "Gather"], per_channel=True, reduce_range=True,
        weight_type=QuantType.QInt8, extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )  # fmt: skip
    plain.unlink()
    tokenizer.no_truncation()
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


if __name__ == "__main__":
    main()
