"""A .zip of files -> its members, one at a time on disk, so that memory does not grow with it.

A member that has no place in a folder of articles is refused with a line of its own: a name that leads out of
the folder, a link, a locked, a damaged one, one that unpacks to far too much; the others are still read.
"""

import lzma
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

__all__ = ["members", "unpacked"]

_MOST_MEMBERS = 100_000
_MOST_BYTES = 4_000_000_000  # of all members together, unpacked
_MOST_TIMES = 250  # what a member may unpack to, times its size; tables of articles reach 20, zeros 1,000
_SMALL = 1_000_000  # bytes: below this a member may be packed as tightly as it likes
_SMALL_WHOLE = 100_000_000  # bytes: the same of all members together; a folder of templates reaches 200 times
_HEADER = 30  # bytes before a member, at least: its name and its data follow (APPNOTE.TXT, 4.3.7)
_BLOCK = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, RuntimeError, NotImplementedError,
)  # fmt: skip
_SHARED = "its bytes are another file's too; a zip bomb is not read"
_IS_DAMAGED = "it is damaged, or packed in a way that is not read; pack it again"


def members(path: Path, wanted: Callable[[PurePosixPath], bool]) -> Iterator[tuple[str, zipfile.ZipInfo | str]]:
    """Yield the name of each member that is `wanted`, in order, and the member, or one line that says why not.

    What is wrong with the whole file is a line under the name ''. Raises OSError.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            listed = bundle.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RecursionError):
        yield "", "the zip file is damaged or cut off; get it again"
        return
    if len(listed) > _MOST_MEMBERS:
        yield "", f"{len(listed):,} files in it are too many (at most {_MOST_MEMBERS:,}); unpack it and give the folder"
        return
    most = min(_MOST_BYTES, max(_SMALL_WHOLE, _MOST_TIMES * path.stat().st_size))
    shared = _sharing(listed)
    total = count = 0
    for member in sorted(listed, key=lambda member: member.filename):
        if member.is_dir() or not wanted(PurePosixPath(member.filename)):
            continue
        count += 1
        problem = _SHARED if id(member) in shared else _problem(member)
        total += 0 if problem else member.file_size
        if total > most:
            yield "", f"all in it unpacks to more than {most:,} bytes; nothing after that was read: unpack it yourself"
            return
        yield member.filename, problem or member
    if not count:
        yield "", "no article in the zip file; put files of articles in it"


@contextmanager
def unpacked(path: Path, member: zipfile.ZipInfo) -> Iterator[Path | str]:
    """Unpack one member to a file that lives as long as the context, or say in one line why it cannot be.

    Only the ending of its name is used, so no name can lead anywhere.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        to = Path(folder) / f"member{PurePosixPath(member.filename).suffix[:16].lower()}"
        try:
            with zipfile.ZipFile(path) as bundle, bundle.open(member) as packed, to.open("wb") as file:
                shutil.copyfileobj(packed, file, _BLOCK)
        except _DAMAGED:
            yield _IS_DAMAGED
            return
        except OSError as error:
            if error.errno is not None:  # what bz2 says of damaged data has no number
                raise
            yield _IS_DAMAGED
            return
        yield to


def _sharing(listed: list[zipfile.ZipInfo]) -> set[int]:
    """The members (by their `id`) whose bytes are another's too: so a few of them can unpack to as much as one likes.

    Python refuses such a member itself from 3.11.8 and 3.12.2 on.
    """
    shared: set[int] = set()
    last, reach = None, 0
    for member in sorted(listed, key=lambda member: member.header_offset):
        if last is not None and member.header_offset < reach:
            shared |= {id(last), id(member)}
        end = member.header_offset + _HEADER + len(member.orig_filename) + member.compress_size
        if end > reach:
            last, reach = member, end
    return shared


def _problem(member: zipfile.ZipInfo) -> str | None:
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":" or "\0" in member.orig_filename:
        return "its name leads out of the zip file; it is not read"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link; put the file itself into the zip file"
    if member.flag_bits & 0x1:
        return "it is locked with a password; pack it without one"
    if member.file_size > max(_SMALL, _MOST_TIMES * member.compress_size):
        return f"it unpacks to {member.file_size:,} bytes from {member.compress_size:,}; a zip bomb is not read"
    if len(os.fsencode(name)) > 1000:
        return "its name is too long; rename it"
    return None
