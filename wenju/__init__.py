"""wenju 问据: ask your articles, get answers with evidence.

>>> import wenju
>>> answer = wenju.ask("2024年长三角累计建成了多少5G基站？")     # doctest: +SKIP
>>> answer.span, answer.citations[0].passage.article.title    # doctest: +SKIP
('超82万个', '长三角，数字浪潮澎湃')
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from wenju.answering import Answer, Citation
from wenju.archive import Archive
from wenju.articles import Article, Paragraph
from wenju.errors import ArticleError, CorpusError, IndexFolderError, ModelError, QuestionError, WenjuError
from wenju.retrieval import Passage
from wenju.settings import default_home

__all__ = [
    "Answer",
    "Archive",
    "Article",
    "ArticleError",
    "Citation",
    "CorpusError",
    "IndexFolderError",
    "ModelError",
    "Paragraph",
    "Passage",
    "QuestionError",
    "WenjuError",
    "ask",
]

_archives: dict[str, Archive] = {}


def ask(question: str, *, history: Sequence[Answer] = (), home: str | os.PathLike[str] | None = None) -> Answer:
    """Ask the default archive, which builds its index on first use and stays open.

    The archive is in `home`, else `$WENJU_HOME`, else the current folder if it holds `corpus/` or `index/`, else
    the project's own folder. `history` holds earlier Answers, oldest first. Raises a WenjuError, as `Archive.ask`.
    """
    place = str(default_home(home).resolve())
    if place not in _archives:
        _archives[place] = Archive.open_default(place)
    return _archives[place].ask(question, history)
