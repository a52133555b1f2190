"""Gradio, imported so that it and what it brings stay on this machine. Import it from here only.

Gradio, Chroma and the model hub's client each read their switch while they are imported.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Gradio sets this around each event. Where matplotlib is installed, that made the first event import all of it (0.7 s).
os.environ.setdefault("MPLBACKEND", "agg")

import gradio

__all__ = ["gradio"]
