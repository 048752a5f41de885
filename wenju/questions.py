"""Question sets -> Questions, and the contexts that a set brings with it -> article files.

A question set is one of two kinds of file, told apart by what is in it:

    questions.jsonl   a question a line, asked of your own corpus; all but question and answers may be missing
        {"question": "谁是常州市市长？", "answers": ["周伟"]}
        {"question": "苏州市市长是谁？", "answers": []}                  the corpus doesn't answer it
        {"question": "它的市长是谁？", "answers": ["周伟"], "history": ["常州的动力电池产业链完整度有多高？"],
         "evidence": "常州市委副书记、市长周伟", "kind": "followup", "id": "mayor"}
    cmrc2018_dev.json   SQuAD format (CMRC 2018, DRCD, XQuAD): questions, each with the context that answers it
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from wenju.errors import QuestionSetError

UNTITLED = "无题"  # the same for every context without a title, so that no title helps or hinders its being found

_EXAMPLE = '{"question": "谁是常州市市长？", "answers": ["周伟"]}.'
_CONTEXT_FILE = re.compile(r"[0-9a-f]{16}\.md")
_HEADING_MARK = re.compile(r"^(\s*)#", re.MULTILINE)


@dataclass(frozen=True)
class Context:
    """A passage that a question set brings with it; `name` is the name of its article file."""

    title: str
    text: str

    @property
    def name(self) -> str:
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()[:16] + ".md"


@dataclass(frozen=True)
class Question:
    """One question of a set.

    Attributes:
        set: name of its set.
        id: its own name there; its number where the file gives none.
        text: the question.
        answers: any of these is right; for the kind "list", the more of them the better; empty where the corpus
            doesn't answer the question.
        evidence: text that stands in the passage that answers, white space aside; None where it isn't known.
        context: the context that it belongs to, in SQuAD format.
        kind: any word to count it under ("" for none); only "list" means something.
        history: earlier questions of the same conversation, oldest first.
    """

    set: str
    id: str
    text: str
    answers: tuple[str, ...]
    evidence: str | None = None
    context: Context | None = None
    kind: str = ""
    history: tuple[str, ...] = ()


def read_questions(paths: Sequence[Path], english: bool = False) -> list[Question]:
    """The questions of one or more files, each set named after its file.

    With `english`, the English questions (`question_en`) of a set that has both; an answer counts in either language.
    Raises QuestionSetError, naming the file, the place in it and the remedy.
    """
    stems = [path.stem for path in paths]
    names = [path.stem if stems.count(path.stem) == 1 else str(path) for path in paths]
    questions = [q for path, name in zip(paths, names, strict=True) for q in _read(path, name, english)]
    seen: set[tuple[str, str]] = set()
    for question in questions:
        if (question.set, question.id) in seen:
            raise QuestionSetError(f"{question.set}: two questions have the id “{question.id}”: give each its own.")
        seen.add((question.set, question.id))
    if len({question.context is None for question in questions}) == 2:
        raise QuestionSetError(
            "Some of the files ask about your own corpus, others bring their contexts: evaluate them one after another."
        )
    return questions


def contexts_of(questions: Iterable[Question]) -> list[Context]:
    """Every context of the questions, once each, in their order."""
    return list(dict.fromkeys(question.context for question in questions if question.context))


def write_corpus(contexts: Sequence[Context], folder: Path) -> None:
    """Make `folder` a corpus of these contexts, an article file each.

    Of an earlier call, files that are wanted again stay as they are and the others go. Raises QuestionSetError
    for a folder with files that no such call wrote.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {context.name: context for context in contexts}
    for path in folder.iterdir():
        if not _CONTEXT_FILE.fullmatch(path.name):
            raise QuestionSetError(f"{folder} holds other files ({path.name}): name an empty folder instead.")
        if path.name not in wanted:
            path.unlink()
    for name, context in wanted.items():
        # A context is text, not Markdown: a # at the head of a line is kept from making a crosshead of it.
        front = yaml.safe_dump({"title": context.title or UNTITLED}, allow_unicode=True, width=2**20)
        body = _HEADING_MARK.sub(r"\1＃", context.text)
        if not (folder / name).exists():
            (folder / name).write_text(f"---\n{front}---\n\n{body}\n", encoding="utf-8", newline="")


def drawn(names: Iterable[str], count: int, seed: int) -> set[str]:
    """`count` of the names, drawn by `seed`: the same ones on every machine, in whatever order they come."""
    return set(sorted(set(names), key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())[:count])


def _read(path: Path, name: str, english: bool) -> Iterator[Question]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise QuestionSetError(f"{path} can't be read ({error.strerror}): check its name.") from error
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8.") from error
    try:
        whole = json.loads(text)
    except ValueError as error:
        if '"paragraphs"' in text:
            raise QuestionSetError(f"{path} is broken JSON ({error}): mend it there, or get the file again.") from error
        whole = None
    if isinstance(whole, dict) and "data" in whole:
        questions = list(_squad(path, name, whole["data"], english))
    else:
        questions = list(_lines(path, name, text, english))
    if not questions:
        raise QuestionSetError(f"{path} holds no question: write a line such as " + _EXAMPLE)
    return iter(questions)


def _lines(path: Path, name: str, text: str, english: bool) -> Iterator[Question]:
    """One question from each line that isn't blank."""
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError as error:
            reason = str(error).split(": line")[0]
            raise QuestionSetError(f"{where} is not JSON ({reason}): write a question a line, as {_EXAMPLE}") from error
        if not isinstance(given, dict):
            raise QuestionSetError(f"{where} is not a JSON object: write it as {_EXAMPLE}")
        yield Question(
            name,
            str(given.get("id", number)),
            _asked(given, where, english),
            _texts(given, "answers", where),
            _text(given, "evidence", where) if given.get("evidence") else None,
            kind=str(given.get("kind", "")),
            history=_texts(given, "history", where) if "history" in given else (),
        )


def _squad(path: Path, name: str, data: Any, english: bool) -> Iterator[Question]:
    """One question from each of `qas`; each `title` and `context` make a Context."""
    number = 0
    for i, article in enumerate(_list(data, f"{path}, data")):
        paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
        for j, paragraph in enumerate(_list(paragraphs, f"{path}, data[{i}].paragraphs")):
            where = f"{path}, data[{i}].paragraphs[{j}]"
            context = Context(str(article.get("title") or "").strip(), _text(paragraph, "context", where))
            for k, given in enumerate(_list(paragraph.get("qas"), f"{where}.qas")):
                number += 1
                place = f"{where}.qas[{k}]"
                asked = _asked(given, place, english)
                answers = _texts(given, "answers", place)
                if english and "answers_en" in given:
                    answers += _texts(given, "answers_en", place)
                yield Question(name, str(given.get("id", number)), asked, tuple(dict.fromkeys(answers)), None, context)


def _asked(given: Any, where: str, english: bool) -> str:
    if english and isinstance(given, dict) and "question_en" not in given:
        raise QuestionSetError(f"{where} has no “question_en”: leave --english out.")
    return _text(given, "question_en" if english else "question", where)


def _text(given: Any, field: str, where: str) -> str:
    value = given.get(field) if isinstance(given, dict) else None
    if not isinstance(value, str) or not any(map(str.isalnum, value)) or "\0" in value:
        raise QuestionSetError(f"{where}: “{field}” is missing or holds no text: write it as text in quotes.")
    return value


def _texts(given: dict[str, Any], field: str, where: str) -> tuple[str, ...]:
    """A list of texts, or of SQuAD's {"text": …}."""
    values = given.get(field)
    listed = values if isinstance(values, list) else [None]
    texts = [value.get("text") if isinstance(value, dict) else value for value in listed]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        none = ", [] where the corpus doesn't answer it" if field == "answers" else ""
        raise QuestionSetError(f'{where}: “{field}” is missing or not a list of texts: write it as ["…", "…"]{none}.')
    return tuple(str(text) for text in texts)


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise QuestionSetError(f"{where} is missing or not a list: is this a file in SQuAD format?")
    return value
