"""Opening the record of an archive, or making one, with the encoder that it was built with."""

from collections.abc import Mapping
from pathlib import Path

from ingest.archive.locks import ArchiveLocks
from ingest.archive.sqlite import RECORD_FILE, Record, create_record, record_errors
from ingest.encoder.encoder import DEFAULT_ENCODER, Encoder, load_encoder
from ingest.errors import ArchiveError, EncoderMismatch

__all__ = ["open_record", "own_encoder"]


def open_record(
    folder: Path, encoder: str | None, *, create: bool, facts: Mapping[str, str]
) -> tuple[Record, Encoder | None]:
    """Open the record in a folder; with `create`, make one with `facts` in its meta where there is none.

    Return it with the encoder that was asked for, or that a new one is made with; None when neither was loaded.

    Raises:
        ArchiveError, EncoderMismatch, ModelError: As `Archive.open`.
    """
    with record_errors(folder):
        if folder.exists() and not folder.is_dir():
            raise ArchiveError(f"the archive {folder} is a file: name a folder with --archive")
        if not create and not (folder / RECORD_FILE).is_file():
            raise ArchiveError(f"no archive in {folder}: make one with dateline ingest PATH --archive {folder}")
    made_with = None
    with record_errors(folder):
        if not (folder / RECORD_FILE).is_file():
            made_with = load_encoder(encoder or DEFAULT_ENCODER)
            folder.mkdir(parents=True, exist_ok=True)
            with ArchiveLocks(folder).writing():
                if not (folder / RECORD_FILE).is_file():
                    create_record(folder, made_with, facts)
    record = Record(folder)
    try:
        return record, made_with or _chosen_encoder(folder, record, encoder)
    except BaseException:
        record.close()
        raise


def own_encoder(folder: Path, record: Record) -> Encoder:
    """Load the encoder that an archive was built with.

    Raises:
        ModelError, EncoderMismatch: As `Archive.encoder`.
    """
    encoder = load_encoder(record.meta("encoder"))
    if encoder.fingerprint != record.meta("encoder_fingerprint"):
        raise EncoderMismatch(
            f"the encoder {encoder.name} is not the one that the archive {folder} was built with any"
            " more: bring the old one back, or ingest into a new archive with --archive DIR"
        )
    return encoder


def _chosen_encoder(folder: Path, record: Record, name: str | None) -> Encoder | None:
    """Load the encoder that was asked for; refuse one that the archive was not built with."""
    if name is None:
        return None
    built_with = record.meta("encoder")
    # A folder may hold the same weights under another name; another name is another model, not worth fetching.
    if name == built_with or Path(name).is_dir():
        chosen = load_encoder(name)
        if chosen.fingerprint == record.meta("encoder_fingerprint"):
            return chosen
    raise EncoderMismatch(
        f"the archive {folder} was built with the encoder {built_with}, not {name}:"
        " leave --encoder out, or ingest into a new archive with --archive DIR"
    )
