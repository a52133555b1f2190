"""Trains the reader: python -m qa.training.train --data ../shared/data --init ../shared/reader --out DIR

Reads the train sets, drops what a test set also holds (overlap.py lists them), finds hard negatives, and trains
until --examples question-passage pairs were seen. DIR gets log.jsonl, checkpoint.pt (every ten minutes) and
final/, a folder in transformers' format. --resume goes on from checkpoint.pt. While it runs, DIR/until may be
given another number of examples: the learning rate then falls to zero there. A resumed run keeps that number.
With --teacher FOLDER a larger reader's opinion of every passage counts beside the labels (teacher.py).
"""

import argparse
import copy
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer

from qa.training.batches import Batch, Feed
from qa.training.loss import span_loss
from qa.training.measure import measure
from qa.training.model import inputs_of, load_model, load_tokenizer
from qa.training.negatives import Negatives
from qa.training.overlap import TestText, drop_overlap, test_texts
from qa.training.sources import Question, load_questions, siblings, split_dev
from qa.training.teacher import Teacher, taught_loss

__all__ = ["TOKENIZER_FILES", "Run", "learning_rate", "main", "new_run", "step", "train", "upcoming"]

PEAK = 5e-5  # 3e-5 in short cycles moved the careful reader no further (README); 6 layers of width 384 had 1e-4
WARMUP = 1_000  # examples
DECAY = 0.01
TAUGHT = 0.5  # the teacher's share of the loss, where there is one; not swept
AVERAGE = 0.995  # of the weights' moving average: about 200 steps
CHECKPOINT_SECONDS = 600
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")
LOG_STEPS = 25
MEASURED = 300  # development questions; each is read four times: own and other passage, weights and average


@dataclass
class Run:
    """All that changes while training; what `save` writes and `restore` reads back."""

    model: Any
    average: Any
    optimizer: torch.optim.Optimizer
    step: int = 0
    seen: int = 0
    chunk: int = 0
    batch: int = 0
    started: float = field(default_factory=time.monotonic)
    half: bool = True  # bfloat16 where the model multiplies

    def save(self, path: Path) -> None:
        """Writes the state at once or not at all."""
        state = {f.name: getattr(self, f.name) for f in fields(self) if f.type is int}
        state["random"] = torch.get_rng_state()
        for name in ("model", "average", "optimizer"):
            state[name] = getattr(self, name).state_dict()
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def restore(self, path: Path) -> None:
        """Reads what `save` wrote. Raises FileNotFoundError where there is nothing to resume."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        for f in fields(self):
            if f.type is int:
                setattr(self, f.name, state[f.name])
        torch.set_rng_state(state["random"])
        for name in ("model", "average", "optimizer"):
            getattr(self, name).load_state_dict(state[name])


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.train")
    parser.add_argument("--data", type=Path, required=True, help="folder of the train and test sets")
    parser.add_argument("--init", type=Path, required=True, help="folder of the model to start from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=40_000, help="question-passage pairs to train on")
    parser.add_argument("--measure-every", type=int, default=8_000, help="examples between development figures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--frozen", type=int, default=0, help="layers from below that stay as they are")
    parser.add_argument("--teacher", type=Path, help="folder of a larger reader to learn from")
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args(arguments)
    teacher = Teacher(given.teacher, given.init) if given.teacher else None

    given.out.mkdir(parents=True, exist_ok=True)
    if not given.resume:
        (given.out / "until").unlink(missing_ok=True)
    log = given.out / "log.jsonl"
    questions, dropped = drop_overlap(load_questions(given.data, given.seed), TestText(test_texts(given.data)))
    learned, dev = split_dev(questions)
    _log(log, questions=len(learned), development=len(dev), dropped_for_overlap=dropped)
    tokenizer = load_tokenizer(given.init)
    feed = Feed(learned, Negatives(learned), tokenizer, given.seed)

    torch.manual_seed(given.seed)
    run = new_run(given.init, given.frozen)
    run.half = half_is_faster(run.model)
    _log(log, bfloat16=run.half, frozen=given.frozen)
    if given.resume:
        run.restore(given.out / "checkpoint.pt")
    train(run, feed, given.out, dev, examples=given.examples, measure_every=given.measure_every, teacher=teacher)
    finish(run, tokenizer, given.init, given.out, dev)


def half_is_faster(model: Any) -> bool:
    """Whether the model takes less processor time forward and back in bfloat16 than in float32.

    It does on a GPU, and on processors with AMX. On one that has AVX512-BF16 alone a row of 170 tokens took 1.6 s in
    bfloat16 and 1.2 s in float32, all layers trained.
    """
    device = next(model.parameters()).device
    if device.type != "cpu":
        return True
    ids = torch.randint(5, model.config.vocab_size, (4, 128), generator=torch.Generator().manual_seed(0))
    seconds = {True: float("inf"), False: float("inf")}
    for half in (True, False) * 3:
        started = time.process_time()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            output = model(input_ids=ids)
        (output.start_logits.float().sum() + output.end_logits.float().sum()).backward()
        seconds[half] = min(seconds[half], time.process_time() - started)
    model.zero_grad(set_to_none=True)
    return seconds[True] < seconds[False]


def new_run(init: Path, frozen: int = 0) -> Run:
    """A run at its beginning: the model, its moving average, and AdamW (no decay on biases and norms).

    The word vectors and the first `frozen` layers are not trained: with half of the layers a row costs two thirds.
    """
    model = load_model(init)
    if frozen:
        encoder = model.base_model.encoder
        still = [model.base_model.embeddings, *encoder.layer[:frozen]]
        # MPNet's bias by distance is shared by all layers: trained, it would need the gradient of the first.
        still += [encoder.relative_attention_bias] if hasattr(encoder, "relative_attention_bias") else []
        for part in still:
            part.requires_grad_(False)
    small = [p for name, p in model.named_parameters() if "bias" in name or "LayerNorm" in name]
    large = [p for name, p in model.named_parameters() if not ("bias" in name or "LayerNorm" in name)]
    optimizer = torch.optim.AdamW(
        [{"params": large, "weight_decay": DECAY}, {"params": small, "weight_decay": 0.0}], lr=0.0, fused=True
    )
    return Run(model.train(), copy.deepcopy(model).eval(), optimizer)


def train(
    run: Run,
    feed: Feed,
    out: Path,
    dev: Sequence[Question],
    *,
    examples: int,
    measure_every: int,
    teacher: Teacher | None = None,
) -> None:
    """Steps until the learning rate is zero; logs, saves and measures on the way."""
    control = out / "until"
    if not control.exists():
        control.write_text(str(examples))
    saved = time.monotonic()
    losses: list[float] = []
    stream = upcoming(run, feed)
    while run.seen < (until := _until(control, examples)):
        measured = run.seen // measure_every
        losses.append(step(run, next(stream), learning_rate(run.seen, until), teacher))
        if run.step % LOG_STEPS == 0:
            _log_progress(out, run, until, sum(losses) / len(losses))
            losses.clear()
        if run.seen // measure_every > measured:
            _log_figures(out, run, feed.tokenizer, dev)
        if time.monotonic() - saved > CHECKPOINT_SECONDS:
            run.save(out / "checkpoint.pt")
            saved = time.monotonic()
    run.save(out / "checkpoint.pt")


def finish(run: Run, tokenizer: Tokenizer, init: Path, out: Path, dev: Sequence[Question]) -> None:
    """Writes final/: the weights or their moving average, whichever has the higher F1 on development."""
    figures = _log_figures(out, run, tokenizer, dev)
    better = max(figures, key=lambda name: figures[name]["f1"])
    getattr(run, better).save_pretrained(out / "final")
    for name in TOKENIZER_FILES:
        if (init / name).exists():
            shutil.copyfile(init / name, out / "final" / name)
    _log(out / "log.jsonl", final=better)


def learning_rate(seen: int, until: int) -> float:
    """Warm-up to PEAK, then a straight line to zero at `until` examples."""
    return PEAK * min(1.0, seen / WARMUP) * max(0.0, 1 - seen / until)


def upcoming(run: Run, feed: Feed) -> Iterator[Batch]:
    """From where the run stands, for ever; moves the run's place along."""
    while True:
        for batch in feed.chunk(run.chunk)[run.batch :]:
            run.batch += 1
            yield batch
        run.chunk, run.batch = run.chunk + 1, 0


def step(run: Run, batch: Batch, rate: float, teacher: Teacher | None = None) -> float:
    """One step of the optimizer and of the moving average; returns the loss."""
    device = next(run.model.parameters()).device
    batch = Batch(**{name: tensor.to(device) for name, tensor in vars(batch).items()})
    with torch.autocast(device.type, torch.bfloat16, enabled=run.half):
        output = run.model(**inputs_of(run.model, batch))
    logits = output.start_logits.float(), output.end_logits.float()
    loss = span_loss(*logits, batch)
    if teacher:
        loss = (1 - TAUGHT) * loss + TAUGHT * taught_loss(logits, teacher.logits(batch, half=run.half), batch)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    for group in run.optimizer.param_groups:
        group["lr"] = rate
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    run.step += 1
    run.seen += len(batch.ids)
    with torch.no_grad():
        # Early on the average forgets faster, so that the first weights do not linger in a short run.
        keep = min(AVERAGE, (1 + run.step) / (10 + run.step))
        torch._foreach_lerp_(list(run.average.parameters()), list(run.model.parameters()), 1 - keep)
    return float(loss.detach())


def _until(control: Path, examples: int) -> int:
    """The number in DIR/until; `examples` while it is being rewritten or holds no number."""
    try:
        return max(1, int(control.read_text()))
    except (OSError, ValueError):
        return examples


def _log_figures(out: Path, run: Run, tokenizer: Tokenizer, dev: Sequence[Question]) -> dict[str, dict[str, float]]:
    """Development figures of the weights and of their moving average, on up to MEASURED questions."""
    pairs = list(zip(dev, siblings(dev), strict=True))
    chosen = Random(0).sample(pairs, min(MEASURED, len(pairs)))  # noqa: S311
    questions, beside = [q for q, _ in chosen], [p for _, p in chosen]
    figures = {name: measure(getattr(run, name), tokenizer, questions, beside) for name in ("model", "average")}
    _log(out / "log.jsonl", seen=run.seen, development=figures)
    return figures


def _log_progress(out: Path, run: Run, until: int, loss: float) -> None:
    _log(
        out / "log.jsonl",
        step=run.step,
        seen=run.seen,
        until=until,
        loss=round(loss, 4),
        rate=learning_rate(run.seen, until),
        cpu_seconds=round(time.process_time()),
        seconds=round(time.monotonic() - run.started),
    )


def _log(path: Path, **values: object) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"time": time.strftime("%H:%M:%S"), **values}) + os.linesep)


if __name__ == "__main__":
    main()
