"""The way in: files, pages and feeds become articles, passages, vectors and a keyword index."""

import os

# onnxruntime reads it once, when it is first imported: from 1.29 on it reports to its maker otherwise.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
