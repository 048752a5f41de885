"""English follow-ups: And Wenzhou? Who is its mayor? Why?, also after a question in Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wenju import followup_words as words
from wenju.followup_parts import END, NAMED, PLACE, Turn, english_name, mask, person_of, place_of, told, topic_of

FRAGMENT = 5  # words; a longer fragment has words enough of its own

_OPENING, _BARE, _PRONOUN, _OBJECT = (
    re.compile(pattern, re.IGNORECASE)
    for pattern in (words.ENGLISH_OPENING, words.ENGLISH_BARE, words.ENGLISH_PRONOUN, words.ENGLISH_OBJECT)
)
_WHICH = re.compile(r"(?:in |at )?which ", re.IGNORECASE)
_CLAUSE = re.compile(rf"(?:{words.ENGLISH_ASKING}|{words.ENGLISH_VERB})\b", re.IGNORECASE)
_NAME = re.compile(words.ENGLISH_NAME)
_YEAR = re.compile(r"(?:19|20)\d\d")


def stand_alone_english(core: str, earlier: Sequence[Turn]) -> str | None:
    """`core` (an English question without its question mark) with what it leaves unsaid; None where that is nothing."""
    last = earlier[0]
    before = last.question.rstrip(END)
    if opening := _OPENING.match(core):
        fragment = core[opening.end() :]
        if len(fragment.split()) <= FRAGMENT and not _CLAUSE.match(fragment):
            return replaced_by_name(fragment, earlier)
    if _BARE.fullmatch(core):
        return f"{before}? {core}?"
    pronoun = _PRONOUN.search(core)
    if not pronoun or _NAME.search(core, 0, pronoun.start()):  # a name before it: it may stand for that
        return None
    antecedent = _antecedent(pronoun.lastgroup or "", last)
    if antecedent is None:
        return f"{before}? {core}?"
    rest = core[pronoun.end() :]
    if pronoun.lastgroup == "noun":
        rest = re.sub(r"\A\s+[a-z]+", "", rest)
    elif pronoun.lastgroup == "there":
        antecedent = f"in {antecedent}"
    elif re.fullmatch("(?:its|his|their|her)", pronoun.group(), re.IGNORECASE) and re.match(r"\s+[a-z]", rest):
        antecedent += "'s"
    return f"{core[: pronoun.start()]}{antecedent}{rest}?"


def replaced_by_name(fragment: str, earlier: Sequence[Turn]) -> str:
    """The latest question with what is parallel to Wenzhou, 2023 or gigabit cities replaced by it."""
    name = re.sub(r"\A(?:in|for|of|at|from|by)\s+", "", fragment)
    for turn in earlier:
        text = turn.question
        if _YEAR.fullmatch(name):
            old = _YEAR.search(text)
        elif re.search(words.HAN, text):
            old = PLACE.search(mask(text)) or NAMED.search(text)
        elif re.match(rf"(?:the )?(?:[A-Z]|{words.HAN})", name):
            old = english_name(text)
        else:
            old = _OBJECT.search(text)
        if old:
            start, end = old.span(old.lastindex or 0)
            if " of " in name:  # the vice mayor of Wenzhou has its own place
                end = len(text.rstrip(END))
            return text[:start] + name + text[end:]
    return f"{earlier[0].question.rstrip(END)}? {fragment}?"


def _antecedent(kind: str, last: Turn) -> str | None:
    """What the pronoun stands for, None if that can't be told."""
    text = last.question
    if kind == "said":
        return None
    if re.search(words.HAN, text):
        found = person_of(last) if kind == "person" else told(last, "哪|叫什么")
        return found or (place_of(last) if kind == "there" else None) or topic_of(last)
    name = english_name(text)
    if kind == "person" and re.search(r"(?i)\bwho\b", text):
        return told(last, "")
    if kind == "things":
        asked = _OBJECT.search(text)
        return f"the {asked[1]}" if asked else None
    if _WHICH.match(text) and (found := told(last, "")):
        return found
    if not name:
        return None
    # the Wuzhen summit: a last noun without a capital belongs to the name.
    noun = re.compile(r"(?: [a-z]+)?(?=\W*\Z)").match(text, name.end()) if name.group().startswith("the ") else None
    return name.group() + (noun.group() if noun else "")
