"""Articles kept: the record in SQLite, the vectors in Chroma, and all that is asked of them or keeps them safe."""

from ingest.archive.archive import Archive

__all__ = ["Archive"]
