from eval.scores.stages import Stage
from eval.scores.tally import means, stages
from eval.suite import Row


def row(id_: str, stage: Stage | None, **scores: float) -> Row:
    return Row(id_, "all", "Why?", {}, scores, stage, {})


def test_a_mean_is_over_the_rows_that_have_the_score() -> None:
    rows = [row("1", None, f1=1.0, hit=1.0), row("2", None, f1=1.0), row("3", None, f1=1.0)]
    one = {"value": 1.0, "low": 1.0, "high": 1.0}
    assert means(rows, "f1", "hit", "recall") == {"n": 3, "f1": one, "hit": one, "recall": None}


def test_stages_are_counted_in_their_order_and_what_went_right_is_not() -> None:
    rows = [row("1", Stage.WRONG_VALUE), row("2", Stage.NOT_READ), row("3", None), row("4", Stage.WRONG_VALUE)]
    assert list(stages(rows).items()) == [("not read", 1), ("wrong value of several", 2)]
