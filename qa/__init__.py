"""The way out: a question becomes an answer in the articles' own words, with exact citations."""

import ingest  # noqa: F401 - keeps onnxruntime, which the reader imports, from reporting to its maker
