"""Small results, made here, for tests of the report."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.report.page import write
from eval.results import SuiteRun
from eval.suite import Row

__all__ = ["HOSTILE", "answer", "full_run", "row", "share", "suite", "written"]

HOSTILE = "<script>alert(1)</script> </style><img src=http://evil.example/x onerror=alert(2)> \u202egnp.exe \ud800"


def answer(text: str, confidence: float, *, found: bool = True, title: str = "A title") -> dict[str, Any]:
    sentence = f"It says {text} here."
    citation = {
        "article": {"title": title, "published": "2026-03-14", "outlet": "The Wire"},
        "quote": text,
        "start": 108,
        "end": 108 + len(text),
        "sentence": sentence,
        "sentence_start": 100,
        "sentence_end": 100 + len(sentence),
    }
    cited = {"citations": [citation], "nearest": []} if found else {"citations": [], "nearest": [citation]}
    return {"text": text, "found": found, "confidence": confidence, **cited}


def row(id_: str, *, right: bool, text: str = "seven", stage: str = "not read", sure: float = 0.5) -> Row:
    return Row(
        id=id_,
        part="test",
        question=f"How many of {id_}?",
        gold={"answers": ["eight"], "history": [{"question": "Who was it?", "answer": "Ann"}]},
        scores={"correct": float(right)},
        stage=None if right else stage,
        trace={"asked": f"How many of {id_}?", "read": [{"text": text}], "answer": answer(text, sure)},
    )


def suite(name: str, rows: list[Row], figures: Mapping[str, Any] | None = None) -> SuiteRun:
    summary = {
        "suite": name,
        "n": len(rows),
        "data": {"a-set": "0123456789abcdef" * 4},
        **(figures or {}),
        "run": {
            "name": "abc123def456",
            "headline": "correct",
            "lower_is_better": [],
            "limit": 3,
            "archive": None,
            "models": {"reader": "feedface" * 8},
            "versions": {"python": "3.11.7"},
            "seed": 0,
            "processors": 2,
            "machine": "x86_64",
            "seconds": 1.5,
        },
    }
    return SuiteRun(summary, {item.id: item for item in rows})


def share(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high}


def full_run() -> dict[str, SuiteRun]:
    """A run with every figure that has a picture, and a suite that nobody knows."""
    rows = [row(f"q{n}", right=n % 2 == 0) for n in range(6)]
    ranking = {name: share(0.5, 0.25, 0.75) for name in ("rr", "recall@1", "recall@5")}
    sizes = {f"{n}x": {"n": 6, "dense": ranking, "fused": ranking} for n in (1, 4, 16)}
    ways = {way: {"rr": share(0.5, 0.4, 0.6)} for way in ("bare", "ours", "human")}
    return {
        "gold": suite("gold", rows, {"all": {"by_kind": {"who": {"n": 6, "correct": share(0.5, 0.25, 0.75)}}}}),
        "abstain": suite("abstain", rows, {"clapnq": {"area": 0.25, "curve": [[0.5, 0.0], [1.0, 0.5]]}}),
        "followups": suite("followups", rows, {"canard": {**ways, "gap_closed": {"rr": None}}}),
        "retrieval": suite("retrieval", rows, {"sizes": sizes}),
        "speed": suite("speed", rows, {"ask_ms": {"p50": 200.0, "curve": [100.0 + 10 * n for n in range(21)]}}),
        "ingest": suite("ingest", rows, {"articles_a_second": {"ours": 9.5, "theirs": 3.25}}),
        "weather <&>": suite("weather <&>", rows, {"rain": {"deep": {"share": share(0.125, 0.0, 0.25)}}, "x": None}),
    }


def written(folder: Path, first: Mapping[str, SuiteRun], second: Mapping[str, SuiteRun] | None = None) -> str:
    write(first, second, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")
