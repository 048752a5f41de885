"""Every sentence and label of the chat page in Chinese and English, and the choice between the two."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]

EXAMPLES = (
    "2024年长三角累计建成了多少5G基站？",
    "常州的动力电池产业链完整度是多少？",
    "蓝皮书由哪个机构牵头编写？",
    "黄山发展人工智能产业最大的资源是什么？",
    "What share of global AI patents does China hold?",
)

WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "tagline": "向文章提问，每个答案都附原文出处。全部在这台电脑上运行。",
        "ask": "问题",
        "placeholder": "输入问题，按回车提问",
        "send": "提问",
        "new": "新对话",
        "examples": "可以这样问",
        "conversation": "对话",
        "loading": "正在载入模型…第一次启动还要为文章建立索引，请稍候。",
        "searching": "正在查找…",
        "empty": "请先输入一个问题，例如“谁是常州市市长？”。",
        "too_long": "这个问题有 {count:,} 个字，最多能读 {limit} 个字：请缩短后再问。",
        "not_asked": "这个问题没能提出：",
        "not_open": "现在还不能回答：",
        "broken": "回答时出了意外的错误，详情记在服务器的日志里。可以换个问法再试一次。",
        "asked": "按上文理解为：",
        "sources": "出处",
        "nearest": "最接近的段落，但不是答案",
        "no_date": "日期未印出",
        "date": "{0.year}年{0.month}月{0.day}日",
        "no_author": "未署名",
        "author": "作者 {}",
        "photo": "摄影 {}",
        "page": "第 {} 版",
        "paragraph": "第 {} 段",
        "head": "文首",
        "caption": "图片说明",
    },
    "en": {
        "tagline": "Ask your articles: every answer comes with its source. All of it runs on this computer.",
        "ask": "Question",
        "placeholder": "Type a question and press Enter",
        "send": "Ask",
        "new": "New chat",
        "examples": "Try one of these",
        "conversation": "Conversation",
        "loading": "Loading the model… A first start also indexes the articles, which can take a minute.",
        "searching": "Searching…",
        "empty": "Type a question first, such as “谁是常州市市长？”.",
        "too_long": "This question has {count:,} characters; at most {limit} are read: shorten it and ask again.",
        "not_asked": "This question can't be asked: ",
        "not_open": "No answer is possible yet: ",
        "broken": "Something unexpected went wrong; the server's log has the details. Try asking in other words.",
        "asked": "Understood as: ",
        "sources": "Sources",
        "nearest": "Closest, but not an answer",
        "no_date": "no date printed",
        "date": "{0.year}-{0.month:02}-{0.day:02}",
        "no_author": "unsigned",
        "author": "by {}",
        "photo": "photo by {}",
        "page": "page {}",
        "paragraph": "paragraph {}",
        "head": "head of the article",
        "caption": "photo caption",
    },
}


def language(accept_language: str | None) -> Language:
    """The language of the page for a browser's Accept-Language header; Chinese where none is sent.

    >>> language("zh-HK,zh;q=0.9,en;q=0.8"), language("fr,en;q=0.5"), language(None)
    ('zh', 'en', 'zh')
    """
    if not accept_language:
        return "zh"
    wanted = re.findall(r"([a-z]+)[^,;]*(?:;\s*q=([01](?:\.\d*)?))?", accept_language.lower())
    ranked = sorted(wanted, key=lambda tag: -float(tag[1] or 1))  # a stable sort: equals keep the browser's order
    return next(("zh" if tag == "zh" else "en" for tag, _ in ranked if tag in ("zh", "en")), "en")
