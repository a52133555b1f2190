"""A trained checkpoint -> the folder the reader loads: python -m qa.training.export CHECKPOINT FOLDER

CHECKPOINT is a BertForQuestionAnswering or an MPNetForQuestionAnswering in transformers' format. FOLDER gets
model.onnx, embeddings.npz, tokenizer.json and config.json, which names their SHA-256; other files in it (the model
card) stay as they are.

The word vectors lie beside the model, because the files of a repository's host may have 100 MB each: the reader looks
the vectors up, and the model takes them as its input.
"""

import argparse
import hashlib
import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from transformers import AutoModelForQuestionAnswering

from ingest.errors import InputError
from qa.types import ReaderName

__all__ = ["export", "main"]

Precision = Literal["int8", "fp32"]

MAX_LENGTH = 256  # the checkpoints are trained at this length
STRIDE = 64  # tokens that neighbouring windows share: twice the longest span, and some context
FILES = ("model.onnx", "embeddings.npz", "tokenizer.json")
OUTPUTS = ("start_logits", "end_logits")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.export")
    parser.add_argument("checkpoint", type=Path, help="folder with config.json, model.safetensors, tokenizer.json")
    parser.add_argument("folder", type=Path, help="where the reader's files go")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    parser.add_argument("--reader", choices=get_args(ReaderName), default="careful", help="which of the two it is")
    parser.add_argument("--base", default="all-mpnet-base-v2", help="the model that training started from")
    parser.add_argument("--untitled", action="store_true", help="it was trained without titles before passages")
    parser.add_argument("--figures", type=Path, help="JSON to keep in config.json, as python -m eval reader prints it")
    given = parser.parse_args(arguments)
    figures = json.loads(given.figures.read_text(encoding="utf-8")) if given.figures else None
    export(
        given.checkpoint,
        given.folder,
        given.precision,
        reader=given.reader,
        base=given.base,
        titles=not given.untitled,
        figures=figures,
    )


def export(
    checkpoint: Path,
    folder: Path,
    precision: Precision = "int8",
    *,
    reader: ReaderName = "careful",
    base: str = "all-mpnet-base-v2",
    titles: bool = True,
    figures: dict[str, Any] | None = None,
) -> None:
    """Write the reader's files into `folder`; `titles` says whether it was trained with titles before passages.

    Each file appears whole or not at all, config.json last: a reader loaded in between finds
    hashes that do not match and says so.

    Raises:
        InputError: `checkpoint` lacks a file.
    """
    for needed in ("config.json", "model.safetensors", "tokenizer.json"):
        if not (checkpoint / needed).is_file():
            raise InputError(f"{checkpoint} has no {needed}; give a folder that transformers' save_pretrained wrote")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as temporary:
        made = Path(temporary)
        _write_model(checkpoint, made, precision)
        _write_tokenizer(checkpoint, made)
        config = {
            "reader": reader,
            "base": base,
            "precision": precision,
            "max_length": MAX_LENGTH,
            "stride": STRIDE,
            "pair": _pair(made),
            "titles": titles,
            "sha256": {file: _sha256(made / file) for file in FILES},
            "checkpoint_sha256": _sha256(checkpoint / "model.safetensors"),
            "figures": figures,
        }
        (made / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        for file in (*FILES, "config.json"):
            (made / file).replace(folder / file)


class _Logits(torch.nn.Module):
    """The model with one or two tensors in and two out, as torch's exporter wants it."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: torch.Tensor, types: torch.Tensor | None = None) -> tuple[torch.Tensor, ...]:
        """Vectors of the tokens (batch, length, width), token types (batch, length) -> logits (batch, length)."""
        kinds = {} if types is None else {"token_type_ids": types}
        output = self.model(inputs_embeds=vectors, **kinds)
        return output.start_logits, output.end_logits


class _RowScaled(torch.nn.Module):
    """A linear layer whose input is divided by each row's highest absolute value, and the product multiplied by it.

    In float32 that changes nothing. In int8 ONNX Runtime scales a whole tensor at once, where one token with an
    outlier leaves the others few steps; so each token has a scale of its own.
    """

    def __init__(self, layer: torch.nn.Linear) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """(batch, length, in) -> (batch, length, out)."""
        highest = rows.abs().amax(-1, keepdim=True).clamp(min=1e-6)
        return torch.matmul(rows / highest, self.layer.weight.t()) * highest + self.layer.bias


def _scale_rows(model: torch.nn.Module) -> None:
    """Make the feed-forward layers, which alone change the width, _RowScaled."""
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            if (
                isinstance(layer, torch.nn.Linear)
                and layer.in_features != layer.out_features
                and layer.out_features > 2
            ):
                setattr(parent, name, _RowScaled(layer))


def _write_model(checkpoint: Path, made: Path, precision: Precision) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(
        checkpoint, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    ).eval()
    inputs = {"vectors": torch.zeros(2, 16, model.config.hidden_size)}
    if hasattr(model.config, "type_vocab_size"):
        inputs["token_type_ids"] = torch.zeros(2, 16, dtype=torch.int64)
    if precision == "int8":
        _scale_rows(model)
    target = made / "model.onnx"
    plain = target if precision == "fp32" else made / "plain.onnx"
    with warnings.catch_warnings():
        # The exporter says of itself that it is the old one: the new one needs a package more and writes no
        # smaller file. Its other warnings are about shapes that a test checks by comparing logits.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model),
            tuple(inputs.values()),
            str(plain),
            input_names=list(inputs),
            output_names=list(OUTPUTS),
            dynamic_axes={tensor: {0: "batch", 1: "length"} for tensor in (*inputs, *OUTPUTS)},
            opset_version=17,
            dynamo=False,
        )
    if precision == "int8":
        _quantize(plain, target)
    table = model.get_input_embeddings().weight.detach().numpy().astype(np.float32)
    _write_embeddings(table, made / "embeddings.npz", precision)


def _write_embeddings(table: NDArray[np.float32], path: Path, precision: Precision) -> None:
    """Write the word vectors (vocabulary, width): in float32, or in int8 with a scale for each."""
    if precision == "fp32":
        np.savez(path, table=table)
        return
    scale = np.maximum(np.abs(table).max(1), 1e-9) / 127
    np.savez(path, table=np.round(table / scale[:, None]).astype(np.int8), scale=scale.astype(np.float32))


def _quantize(plain: Path, target: Path) -> None:
    """Quantize what multiplies by weights to int8; ONNX Runtime fuses the rest when it loads the file."""
    # MPNet of 12 layers as begun in ../shared/reader-strong, Reader.read's best span on 120 answerable train questions
    # (60 of the development split, 60 of the calibration titles, drawn by Random(0)), F1, and processor time for one
    # passage of 180 tokens: float32 87.5, 327 ms; int8 without _RowScaled 81.4, 110 ms; with it in the feed-forward
    # layers (this) 86.5, 118 ms; in all layers 86.3, 124 ms; MatMulNBits in 8 bits by blocks of 128 86.6, 202 ms; in 4
    # bits by 32 281 ms, not read. 8 bits for the weights instead of 7 (reduce_range): 86.2. In torch, with each part
    # quantized alone on 16 questions, the whole tensor's scale moved the best span's score by 1.08 in the layers that
    # narrow, by 0.49 in those that widen, by 0.12 in attention; a scale a token moved it by 0.09 in all together.
    # A scale for each channel of the weights: with one for a whole tensor the 6-layer reader lost 7.1 F1 [4.3, 9.8].
    # Signed, because unsigned took 1.7 times the time. 7 bits, because 8 can overflow on processors without VNNI.
    quantize_dynamic(
        plain,
        target,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def _pair(made: Path) -> dict[str, list[int]]:
    """The ids of the tokens before the question, between it and the passage, and after that."""
    tokenizer = Tokenizer.from_file(str(made / "tokenizer.json"))
    encoded = tokenizer.encode("a", "b")
    one, other = encoded.sequence_ids.index(0), encoded.sequence_ids.index(1)
    return {
        "before": encoded.ids[:one],
        "between": encoded.ids[one + 1 : other],
        "after": encoded.ids[other + 1 :],
    }


def _write_tokenizer(checkpoint: Path, made: Path) -> None:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(made / "tokenizer.json"), pretty=False)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
