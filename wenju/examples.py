"""Question sets -> Examples, from which the reader learns to answer and to say no.

Of each question there are three sorts: its text with the answer marked; texts that share many of its words and don't hold
the answer; and near misses, its own text under a question about another year, place, number, name or property, which
that text almost answers.
"""

from __future__ import annotations

import json
import random
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from wenju import keywords
from wenju.chinese import question_terms, simplified
from wenju.errors import QuestionSetError

HARDEST = 6  # as many of the texts that share the most words are kept as negatives
PHRASES_TRIED = 40  # other questions' phrases tried for a near miss
PROPERTIES_ASKED = (
    0.3  # of the texts' subjects; more, and these few wordings would tell the reader by themselves to say no
)

PLACES = [
    "北京",
    "上海",
    "天津",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "香港",
    "澳门",
    "杭州",
    "宁波",
    "温州",
    "嘉兴",
    "绍兴",
    "金华",
    "南京",
    "苏州",
    "无锡",
    "常州",
    "南通",
    "徐州",
    "合肥",
    "芜湖",
    "黄山",
    "广州",
    "深圳",
    "东莞",
    "珠海",
    "厦门",
    "福州",
    "泉州",
    "济南",
    "青岛",
    "武汉",
    "长沙",
    "成都",
    "西安",
    "郑州",
    "昆明",
    "沈阳",
    "大连",
    "台北",
    "高雄",
    "台中",
    "中国",
    "美国",
    "英国",
    "法国",
    "德国",
    "日本",
    "韩国",
    "俄罗斯",
    "印度",
    "意大利",
    "西班牙",
    "加拿大",
    "澳大利亚",
    "巴西",
    "埃及",
    "泰国",
    "越南",
    "新加坡",
    "马来西亚",
]
# What is asked of a subject, and the words without which a text doesn't tell it.
PROPERTIES = (
    ("的总部在哪里？", "总部"), ("有多少名员工？", "员工 职工 雇员 人员"), ("的门票多少钱？", "票"), ("的面积有多大？", "面积 公顷 平方 亩"),
    ("的人口有多少？", "人口 居民 万人"), ("卖出了多少份？", "卖 销 售"), ("的票房是多少？", "票房"),
    ("有多长时间？", "分钟 小时 秒 时长"), ("有多重？", "重 公斤 千克 吨"), ("有多高？", "高 米"), ("的价格是多少？", "价 元"),
    ("是由谁设计的？", "设计"), ("获得了哪些奖项？", "奖"), ("的校长是谁？", "校长"), ("的作者是谁？", "作者 著 写 作品"),
    ("的创始人是谁？", "创 建 成立"), ("是哪一年成立的？", "成立 建立 创立 创办 年"), ("的官方网站是什么？", "网站 网址"), ("的英文名是什么？", "英 语"),
    ("投资了多少钱？", "投资 元 资金"), ("的营业额是多少？", "营业 收入 营收"), ("的妻子是谁？", "妻 婚 夫人"), ("毕业于哪所大学？", "毕业 大学 学院 就读"),
    ("的导演是谁？", "导演 执导"), ("发布了什么模型？", "模型"), ("有多少枚金牌？", "金牌 奖牌 冠军"), ("为什么停止运营？", "停 关闭 终止 结束"),
)  # fmt: skip
_PLACE = re.compile("|".join(sorted(PLACES, key=len, reverse=True)))
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_NUMBER = re.compile(r"(?<![\d.])\d{1,3}(?![\d.])")
_MARKED = re.compile(r"《[^》]+》|“[^”]+”|[A-Za-z][A-Za-z0-9 -]{2,}")
_PARTICLES = re.compile(r"[的是了在和与有什么多少哪谁几年]")


@dataclass(frozen=True)
class Example:
    """A question on one of a list of texts, all in simplified characters.

    `texts[text][start:end]` is the answer. `hard` are the indices of texts that look alike and don't hold it. `near` are
    questions about something else, which the text doesn't answer.
    """

    set: str
    question: str
    text: int
    start: int
    end: int
    hard: tuple[int, ...] = ()
    near: tuple[str, ...] = ()


def read_examples(paths: Sequence[Path], seed: int) -> tuple[list[Example], list[str]]:
    """The Examples of question sets in SQuAD format, and the texts that they are about.

    A set with English questions (`question_en`, `context_en`) gives those too: on the Chinese text, and on the English
    one. Raises QuestionSetError for a file that can't be read.
    """
    texts: dict[str, int] = {}
    titles: dict[int, str] = {}
    read: list[Example] = []
    for path in paths:
        try:
            read += _read(path.stem, json.loads(path.read_text(encoding="utf-8")), texts, titles)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise QuestionSetError(f"{path} is no question set in SQuAD format ({error}): check the file.") from error
    listed = list(texts)
    hard = _alike(read, listed)
    near = _near_misses(read, listed, titles, hard, random.Random(seed))  # noqa: S311
    return [replace(e, hard=h, near=n) for e, h, n in zip(read, hard, near, strict=True)], listed


def _read(name: str, data: dict[str, Any], texts: dict[str, int], titles: dict[int, str]) -> Iterator[Example]:
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for suffix in ("", "_en"):
                if f"context{suffix}" not in paragraph:
                    continue
                context = simplified(paragraph[f"context{suffix}"])
                text = texts.setdefault(context, len(texts))
                titles[text] = simplified(str(article.get("title", "")))
                for asked in paragraph["qas"]:
                    answer = asked[f"answers{suffix}"][0]
                    start = answer["answer_start"]
                    end = start + len(answer["text"])
                    if context[start:end] != simplified(answer["text"]):
                        start = context.find(simplified(answer["text"]))
                        end = start + len(answer["text"])
                    if start < 0:
                        continue
                    for kind in ("question", "question_en") if not suffix else ("question_en",):
                        if kind in asked:
                            set_ = name + suffix + kind.removeprefix("question")
                            yield Example(set_, simplified(asked[kind]).strip(), text, start, end)


def _alike(examples: Sequence[Example], texts: Sequence[str]) -> list[tuple[int, ...]]:
    """For each example the texts that share most of its question's words (BM25) and don't hold its answer.

    An English question shares none: it takes those of the question before it about the same answer.
    """
    found: list[tuple[int, ...]] = []
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(keywords.SCHEMA)
        keywords.add(database, enumerate(texts))
        for example in examples:
            answer = texts[example.text][example.start : example.end]
            rows = keywords.search(database, list(dict.fromkeys(question_terms(example.question))), 3 * HARDEST)
            alike = tuple(row for row, _ in rows if row != example.text and answer not in texts[row])[:HARDEST]
            found.append(alike or (found[-1] if found else ()))
    return found


def _near_misses(
    examples: Sequence[Example], texts: Sequence[str], titles: dict[int, str], hard: Sequence[Sequence[int]],
    chance: random.Random,
) -> list[tuple[str, ...]]:  # fmt: skip
    """For each example its near misses, with phrases of texts alike where there are; some of them of another property."""
    phrases = [subject_of(e.question, texts[e.text]) for e in examples]
    told: dict[int, list[str]] = {}  # what is asked about each text
    for example, phrase in zip(examples, phrases, strict=True):
        if phrase:
            told.setdefault(example.text, []).append(phrase)
    everywhere = [phrase for phrase in phrases if phrase]
    made = []
    for example, phrase, alike in zip(examples, phrases, hard, strict=True):
        text = texts[example.text]
        pool = [other for row in alike for other in told.get(row, [])]
        pool += chance.sample(everywhere, min(PHRASES_TRIED, len(everywhere)))
        found = near_misses(example.question, text, pool, chance)
        if chance.random() < PROPERTIES_ASKED:
            found.append(_other_property(titles.get(example.text, "") or phrase, text, chance))
        made.append(tuple(dict.fromkeys(q for q in found if q)))
    return made


def near_misses(question: str, text: str, phrases: Sequence[str], chance: random.Random) -> list[str]:
    """The question about another year, place or number, and about the first of `phrases` that fits in for its subject.

    None of what is put in stands in `text`, which answers the question itself. In simplified characters, as all here.
    """
    found = [_other_year(question, text, chance), _other_place(question, text, chance)]
    found += [_other_number(question, text, chance), _other_phrase(question, text, phrases)]
    return [made for made in found if made]


def _other_year(question: str, text: str, chance: random.Random) -> str:
    year = _YEAR.search(question)
    other = str(int(year[0]) + chance.choice([-3, -2, -1, 1, 2])) if year else ""
    return _swapped(question, year[0], other, text) if year else ""


def _other_place(question: str, text: str, chance: random.Random) -> str:
    place = _PLACE.search(question)
    return _swapped(question, place[0], chance.choice(PLACES), text) if place else ""


def _other_number(question: str, text: str, chance: random.Random) -> str:
    number = _NUMBER.search(question)
    return _swapped(question, number[0], str(int(number[0]) + chance.randint(1, 9)), text) if number else ""


def _other_phrase(question: str, text: str, phrases: Sequence[str]) -> str:
    phrase = subject_of(question, text)
    for other in phrases if phrase else ():
        marked = other[0] == phrase[0] if other[0] in "《“" or phrase[0] in "《“" else True
        if marked and other.isascii() == phrase.isascii() and abs(len(other) - len(phrase)) <= 2:
            made = _swapped(question, phrase, other, text)
            if made:
                return made
    return ""


def _other_property(subject: str, text: str, chance: random.Random) -> str:
    if not 2 <= len(subject) <= 20 or subject not in text:
        return ""
    asked, words = chance.choice(PROPERTIES)
    return "" if any(word in text for word in words.split()) else subject + asked


def _swapped(question: str, old: str, new: str, text: str) -> str:
    return "" if new in text or new in question else question.replace(old, new)


def subject_of(question: str, text: str) -> str:
    """A title, a quoted term, a name in Latin letters, or the longest phrase that question and text share; or ""."""
    marked = _MARKED.findall(question) if not question.isascii() else []
    if not marked:
        shared = SequenceMatcher(None, question, text, autojunk=False).find_longest_match()
        marked = _PARTICLES.split(question[shared.a : shared.a + shared.size])
    best = str(max(marked, key=len, default="")).strip()
    return best if 2 <= len(best) <= 12 and best != question else ""
