"""Export of a small random model: the ONNX logits are torch's, and the folder is one the reader loads."""

import hashlib
import json
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.processors import RobertaProcessing
from transformers import (
    AutoModelForQuestionAnswering,
    BertConfig,
    BertForQuestionAnswering,
    MPNetConfig,
    MPNetForQuestionAnswering,
)

from ingest.errors import InputError, ModelError
from ingest.passages import Passage
from qa.read.reader import Reader, reader_folder
from qa.training.export import export, main

TEXT = "The mill burned in 1702 and was built again."


KINDS = {"bert": (BertConfig, BertForQuestionAnswering), "mpnet": (MPNetConfig, MPNetForQuestionAnswering)}


@pytest.fixture(scope="module", params=KINDS)
def checkpoint(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A model of each kind with random weights and the shipped tokenizer."""
    folder = tmp_path_factory.mktemp("checkpoint")
    tokenizer = Tokenizer.from_file(str(reader_folder("fast") / "tokenizer.json"))
    if request.param == "mpnet":
        ends = [(token, tokenizer.token_to_id(token)) for token in ("[SEP]", "[CLS]")]
        tokenizer.post_processor = RobertaProcessing(*ends)
    torch.manual_seed(3)
    config, model = KINDS[request.param]
    small = config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=514,
        initializer_range=0.5,
    )
    model(small).save_pretrained(folder)
    tokenizer.enable_truncation(128)  # an export must not keep what training set
    tokenizer.enable_padding(length=128)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def best_by_torch(checkpoint: Path, question: str, text: str) -> float:
    """The highest start + end - position 0 over spans of the passage, by transformers itself."""
    model = AutoModelForQuestionAnswering.from_pretrained(checkpoint).eval()
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.no_padding()
    encoded = tokenizer.encode(question, text)
    given = {"input_ids": torch.tensor([encoded.ids])}
    if model.config.model_type == "bert":
        given["token_type_ids"] = torch.tensor([encoded.type_ids])
    with torch.inference_mode():
        output = model(**given)
    start, end = output.start_logits[0], output.end_logits[0]
    inside = [n for n, part in enumerate(encoded.sequence_ids) if part == 1]
    return float(max(start[a] + end[b] for a in inside for b in inside if a <= b < a + 30) - start[0] - end[0])


def test_fp32_reads_as_torch_does(checkpoint: Path, tmp_path: Path) -> None:
    export(checkpoint, tmp_path, "fp32")
    reader = Reader.load(tmp_path)
    for question, text in (("When did the mill burn?", TEXT), ("Who?", "Anna")):
        ((span, *_),) = reader.read(question, [Passage("a:0", "a", 0, 0, len(text), "", text)])
        assert span.score == pytest.approx(best_by_torch(checkpoint, question, text), abs=1e-3)


def test_a_title_is_read_before_the_passage_where_that_was_trained(checkpoint: Path, tmp_path: Path) -> None:
    asked, passages = "When did the mill burn?", [Passage("a:0", "a", 0, 0, len(TEXT), "", TEXT)]
    export(checkpoint, tmp_path, "fp32", titles=False)
    untitled = Reader.load(tmp_path)
    plain = untitled.read(asked, passages)
    assert untitled.read(asked, passages, titles=["The old mill"]) == plain
    export(checkpoint, tmp_path, "fp32")
    titled = Reader.load(tmp_path)
    assert titled.read(asked, passages, titles=[" "]) == titled.read(asked, passages) == plain
    read = titled.read(asked, passages, titles=["The old mill"])
    assert [span.score for span in read[0]] != [span.score for span in plain[0]]
    assert all(0 <= span.start < span.end <= len(TEXT) for span in read[0])
    assert titled.read(asked, passages, titles=["The \ud800 old mill " * 9000])[0]


def test_int8_is_read_and_close_to_fp32(checkpoint: Path, tmp_path: Path) -> None:
    passages = [Passage("a:0", "a", 0, 0, len(TEXT), "", TEXT)]
    best = {}
    for precision in ("int8", "fp32"):
        export(checkpoint, tmp_path / precision, precision)
        best[precision] = Reader.load(tmp_path / precision).read("When did the mill burn?", passages)[0][0]
    spread = abs(best["fp32"].score)
    assert abs(best["int8"].score - best["fp32"].score) < 0.2 * spread
    sizes = {p: (tmp_path / p / "embeddings.npz").stat().st_size for p in best}
    assert sizes["int8"] < 0.4 * sizes["fp32"]


def test_config_names_the_files(checkpoint: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    figures = tmp_path / "figures.json"
    figures.write_text('{"f1": 1.5}', encoding="utf-8")
    (folder).mkdir()
    (folder / "README.md").write_text("card", encoding="utf-8")
    main([str(checkpoint), str(folder), "--reader", "fast", "--base", "none", "--figures", str(figures)])
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["reader"], config["base"], config["precision"]) == ("fast", "none", "int8")
    assert config["figures"] == {"f1": 1.5}
    for name, digest in config["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "config.json",
        "embeddings.npz",
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
