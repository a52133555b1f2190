"""The reader as a running training has it by now: python -m qa.training.snapshot RUN INIT OUT

RUN is the folder that qa.training.train writes into, INIT the model it was started from. OUT becomes a folder in
transformers' format with the moving average of the weights in RUN/checkpoint.pt; the training goes on undisturbed.
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from ingest.errors import InputError
from qa.training.model import load_model
from qa.training.train import TOKENIZER_FILES

__all__ = ["main", "snapshot"]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.snapshot", description=__doc__)
    parser.add_argument("run", type=Path, help="folder of a training, with checkpoint.pt")
    parser.add_argument("init", type=Path, help="folder of the model it was started from")
    parser.add_argument("out", type=Path, help="folder that is made")
    given = parser.parse_args(arguments)
    seen = snapshot(given.run, given.init, given.out)
    print(f"{given.out}: the average after {seen:,} examples")


def snapshot(run: Path, init: Path, out: Path) -> int:
    """Write the moving average to `out`; return how many examples it has seen.

    Raises:
        InputError: There is no checkpoint yet.
    """
    checkpoint = run / "checkpoint.pt"
    if not checkpoint.is_file():
        raise InputError(f"{run} has no checkpoint.pt: the first one is written after ten minutes of training")
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    model = load_model(init)
    model.load_state_dict(state["average"])
    model.save_pretrained(out)
    for name in TOKENIZER_FILES:
        if (init / name).exists():
            shutil.copyfile(init / name, out / name)
    return int(state["seen"])


if __name__ == "__main__":
    main()
