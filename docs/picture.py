"""Takes README's picture of the chat again: make run, and meanwhile .venv/bin/python docs/picture.py [ADDRESS]

The sample archive must lie behind the address. Look at the picture before you commit it.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

QUESTION = "How many Aldermark troops remain in Qasara?"
PICTURE = Path(__file__).with_name("chat.png")


def main(address: str) -> None:
    """Ask in Chromium (light, 1200 x 900), and write what is to be seen in 256 colours: a third of the bytes."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 900}, color_scheme="light")
        page.goto(address)
        expect(page.locator(".holdings")).not_to_be_empty()
        box = page.get_by_label("Your question")
        box.fill(QUESTION)
        box.press("Enter")
        expect(page.locator("#chat .turn.answered")).to_be_visible()
        expect(page.get_by_label("Sources", exact=True)).to_be_visible()
        page.mouse.move(1, 1)
        page.wait_for_timeout(1000)  # until what fades in has
        shot = page.screenshot()
        browser.close()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7860/")
