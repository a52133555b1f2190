from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.processors import RobertaProcessing
from transformers import BertConfig, BertForQuestionAnswering, MPNetConfig, MPNetForQuestionAnswering

from ingest.errors import InputError
from qa.read.reader import reader_folder
from qa.training.export import export
from qa.training.model import load_model
from qa.training.restore import main

SHAPE = {"hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 64}


def checkpoint(folder: Path, model: torch.nn.Module) -> Path:
    model.save_pretrained(folder)  # type: ignore[operator]
    tokenizer = Tokenizer.from_file(str(reader_folder("fast") / "tokenizer.json"))
    tokenizer.post_processor = RobertaProcessing(*[(t, tokenizer.token_to_id(t)) for t in ("[SEP]", "[CLS]")])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(4)
    model = MPNetForQuestionAnswering(
        MPNetConfig(vocab_size=30522, max_position_embeddings=130, layer_norm_eps=1e-5, **SHAPE)  # type: ignore[arg-type]
    )
    for name, parameter in model.named_parameters():  # biases and norms begin as zeros and ones
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, 1.0 if "LayerNorm.weight" in name else 0.0, 0.2)
    return checkpoint(tmp_path_factory.mktemp("mpnet"), model)


def test_what_was_exported_comes_back_to_a_step_of_its_scale(mpnet: Path, tmp_path: Path) -> None:
    export(mpnet, tmp_path / "reader")
    main([str(tmp_path / "reader"), str(tmp_path / "back")])
    was, back = load_model(mpnet), load_model(tmp_path / "back")
    assert back.config.layer_norm_eps == pytest.approx(1e-5)
    known = dict(back.named_parameters())
    assert sorted(known) == sorted(dict(was.named_parameters()))
    for name, weights in was.named_parameters():
        # 7 bits for each row of a matrix (its output channel) and 8 for a word; the rest is kept as it is.
        steps = 63 if weights.dim() == 2 and "bias" not in name and "position" not in name else float("inf")
        step = weights.abs().amax(-1, keepdim=True) / steps
        assert bool(((known[name] - weights).abs() <= step + 1e-6).all()), name


def test_what_cannot_be_restored_is_told(mpnet: Path, tmp_path: Path) -> None:
    export(mpnet, tmp_path / "whole", "fp32")
    with pytest.raises(InputError, match="fp32; only one in int8"):
        main([str(tmp_path / "whole"), str(tmp_path / "back")])
    bert = BertForQuestionAnswering(BertConfig(vocab_size=30522, max_position_embeddings=130, **SHAPE))  # type: ignore[arg-type]
    export(checkpoint(tmp_path / "bert", bert), tmp_path / "other", reader="fast")
    with pytest.raises(InputError, match="no MPNet"):
        main([str(tmp_path / "other"), str(tmp_path / "back")])
    assert not (tmp_path / "back").exists()
