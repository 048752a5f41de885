"""A real server (`python app.py`) and a real Chromium, both for the whole session; pages that tell on themselves.

A page fails its test when it, or anything on it, asks another server for something, tries to and is stopped by the
Content-Security-Policy, runs into a script error, or opens a dialog.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, sync_playwright

import wenju

PROJECT = Path(__file__).resolve().parent.parent.parent
# Chromium itself must be as quiet as the page: no updates, no sync, no first-run page.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ANSWER_MS = 60_000  # the first question also waits for the model


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    executable = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if executable is None and not os.environ.get("CI"):
        pytest.skip("no Chromium here: install one, or name it in $CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """serve(home) -> the URL of a chat over the archive in that folder, ended with the session."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(home: Path) -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ, "WENJU_HOME": str(home), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_SERVER_PORT": str(port)
        }  # fmt: skip
        log = (home / "server.log").open("wb")
        servers.append(
            subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=environment, stdout=log, stderr=log)
        )
        url = f"http://127.0.0.1:{port}/"
        for _ in range(600):
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10).close()
                return url
            except OSError:
                assert servers[-1].poll() is None, (home / "server.log").read_text(encoding="utf-8")
                time.sleep(0.1)
        raise AssertionError(f"{url} was not served within a minute")

    yield start
    for server in servers:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="session")
def url(serve: Callable[[Path], str], archive: wenju.Archive) -> str:
    """The chat over the project's own corpus."""
    return serve(archive.settings.corpus.parent)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """open_page(url, **context) -> a page in a browser context of its own, watched until the test ends."""
    contexts: list[Any] = []
    misdeeds: list[str] = []

    def open_one(url: str, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)

        def on_console(message: ConsoleMessage) -> None:
            if message.type == "error" or "Content Security Policy" in message.text:
                misdeeds.append(f"console: {message.text}")

        def on_dialog(dialog: Dialog) -> None:
            misdeeds.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Any) -> None:
            if not request.url.startswith((url, "data:")):
                misdeeds.append(f"request: {request.url}")

        page.on("request", on_request)
        page.on("console", on_console)
        page.on("dialog", on_dialog)
        page.on("pageerror", lambda error: misdeeds.append(f"script: {error}"))
        page.goto(url)
        page.get_by_role("log").wait_for(state="attached")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert misdeeds == []


@pytest.fixture
def ask() -> Callable[[Page, str], Any]:
    """ask(page, question) -> the locator of its turn, once it is answered."""

    def ask_one(page: Page, question: str) -> Any:
        before = page.locator(".turn").count()
        page.get_by_role("textbox").fill(question)
        page.get_by_role("textbox").press("Enter")
        turn = page.locator(".turn").nth(before)
        turn.locator(".answer, .notice").first.wait_for(timeout=ANSWER_MS)
        return turn

    return ask_one
