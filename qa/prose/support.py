"""Whether sentences carry a statement: a small model that reads both, for what no look-up finds.

A 'not', a rise for a fall, or who did what to whom. It was trained on sentences with one of these exchanged
(qa/training/support.py); its card says how many it finds.
"""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from ingest.errors import ModelError
from qa.read.reader import checked_file

__all__ = ["Support"]

_FOLDER = Path(__file__).parent / "support_model"


class Support:
    """Compares a statement with sentences. Safe to use from several threads.

    Attributes:
        threshold: The probability from which sentences are taken to carry a statement: below it lie 6% of what
            people retold truly, in articles that were held out of its training.
        fingerprint: SHA-256 of the model file.
    """

    def __init__(self, session: Any, tokenizer: Tokenizer, config: dict[str, Any]) -> None:
        """Wrap a loaded model; `Support.load` is the usual way."""
        tokenizer.no_padding()
        tokenizer.enable_truncation(config["max_length"], strategy="longest_first")
        tokenizer.encode_special_tokens = True
        self.threshold: float = config["threshold"]
        self.fingerprint: str = config["sha256"]["model.onnx"]
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, folder: Path = _FOLDER) -> Self:
        """Load the shipped model, or the one that lies in a folder; its files must match the hashes in config.json.

        Raises:
            ModelError: A file is missing or damaged.
        """
        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            digests = config["sha256"]
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(f"{folder / 'config.json'} cannot be read: install dateline again") from error
        files = {name: checked_file(folder / name, digest) for name, digest in digests.items()}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(files["model.onnx"], options, providers=["CPUExecutionProvider"])
        return cls(session, Tokenizer.from_str(files["tokenizer.json"].decode("utf-8")), config)

    def of(self, statement: str, passages: Sequence[str]) -> float:
        """Return the probability that one of the passages, or all together, carry the statement, in [0, 1].

        A passage is a sentence or three. Of more than 256 word pieces in all, the longer text is cut.
        """
        texts = [*passages, " ".join(passages)] if len(passages) > 1 else passages
        return max((self._of(statement, text) for text in texts), default=0.0)

    def _of(self, statement: str, text: str) -> float:
        encoded = self._tokenizer.encode(_whole(statement), _whole(text))
        inputs = {"input_ids": np.array([encoded.ids]), "token_type_ids": np.array([encoded.type_ids])}
        (logit,) = self._session.run(["logit"], inputs)[0][0]
        return 1 / (1 + math.exp(-float(logit)))


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
