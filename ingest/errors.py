"""Every error a user can cause, in one tree.

DatelineError            one line that names the value and the next step; exit status 1
├── InputError           a path, file, question or article id that cannot be used
├── ArchiveError         the archive cannot be opened, read or written
│   ├── ArchiveBusy      another process is writing to it
│   └── EncoderMismatch  it was built with another encoder
└── ModelError           model weights are missing, damaged or not the ones that were asked for

Entry points (terminal, web, evaluation) catch DatelineError and nothing wider; any other exception is
a defect and surfaces as one.
"""

__all__ = [
    "ArchiveBusy",
    "ArchiveError",
    "DatelineError",
    "EncoderMismatch",
    "InputError",
    "ModelError",
]


class DatelineError(Exception):
    """Base of all expected errors. The message is one line, fit to be shown to a person."""


class InputError(DatelineError):
    """Something a person gave cannot be used."""


class ArchiveError(DatelineError):
    """The archive cannot be opened, read or written."""


class ArchiveBusy(ArchiveError):
    """Another process is writing to the archive."""


class EncoderMismatch(ArchiveError):
    """The archive was built with another encoder; its vectors cannot be compared."""


class ModelError(DatelineError):
    """Model weights are missing, damaged or not the ones that were asked for."""
