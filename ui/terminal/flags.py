"""The flags of commands that have many, and the values that flags take: each reads one, or says why it cannot."""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["add_ingest_flags", "add_llm_flags", "add_watch_flags", "count_of", "llm_of", "port_of", "reader_of"]


def add_ingest_flags(ingest: argparse.ArgumentParser) -> None:
    """Add what `dateline ingest` takes besides the archive."""
    ingest.add_argument(
        "target", nargs="+", metavar="PATH|URL|FEED", help="a file, a folder, a page, a feed or a sitemap"
    )
    ingest.add_argument(
        "--encoder", metavar="NAME", help="sentence-transformers model, by name or path, for a new archive"
    )
    ingest.add_argument("--since", metavar="DATE", help="leave out what a feed or sitemap says is older")
    ingest.add_argument(
        "--every", type=interval_of, metavar="TIME", help="follow feeds: ask again every 15m, until Ctrl-C"
    )
    ingest.add_argument(
        "--sync", action="store_true", help="remove, too, what came from this folder and is not in it any more"
    )
    ingest.add_argument("--dry-run", action="store_true", help="with --sync: show what would be done, and do nothing")
    ingest.add_argument("--yes", action="store_true", help="with --sync: remove even more than half")
    ingest.add_argument(
        "--allow-private", action="store_true", help="fetch from private addresses, such as an intranet"
    )


def add_watch_flags(watch: argparse.ArgumentParser) -> None:
    """Add what `dateline watch` takes besides the filters."""
    watch.add_argument(
        "what",
        metavar="QUESTION|list|show|remove|run",
        help="watch a question; or list those that are watched, show or remove one, ask all again",
    )
    watch.add_argument("names", nargs="*", metavar="NAME", help="for show and remove: which one, by its name or id")
    watch.add_argument("--name", metavar="NAME", help="what to call the question (default: its words)")
    watch.add_argument("--json", action="store_true", help="print JSON, one object a line")


def add_llm_flags(command: argparse.ArgumentParser) -> None:
    """Add what names an LLM, which the commands that answer may have write."""
    command.add_argument(
        "--llm",
        default=os.environ.get("DATELINE_LLM"),
        metavar="LLM",
        help="put answers into the words of an LLM, each sentence held to what it cites: ollama:llama3.2,"
        " openai-like:http://127.0.0.1:8080/v1#MODEL or openai:MODEL (default: DATELINE_LLM, else none)",
    )
    command.add_argument(
        "--llm-seconds",
        type=seconds_of,
        default=60.0,
        metavar="SECONDS",
        help="how long it may write; then the articles' own words stand (default: 60)",
    )


def llm_of(args: argparse.Namespace) -> "LLM | None":
    """Return the LLM that the flags name, None where they name none; InputError where it cannot be had."""
    if not args.llm:
        return None
    from qa.llamaindex import load_llm

    return load_llm(args.llm, args.llm_seconds)


def seconds_of(text: str) -> float:
    """Return a number of seconds, 1 to 3,600."""
    if text.isascii() and text.isdecimal() and 1 <= int(text[:5]) <= 3600:
        return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds; give 1 to 3600")


def count_of(text: str) -> int:
    """Return a number of passages, 0 or more."""
    if text.isdecimal() and len(text) < 10:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of passages; give 0 or more")


def interval_of(text: str) -> int:
    """Return the seconds that 90s, 15m, 2h or 1d has."""
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
    number, unit = text[:-1], text[-1:]
    if unit in seconds and number.isascii() and number.isdecimal() and 0 < int(number[:7]) * seconds[unit] <= 604_800:
        return int(number[:7]) * seconds[unit]
    raise argparse.ArgumentTypeError(f"{text!r} is no time; give 90s, 15m, 2h or 1d, at most 7d")


def port_of(text: str) -> int:
    """Return a port, 0 to 65535."""
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 0 to 65535")


def reader_of(text: str) -> str:
    """Return the name of a reader."""
    if text not in ("careful", "fast"):  # qa.types says so, too, which takes its time to import
        raise argparse.ArgumentTypeError(f"{text!r} is no reader: give careful or fast")
    return text
