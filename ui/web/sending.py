"""What the page's script sends with an event."""

from ui.views.offline import gradio as gr

__all__ = ["sent"]


def sent(event: gr.EventData, name: str = "sent") -> object:
    """Return what was sent under a name; None where it is missing, as in a call of another program's making."""
    try:
        return getattr(event, name, None)
    except TypeError:  # Gradio's own, of an event without data
        return None
