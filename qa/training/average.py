"""The mean of several models' weights: python -m qa.training.average OUT FOLDER...

Models that were trained on from the same one often lie in one basin, where the mean of their weights is as good as
their ensemble and costs one model (model soups: Wortsman et al. 2022, https://proceedings.mlr.press/v162/wortsman22a).
"""

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from ingest.errors import InputError

__all__ = ["main"]

WEIGHTS = "model.safetensors"


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.average", description=__doc__)
    parser.add_argument("out", type=Path, help="folder that is made")
    parser.add_argument("folders", type=Path, nargs="+", help="models in transformers' format, of one architecture")
    given = parser.parse_args(arguments)
    average(given.folders, given.out)


def average(folders: Sequence[Path], out: Path) -> None:
    """Write a model whose every weight is the mean of those of `folders`, in float32, to `out`.

    Its configuration and tokenizer are the last one's.

    Raises:
        InputError: The models do not have the same weights by name and shape.
    """
    loaded = [load_file(folder / WEIGHTS) for folder in folders]
    shapes = [{name: tensor.shape for name, tensor in tensors.items()} for tensors in loaded]
    for folder, own in zip(folders, shapes, strict=True):
        if own != shapes[0]:
            raise InputError(f"{folder} is of another architecture than {folders[0]}: give models of one")
    shutil.copytree(folders[-1], out, dirs_exist_ok=True)
    mean = {name: torch.stack([tensors[name].float() for tensors in loaded]).mean(0) for name in loaded[0]}
    save_file(mean, out / WEIGHTS, metadata={"format": "pt"})


if __name__ == "__main__":
    main()
