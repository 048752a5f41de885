"""Article file -> Article (its fields) and Paragraphs (numbered from 1, with offsets).

An article file is Markdown with YAML front matter, or plain text:

    ---
    title: 智能向善 科技为民
    author: 王彬
    date: 2025-11-08
    ---

    在2025年世界互联网大会乌镇峰会上……        paragraph 1

    ## 数字化水平领跑全国                      a crosshead: context of the paragraphs below it

    ![桐乡乌镇街头，机器人在协助指挥交通。]()    a caption: a paragraph of its own

A caption is written as Pandoc's implicit figure: an image alone in its paragraph. The image is never loaded.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import yaml

from wenju.errors import ArticleError, CorpusError
from wenju.textfiles import decode, language_of, read_bytes

SUFFIXES = (".md", ".txt")
CAPTION_CHARACTERS = 2000  # so that text made of “](” can't keep the pattern busy; no caption is as long
FRONT_MATTER_CHARACTERS = 16_384
FRONT_MATTER_NESTING = 100  # of [ { - ? together in a line: PyYAML takes quadratic time, and its stack, to nest them
TITLE_LINE_CHARACTERS = 60  # a first line of a .txt file longer than this is a paragraph, not a title

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"\S.*?(?=\n[ \t\r\u3000]*\n|\Z)", re.DOTALL)
_LINE = re.compile(r"\S.*")
_HEADING = re.compile(r"(#{1,6})[ \t]+([^\r\n]+)\r?(?:\n|\Z)")
_CAPTION = re.compile(r"!\[(.+)\]\([^)\n]*\)\s*\Z", re.DOTALL)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DATELINE = re.compile(
    r"(?:本报|新华社|中新社|央广网|人民网)?(?P<place>[\u4e00-\u9fff]{2,8}?)"
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日[电讯]"
    r"(?:\s*[（(](?:本报)?(?:见习)?记者[\s：:]{0,3}(?P<author>[^）)]{2,40})[）)])?"
)


@dataclass(frozen=True)
class Article:
    """The fields of one article. What the file doesn't say is None; nothing is guessed.

    `name` is the file's path inside the corpus folder with forward slashes, and identifies the article.
    `byline` and `credit` stand as printed (■ 本报记者 张苗); `author` and `photographer` hold the names alone.
    `date` is the day of the article, read from `date:` or from a dateline that names its year.
    `head` is the front matter as it stands in the file, "" if there is none: the evidence for every other field.
    `language` is "zh" where at least three in ten letters are Han characters, else "en".
    """

    name: str
    title: str
    path: Path
    language: str
    kicker: str | None = None
    subtitle: str | None = None
    byline: str | None = None
    author: str | None = None
    credit: str | None = None
    photographer: str | None = None
    date: date | None = None
    place: str | None = None
    source: str | None = None
    page: str | None = None
    section: str | None = None
    note: str | None = None
    head: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph as it stands in its file: `file_text[start:end] == text`, in characters.

    `heading` is the crosshead above it ("" if none); `caption` marks the text of a photo caption.
    """

    number: int
    text: str
    start: int
    end: int
    heading: str = ""
    caption: bool = False


_GIVEN_FIELDS = [f.name for f in fields(Article) if f.default is None and f.name != "date"]


def article_paths(corpus: Path) -> list[Path]:
    """Every article file below `corpus`, in name order; names that begin with a dot are left out.

    Raises CorpusError for a folder that is missing or holds no article, ArticleError for a file that is
    neither `.md` nor `.txt` or that leads out of the folder.
    """
    if not corpus.is_dir():
        raise CorpusError(
            f"There is no corpus folder at {corpus}: put article files (.md or .txt) there, or name another with --corpus "
            "or in WENJU_HOME."
        )
    inside = corpus.resolve()
    paths = []
    for folder, folders, names in os.walk(corpus):  # which follows no link to a folder
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(folder, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() not in SUFFIXES:
                raise ArticleError(f"{path} is not an article file: save it as .md or .txt, or move it elsewhere.")
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                raise ArticleError(f"{path} is a link that leads out of the corpus folder: put the file itself there.")
            paths.append(path)
    if not paths:
        raise CorpusError(f"The corpus folder {corpus} holds no article: put .md or .txt files in it.")
    return sorted(paths)


def read_article(path: Path, corpus: Path, max_bytes: int = 16 * 2**20) -> tuple[Article, list[Paragraph]]:
    """Read one article file of at most `max_bytes` bytes.

    Raises ArticleError, naming the file, the line and the remedy, for a file that can't be read, decoded or
    parsed, is too large, or holds no paragraph.
    """
    return parse_article(read_bytes(path, max_bytes), path, path.relative_to(corpus).as_posix())


def parse_article(data: bytes, path: Path, name: str) -> tuple[Article, list[Paragraph]]:
    """The bytes of an article file -> its fields and paragraphs. Raises ArticleError as `read_article`."""
    text = decode(data, path)
    given, head, body_start = _front_matter(text, path)
    if path.suffix.lower() == ".txt":
        title, body_start = _txt_title(text, body_start)
        blocks = _txt_blocks(text, body_start)
    else:
        title, blocks = None, _matches(_BLOCK, text, body_start)
    top_heading, paragraphs = _paragraphs(blocks, text)
    title = given.pop("title", None) or title or top_heading
    if not title and body_start:
        raise ArticleError(f"{path}, line 1: the front matter has no title; add a line such as “title: 标题”.")
    if not paragraphs:
        raise ArticleError(f"{path} is empty below its title: write at least one paragraph, or remove the file.")
    day = _date(given.pop("date", None), text, path)
    place, author, dateline_day = _dateline(paragraphs[0].text)
    from_dateline = {"place": place, "author": author}
    language = given.pop("language", None) or language_of(text[body_start:])
    known = {key: given.get(key) or from_dateline.get(key) for key in _GIVEN_FIELDS}
    article = Article(
        name=name, title=title or path.stem, path=path, language=language, head=head, date=day or dateline_day, **known
    )
    return article, paragraphs


def _front_matter(text: str, path: Path) -> tuple[dict[str, str], str, int]:
    """The fields, the front matter as it stands, and where the body begins: ({}, "", 0) without front matter."""
    if not re.match(r"---[ \t]*\r?\n", text):
        return {}, "", 0
    match = _FRONT_MATTER.match(text)
    if not match:
        raise ArticleError(f"{path}, line 1: the front matter opened here by --- is not closed; add a line of ---.")
    if len(match.group(1)) > FRONT_MATTER_CHARACTERS:
        raise ArticleError(
            f"{path}, line 2: the front matter has {len(match.group(1)):,} characters; at most "
            f"{FRONT_MATTER_CHARACTERS:,} are read: move the text below the second ---."
        )
    for number, line in enumerate(match.group(1).splitlines(), 2):
        if sum(map(line.count, "[{-?")) > FRONT_MATTER_NESTING:
            raise ArticleError(f"{path}, line {number}: too many of [ {{ - ? for front matter; write plain text there.")
    try:
        # BaseLoader keeps every scalar the text it is (title: 2025, title: No) and builds no objects.
        given = yaml.load(match.group(1), Loader=yaml.BaseLoader) or {}  # noqa: S506
    except (yaml.YAMLError, RecursionError) as error:  # [[[[… nests deeper than PyYAML's stack
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 2
        problem = getattr(error, "problem", None) or "not YAML"
        raise ArticleError(
            f"{path}, line {line}: the front matter is broken ({problem}); put a value with “:” or “#” in quotes."
        ) from error
    if not isinstance(given, dict):
        raise ArticleError(f"{path}, line 2: the front matter must be lines of “name: value”.")
    values: dict[str, str] = {}
    for key, value in given.items():
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            value = " ".join(value)
        if key in _GIVEN_FIELDS or key in ("title", "date", "language"):
            if not isinstance(value, str):
                raise ArticleError(f"{path}: the front matter's “{key}” must be text; write it on one line.")
            if value.strip():
                values[key] = value.strip()
    return values, match.group(1).strip(), match.end()


def _txt_title(text: str, start: int) -> tuple[str | None, int]:
    """The first line of plain text is its title if it is short and doesn't end like a sentence."""
    first = _LINE.search(text, start)
    line = first.group().strip() if first else ""
    if first and len(line) <= TITLE_LINE_CHARACTERS and not line.endswith(tuple("。！？!?；;，,…：:.")):
        return line, first.end()
    return None, start


def _txt_blocks(text: str, start: int) -> list[tuple[int, int]]:
    """Blocks between blank lines; where there is no blank line, each line is a paragraph, as is usual in Chinese."""
    blocks = _matches(_BLOCK, text, start)
    return blocks if len(blocks) > 1 else _matches(_LINE, text, start)


def _matches(pattern: re.Pattern[str], text: str, start: int) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text, start)]


def _paragraphs(blocks: list[tuple[int, int]], text: str) -> tuple[str | None, list[Paragraph]]:
    """The first top-level heading, and the paragraphs below each crosshead."""
    title, heading = None, ""
    paragraphs: list[Paragraph] = []
    for start, end in blocks:
        while mark := _HEADING.match(text, start, end):
            name = mark.group(2).rstrip(" \t#")
            if len(mark.group(1)) == 1 and title is None and not paragraphs:
                title = name
            else:
                heading = name
            start = mark.end()
        caption = _CAPTION.match(text, start, end) if end - start <= CAPTION_CHARACTERS else None
        if caption:
            start, end = caption.span(1)
        start, end = _trim(text, start, end)
        if start < end:
            paragraph = Paragraph(len(paragraphs) + 1, text[start:end], start, end, heading, bool(caption))
            paragraphs.append(paragraph)
    return title, paragraphs


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


def _date(given: str | None, text: str, path: Path) -> date | None:
    if given is None:
        return None
    match = _DATE.fullmatch(given)
    try:
        if match:
            return date(*map(int, match.groups()))
    except ValueError:
        pass
    line = next((n for n, row in enumerate(text.splitlines(), 1) if row.startswith("date:")), 1)
    raise ArticleError(f"{path}, line {line}: “{given}” is not a date; write it as 2025-11-08.")


def _dateline(text: str) -> tuple[str | None, str | None, date | None]:
    """Place, reporter and day of a dateline (本报乌镇11月8日电（记者 吴柯沁）); the day only if its year is printed."""
    match = _DATELINE.match(text)
    if not match:
        return None, None, None
    day = None
    if match["year"]:
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            day = None
    return match["place"], match["author"], day
