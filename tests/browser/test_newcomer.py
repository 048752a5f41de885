"""As a newcomer: a clean copy of the project, a new virtual environment, the README's first command, a question."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from support import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

START_MINUTES = 12  # installing torch and the rest; on a slow line more would be the network's fault


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    clone = tmp_path / "wenju"
    for name in filter(None, tracked.stdout.split("\0")):
        if (PROJECT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, clone / name)
    readme = (clone / "README.md").read_text(encoding="utf-8")
    command = re.search(r"^python3 -m venv .*app\.py$", readme, re.MULTILINE)
    assert command
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k not in ("WENJU_HOME", "VIRTUAL_ENV", "PYTHONPATH")}
    environment["GRADIO_SERVER_PORT"] = str(port)
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            ["bash", "-c", command.group()], cwd=clone, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        until = monotonic() + 60 * START_MINUTES
        while True:
            try:
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10).close()
                break
            except OSError:
                said = (tmp_path / "log").read_text(encoding="utf-8")
                assert process.poll() is None, said
                assert monotonic() < until, said
                sleep(0.5)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # not SIGINT, which a shell that was put into the background ignores
        process.wait(timeout=30)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")


def test_the_first_command_opens_a_chat_that_answers(
    served: str, open_page: Callable[..., Any], ask: Callable[[Any, str], Any]
) -> None:
    page = open_page(served)
    turn = ask(page, "2024年长三角累计建成了多少5G基站？")
    assert turn.locator(".answer strong").first.inner_text() == "超82万个"
    assert turn.locator(".sources h4").first.inner_text().endswith("长三角，数字浪潮澎湃")
    assert turn.locator(".sources mark").first.inner_text().startswith("2024年长三角已累计建成5G基站超82万个")
