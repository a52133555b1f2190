from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from ingest.errors import InputError
from qa.training.average import main


def model(folder: Path, **weights: list[float]) -> str:
    folder.mkdir()
    (folder / "config.json").write_text(f'{{"from": "{folder.name}"}}', encoding="utf-8")
    save_file({name: torch.tensor(values) for name, values in weights.items()}, folder / "model.safetensors")
    return str(folder)


def test_every_weight_is_the_mean_of_the_models(tmp_path: Path) -> None:
    models = [model(tmp_path / "a", w=[0.0, 3.0]), model(tmp_path / "b", w=[6.0, 3.0]), model(tmp_path / "c", w=[0, 0])]
    main([str(tmp_path / "out"), *models])
    assert load_file(tmp_path / "out" / "model.safetensors")["w"].tolist() == [2.0, 2.0]
    assert (tmp_path / "out" / "config.json").read_text() == '{"from": "c"}'
    assert load_file(tmp_path / "a" / "model.safetensors")["w"].tolist() == [0.0, 3.0]


def test_models_of_different_architectures_are_refused(tmp_path: Path) -> None:
    models = [model(tmp_path / "a", w=[0.0]), model(tmp_path / "b", w=[0.0, 1.0])]
    with pytest.raises(InputError, match="another architecture"):
        main([str(tmp_path / "out"), *models])
    assert not (tmp_path / "out").exists()
