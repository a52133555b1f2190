"""A larger reader teaches a smaller one: the same tokens, and nearer to it with every step."""

import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering, MPNetConfig, MPNetForQuestionAnswering

from ingest.errors import InputError
from qa.read.reader import MODELS
from qa.training.batches import Batch, encode_row, pad
from qa.training.model import load_tokenizer
from qa.training.teacher import Teacher, taught_loss
from qa.training.train import new_run, step

QUESTION = "How much is £5 at Ørsted's 3-way café \u4e2d\U0001f600?"
PASSAGES = ("It's the naïve “quote”: 1,200 of them.", "Nothing. " * 300, "The café took 4.5 million marks in 2031.")
TITLES = ("", "", "A café with a past")


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student")
    shutil.copy(MODELS / "fast" / "tokenizer.json", folder)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    torch.manual_seed(1)
    BertForQuestionAnswering(BertConfig(vocab_size=30_522, **size)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("teacher")
    shutil.copy(MODELS / "careful" / "tokenizer.json", folder)
    size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    torch.manual_seed(2)
    model = MPNetForQuestionAnswering(MPNetConfig(vocab_size=30_527, initializer_range=0.5, **size))
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def batch(student: Path) -> Batch:
    """A question with three passages, the second cut at the longest that is read, and another with one."""
    tokenizer = load_tokenizer(student)
    rows = [
        encode_row(tokenizer, QUESTION, passage, (), 7, title) for passage, title in zip(PASSAGES, TITLES, strict=True)
    ]
    return pad([*rows, encode_row(tokenizer, "Who?", "Anna did.", ((0, 4),), 8)])


def test_it_reads_the_tokens_that_its_own_tokenizer_gives(student: Path, larger: Path, batch: Batch) -> None:
    ids, mask, places = Teacher(larger, student).rows(batch)
    tokenizer = load_tokenizer(larger)
    for row in (0, 2):
        own = encode_row(tokenizer, QUESTION, PASSAGES[row], (), 7, TITLES[row])
        assert ids[row][mask[row] == 1].tolist() == own.ids
        # The passage's tokens, and its alone, stand where the teacher's own row has them.
        allowed = places[row][batch.allowed[row]].tolist()
        assert allowed == [0, *range(own.first, len(own.ids) - 1)]
    assert bool((ids[mask == 0] == 1).all())


def test_a_student_that_says_the_same_has_nothing_to_learn(batch: Batch) -> None:
    some = torch.Generator().manual_seed(0)
    right = torch.randn(batch.ids.shape, generator=some), torch.randn(batch.ids.shape, generator=some)
    assert taught_loss(right, right, batch).item() == pytest.approx(0, abs=1e-5)
    # Whatever is added to a whole row says the same, for a row is read against its position 0.
    moved = (right[0] + torch.tensor([[1.0], [2.0], [3.0], [4.0]]), right[1])
    assert taught_loss(moved, right, batch).item() == pytest.approx(0, abs=1e-5)
    other = (right[0].flip(1), right[1])
    assert taught_loss(other, right, batch).item() > 0.01
    # A passage that is scored too high costs beside the question's other passages, too.
    high = right[0].clone()
    high[2, 1:] += 3
    alone = Batch(**{**vars(batch), "group": torch.tensor([1, 2, 3, 4])})
    assert taught_loss((high, right[1]), right, batch).item() != pytest.approx(
        taught_loss((high, right[1]), right, alone).item()
    )


def test_steps_bring_the_student_nearer(student: Path, larger: Path, batch: Batch) -> None:
    teacher = Teacher(larger, student)
    wanted = teacher.logits(batch, half=False)

    def distance(taught: Teacher | None) -> float:
        run = new_run(student)
        run.half = False
        for _ in range(8):
            step(run, batch, 3e-3, taught)
        with torch.no_grad():
            output = run.model(input_ids=batch.ids, attention_mask=batch.mask, token_type_ids=batch.types)
        return float(taught_loss((output.start_logits, output.end_logits), wanted, batch))

    assert distance(teacher) < distance(None)


def test_a_reader_of_another_vocabulary_cannot_teach(student: Path, larger: Path) -> None:
    with pytest.raises(InputError, match="cannot teach"):
        Teacher(student, larger)
