"""Query + passages heard -> who said it, and what somebody said: answered from the structure of quotation."""

from __future__ import annotations

from collections.abc import Sequence

from wenju.chinese import normal_form
from wenju.reading import Heard, Reading
from wenju.speech import Utterance, asks_opinion, asks_speaker, utterances

MOST = 3  # utterances quoted for what somebody said
HEARD = 3  # passages looked at for who said it: what is said must be what the question is about


def read_speech(query_text: str, heard: Sequence[Heard]) -> list[Reading] | None:
    """The sentences that tell who said it, or what somebody said; None for any other question, or where none tells.

    The span is the speaker's name, or what was said. Confidence is left to the caller (0).
    """
    if asks_speaker(query_text):
        return _speaker(heard[:HEARD])
    person = asks_opinion(query_text)
    return _words_of(person, heard) if person else None


def _speaker(heard: Sequence[Heard]) -> list[Reading] | None:
    """The speaker of the utterance in which most of the answer's probability lies, in the first passage with any."""
    for h in heard:
        told = [(_share(h, one), one) for one in utterances(h.passage.text)]
        share, best = max(told, key=lambda pair: pair[0], default=(0.0, None))
        if best and share >= 0.5:
            named = _quote(h, best.start, best.end, best.name)
            said = _quote(h, best.said_start, best.said_end, None)
            return [named] if named.start <= said.start and said.end <= named.end else [_union(named, said)]
    return None


def _words_of(person: str, heard: Sequence[Heard]) -> list[Reading] | None:
    """What the person says in the passages, in their order."""
    name = normal_form(person)
    found = [(h, one) for h in heard for one in utterances(h.passage.text) if name in normal_form(one.speaker)]
    readings: list[Reading] = []
    for h, one in found[:MOST]:
        reading = _union(
            _quote(h, one.said_start, one.said_end, h.passage.text[one.said_start : one.said_end]),
            _quote(h, one.start, one.end, None),
        )
        if not any(
            r.passage == reading.passage and r.start <= reading.start and reading.end <= r.end for r in readings
        ):
            readings.append(reading)
    return readings or None


def _share(h: Heard, one: Utterance) -> float:
    """How much of the answer's probability lies in the sentences of what was said and of who is named as saying it."""
    return sum(
        s.share
        for s in h.sentences
        if (s.end > one.said_start and s.start < one.said_end) or (s.end > one.start and s.start < one.end)
    )


def _quote(h: Heard, start: int, end: int, span: str | None) -> Reading:
    """The whole sentences that hold text[start:end]."""
    inside = [s for s in h.sentences if s.end > start and s.start < end]
    return Reading(h.passage, inside[0].start if inside else start, inside[-1].end if inside else end, span, 0.0)


def _union(one: Reading, other: Reading) -> Reading:
    """One quote from the first to the last sentence of two in the same passage, with the first's span."""
    return Reading(one.passage, min(one.start, other.start), max(one.end, other.end), one.span, 0.0)
