"""A trained checkpoint -> the folder the reader loads: python -m qa.training.export CHECKPOINT FOLDER

CHECKPOINT is a BertForQuestionAnswering in transformers' format. FOLDER gets model.onnx, tokenizer.json
and config.json, which names their SHA-256; other files in it (the model card) stay as they are.
"""

import argparse
import hashlib
import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from tokenizers import Tokenizer
from transformers import AutoModelForQuestionAnswering

from ingest.errors import InputError

__all__ = ["export", "main"]

Precision = Literal["int8", "fp32"]

MAX_LENGTH = 256  # the checkpoints are trained at this length
STRIDE = 64  # tokens that neighbouring windows share: twice the longest span, and some context
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("start_logits", "end_logits")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.export")
    parser.add_argument("checkpoint", type=Path, help="folder with config.json, model.safetensors, tokenizer.json")
    parser.add_argument("folder", type=Path, help="where the reader's files go")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    parser.add_argument("--name", default="dateline-reader")
    parser.add_argument("--base", default="all-MiniLM-L6-v2", help="the model that training started from")
    parser.add_argument("--figures", type=Path, help="JSON to keep in config.json, as python -m eval reader prints it")
    given = parser.parse_args(arguments)
    figures = json.loads(given.figures.read_text(encoding="utf-8")) if given.figures else None
    export(given.checkpoint, given.folder, given.precision, name=given.name, base=given.base, figures=figures)


def export(
    checkpoint: Path,
    folder: Path,
    precision: Precision = "int8",
    *,
    name: str = "dateline-reader",
    base: str = "all-MiniLM-L6-v2",
    figures: dict[str, Any] | None = None,
) -> None:
    """Write the reader's files into `folder`.

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
            "name": name,
            "base": base,
            "precision": precision,
            "max_length": MAX_LENGTH,
            "stride": STRIDE,
            "sha256": {file: _sha256(made / file) for file in ("model.onnx", "tokenizer.json")},
            "checkpoint_sha256": _sha256(checkpoint / "model.safetensors"),
            "figures": figures,
        }
        (made / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        for file in ("model.onnx", "tokenizer.json", "config.json"):
            (made / file).replace(folder / file)


class _Logits(torch.nn.Module):
    """The model with three tensors in and two out, as torch's exporter wants it."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """All of shape (batch, length): int64 in, float32 logits out."""
        output = self.model(input_ids=ids, attention_mask=mask, token_type_ids=types)
        return output.start_logits, output.end_logits


def _write_model(checkpoint: Path, made: Path, precision: Precision) -> None:
    model = AutoModelForQuestionAnswering.from_pretrained(
        checkpoint, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    ).eval()
    example = torch.ones(2, 16, dtype=torch.int64)
    target = made / "model.onnx"
    plain = target if precision == "fp32" else made / "plain.onnx"
    with warnings.catch_warnings():
        # The exporter says of itself that it is the old one: the new one needs a package more and writes no
        # smaller file. Its other warnings are about shapes that a test checks by comparing logits.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Logits(model),
            (example, example, example),
            str(plain),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={tensor: {0: "batch", 1: "length"} for tensor in (*INPUTS, *OUTPUTS)},
            opset_version=17,
            dynamo=False,
        )
    if precision == "int8":
        _quantize(plain, target, model.config.num_attention_heads, model.config.hidden_size)


def _quantize(plain: Path, target: Path, heads: int, hidden: int) -> None:
    """Fuse attention, GELU and normalisation into ONNX Runtime's own operators; quantize all but the embeddings."""
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False  # so that the embeddings stay apart
    fused = optimize_model(
        str(plain), model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0, optimization_options=options
    )
    between = target.with_name("fused.onnx")
    fused.save_model_to_file(str(between))  # this, not fused.model, declares the operators' domain
    # F1 of Reader.read's best span on train data: the baseline's exports, each question on its own paragraph, and the
    # paired difference from this variant with its 95% bootstrap interval. 1,000 answerable questions of
    # squad2-half-dev drawn by Random(0): this 78.8; not fused +0.2 [-0.6, +0.9]; float32 +0.2 [-0.6, +1.2]. The 949
    # of the development split: this 80.1; not fused +0.3 [-0.7, +1.2]; float32 +0.7 [-0.3, +1.8]. The first 600 of
    # the 1,000: this 78.9; one scale for a whole tensor -7.1 [-9.8, -4.3]; unsigned weights +0.6 [-0.9, +2.0].
    # So: a scale for each channel. Signed, because unsigned took 1.7 times the processor time (ten passages of 175
    # tokens: 399 ms, this 232, not fused 235, float32 475). 7 bits, because 8 can overflow on processors without
    # VNNI. Fused or not is all one; the shipped file is fused, and stays so that it can be made again.
    # Embeddings in half precision: all in int8 the file has 23 MB, so 35. The shipped reader's F1 and exact match on
    # 1,000 train questions (500 of the development split, 500 of the calibration titles, drawn by Random(0)):
    # float32 83.0 and 72.4, all in int8 82.5 and 71.8, so 82.7 and 72.6 (and 83.2 and 73.5 where only the word table is
    # in half precision: noise). It takes no more time.
    quantize_dynamic(
        between,
        target,
        op_types_to_quantize=["Attention", "MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},  # fused operators have no inferred types
    )
    _halve_embeddings(target)


def _halve_embeddings(path: Path) -> None:
    """Store what is looked up by token in half precision; the looked-up rows are made float32 again."""
    model = onnx.load(str(path))
    graph = model.graph
    tables = {table.name: table for table in graph.initializer if table.data_type == TensorProto.FLOAT}
    nodes = []
    for node in graph.node:
        nodes.append(node)
        if node.op_type == "Gather" and (table := tables.get(node.input[0])):
            table.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(table).astype(np.float16), table.name))
            (rows,) = node.output
            node.output[0] = f"{rows}_half"
            nodes.append(helper.make_node("Cast", [f"{rows}_half"], [rows], to=TensorProto.FLOAT))
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.save(model, str(path))


def _write_tokenizer(checkpoint: Path, made: Path) -> None:
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    tokenizer.save(str(made / "tokenizer.json"), pretty=False)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
