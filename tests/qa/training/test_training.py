"""The training recipe at a tiny size: real tokenizer, real (small) BERT, data made here."""

import json
import math
from collections import defaultdict
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
import torch
from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import RobertaProcessing
from transformers import (
    AutoModelForQuestionAnswering,
    BertConfig,
    BertForQuestionAnswering,
    MPNetConfig,
    MPNetForQuestionAnswering,
)

from eval.data.train_sets import PAGES
from eval.data.train_sets import dated as dated_set
from ingest.errors import InputError
from qa.read.titles import title_tokens
from qa.training.augment import crop, names_numbers_dates, noisy, swap, without
from qa.training.batches import CHUNK, TITLED, Batch, Feed, Row, encode_row, pad
from qa.training.loss import span_loss
from qa.training.measure import best_spans, measure
from qa.training.measure import main as measure_main
from qa.training.model import load_model, load_tokenizer
from qa.training.negatives import Negatives
from qa.training.overlap import TEST_ONLY, TestText, drop_overlap, test_texts
from qa.training.snapshot import main as snapshot_main
from qa.training.snapshot import snapshot
from qa.training.sources import (
    CALIBRATION_TITLES,
    DATED_TIMES,
    LEFT_PAGES,
    MORE,
    SINGLE,
    Question,
    among_others,
    dated_questions,
    load_calibration,
    load_questions,
    siblings,
    split_dev,
)
from qa.training.train import Run, learning_rate, main, new_run, step, train, upcoming

FIRST, LAST = ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Oak"), ("ton", "ford", "ham", "by", "ley", "wick")
TOWNS = [first + last for first in FIRST for last in LAST] + ["Riverton"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def paragraph(town: str) -> dict[str, Any]:
    """A SQuAD paragraph about a made town, with two answerable questions."""
    year, people = str(1800 + TOWNS.index(town)), str(100 + 7 * TOWNS.index(town))
    context = f"{town} lies by a lake. It was founded in {year}. Some {people} people live in {town} today."
    asked = [(f"When was {town} founded?", year), (f"How many people live in {town}?", people)]
    return {
        "context": context,
        "qas": [{"question": q, "answers": [{"text": a, "answer_start": context.index(a)}]} for q, a in asked],
    }


def mayors(number: int) -> dict[str, Any]:
    """A TimeQA page: two mayors, each for his own years, and years of which it says nothing."""
    paragraphs = [f"Town {number}", "Abel was its mayor from 1900 to 1904 .", "Bruno was its mayor from 1904 to 1909 ."]
    questions = [
        [f"Who was mayor of Town {number} from {years}?", [{"para": para, "from": 0, "end": len(name), "answer": name}]]
        for years, para, name in (("1901 to 1903", 1, "Abel"), ("1905 to 1906", 2, "Bruno"), ("1950 to 1951", 0, ""))
    ]
    return {"index": f"/wiki/Town_{number}#P6", "paras": paragraphs, "questions": questions}


def squad(towns: list[str]) -> str:
    return json.dumps({"data": [{"title": town, "paragraphs": [paragraph(town)]} for town in towns]})


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny file for every set that the recipe reads."""
    folder = tmp_path_factory.mktemp("data")
    for name, towns in (("wiki", TOWNS[:5]), ("amazon", TOWNS[5:35]), ("reddit", TOWNS[35:40])):
        (folder / f"squadshifts-{name}.json").write_text(squad(towns))
    half = json.loads(squad(TOWNS[40:41]))
    half["data"][0]["paragraphs"][0]["qas"].append({"question": "Who founded it?", "answers": []})
    kept = paragraph(TOWNS[41])
    kept["qas"].append({"question": "Who sold it?", "answers": []})
    half["data"] += [{"title": title, "paragraphs": [kept]} for title in sorted(CALIBRATION_TITLES)]
    (folder / "squad2-half-dev.json").write_text(json.dumps(half))
    (folder / "qamr-sentences.tsv").write_text(
        "W:news:7:0:0\tAnna -LRB- 41 -RRB- sold the mill .\nW:news:7:0:1\tIt burned .\n"
    )
    (folder / "qamr-dev.tsv").write_text("W:news:7:0:0\t0\t1\t0\t0\tWho sold the mill?\t0\t2:0\t3:Invalid\n")
    (folder / "qamr-test.tsv").write_text("W:news:7:0:0\t0\t1\t0\t0\tHow old is Anna?\t2\t2:1 2 3\n")
    for name in (name for names in [*MORE.values(), *SINGLE.values()] for name in names):
        (folder / f"{name}.json").write_text(squad(TOWNS[:3]))
    for name in TEST_ONLY:
        empty = {".json": '{"data": []}', ".jsonl": '{"input": "where is Nowhere?"}\n', ".tsv": "1\tWhere is it?\n"}
        (folder / name).write_text(empty[Path(name).suffix])
    (folder / "xquad-en.json").write_text(squad(["Riverton"]))
    (folder / "timeqa-human-train.json").write_text(json.dumps([mayors(n) for n in range(LEFT_PAGES + 2)]))
    return folder


@pytest.fixture(scope="module", params=["bert", "mpnet"])
def init(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A model folder of each kind: one layer of width 16 with random weights, and a tokenizer of single letters."""
    folder = tmp_path_factory.mktemp("init")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] if request.param == "bert" else ["<s>", "<pad>", "</s>", "[UNK]"]
    words = [*special, *LETTERS, *(f"##{c}" for c in LETTERS), *".,?()"]
    number = {word: n for n, word in enumerate(words)}
    size = {"vocab_size": len(words), "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(0)
    if request.param == "bert":
        tokenizer = BertWordPieceTokenizer(number, lowercase=True)
        BertForQuestionAnswering(BertConfig(**size, intermediate_size=16)).save_pretrained(folder)
    else:
        names = {"sep_token": "</s>", "cls_token": "<s>", "pad_token": "<pad>"}
        tokenizer = BertWordPieceTokenizer(number, lowercase=True, **names)
        tokenizer.post_processor = RobertaProcessing(("</s>", number["</s>"]), ("<s>", number["<s>"]))
        MPNetForQuestionAnswering(MPNetConfig(**size, intermediate_size=16)).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def feed(data: Path, init: Path) -> Feed:
    learned, _ = split_dev(load_questions(data, 0))
    return Feed(learned, Negatives(learned), load_tokenizer(init), seed=3)


def test_recipe_ends_in_a_checkpoint_that_loads_and_reads(data: Path, init: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["--data", str(data), "--init", str(init), "--out", str(out), "--examples", "120", "--measure-every", "60"])
    model = AutoModelForQuestionAnswering.from_pretrained(out / "final")
    tokenizer = load_tokenizer(out / "final")
    passage = "Elmby lies by a lake."
    ((score, text),) = best_spans(model, tokenizer, [("Where is Elmby?", passage)])
    assert math.isfinite(score)
    assert text
    assert text in passage
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["final"] in {"model", "average"}
    assert [line["development"]["model"]["questions"] for line in lines if "seen" in line] == [
        lines[0]["development"]
    ] * sum("seen" in line for line in lines)


def test_resumed_run_repeats_the_uninterrupted_one(feed: Feed, init: Path, tmp_path: Path) -> None:
    torch.manual_seed(5)
    whole = new_run(init)
    take_steps(whole, feed, 2)
    whole.save(tmp_path / "checkpoint.pt")
    take_steps(whole, feed, 2)

    resumed = new_run(init)
    resumed.restore(tmp_path / "checkpoint.pt")
    take_steps(resumed, feed, 2)
    assert places(resumed) == places(whole)
    for name in ("model", "average"):
        ours, theirs = getattr(resumed, name).state_dict(), getattr(whole, name).state_dict()
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


def take_steps(run: Run, feed: Feed, count: int) -> None:
    for batch in islice(upcoming(run, feed), count):
        step(run, batch, 1e-3)


def places(run: Run) -> tuple[int, int, int, int]:
    return run.step, run.seen, run.chunk, run.batch


def test_control_file_ends_the_run_and_resuming_goes_on_after_it(feed: Feed, init: Path, tmp_path: Path) -> None:
    (tmp_path / "until").write_text("30")
    first = new_run(init)
    train(first, feed, tmp_path, [], examples=10**9, measure_every=10**9)
    assert 30 <= first.seen < 30 + 64  # the control file ended the run, not --examples
    resumed = new_run(init)
    resumed.restore(tmp_path / "checkpoint.pt")
    straight = islice(upcoming(new_run(init), feed), first.step, first.step + 3)
    for ours, theirs in zip(islice(upcoming(resumed, feed), 3), straight, strict=True):
        assert torch.equal(ours.ids, theirs.ids)


def test_frozen_layers_stay_as_they_are(feed: Feed, init: Path) -> None:
    run = new_run(init, frozen=1)
    before = {name: weights.clone() for name, weights in run.model.named_parameters()}
    step(run, feed.chunk(0)[0], 1e-3)
    moved = {name for name, weights in run.model.named_parameters() if not torch.equal(weights, before[name])}
    assert moved == {"qa_outputs.weight", "qa_outputs.bias"}  # what stands above the one layer


def test_a_running_training_can_be_tried(
    feed: Feed, init: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InputError, match=r"has no checkpoint\.pt"):
        snapshot(tmp_path, init, tmp_path / "out")
    run = new_run(init)
    take_steps(run, feed, 2)
    run.save(tmp_path / "checkpoint.pt")
    snapshot_main([str(tmp_path), str(init), str(tmp_path / "out")])
    assert f"after {run.seen:,} examples" in capsys.readouterr().out
    loaded = load_model(tmp_path / "out").state_dict()
    average = run.average.state_dict()
    assert all(torch.equal(loaded[key], average[key]) for key in average)
    assert load_tokenizer(tmp_path / "out").get_vocab() == feed.tokenizer.get_vocab()


def test_learning_rate_rises_then_falls_to_zero() -> None:
    rates = [learning_rate(seen, 10_000) for seen in range(0, 10_001, 500)]
    top = rates.index(max(rates))
    assert rates[0] == rates[-1] == 0
    assert rates[: top + 1] == sorted(rates[: top + 1])
    assert rates[top:] == sorted(rates[top:], reverse=True)


def rows_of(*spans: tuple[tuple[int, int], ...], groups: tuple[int, ...]) -> Batch:
    """Rows of six tokens, [CLS] q [SEP] a b [SEP]: an answer may be a, b or position 0."""
    return pad([Row([2, 5, 3, 6, 7, 3], 3, span, group) for span, group in zip(spans, groups, strict=True)])


def test_loss_of_even_logits_counts_the_choices() -> None:
    zeros = torch.zeros(1, 6)
    # Three choices for the start, three for the end.
    assert span_loss(zeros, zeros, rows_of(((3, 4),), groups=(1,))).item() == pytest.approx(math.log(3))
    # Two annotated spans of nine: twice the probability.
    both = span_loss(zeros, zeros, rows_of(((3, 3), (3, 4)), groups=(1,)))
    assert both.item() == pytest.approx(math.log(9 / 2) / 2)
    # Beside a second passage the shared half chooses among five: nowhere, and two tokens of each.
    pair = span_loss(zeros.expand(2, 6), zeros.expand(2, 6), rows_of(((3, 4),), (), groups=(1, 1)))
    assert pair.item() == pytest.approx((math.log(3) + math.log(5)) / 2)
    # Two questions do not compete.
    apart = span_loss(zeros.expand(2, 6), zeros.expand(2, 6), rows_of(((3, 4),), (), groups=(1, 2)))
    assert apart.item() == pytest.approx(math.log(3))


def test_loss_punishes_a_score_in_the_wrong_passage_only_for_that_question() -> None:
    logits = torch.zeros(2, 6)
    logits[1, 3] = 4.0
    together = span_loss(logits, logits, rows_of(((3, 4),), (), groups=(1, 1)))
    apart = span_loss(logits, logits, rows_of(((3, 4),), (), groups=(1, 2)))
    outside = logits.clone()
    outside[:, [1, 2, 5]] = 9.0  # question and separators can not be answers
    assert together.item() > span_loss(logits * 0, logits * 0, rows_of(((3, 4),), (), groups=(1, 1))).item()
    assert together.item() != pytest.approx(apart.item())
    assert span_loss(outside, outside, rows_of(((3, 4),), (), groups=(1, 2))).item() == pytest.approx(apart.item())


def test_sources_keep_offsets_and_leave_calibration_titles_out(data: Path) -> None:
    questions = load_questions(data, 0)
    answers = {q.text: {q.passage[start:end] for start, end in q.spans} for q in questions}
    assert answers["Who sold the mill?"] == {"Anna"}
    assert answers["How old is Anna?"] == {"41", "(41)"}
    assert answers["When was Ashton founded?"] == {"1800"}
    assert answers["Who founded it?"] == set()
    assert not CALIBRATION_TITLES & {q.title for q in questions}
    assert {q.title for q in load_calibration(data)} == CALIBRATION_TITLES


def test_the_same_page_is_asked_for_the_values_of_several_dates(data: Path) -> None:
    dated = [q for q in load_questions(data, 0) if q.source == "timeqa"]
    pages = [f"Town {LEFT_PAGES}", f"Town {LEFT_PAGES + 1}"]  # those before them are the chooser's
    assert {q.title for q in dated} == set(pages)
    assert len(dated) == 2 * 3 * DATED_TIMES
    answers = {q.text: [q.passage[start:end] for start, end in q.spans] for q in dated}
    assert answers == {
        f"Who was mayor of {page} from {years}?": found
        for page in pages
        for years, found in (("1901 to 1903", ["Abel"]), ("1905 to 1906", ["Bruno"]), ("1950 to 1951", []))
    }
    assert {q.passage for q in dated if q.title == pages[0]} == {"\n\n".join(mayors(LEFT_PAGES)["paras"])}


def test_pages_of_the_chooser_teach_the_reader_nothing(shared: Path) -> None:
    path = shared / "data" / "timeqa-human-train.json"
    _, asked = dated_set(path, PAGES, TestText(test_texts(shared / "data")))
    fitted, trained = {a.question for a in asked}, list(dated_questions(path))
    assert len(fitted) > 100
    assert len(trained) > 800
    assert not fitted & {q.text for q in trained}


def test_development_articles_are_whole_and_apart() -> None:
    questions = [Question("wiki", f"title {n // 2}", "?", f"passage {n}", ()) for n in range(400)]
    learned, dev = split_dev(questions)
    assert not {q.title for q in learned} & {q.title for q in dev}
    assert len(learned) + len(dev) == 400
    assert 0 < len(dev) < 60


def test_overlap_drops_the_same_question_and_the_same_passage() -> None:
    text = "The old mill by the river was sold to a baker from the next town in the spring"
    other = "Nine ships left the harbour on the first day of May and none of them came back to it"
    tests = TestText([f"{text}, it was said, and burned.", "Who sold the mill?"])
    questions = [
        Question("wiki", "a", "who sold the Mill", other, ()),
        Question("wiki", "b", "To whom?", text.upper(), ()),
        Question("qamr", "c", "How many ships left?", other, ()),
    ]
    kept, dropped = drop_overlap(questions, tests)
    assert [q.title for q in kept] == ["c"]
    assert dropped == {"wiki": 2}


def test_test_texts_leave_out_xquad_titles_that_are_train_set(shared: Path) -> None:
    texts = set(test_texts(shared / "data"))
    titles = json.loads((shared / "data/xquad-en.json").read_text())["data"]
    held = [a for a in titles if a["paragraphs"][0]["context"] in texts]
    assert len(titles) == 48
    assert len(held) == 32


def test_negatives_never_hold_an_answer(feed: Feed) -> None:
    found = feed.negatives.of(range(len(feed.questions)))
    assert any(found)
    assert feed.negatives.of([]) == []
    for question, negatives in zip(feed.questions, found, strict=True):
        for start, end in question.spans:
            assert not any(question.passage[start:end] in negative.split() for negative in negatives)
        assert question.passage not in negatives


@pytest.mark.parametrize("seed", range(20))
def test_crop_keeps_whole_sentences_and_the_answers(seed: int) -> None:
    sentences = [f"Sentence number {n} has {'very ' * n}few words. " for n in range(20)]
    passage = "".join(sentences)
    spans = [(passage.index(word), passage.index(word) + len(word)) for word in ("number 4", "number 6")]
    text, moved = crop(passage, spans, Random(seed))
    assert [text[start:end] for start, end in moved] == ["number 4", "number 6"]
    assert text in passage
    assert text.startswith("Sentence number")
    assert text.strip().endswith("words.")
    assert len(crop(passage, (), Random(seed))[0].split()) <= 110


def test_what_is_left_without_the_evidence_does_not_answer() -> None:
    facts = ["The mill was sold for 4,000 crowns in May.", "Its wheel turns for visitors on every summer weekend."]
    rest = ["The baker who bought it had wanted it for years.", "Flour from it is sold at the market by the lake."]
    passage = " ".join([facts[0], rest[0], facts[1], rest[1], "The 4,000 crowns went to the parish."])
    spans = [(passage.index(words), passage.index(words) + len(words)) for words in ("4,000 crowns", "summer weekend")]
    # What says the same words elsewhere goes, too.
    assert without(passage, spans) == " ".join(rest)
    assert without(" ".join(facts), spans) is None


def test_a_sentence_is_set_among_others_that_do_not_answer() -> None:
    sentences = [f"The mill of {town} was sold to a baker in {1800 + n}." for n, town in enumerate(TOWNS)]
    alone = [
        Question("s", "", f"When was the mill of {town} sold?", text, ((len(text) - 5, len(text) - 1),))
        for town, text in zip(TOWNS, sentences, strict=True)
    ]
    for before, after in zip(alone, among_others(alone, 3), strict=True):
        (start, end) = before.spans[0]
        ((first, last),) = after.spans
        assert after.passage[first:last] == before.passage[start:end]
        assert before.passage in after.passage
        assert len(before.passage) < len(after.passage)
        assert after.passage.count(before.passage[start:end]) == 1


def test_swap_asks_for_what_the_passage_does_not_hold() -> None:
    passage = "Anna was born in 1901."
    anna, bert, cleo, plain = (
        Question("wiki", title, text, passage, ())
        for title, text in (
            ("A", "Was Anna born in 1901?"),
            ("A", "Was Bert born in 1950?"),
            ("C", "Was Cleo born in 1950?"),
            ("C", "What is it?"),
        )
    )
    values = names_numbers_dates([anna, bert, cleo, plain])
    assert values["wiki", "A", "name"] == ["Anna", "Bert"]
    assert values["", "", "name"] == ["Anna", "Bert", "Cleo"]
    # The article's own names come first; an article that has no other falls back on all.
    assert {swap(anna, values, Random(n)) for n in range(20)} == {"Was Bert born in 1901?", "Was Anna born in 1950?"}
    alone = replace(anna, title="elsewhere")
    assert "Was Cleo born in 1901?" in {swap(alone, values, Random(n)) for n in range(40)}
    assert swap(plain, values, Random(0)) is None


def test_noise_is_small() -> None:
    question = "When was the old mill by the river sold?"
    heard = [noisy(question, Random(n)) for n in range(200)]
    assert len(set(heard)) > 5
    assert all(len(question) - 3 <= len(text) <= len(question) for text in heard)


def test_chunks_depend_on_seed_and_number_alone(feed: Feed) -> None:
    again = Feed(feed.questions, feed.negatives, feed.tokenizer, feed.seed)
    later, same = feed.chunk(2), again.chunk(2)
    assert feed.per_epoch == math.ceil(len(feed.questions) / CHUNK)
    assert all(torch.equal(a.ids, b.ids) for a, b in zip(later, same, strict=True))


def test_rows_are_padded_with_the_models_own_token(feed: Feed, init: Path) -> None:
    config = json.loads((init / "config.json").read_text())
    batch = feed.chunk(0)[0]
    assert bool((batch.ids[batch.mask == 0] == config["pad_token_id"]).all())
    assert bool((batch.ids[batch.mask == 1] != config["pad_token_id"]).all())
    assert bool(batch.allowed[:, 0].all())


def test_some_questions_come_without_their_evidence(feed: Feed) -> None:
    batches = [batch for number in range(3) for batch in feed.chunk(number)]
    groups = torch.cat([batch.group for batch in batches])
    answered = torch.cat([batch.spans[:, 0, 0] > 0 for batch in batches])
    away = groups < -len(feed.questions)  # groups of their own
    assert away.any()
    assert not (away & answered).any()


def test_truncated_answers_are_left_out(init: Path) -> None:
    tokenizer = load_tokenizer(init)
    passage = "a " * 300 + "mill"
    row = encode_row(tokenizer, "what?", passage, [(0, 1), (600, 604)], 0)
    assert len(row.ids) == 256
    assert row.spans == ((row.first, row.first),)


def test_a_title_is_read_before_the_passage_and_never_answers(init: Path) -> None:
    tokenizer = load_tokenizer(init)
    plain = encode_row(tokenizer, "what?", "The mill burned.", [(4, 8)], 0)
    titled = encode_row(tokenizer, "what?", "The mill burned.", [(4, 8)], 0, "The old mill")
    count = len(titled.ids) - len(plain.ids)
    assert tokenizer.decode(titled.ids[plain.first : titled.first]) == "the old mill."
    assert titled.ids[titled.first :] == plain.ids[plain.first :]
    assert titled.spans == tuple((first + count, last + count) for first, last in plain.spans)
    assert len(encode_row(tokenizer, "what?", "The mill burned.", [], 0, "mill " * 30).ids) == len(plain.ids) + 24
    assert not pad([titled]).allowed[0, 1 : titled.first].any()


def test_half_of_the_questions_are_read_with_titles(feed: Feed) -> None:
    """All passages of a group or none: else the title alone would tell which of them is meant."""
    tokenizer = feed.tokenizer
    separator = tokenizer.token_to_id("[SEP]") or tokenizer.token_to_id("</s>")
    lengths = {len(title_tokens(tokenizer, title)) for title in feed.titles.values()}
    groups: dict[int, set[bool]] = defaultdict(set)
    for batch in feed.chunk(0):
        for ids, allowed, group in zip(batch.ids, batch.allowed, batch.group, strict=True):
            first = int(allowed[1:].int().argmax()) + 1
            before = first - 1 - max(place for place in range(first) if ids[place] == separator)
            assert before in {0, *lengths}
            if group >= 0 and feed.questions[int(group)].source in TITLED:
                groups[int(group)].add(before > 0)
    assert {frozenset(titled) for titled in groups.values()} == {frozenset({True}), frozenset({False})}


def test_a_sibling_is_the_next_passage_of_the_article() -> None:
    questions = [Question("wiki", "t", "?", text, ()) for text in ("one", "one", "two", "three")]
    assert siblings(questions) == ["two", "two", "three", "one"]


def test_measuring_prints_figures_of_each_set(data: Path, init: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_main([str(init), "--data", str(data)])
    figures = json.loads(capsys.readouterr().out)
    assert figures["development"]["questions"] > 0
    assert 0 <= figures["calibration"]["separation"] <= 100
    assert figures["calibration"]["questions"] == 3 * len(CALIBRATION_TITLES)


def test_measure_gives_shares(data: Path, init: Path) -> None:
    run = new_run(init)
    questions = [q for q in load_questions(data, 0) if q.spans][:6]
    figures = measure(run.model, load_tokenizer(init), questions, siblings(questions))
    assert figures["questions"] == 6
    assert 0 <= figures["em"] <= figures["f1"] <= 100
    assert 50 <= figures["tells"] <= 100
