"""Query + candidates -> who wrote or photographed an article and when it appeared, read from its front matter.

A byline isn't part of any paragraph, so its evidence is the article's head: the front matter as it stands in the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from wenju.articles import Article
from wenju.chinese import normal_form
from wenju.reading import Reading
from wenju.retrieval import Candidate, Passage, Query

HEAD = 0  # the number of an article's head, before its paragraph 1

SURE_TITLE = 6  # characters; a shorter title may be any word of the question

_PIECE = re.compile(r"文章|报道|稿件|稿子|新闻|消息|评论|这篇|本文|该文|此文|article|piece|story|report|commentary")
_PHOTO = re.compile(r"照片|图片|配图|插图|这张图|photo|picture|image")
_AUTHOR = re.compile(
    r"谁(?:写|采写|撰写|撰稿|报道|执笔)|(?:作者|记者|撰稿人|执笔人?)(?:是|叫|姓)|哪位(?:记者|作者)|哪个(?:记者|作者)|"
    r"\bwho (?:wrote|reported|authored)\b|\b(?:author|reporter|journalist)\b|\bwritten by\b"
)
_PHOTOGRAPHER = re.compile(
    r"谁(?:拍|摄)|摄影(?:者|记者|师)?(?:是|叫)|\bwho (?:took|shot|photographed)\b|\bphotographer\b"
)
_DATE = re.compile(
    r"(?:什么时候|何时|哪[一]?[天日年]|几月几[号日]|日期).{0,6}(?:发表|刊登|刊发|见报|登出|写|报道|发)|"
    r"(?:发表|刊登|刊发|见报|报道|成文|写作|写)(?:的|于|在)?(?:什么时候|何时|哪[一]?[天日年]|几月几[号日]|日期|时间)|"
    r"\bwhen (?:was|were|did)\b.*\b(?:published|written|appear|printed)\b"
)
_DATE_LINE = re.compile(r"^date:[ \t]*[\"']?(.+?)[\"']?[ \t]*\r?$", re.MULTILINE)
_TITLE = re.compile(r"《([^》]+)》|“([^”]+)”|\"([^\"]+)\"")


def read_byline(
    query: Query, candidates: Sequence[Candidate], articles: Callable[[], Sequence[Article]]
) -> list[Reading] | None:
    """The answer to a question about an article itself, from its fields; None for any other question.

    Empty where the article doesn't print what is asked. The article is the one whose title the question names, else
    the one of the caption or of most passages found, if the question speaks of an article or a photo. Confidence is
    1 for a title that is named, else the share of the passages found that come from that article.
    """
    text = normal_form(query.text)
    wanted = _wanted(text)
    if not wanted or not candidates:
        return None
    article, sure = _article(text, wanted, candidates, articles)
    if article is None:
        return None
    for printed, name in _fields(article, wanted):
        start = article.head.find(printed)
        if start >= 0:
            span = name if name in printed else printed
            return [Reading(Passage(article, HEAD, article.head, 1.0), start, start + len(printed), span, sure)]
    return []


def _wanted(text: str) -> str:
    if _PHOTOGRAPHER.search(text):
        return "photographer"
    if _AUTHOR.search(text):
        return "author"
    return "date" if _DATE.search(text) else ""


def _fields(article: Article, wanted: str) -> list[tuple[str, str]]:
    """What may stand in the head, as printed, and the name or date in it; best first."""
    pairs: list[tuple[str | None, str | None]]
    if wanted == "date":
        line = _DATE_LINE.search(article.head)
        pairs = [(line[1] if line else None, None)]
    elif wanted == "author":
        pairs = [(article.byline, article.author), (article.author, None)]
    else:
        pairs = [(article.credit, article.photographer), (article.photographer, None)]
    return [(printed, name or printed) for printed, name in pairs if printed]


def _article(
    text: str, wanted: str, candidates: Sequence[Candidate], articles: Callable[[], Sequence[Article]]
) -> tuple[Article | None, float]:
    named = [next(filter(None, match.groups())) for match in _TITLE.finditer(text)]
    for article in sorted(articles(), key=lambda a: -len(a.title)):
        title = normal_form(article.title)
        if title in named or (len(title) >= SURE_TITLE and title in text):
            return article, 1.0
    if not _PIECE.search(text) and not (wanted == "photographer" and _PHOTO.search(text)):
        return None, 0.0
    found = [candidate.passage.article for candidate in candidates]
    captions = [candidate.passage.article for candidate in candidates if candidate.passage.caption]
    article = captions[0] if wanted == "photographer" and captions else Counter(found).most_common(1)[0][0]
    return article, found.count(article) / len(found) if not captions else 1.0
