"""Export of a small random model: the ONNX logits are torch's, and the folder is one the reader loads."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering

from ingest.errors import InputError, ModelError
from ingest.passages import Passage
from qa.reader import READER_MODEL, Reader
from qa.training.export import export, main

TEXT = "The mill burned in 1702 and was built again."


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BertForQuestionAnswering with random weights and the shipped tokenizer."""
    folder = tmp_path_factory.mktemp("checkpoint")
    tokenizer = Tokenizer.from_file(str(READER_MODEL / "tokenizer.json"))
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
        initializer_range=0.5,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.enable_truncation(128)  # an export must not keep what training set
    tokenizer.enable_padding(length=128)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def inputs(batch: int, length: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(5)
    ids = generator.integers(5, 2000, (batch, length))
    mask = np.ones_like(ids)
    mask[-1, length // 2 :] = 0
    types = np.zeros_like(ids)
    types[:, length // 3 :] = 1
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}


def test_fp32_logits_are_torchs(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path, "fp32")
    session = onnxruntime.InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    model = BertForQuestionAnswering.from_pretrained(checkpoint).eval()
    for batch, length in [(1, 9), (3, 256)]:  # neither is the size that was traced
        fed = inputs(batch, length)
        with torch.inference_mode():
            wanted = model(**{name: torch.from_numpy(value) for name, value in fed.items()})
        start, end = session.run(["start_logits", "end_logits"], fed)
        kept = fed["attention_mask"] == 1
        np.testing.assert_allclose(start[kept], wanted.start_logits.numpy()[kept], atol=1e-3)
        np.testing.assert_allclose(end[kept], wanted.end_logits.numpy()[kept], atol=1e-3)


def test_int8_is_read_and_close_to_fp32(checkpoint: Path, tmp_path: Path) -> None:
    passages = [Passage("a:0", "a", 0, 0, len(TEXT), "", TEXT)]
    best = {}
    for precision in ("int8", "fp32"):
        export(checkpoint, tmp_path / precision, precision)
        best[precision] = Reader.load(tmp_path / precision).read("When did the mill burn?", passages)[0][0]
    spread = abs(best["fp32"].score)
    assert abs(best["int8"].score - best["fp32"].score) < 0.2 * spread
    sizes = {p: (tmp_path / p / "model.onnx").stat().st_size for p in best}
    assert sizes["int8"] < 0.55 * sizes["fp32"]  # most of this small model is its embeddings, which are halved


def test_config_names_the_files(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    figures = tmp_path / "figures.json"
    figures.write_text('{"f1": 1.5}', encoding="utf-8")
    (folder).mkdir()
    (folder / "README.md").write_text("card", encoding="utf-8")
    main([str(checkpoint), str(folder), "--name", "tiny", "--base", "none", "--figures", str(figures)])
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["name"], config["base"], config["precision"]) == ("tiny", "none", "int8")
    assert config["figures"] == {"f1": 1.5}
    for name, digest in config["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config.json",
        "model.onnx",
        "tokenizer.json",
    ]
    assert Tokenizer.from_file(str(folder / "tokenizer.json")).truncation is None


def test_a_folder_that_is_no_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no config\.json"):
        export(tmp_path, tmp_path / "made")


def test_a_new_model_with_an_old_config_is_not_loaded(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path)
    old = (tmp_path / "config.json").read_bytes()
    export(checkpoint, tmp_path, "fp32")
    (tmp_path / "config.json").write_bytes(old)
    with pytest.raises(ModelError, match="damaged"):
        Reader.load(tmp_path)
