"""The values that flags take: each reads the text of one, or says in a line why it cannot."""

import argparse

__all__ = ["count_of", "interval_of", "port_of", "reader_of"]


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
