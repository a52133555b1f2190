"""Chats as they are read, the share of the gap worked by hand, and a short run on the real files."""

import json
from pathlib import Path

import pytest

from eval.data.followups import CANARD, CAST_2020, MTRAG, FollowUp, canard, cast, mtrag
from eval.suite import Options
from eval.suites.followups import followups, gap_closed, in_chat, term_f1, term_recall
from ingest.errors import InputError
from qa.assistant import PASSAGES_READ
from qa.types import Turn

OSRIC = ("Who built the mill?", "Osric the abbot")


def turn_of(number: int, question: str, rewrite: str, *said: tuple[str, str]) -> dict[str, object]:
    history = ["Harlow Mill", "History", *(text for turn in said for text in turn)]
    return {
        "History": history,
        "QuAC_dialog_id": "C_1",
        "Question": question,
        "Question_no": number,
        "Rewrite": rewrite,
    }


def write(folder: Path, name: str, content: object) -> Path:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_canards_answers_come_from_the_history_of_the_turn_after(tmp_path: Path) -> None:
    dont_know, sails = ("Why did he build it?", "I don't know."), ("Did it have sails?", "It had nine.")
    records = [
        turn_of(1, OSRIC[0], OSRIC[0]),
        turn_of(2, dont_know[0], "Why did Osric build the mill?", OSRIC),
        turn_of(3, sails[0], "Did the mill have sails?", OSRIC, dont_know),
        turn_of(4, "Is it open?", "Is the mill open?", OSRIC, dont_know, sails),
    ]
    pool = canard(write(tmp_path, CANARD, records))
    # The first is no follow-up, the second has no answer, and that of the last is in no history.
    (turn,) = pool.turns
    assert (turn.id, turn.question, turn.rewrite) == ("canard/C_1/3", sails[0], "Did the mill have sails?")
    assert turn.history == (Turn(*OSRIC), Turn(dont_know[0], None))
    assert [(a.title, a.text) for a in pool.articles] == [
        ("Harlow Mill, History", OSRIC[1]),
        ("Harlow Mill, History", "It had nine."),
    ]
    assert turn.documents == {pool.articles[1].id}


def test_casts_follow_ups_are_those_that_were_rewritten(tmp_path: Path) -> None:
    turns = [
        {"number": 1, "raw_utterance": "Where is Harlow Mill?", "manual_rewritten_utterance": "Where is the mill?"},
        {"number": 2, "raw_utterance": "Who built it?", "manual_rewritten_utterance": "Who built Harlow Mill?"},
        {"number": 3, "raw_utterance": "Who is Osric?", "manual_rewritten_utterance": "Who is  Osric?"},
        {"number": 4, "raw_utterance": "And his heir?"},
    ]
    (turn,) = cast(write(tmp_path, CAST_2020, [{"number": 9, "turn": turns}]))
    assert (turn.id, turn.rewrite) == ("cast-2020/9_2", "Who built Harlow Mill?")
    assert turn.history == (Turn("Where is Harlow Mill?", None),)


def test_mtrags_contexts_are_pooled_once_and_first_turns_left_out(tmp_path: Path) -> None:
    mill = {"document_id": "d1", "title": "Harlow Mill", "text": "\nIt has nine sails.\n"}
    bare = {"document_id": "d2", "text": "\n\nThe abbey stands.\nIt is old."}

    def record(task: str, kind: str, said: list[str], contexts: list[dict[str, str]]) -> str:
        turns = [{"speaker": "agent" if n % 2 else "user", "text": text} for n, text in enumerate(said)]
        return json.dumps({"task_id": task, "answerability": [kind], "input": turns, "contexts": contexts})

    sails = ["What has sails?", "The mill.", "How many?"]
    records = [
        record("a<::>1", "ANSWERABLE", sails[:1], [mill]),
        record("a<::>2", "PARTIAL", sails, [mill, bare]),
        record("b<::>2", "UNANSWERABLE", sails, []),
        record("c<::>2", "UNDERSPECIFIED", sails, [bare]),
    ]
    (tmp_path / MTRAG).write_text("\n".join(records), encoding="utf-8")
    pool = mtrag(tmp_path)
    assert [article.text for article in pool.articles] == ["It has nine sails.", "The abbey stands.\nIt is old."]
    assert pool.articles[0].title == "Harlow Mill"
    (turn,) = pool.turns
    assert (turn.id, turn.question, turn.rewrite) == ("mtrag-un/a<::>2", "How many?", None)
    assert turn.history == (Turn("What has sails?", "The mill."),)
    assert turn.documents == {article.id for article in pool.articles}


@pytest.mark.parametrize("content", ["[", "[{}]", '[{"History": []}]', '{"turn": 3}'])
def test_a_chat_file_of_another_format_is_said_to_be_one(tmp_path: Path, content: str) -> None:
    for name, load in ((CANARD, canard), (CAST_2020, cast), (MTRAG, mtrag)):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=f"{name}.* is not in the format"):
            load(tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(InputError, match=f"cannot read .*{name}"):
            load(tmp_path)


def test_term_f1_counts_each_search_term_once_and_no_stop_words() -> None:
    # {built, harlow, mill} and {built, mill, osric}: two shared of three and three
    assert term_f1("Who built Harlow's mill, the mill?", "Was the mill built by Osric?") == pytest.approx(2 / 3)
    assert term_f1("Who built it?", "Who built Harlow Mill?") == pytest.approx(2 / 4)
    assert term_f1("Osric's heir", "The heir of Osric") == 1
    assert term_f1("Harlow", "Osric") == 0


def test_term_recall_does_not_mind_what_is_too_much() -> None:
    assert term_recall("Who built it?", "Who built Harlow Mill?") == pytest.approx(1 / 3)
    assert term_recall("Who was Osric's heir? Who built Harlow Mill?", "Who built Harlow Mill?") == 1


def test_what_a_person_added_is_in_the_chat_or_not() -> None:
    history = (Turn("Who built Harlow's mill?", "Osric the abbot"),)
    assert in_chat(FollowUp("1", "When did he die?", history, "When did Osric die?"))
    assert in_chat(FollowUp("2", "Where is it?", history, "Where is the Harlow mill?"))
    assert not in_chat(FollowUp("3", "Where is it?", history, "Where in Essex is the Harlow mill?"))


def test_the_share_of_the_gap_is_of_means() -> None:
    """Ours gains 0.5 and 0 where people gain 0.5 and 0.75: 0.5 of 1.25, not the mean of 1 and 0."""
    closed = gap_closed([0.5, 0.0], [1.0, 0.0], [1.0, 0.75])
    assert closed is not None
    assert closed["value"] == pytest.approx(0.4)
    # Resamples of two: the first twice gives 1, the second twice gives 0.
    assert (closed["low"], closed["high"]) == (0, 1)


def test_a_rewrite_as_good_as_the_persons_closes_all_of_it_and_a_worse_question_less_than_none() -> None:
    bare, human = [0.2, 0.4, 0.0, 0.5], [0.8, 0.5, 1.0, 0.6]
    assert gap_closed(bare, human, human) == {"value": 1, "low": 1, "high": 1}
    assert gap_closed(bare, bare, human) == {"value": 0, "low": 0, "high": 0}
    worse = gap_closed(bare, [2 * b - h for b, h in zip(bare, human, strict=True)], human)
    assert worse == {"value": -1, "low": -1, "high": -1}


def test_there_is_no_share_of_no_gap() -> None:
    assert gap_closed([], [], []) is None
    assert gap_closed([0.5, 0.5], [0.6, 0.4], [0.5, 0.5]) is None
    assert gap_closed([0.5, 0.5], [0.6, 0.4], [0.5, 0.4]) is None


def test_the_interval_takes_both_differences_from_one_resample() -> None:
    """Ours is everywhere half of what people gain, so the share is a half in every resample."""
    human = [0.1, 0.9, 0.4, 0.7, 0.2]
    assert gap_closed([0.0] * 5, [h / 2 for h in human], human) == {"value": 0.5, "low": 0.5, "high": 0.5}


@pytest.mark.slow
def test_a_short_run_on_the_real_files(shared: Path) -> None:
    result = followups(Options(None, shared / "data", 6))
    assert [row.part for row in result.rows] == ["cast_2020"] * 6 + ["canard"] * 6 + ["mtrag_un"] * 6
    assert len({row.id for row in result.rows}) == 18
    assert {row.part for row in result.rows if "rr" in row.scores} == {"canard"}
    for row in result.rows[6:]:
        name = "rr" if row.part == "canard" else "mtrag_un_rr"
        rank = row.trace["ranks"]["ours"]
        assert row.scores[name] == pytest.approx(1 / rank if rank else 0)
        read = row.trace["retrieved_articles"]
        assert len(read) <= PASSAGES_READ
        assert (row.stage is None) == bool(set(read) & set(row.gold["articles"]))
    own = result.rows[6:12]
    means = {way: sum(row.scores[way] for row in own) / 6 for way in ("bare_term_f1", "term_f1")}
    closed = result.figures["canard"]["gap_closed"]["term_f1"]["value"]
    assert closed == pytest.approx((means["term_f1"] - means["bare_term_f1"]) / (1 - means["bare_term_f1"]), abs=1e-4)
