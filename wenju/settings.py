"""Where things are and how large they may be: one frozen dataclass, and the rule that finds the default archive."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

BUNDLED_MODEL = "multilingual-e5-small"
PROJECT_FOLDER = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Every number that a user may want to change, with its reason.

    Attributes:
        corpus: folder of article files, the truth that the index is built from.
        index: folder that holds what `wenju index` builds.
        model: the bundled model's name, a sentence-transformers folder, or a model's name on a hub.
        question_characters: longest question read. Real questions stay below 100 characters; the encoder's
            window ends near 870 Chinese characters, so anything longer would be cut without a word.
        article_bytes: largest article file read. A long newspaper page is 20 kB; 16 MiB is a thick book.
    """

    corpus: Path
    index: Path
    model: str = BUNDLED_MODEL
    question_characters: int = 500
    article_bytes: int = 16 * 2**20


def default_home(home: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds `corpus/` and `index/`.

    In this order: `home`, `$WENJU_HOME`, the current folder if it holds `corpus/` or `index/`, else the
    project's own folder.
    """
    named = home or os.environ.get("WENJU_HOME")
    if named:
        return Path(named).expanduser()
    here = Path.cwd()
    if (here / "corpus").is_dir() or (here / "index").is_dir():
        return here
    return PROJECT_FOLDER
