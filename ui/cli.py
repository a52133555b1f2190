"""The `dateline` command: flags, one public call, print.

What a command needs is imported inside it: `dateline ask` must answer within three seconds from cold,
and gradio, torch or a page reader alone would take longer to import than the answer takes.
"""

import argparse
import errno
import io
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import DatelineError
from ui.terminal.flags import add_ingest_flags, add_llm_flags, add_watch_flags, count_of, llm_of, port_of, reader_of
from ui.terminal.lines import complain, json_line, render_answer
from ui.terminal.listing import ORDERS, listed, print_articles

if TYPE_CHECKING:
    from datetime import date

    from ingest.archive import Archive
    from ingest.filters import Filters

__all__ = ["main"]

INTERRUPTED = 130  # what a shell reports for a command ended by Ctrl-C


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 when all went well; 1 for anything a person can mend, told in one line on stderr; 130 after
    Ctrl-C. Wrong flags leave through argparse with 2.
    """
    args = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a character that the terminal lacks is shown escaped
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except DatelineError as error:
        return complain(str(error))
    except KeyboardInterrupt:
        complain("stopped")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our pipe has seen enough; Python must not complain at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO, errno.EBADF):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return complain(f"the output cannot be written: {error.strerror}")
    return status


def default_archive() -> Path:
    """Return DATELINE_ARCHIVE, or a folder under the user's data directory."""
    if chosen := os.environ.get("DATELINE_ARCHIVE"):
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("dateline", appauthor=False) / "archive"


def _ingest(args: argparse.Namespace) -> int:
    from ui.terminal.ingesting import ingest

    return ingest(args)


def _ask(args: argparse.Namespace) -> int:
    from ingest.archive import Archive
    from qa.assistant import Assistant

    if args.batch:
        return _ask_batch(args)
    llm = llm_of(args)
    with Archive.open(args.archive, chroma=args.chroma) as archive:
        assistant = Assistant(archive, args.reader, llm, llm_seconds=args.llm_seconds)
        answer = assistant.ask(args.question, filters=_filters(args, archive), now=_now(args))
    if args.json:
        _print_json(answer.to_dict())
    else:
        print(render_answer(answer, width=_columns(), styled=_styled()))
    return 0


def _ask_batch(args: argparse.Namespace) -> int:
    from ingest.archive import Archive
    from qa.assistant import Assistant
    from ui.terminal.batch import answer_lines, open_lines

    status = 0
    llm = llm_of(args)
    with open_lines(args.batch) as lines, Archive.open(args.archive, chroma=args.chroma) as archive:
        filters, now = _filters(args, archive), _now(args)
        assistant = Assistant(archive, args.reader, llm, llm_seconds=args.llm_seconds)
        for record in answer_lines(assistant, lines, filters, now):
            _print_json(record)
            status = 1 if "error" in record else status
    return status


def _filters(args: argparse.Namespace, archive: "Archive") -> "Filters":
    from ingest.filters import Filters

    return Filters.parse(args.source, args.since, args.until, archive.outlets)


def _now(args: argparse.Namespace) -> "date | None":
    from ingest.filters import parse_day

    return None if args.now is None else parse_day("now", args.now)


def _watch(args: argparse.Namespace) -> int:
    from ui.terminal.watching import run_watch

    return run_watch(args)


def _articles(args: argparse.Namespace) -> int:
    from ingest.archive import Archive

    with Archive.open(args.archive, chroma=args.chroma) as archive:
        articles = listed(archive, _filters(args, archive), args.words, args.sort)
        print_articles(articles, as_json=args.json, width=_columns() if sys.stdout.isatty() else None)
    return 0


def _remove(args: argparse.Namespace) -> int:
    from ingest.archive import Archive
    from ui.terminal.watching import tell_changes

    with Archive.open(args.archive, chroma=args.chroma) as archive:
        print(f"removed {archive.remove(args.id)}")
        tell_changes(archive, args.reader)
    return 0


def _check(args: argparse.Namespace) -> int:
    from ui.terminal.upkeep import print_check

    return print_check(args.archive, args.sample, args.chroma)


def _rebuild(args: argparse.Namespace) -> int:
    from ui.terminal.upkeep import print_rebuild

    return print_rebuild(args.archive, args.chroma)


def _backup(args: argparse.Namespace) -> int:
    from ui.terminal.upkeep import print_backup

    return print_backup(args.archive, args.target, args.chroma)


def _restore(args: argparse.Namespace) -> int:
    from ui.terminal.upkeep import print_restore

    return print_restore(args.file, args.archive, args.chroma)


def _feedback(args: argparse.Namespace) -> int:
    from ui.terminal.judgements import gold_candidates, judgement_lines
    from ui.terminal.lines import clean
    from ui.web.feedback import read_judgements

    judgements = read_judgements(args.archive)
    if args.what == "export":
        for record in gold_candidates(judgements):
            _print_json(record)
    else:
        for line in judgement_lines(judgements):
            print(clean(line))
    return 0


def _serve(args: argparse.Namespace) -> int:
    from ui.access.rules import access_for

    access = access_for(
        args.host,
        auth=args.auth,
        token_file=args.token_file,
        allow_hosts=args.allow_host,
        behind_proxy=args.behind_proxy,
    )
    from ui.web.app import serve

    serve(
        args.archive,
        args.host,
        args.port,
        access,
        private=args.allow_private,
        chroma=args.chroma,
        reader=args.reader,
        llm=llm_of(args),
        llm_seconds=args.llm_seconds,
    )
    return 0


def _report_problem(args: argparse.Namespace) -> int:
    from ingest.problem import report_problem

    file = report_problem(args.target, args.file, private=args.allow_private)
    print(f"{file}: look through it, then add it to your report; it was sent to nobody")
    return 0


def _password(args: argparse.Namespace) -> int:
    from ui.access.passwords import ask_password, hash_password

    print(hash_password(args.name, ask_password()))
    return 0


def _print_json(record: dict[str, Any]) -> None:
    print(json_line(record, sys.stdout.encoding), flush=True)


def _columns() -> int:
    return shutil.get_terminal_size().columns


def _styled() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class _Version(argparse.Action):
    """--version, looked up only when asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"dateline {version('dateline')}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dateline",
        description="Ask an archive of articles; the answer comes in their own words, with source and date.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    ingest = _command(commands, "ingest", _ingest, "add articles to the archive", "dateline ingest ~/news --archive A")
    add_ingest_flags(ingest)

    ask = _command(commands, "ask", _ask, "answer a question", 'dateline ask "who signed the treaty?"')
    what = ask.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", metavar="QUESTION")
    what.add_argument(
        "--batch",
        metavar="FILE",
        help='JSON lines of {"id", "question", "history", "filters": {"outlets", "since", "until"}, "now", "reader"};'
        " - for stdin. What a line does not say, the flags below do",
    )
    ask.add_argument("--json", action="store_true", help="print the answer as one line of JSON")
    ask.add_argument("--now", metavar="DAY", help="the day from which 'last March' counts (default: today)")
    _add_filters(ask, "answer only from articles")

    watch = _command(commands, "watch", _watch, "tell when an answer changes", 'dateline watch "who leads?"')
    add_watch_flags(watch)
    _add_filters(watch, "answer only from articles")

    articles = _command(commands, "articles", _articles, "list the articles", "dateline articles --json")
    articles.add_argument("--json", action="store_true", help="print one JSON array, texts included")
    articles.add_argument("--words", default="", metavar="WORDS", help="list only those that hold all these words")
    articles.add_argument("--sort", choices=ORDERS, default="newest", help="default: newest")
    _add_filters(articles, "list only articles")

    remove = _command(commands, "remove", _remove, "remove articles", "dateline remove 0f3a9c1b7d2e4856")
    remove.add_argument("id", nargs="+", metavar="ID", help="an id that `dateline articles` shows")

    check = _command(commands, "check", _check, "prove that record and indexes agree", "dateline check --sample 100")
    check.add_argument(
        "--sample", type=count_of, default=0, metavar="N", help="embed N passages again, and compare (default: 0)"
    )
    rebuild = _command(commands, "rebuild", _rebuild, "make both indexes again from the articles", "dateline rebuild")
    backup = _command(commands, "backup", _backup, "write the archive into one file", "dateline backup news.zip")
    backup.add_argument("target", type=Path, metavar="FILE|DIR", help="a new file, or a folder to make one in")
    restore = _command(commands, "restore", _restore, "make an archive of a backup", "dateline restore news.zip")
    restore.add_argument("file", type=Path, metavar="FILE", help="what dateline backup wrote")

    feedback = _command(
        commands, "feedback", _feedback, "list what users think of answers", "dateline feedback export > new.jsonl"
    )
    feedback.add_argument(
        "what", nargs="?", choices=["list", "export"], default="list",
        help="export prints candidates for the gold questions of the evaluation, one JSON object a line",
    )  # fmt: skip

    serve = _command(commands, "serve", _serve, "serve the web chat and the API", "dateline serve --port 8000")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=port_of, default=7860, help="port to listen on (default: %(default)s)")
    serve.add_argument(
        "--allow-private", action="store_true", help="let the page add from private addresses, such as an intranet"
    )
    closed = serve.add_argument_group(
        "who may come in",
        "This machine needs none of these. An address that others can reach needs a login and a token.",
    )
    closed.add_argument("--auth", type=Path, metavar="FILE", help="logins, lines that `dateline password` makes")
    closed.add_argument(
        "--token-file", type=Path, metavar="FILE", help="the token that programs send (default: DATELINE_TOKEN)"
    )
    closed.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="a name that people call the server by"
    )
    closed.add_argument(
        "--behind-proxy", metavar="ADDRESS", help="believe the X-Forwarded-For and -Proto of the proxy at this address"
    )

    for command in (ask, serve):
        add_llm_flags(command)
    for command in (ingest, ask, watch, remove, serve):
        command.add_argument(
            "--reader",
            type=reader_of,
            metavar="careful|fast",
            default=os.environ.get("DATELINE_READER", "careful"),
            help="careful is right more often, fast takes less time (default: DATELINE_READER, else careful)",
        )
    for command in (ingest, ask, watch, articles, remove, check, rebuild, backup, restore, serve):
        command.add_argument(
            "--chroma",
            default=os.environ.get("DATELINE_CHROMA"),
            metavar="URL",
            help="the Chroma server that has the vectors (default: DATELINE_CHROMA, else they are in the archive)",
        )

    _add_report_problem(commands)
    password = _command(
        commands, "password", _password, "make a login for serve", "dateline password ann >> logins", of_archive=False
    )
    password.add_argument("name", metavar="NAME", help="who logs in; the password is asked for, or read from stdin")
    return parser


def _add_report_problem(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    problem = _command(
        commands, "report-problem", _report_problem, "pack an input that goes wrong, and what was read of it, for a bug"
        " report", "dateline report-problem page.html", of_archive=False,
    )  # fmt: skip
    problem.add_argument("target", metavar="FILE|URL", help="one file, or the address of a page or a feed")
    problem.add_argument("--file", type=Path, metavar="ZIP", help="the file to make (default: one with the time)")
    problem.add_argument("--allow-private", action="store_true", help="fetch from a private address")


def _add_filters(command: argparse.ArgumentParser, does: str) -> None:
    filters = command.add_argument_group(does, "DATE is a year, a month or a day: 2011, 2011-03 or 2011-03-14.")
    filters.add_argument("--since", metavar="DATE", help="published on its first day or later")
    filters.add_argument("--until", metavar="DATE", help="published on its last day or earlier")
    filters.add_argument(
        "--source", action="append", default=[], metavar="OUTLET", help="of this outlet; give it again for more"
    )


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    does: str,
    example: str,
    *,
    of_archive: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name, help=does, description=f"{does[0].upper()}{does[1:]}.", epilog=f"Example: {example}"
    )
    if of_archive:
        parser.add_argument(
            "--archive",
            type=Path,
            default=default_archive(),
            metavar="DIR",
            help="where the archive lies (default: DATELINE_ARCHIVE, else %(default)s)",
        )
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
