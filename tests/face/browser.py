"""A real browser for tests of pages: Debian's Chromium, headless, with every request off this machine refused.

Without one the test is skipped; under CI=true it fails. Screenshots are kept in results/screenshots, to be looked at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOTS = Path(__file__).resolve().parents[2] / "results" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> str:
    """The path of the browser. Skips the test, or fails it under CI=true, where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        said = "no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(said)
        pytest.skip(said)
    return found


@contextmanager
def opened(width: int = 1100, height: int = 1400) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of requests that would have left this machine (they are refused)."""
    path = browser_path()
    from playwright.sync_api import sync_playwright

    refused: list[str] = []
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": height})

        def watch(route: object) -> None:
            url = route.request.url  # type: ignore[attr-defined]
            if url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "file:", "data:", "blob:")):
                route.continue_()  # type: ignore[attr-defined]
            else:
                refused.append(url)
                route.abort()  # type: ignore[attr-defined]

        page.route("**/*", watch)
        try:
            yield page, refused
        finally:
            browser.close()


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def shoot(page: Page, name: str) -> Path:
    """Keep a picture of the whole page."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
    return SHOTS / f"{name}.png"
