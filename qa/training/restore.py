"""A quantized reader -> a checkpoint to train on from: python -m qa.training.restore FOLDER OUT

For when the checkpoint that was exported is lost. FOLDER holds what `python -m qa.training.export` wrote; OUT gets a
folder in transformers' format, each matrix its 7-bit steps times their scale.
"""

import argparse
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import MPNetConfig, MPNetForQuestionAnswering

from ingest.errors import InputError

__all__ = ["main"]

Arrays = dict[str, NDArray[np.float32]]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.restore")
    parser.add_argument("folder", type=Path, help="an MPNet reader in int8, such as qa/reader_model/careful")
    parser.add_argument("out", type=Path, help="where the checkpoint goes")
    given = parser.parse_args(arguments)
    _restore(given.folder, given.out)


def _restore(folder: Path, out: Path) -> None:
    """Write the checkpoint.

    Raises:
        InputError: the reader in `folder` is not in int8, or no MPNet.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config["precision"] != "int8":
        raise InputError(f"{folder} holds a reader in {config['precision']}; only one in int8 can be restored")
    with np.load(folder / "embeddings.npz") as file:
        words = file["table"].astype(np.float32) * file["scale"][:, None]
    graph = onnx.load(str(folder / "model.onnx")).graph
    weights = _weights(graph)
    if "mpnet.encoder.relative_attention_bias.weight" not in weights:
        raise InputError(f"{folder} holds no MPNet; the fast reader's checkpoint lies in ../shared/reader")
    model = MPNetForQuestionAnswering(_shape(graph, weights, words))
    weights["mpnet.embeddings.word_embeddings.weight"] = words
    missing, unknown = model.load_state_dict(
        {name: torch.from_numpy(array.copy()) for name, array in weights.items()}, strict=False
    )
    # The positions' ids are made by the model itself.
    if unknown or [name for name in missing if "position_ids" not in name]:
        raise InputError(f"{folder} is no MPNet as this export writes it: {[*missing, *unknown][:3]}")
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    shutil.copyfile(folder / "tokenizer.json", out / "tokenizer.json")


def _shape(graph: onnx.GraphProto, weights: Arrays, words: NDArray[np.float32]) -> MPNetConfig:
    return MPNetConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=sum(name.endswith("attention.LayerNorm.bias") for name in weights),
        num_attention_heads=weights["mpnet.encoder.relative_attention_bias.weight"].shape[1],
        intermediate_size=len(weights["mpnet.encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["mpnet.embeddings.position_embeddings.weight"]),
        layer_norm_eps=_norms_epsilon(graph),
    )


def _norms_epsilon(graph: onnx.GraphProto) -> float:
    """What the layers' norms add to the variance; 1e-12, transformers' default, where no norm says it."""
    norms = (node for node in graph.node if node.op_type == "LayerNormalization")
    return next((a.f for node in norms for a in node.attribute if a.name == "epsilon"), 1e-12)


def _weights(graph: onnx.GraphProto) -> Arrays:
    """The weights by transformers' names: those kept in float32, and the matrices by the place they are used at."""
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    found: Arrays = {
        name.removeprefix("model.").replace(".dense.layer.", ".dense."): array
        for name, array in kept.items()
        if name.startswith("model.")
    }
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            name = re.sub(r"^/model/|/MatMul\w*$", "", node.name).replace("/", ".")
            steps, scale = kept[node.input[1]], kept[node.input[1].replace("_quantized", "_scale")]
            found[f"{name}.weight"] = (steps.astype(np.float32) * scale).T
    return found


if __name__ == "__main__":
    main()
