"""The `watch` command, and what other commands print of answers that changed."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ingest.archive import Archive
from ingest.archive.watches import Given, Said, Watch
from ingest.errors import InputError
from ingest.filters import Filters
from ui.terminal.lines import clean, json_line

if TYPE_CHECKING:
    from pydantic import BaseModel

    from qa.assistant import Assistant
    from qa.watch.rounds import Told

__all__ = ["run_watch", "tell_changes"]

_COMMANDS = {"list": 0, "run": 0, "show": 1, "remove": 1}  # and how many names each takes


def run_watch(args: argparse.Namespace) -> int:
    """Keep a standing question, or list, show, remove or ask those that are kept; return 0."""
    what, names = args.what, args.names
    if len(names) != _COMMANDS.get(what, 0):
        form = f"watch {what} NAME" if _COMMANDS.get(what) else 'watch list, watch run or watch "QUESTION"'
        raise InputError(f"{len(names)} words after watch {clean(what)[:40]!r}: give dateline {form}")
    with Archive.open(args.archive, chroma=args.chroma) as archive:
        if what == "run":
            tell_changes(archive, args.reader, everything=True, as_json=args.json)
        elif what == "list":
            _list(archive, as_json=args.json)
        elif what == "show":
            _show(archive, _named(archive, names[0]), as_json=args.json)
        elif what == "remove":
            watch = _named(archive, names[0])
            archive.watches.remove(watch.id)
            print(f"not watched any more: {clean(watch.name)}")
        else:
            _keep(archive, args)
    return 0


def tell_changes(archive: Archive, reader: str, *, everything: bool = False, as_json: bool = False) -> None:
    """Ask the standing questions that news can matter to, or all, and print each answer that changed."""
    from qa.watch.rounds import ask_again

    for told in ask_again(archive, _Assistants(archive, reader), everything=everything):
        if as_json:
            from ui.views.watch_records import Change

            _print(Change.of(told))
        else:
            print("\n".join(_change(told)), flush=True)


class _Assistants:
    """Gives an assistant, made when it is first wanted: loading a reader takes a second."""

    def __init__(self, archive: Archive, reader: str) -> None:
        self._archive, self._reader = archive, reader
        self._made: Assistant | None = None

    def __call__(self) -> "Assistant":
        """Return the assistant."""
        if self._made is None:
            from qa.assistant import Assistant

            self._made = Assistant(self._archive, "fast" if self._reader == "fast" else "careful")
        return self._made


def _keep(archive: Archive, args: argparse.Namespace) -> None:
    from qa.watch.rounds import keep_watch

    filters = Filters.parse(args.source, args.since, args.until, archive.outlets)
    watch, _ = keep_watch(_Assistants(archive, args.reader)(), args.what, name=args.name, filters=filters)
    if args.json:
        _show(archive, watch, as_json=True)
        return
    given = archive.watches.latest().get(watch.id)
    print(f"watched as {clean(watch.name)!r}: {_value(given)}")


def _list(archive: Archive, *, as_json: bool) -> None:
    latest = archive.watches.latest()
    for watch in archive.watches.all():
        if as_json:
            from ui.views.watch_records import Watched

            _print(Watched.of(watch, latest.get(watch.id)))
        else:
            since = _moment(latest[watch.id]) if watch.id in latest else "-"
            print(f"{clean(watch.name)}  {_value(latest.get(watch.id))}  since {since}")


def _show(archive: Archive, watch: Watch, *, as_json: bool) -> None:
    history = archive.watches.history(watch.id)
    if as_json:
        from ui.views.watch_records import WatchHistory

        _print(WatchHistory.whole(watch, history))
        return
    print(f"{clean(watch.name)}: {clean(watch.question)}" if watch.name != watch.question else clean(watch.question))
    if not history:
        print("the articles do not say, so far")
    for given in history:
        print(f"{_moment(given)}  {given.kind}: {_value(given)}")
        print("\n".join(_places(given)))


def _change(told: "Told") -> Iterator[str]:
    before = f"{_value(told.before)} -> " if told.before and told.before.value else ""
    yield f"{clean(told.watch.name)}: {told.now.kind}: {before}{_value(told.now)}"
    yield from _places(told.now)


def _places(given: Given) -> Iterator[str]:
    """The first place of each value that an answer gives, the others' after its own."""
    sides: Iterable[Said] = (*given.said, *given.against) if given.form == "list" else _one_a_value(given)
    for said in sides:
        day = f", {said.published}" if said.published else ""
        yield f"  {clean(said.sentence)}\n  ({clean(said.outlet or said.source)}{day}, article {said.article})"


def _one_a_value(given: Given) -> list[Said]:
    return list({said.value: said for said in (*given.against[::-1], *given.said[::-1])}.values())[::-1]


def _value(given: Given | None) -> str:
    if given is None or given.value is None:
        return "no answer"
    value = clean(given.value) + (f" (as of {given.as_of})" if given.as_of else "")
    others = dict.fromkeys(said.value for said in given.against)
    return f"{value}, disputed: {', '.join(map(clean, others))}" if others else value


def _moment(given: Given) -> str:
    return f"{datetime.fromtimestamp(given.moment):%Y-%m-%d %H:%M}"


def _named(archive: Archive, name: str) -> Watch:
    watch = archive.watches.find(name)
    if watch is None:
        raise InputError(f"no question is watched as {name[:60]!r}: dateline watch list names those that are")
    return watch


def _print(record: "BaseModel") -> None:
    print(json_line(record.model_dump(), sys.stdout.encoding), flush=True)
