"""Text -> who says what in it, by the forms of quotation in Chinese news; question -> does it ask for that?
    “下半场是深度融合。”常州市市长周伟说。    ->   常州市市长周伟 | 说 | “下半场是深度融合。”
    温州市副市长王振勇表示，开放是前提。       ->   温州市副市长王振勇 | 表示 | 开放是前提。
Rules, no model. What they can't tell is left out: an utterance with the wrong speaker is worse than none.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from wenju import speech_words as words
from wenju.chinese import simplified
from wenju.sentences import sentences

Span = tuple[int, int]


@dataclass(frozen=True)
class Utterance:
    """`text[start:end]` is the speaker with its title, `text[said_start:said_end]` what was said: a quotation with its
    marks, or the clauses to the end of the sentence. Each part of “甲，”李军说，“乙。” is an utterance.
    A pronoun stands for the last person who spoke in the paragraph, and `start` and `end` are where that one is named;
    where nobody has spoken, the pronoun itself is the speaker, for callers who know what comes before.
    """

    speaker: str
    start: int
    end: int
    said_start: int
    said_end: int
    verb: str

    @property
    def name(self) -> str:
        """The bare name where it can be told, else the whole: 浙江省发展规划研究院院长李军 -> 李军."""
        return self.speaker[_name_start(simplified(self.speaker)) :]


@dataclass(frozen=True)
class _Page:
    """A text with its quotations masked; their starts -> ends and ends -> starts; ends of clauses; sentences"
    "."""

    text: str
    quotes: dict[int, int]
    quote_ends: dict[int, int]
    stops: list[int]
    sentences: list[Span]

    def clause(self, offset: int) -> int:
        return self.stops[bisect_right(self.stops, offset) - 1]

    def sentence(self, offset: int) -> Span:
        return self.sentences[max(bisect_right(self.sentences, (offset, len(self.text))) - 1, 0)]


def utterances(text: str) -> tuple[Utterance, ...]:
    """Who says what in `text`, in the order of what is said.
    >>> [(one.name, one.verb, one.said_start, one.said_end) for one in utterances("“好。”市长周伟说，不要停下。")]
    [('周伟', '说', 0, 4), ('周伟', '说', 10, 15)]
    """
    page, found, claimed = _page(text), list[Utterance](), set[int]()  # claimed: where quotations with a speaker begin
    floor = seen = line = 0  # ends of the last verb with a speaker and of the last one; what was found before this line
    for verb in words.VERB.finditer(page.text):
        if (newline := page.text.rfind("\n", seen, verb.start())) >= 0:
            floor, line = newline + 1, len(found)
        seen, start = verb.end(), max(page.clause(verb.start()), floor)
        if verb.start() - start > 100 or words.VERB.match(
            page.text, seen
        ):  # too long a clause; 强调指出: the second counts
            continue
        said = [span for span in _said(page, start, verb) if span[0] not in claimed]
        if said and (speaker := _speaker(page, start, verb, found[max(line, len(found) - 8) :])):
            if (
                line < len(found)
                and page.text[start - 1] in "；;"
                and found[-1].said_start < start - 1 < found[-1].said_end
            ):
                found[-1] = replace(found[-1], said_end=start - 1)  # 甲表示，……；乙表示，……
            claimed.update(first for first, _ in said)
            floor = seen
            found += [Utterance(text[slice(*speaker)], *speaker, *span, text[verb.start() : seen]) for span in said]
    return tuple(sorted(found, key=lambda one: (one.said_start, one.said_end)))


def _page(text: str) -> _Page:
    plain = simplified(text)
    quotes = {quote.start(): quote.end() for quote in words.QUOTE.finditer(plain)}
    masked = words.QUOTE.sub(
        lambda quote: (words.SPEECH if words.SAYS.match(quote[0][1:-1]) else words.TERM) * len(quote[0]), plain
    )
    masked = words.TITLE.sub(lambda title: words.TERM * len(title[0]), masked)
    stops = [0, *(stop.end() for stop in words.STOP.finditer(masked))]
    return _Page(masked, quotes, {end: start for start, end in quotes.items()}, stops, sentences(text))


def _said(page: _Page, start: int, verb: re.Match[str]) -> list[Span]:
    """What the verb whose clause begins at `start` reports: the quotation before it, and the one or the clau"
    "ses behind."""
    text, spans, then = page.text, list[Span](), words.THEN.match(page.text, verb.end()) or verb
    after, sentence_end = then.end(), page.sentence(verb.start())[1]
    ended = bool(then["full"]) or text[after : after + 1] in ("；", ";", "…", "\n")
    before = start - (text[start - 1 : start] in ("，", ","))
    if ended and before < start and before not in page.quote_ends:  # “……。”在会上，周伟这样倡议。
        before = page.clause(before - 1)
    first = page.quote_ends.get(before, before)
    if first < before and text[first] == words.SPEECH and not words.INTRODUCED.search(text, max(0, first - 2), first):
        spans += [] if words.HEARD.search(text, start, verb.start()) else [(first, before)]
    if after in page.quotes and (text[after] == words.SPEECH or then["mark"] in ("：", ":")):
        if not ended or (spans and not words.VERB.search(text, page.quotes[after], page.quotes[after] + 30)):
            spans.append((after, page.quotes[after]))  # also “……。”周伟说。“……。”
    elif not ended and (then["mark"] or verb["strong"]) and after + 3 < sentence_end:
        spans.append((after, sentence_end))
    return spans


def _speaker(page: _Page, start: int, verb: re.Match[str], earlier: list[Utterance]) -> Span | None:
    """The subject of the verb whose clause begins at `start`; of the verb before it in the sentence, where i"
    "t has none."""
    text, then, last = page.text, words.THEN.match(page.text, verb.end()) or verb, earlier[-1] if earlier else None
    span = _subject(text, start, verb.start(), bool(verb["strong"] and not then["mark"]))
    if span and span[0] == span[1]:  # 并表示; but 甲说，乙如何如何，称……: who?
        near = last and (0 < verb.start() - start <= 4 or last.said_end <= start)
        return (last.start, last.end) if last and near and last.said_start >= page.sentence(start)[0] else None
    if not span or not words.PRONOUN.fullmatch(text, *span):
        return span
    if last and last.said_start < start < last.said_end:
        return None  # 甲说，乙来了，他认为……: who?
    for one in reversed(earlier if span[1] - span[0] == 1 else []):
        thing = words.ORGANISATION.fullmatch(one.speaker) and text[span[0]] != "其"
        if not thing and not words.PRONOUN.fullmatch(one.speaker):
            return one.start, one.end
    return span


def _subject(text: str, start: int, end: int, sure: bool) -> Span | None:
    """Who acts in the clause `text[start:end]`: empty where nobody is named, None where it can't be told."""
    if text.startswith(("报道", "消息", "文章"), start) or text[start:end].endswith((*"和与及的、或等据", "进行")):
        return None
    while lead := words.LEAD.match(text, start, end):
        start = lead.end()
    end = start + len(words.BRACKETED.sub("", text[start:end]).rstrip())
    named = _name_start(text[start:end], False) > 0
    cut = None if named else words.CUT.search(text, start + 1, end)
    whole = named or (not cut and words.SURE.fullmatch(text, start, end) and not words.CUT.fullmatch(text, start, end))
    if start >= end or (not whole and words.CUT.match(text, start, end)):
        return start, start
    end = start + len(text[start : cut.start() if cut else end].rstrip(" 、"))
    if words.PRONOUN.fullmatch(text, start, end) or _name_start(text[start:end]):
        return start, end
    told = words.SURE.fullmatch(text, start, end) or not (
        sure or end - start > 8 or words.UNSURE.search(text, start, end)
    )
    return (start, end) if told and 2 <= end - start <= 60 and not words.NOBODY.fullmatch(text, start, end) else None


def _name_start(speaker: str, foreign_too: bool = True) -> int:
    """Where the bare name behind a title at the end of `speaker` begins; 0 where that can't be told, or ther"
    "e is none."""
    for at in (len(speaker) - length for length in (3, 2, 4)):
        if at > 0 and words.NAME.fullmatch(speaker, at) and words.ROLE_END.search(speaker[max(0, at - 5) : at]):
            return at
    foreign = words.FOREIGN.search(speaker)
    if foreign and not foreign["dotted"]:
        return foreign.start() if words.ROLE_END.search(speaker[: foreign.start()]) else 0
    at = max((role.end() for role in words.ROLES.finditer(speaker, foreign.start() if foreign else 0)), default=0)
    fits = 2 <= len(speaker) - at <= (24 if foreign else 6) and not (
        words.SURE.fullmatch(speaker, at) or words.UNSURE.search(speaker, at)
    )
    return at if foreign_too and fits else 0


def asks_speaker(question: str) -> bool:
    """Does it ask who says, thinks or mentions something?
    >>> [asks_speaker(one) for one in ("这句话是谁说的？", "哪位专家谈到了“护城河”？", "Who said that?", "谁是市长？")]
    [True, True, True, False]
    """
    return bool(words.ASKS_SPEAKER.search(simplified(question)))


def asks_opinion(question: str) -> str | None:
    """Whose words it asks for: the bare name where it can be told, "" for a pronoun, None where it asks for nobody's.
    >>> [asks_opinion(one) for one in ("靳阳怎么看？", "他说了什么？", "What did Li Jun say?", "市长是谁？")]
    ['靳阳', '', 'Li Jun', None]
    """
    page, plain, asked = _page(question), simplified(question), words.ASKS_OPINION.search(simplified(question))
    if not asked or asks_speaker(question):
        return None
    clause = _subject(page.text, page.clause(asked.start()), asked.start(), False)
    span = asked.span(asked.lastgroup) if asked.lastgroup else clause
    if not span or span[0] == span[1] or words.NOBODY_ASKS.fullmatch(plain, *span):
        return None
    return (
        ""
        if words.PRONOUN_ASKS.fullmatch(plain, *span)
        else question[span[0] + _name_start(plain[slice(*span)]) : span[1]]
    )
