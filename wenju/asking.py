"""Question -> what kind of answer it asks for: a number, a date, several items, reasons or ways, a yes or no, else a fact."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["date", "count", "list", "account", "whether", "fact"]

_DATE = re.compile(
    r"什么时候|什麼時候|何时|何時|哪一?[年天日]|[几幾][月号號日]|\bwhen\b|\b(?:what|which) (?:year|day|date)\b",
    re.IGNORECASE,
)
_WHO = re.compile(r"谁|誰|哪[一]?[位名人]|什[么麼]人|\bwho(?:m|se)?\b", re.IGNORECASE)
_LIST = re.compile(
    r"哪些|哪[几幾两兩二三四五六七八九十]|分别|分別|列举|列舉|"
    r"\b(?:list|name) (?:the|all|some)\b|\b(?:what|which) (?:are|were)\b|\b(?:what|which) (?!is\b|was\b)\w+s\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"[为為]什[么麼]|[为為]何|[怎][么麼样樣]|如何|原因|理由|意[义義]|特[点點]|[优優][势勢]|影[响響]|效果|作用|看法|[态態]度|"
    r"什[么麼](?:意思|好[处處]|用)|\bwhy\b|\bhow (?!many|much|large|big|high|long|far|old)|\breasons?\b|\badvantages?\b|\beffects?\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"多少|[几幾]|多[大高长長远遠重久]|占比|比例|百分之|\bhow (?:many|much|large|big|high|long|far|old)\b|"
    r"\b(?:what|which) (?:share|percentage|percent|proportion|number|fraction)\b",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    r"[吗嗎][？?]?\Z|是否|是不是|有没有|有沒有|能不能|会不会|會不會|可不可以|\A(?:is|are|was|were|do|does|did|has|have|had|can|will)\b",
    re.IGNORECASE,
)


def kind_of(question: str) -> Kind:
    """What a question asks for; "fact" is a name, a place, a thing, and whatever else.

    >>> kind_of("网易有多少员工？"), kind_of("When was it founded?"), kind_of("谁是市长？")
    ('count', 'date', 'fact')
    >>> kind_of("谁谈到了企业的特点？"), kind_of("企业有什么特点？")
    ('fact', 'account')
    >>> kind_of("文中提到了哪些大模型？"), kind_of("瘫痪的人怎么重新走路？"), kind_of("主持人是真人吗？")
    ('list', 'account', 'whether')
    """
    text = question.strip()
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("date", _DATE), ("list", _LIST), ("fact", _WHO), ("account", _ACCOUNT), ("count", _COUNT), ("whether", _WHETHER),
    )  # fmt: skip
    return next((kind for kind, pattern in kinds if pattern.search(text)), "fact")
