"""An assistant over documents of a test set's own, in an archive that is thrown away after the suite."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from eval.pool import fresh_archive
from eval.suite import Options
from ingest.article import Article, Failure
from ingest.errors import InputError
from qa.assistant import Assistant
from qa.read.reader import Reader

__all__ = ["PACKAGES", "assistant_over", "models_of"]

# Installed packages that an answer passes through.
PACKAGES = ("chromadb", "numpy", "onnxruntime", "sentencex", "tokenizers")


@contextmanager
def assistant_over(options: Options, articles: Iterable[Article | Failure]) -> Iterator[Assistant]:
    """Yield an assistant, with the reader of the options, over a fresh archive of the articles.

    Raises:
        InputError: The options name an archive: its articles would not answer this suite's questions.
        ModelError: The reader is missing or damaged.
    """
    if options.archive is not None:
        raise InputError(f"this suite asks its own articles, not those of {options.archive}: leave --archive out")
    reader = Reader.load(options.reader)
    with fresh_archive(articles) as archive:
        yield Assistant(archive, reader)


def models_of(assistant: Assistant) -> dict[str, str]:
    """Return the fingerprints of the reader and the encoder by these names."""
    return {"reader": assistant.reader.fingerprint, "encoder": assistant.archive.encoder.fingerprint}
