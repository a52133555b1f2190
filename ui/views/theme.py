"""How the page looks: our style sheet and scripts in its head, and a Gradio theme that steps aside."""

from functools import cache
from pathlib import Path
from typing import Any

from ui.views.offline import gradio as gr

__all__ = ["ASSETS", "asset", "drawn", "head", "theme"]

ASSETS = Path(__file__).parents[1] / "assets"
_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Liberation Sans", "sans-serif"]


_STYLES = ("page.css", "chat.css", "reader.css", "articles.css", "watches.css")
_SCRIPTS = ("texts.js", "common.js", "frame.js", "store.js", "share.js", "turn.js")  # each may use those before it


@cache
def asset(name: str) -> str:
    """Return the text of a file in ui/assets."""
    return (ASSETS / name).read_text(encoding="utf-8")


def head() -> str:
    """Return what goes into the page's head: styles before anything is drawn, so that nothing flashes."""
    styles = "".join(f"<style>{asset(name)}</style>" for name in _STYLES)
    scripts = "".join(f"<script>{asset(name)}</script>" for name in _SCRIPTS)
    return f'<meta name="color-scheme" content="light dark">{styles}{scripts}'


def theme() -> Any:
    """Return Gradio's plainest theme with our colours, which follow the system by themselves."""
    colours = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "block_background_fill": "transparent",
        "background_fill_primary": "var(--card)",
        "border_color_primary": "var(--line)",
        "input_background_fill": "var(--card)",
    }
    both = colours | {f"{name}_dark": value for name, value in colours.items()}
    return gr.themes.Base(font=_SANS, font_mono=["ui-monospace", "monospace"]).set(**both, block_border_width="0px")


def drawn(name: str, value: Any = None, **settings: Any) -> Any:
    """Return the component that assets/NAME.html and NAME.js draw.

    Gradio evaluates its templates as JavaScript, so these are fixed; the script draws `value` as
    text nodes. No text of an article or a question ever stands in a template, and none of ours either: the
    template names them (data-text="key"), and assets/texts.js has them.
    """
    return gr.HTML(
        value,
        html_template=asset(f"{name}.html"),
        js_on_load=f"dateline.fill(element);\n{asset(f'{name}.js')}",
        apply_default_css=False,
        elem_id=name,
        **settings,
    )
