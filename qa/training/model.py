"""The model that is trained, and its tokenizer, from a folder in transformers' format."""

from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForQuestionAnswering

from qa.training.batches import LENGTH, Batch

__all__ = ["inputs_of", "load_model", "load_tokenizer"]


def load_model(folder: Path) -> Any:
    """The model in float32, on the GPU where there is one; trained without dropout.

    A run on a processor sees less than an epoch, where there is little to overfit, and dropout is dear there:
    10 rows of 204 tokens took 1.75 to 2.25 s of processor time with it and 1.35 s without, in bfloat16.
    """
    model = AutoModelForQuestionAnswering.from_pretrained(
        folder,
        dtype=torch.float32,
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
        # 24 rows of 170 tokens, forward and back, on two cores: 21.1 rows a second so, 17.3 with 'sdpa'.
        attn_implementation="eager",
        local_files_only=True,
    )
    return model.to("cuda" if torch.cuda.is_available() else "cpu")


def load_tokenizer(folder: Path) -> Tokenizer:
    """The model's tokenizer; passages are cut at LENGTH tokens, questions never."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTH, strategy="only_second")
    return tokenizer


def inputs_of(model: Any, batch: Batch) -> dict[str, torch.Tensor]:
    """What the model takes of a batch; MPNet knows no token types."""
    inputs = {"input_ids": batch.ids, "attention_mask": batch.mask}
    return inputs | {"token_type_ids": batch.types} if hasattr(model.config, "type_vocab_size") else inputs
