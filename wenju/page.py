"""Answer -> the HTML of the chat page, and its styles. Knows nothing of Gradio.

Every text that comes from a question, an article or a file name passes through `html.escape` here, and nothing on
the page reads Markdown or LaTeX: what a newspaper or a visitor wrote is shown as the characters that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from wenju.answering import Answer, Citation
from wenju.articles import Article
from wenju.retrieval import Passage
from wenju.words import WORDS, Language

NEAREST_SHOWN = 3  # enough to judge whether the corpus comes close; more would bury the sentence that says no


@dataclass(frozen=True)
class Turn:
    """One question of a conversation with its answer, or with what is going on (`status`) or went wrong (`notice`)."""

    question: str
    answer: Answer | None = None
    status: str = ""
    notice: str = ""


def masthead(tagline: str) -> str:
    """The page's head. Takes our own words as they are: Gradio's marks for translation would not survive escaping."""
    return f'<header class="masthead"><h1>问据 wenju</h1><p>{tagline}</p></header>'


def label(text: str) -> str:
    """A small heading, of our own words as they are."""
    return f'<p class="label">{text}</p>'


def conversation(turns: Sequence[Turn], lang: Language, hint: str = "") -> str:
    """The whole conversation, oldest first, and below it a `hint` that belongs to no question.

    The log is there while it is still empty, so that a screen reader hears what is added to it.
    """
    words = WORDS[lang]
    parts = [_turn(turn, number, lang) for number, turn in enumerate(turns, 1)]
    if hint:
        parts.append(f'<p class="notice">{escape(hint)}</p>')
    return (
        f'<section class="talk" role="log" aria-live="polite" aria-label="{words["conversation"]}" '
        f'lang="{_tag(lang)}">{"".join(parts)}</section>'
    )


def _turn(turn: Turn, number: int, lang: Language) -> str:
    parts = [f'<h2 class="question" dir="auto">{escape(turn.question)}</h2>']
    if turn.status:
        parts.append(f'<p class="status">{escape(turn.status)}</p>')
    if turn.notice:
        parts.append(f'<p class="notice">{escape(turn.notice)}</p>')
    if turn.answer:
        parts.append(_answer(turn.answer, f"turn-{number}", lang))
    return f'<article class="turn">{"".join(parts)}</article>'


def _answer(answer: Answer, prefix: str, lang: Language) -> str:
    words = WORDS[lang]
    parts = []
    if answer.asked != answer.question.strip():
        parts.append(f'<p class="asked">{words["asked"]}<q dir="auto">{escape(answer.asked)}</q></p>')
    kind = "answer" if answer.found else "answer missing"
    parts.append(f'<p class="{kind}" dir="auto">{answer_text(answer, prefix)}</p>')
    if answer.found:
        label, items = words["sources"], [_source(c, answer, prefix, lang) for c in answer.citations]
    else:
        label, items = words["nearest"], [f"<li>{_passage(p, lang)}</li>" for p in answer.nearest[:NEAREST_SHOWN]]
    if items:
        kind = "sources" if answer.found else "sources nearest"
        parts.append(f'<h3 class="label">{label}</h3><ol class="{kind}">{"".join(items)}</ol>')
    return "".join(parts)


def answer_text(answer: Answer, prefix: str) -> str:
    """The answer's text, its span in <strong>, each [1] a link to the source `{prefix}-source-1` on the page."""
    text, span = answer.text, answer.span
    at = text.find(span) if span else -1
    pieces = [text]
    if span and at >= 0:
        pieces = [text[:at], text[at + len(span) :]]
    numbers = {str(citation.number) for citation in answer.citations}

    def link(mark: re.Match[str]) -> str:
        if mark[1] not in numbers:
            return mark[0]
        return f'<a class="mark" href="#{prefix}-source-{mark[1]}">{mark[0]}</a>'

    # Escaping leaves [1] as it is, so the marks are found in text that is already safe.
    linked = [re.sub(r"\[(\d{1,3})\]", link, escape(piece)) for piece in pieces]
    if not span:
        return linked[0]
    strong = f"<strong>{escape(span)}</strong>"
    return strong.join(linked) if at >= 0 else f"{strong} {linked[0]}"


def _source(citation: Citation, answer: Answer, prefix: str, lang: Language) -> str:
    """One citation: its passage with the quoted sentence marked. The span is sure to be in the first quote only."""
    span = answer.span if citation is answer.citations[0] else None
    text = marked(citation.passage.text, citation.start, citation.end, span)
    number = f'<span class="number">[{citation.number}]</span> '
    passage = _passage(citation.passage, lang, text, number)
    return f'<li id="{prefix}-source-{citation.number}" tabindex="-1">{passage}</li>'


def marked(text: str, start: int, end: int, span: str | None = None) -> str:
    """The escaped text with text[start:end] in <mark>, and the first `span` inside that in <strong>.

    >>> marked("共建成 5G 基站超82万个。", 3, 15, "超82万个")
    '共建成<mark> 5G 基站<strong>超82万个</strong></mark>。'
    """
    quote = text[start:end]
    inside = escape(quote)
    if span and span in quote:
        before, after = quote.split(span, 1)
        inside = f"{escape(before)}<strong>{escape(span)}</strong>{escape(after)}"
    return f"{escape(text[:start])}<mark>{inside}</mark>{escape(text[end:])}"


def _passage(passage: Passage, lang: Language, text_html: str | None = None, number: str = "") -> str:
    article = passage.article
    text = escape(passage.text) if text_html is None else text_html
    fields = " · ".join(f"<span>{escape(field)}</span>" for field in _fields(passage, lang))
    return (
        f'<h4 lang="{_tag(article.language)}" dir="auto">{number}{escape(article.title)}</h4>'
        f'<p class="fields">{fields}</p>'
        f'<blockquote lang="{_tag(article.language)}" dir="auto">{text}</blockquote>'
    )


def _fields(passage: Passage, lang: Language) -> Iterable[str]:
    """When it appeared, who wrote it, where in the paper and where in the article it stands."""
    words, article = WORDS[lang], passage.article
    yield words["date"].format(article.date) if article.date else words["no_date"]
    yield _byline(article, lang)
    if passage.caption and article.photographer:
        yield words["photo"].format(article.photographer)
    if article.source:
        yield article.source
    if article.page:
        yield words["page"].format(article.page)
    if passage.heading:
        yield passage.heading
    yield words["paragraph"].format(passage.number) if passage.number else words["head"]
    if passage.caption:
        yield words["caption"]


def _byline(article: Article, lang: Language) -> str:
    """As printed (本报记者 张苗) on a Chinese page, which says what kind of author it is; else the name alone."""
    if lang == "zh" and article.byline and "记者" in article.byline:
        return article.byline.lstrip("■ ")
    return WORDS[lang]["author"].format(article.author) if article.author else WORDS[lang]["no_author"]


def _tag(lang: str) -> str:
    """A language tag that also chooses the Chinese glyphs: plain zh leaves Japanese or Korean ones possible."""
    return "zh-CN" if lang == "zh" else "en"


STYLE = """
/* One column, as wide as a line of Chinese reads well. Colours follow light and dark: most are Gradio's own variables;
   its subdued text is too pale to read (2:1), and it has none for marked text. */
.gradio-container { --subdued: #5c6068; --mark: #ffe9a8; --mark-text: #1f1a08;
  width: 100%; max-width: 50rem !important; margin: 0 auto;
  overflow: visible !important; /* or the composer couldn't stick to the window */ }
.dark .gradio-container { --subdued: #a9adb6; --mark: #5b4a12; --mark-text: #fff6d8; }
.gradio-container > .main { padding: 1rem !important; }
.html-container { padding: 0 !important; }
#top { flex-wrap: nowrap; align-items: center; }
#top button { flex: none; padding: .5rem .75rem; }
.masthead h1 { font-size: 1.5rem; font-weight: 700; margin: 0; }
.masthead p { color: var(--subdued); margin: 0; }

/* The conversation: a question as a heading, its answer, its sources. */
.talk { line-height: 1.75; font-size: 1rem; overflow-wrap: anywhere; }
.turn { padding: 1rem 0 1.25rem; border-bottom: 1px solid var(--border-color-primary); scroll-margin-top: .5rem; }
.turn:last-of-type { border-bottom: 0; }
.question { font-size: 1.15rem; font-weight: 600; margin: 0 0 .5rem; white-space: pre-wrap; }
.answer { font-size: 1.05rem; margin: 0 0 .75rem; }
.answer strong { font-weight: 700; border-bottom: 2px solid var(--color-accent); }
.answer.missing { font-weight: 600; }
.asked, .status, .fields, .label { color: var(--subdued); font-size: .875rem; font-weight: 400; margin: 0 0 .5rem; }
.notice { border-left: 3px solid var(--color-accent); padding: .25rem .75rem; margin: .5rem 0; }
a.mark { color: var(--link-text-color); font-size: .85em; text-decoration: none; padding: .25em; }
a.mark:hover, a.mark:focus-visible { text-decoration: underline; }

/* Sources and nearest passages are the same card, but only a source has a solid edge and marked text. */
.sources { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.sources li { background: var(--background-fill-secondary); border: 1px solid var(--border-color-primary);
  border-radius: .6rem; padding: .75rem 1rem; }
.sources.nearest li { border-style: dashed; background: none; }
.sources li:focus { outline: 2px solid var(--color-accent); }
.sources h4 { font-size: 1rem; font-weight: 600; margin: 0; }
.number { color: var(--subdued); font-weight: 400; }
.sources blockquote { margin: 0; padding: 0; border: 0; white-space: pre-line; }
.sources mark { background: var(--mark); color: var(--mark-text); padding: .1em 0; border-radius: .15em; }
.sources mark strong { text-decoration: underline 2px; text-underline-offset: .2em; }

/* Examples as wide as their words; the question box stays in reach below a long conversation. */
#examples { flex-flow: row wrap; gap: .5rem; }
#examples > .block { flex: 1 0 100% !important; }
#examples > button { width: auto; max-width: 100%; padding: .4rem .75rem; font-weight: 400; text-align: left;
  white-space: normal; }
#composer { flex-wrap: nowrap; align-items: flex-end; position: sticky; bottom: 0; z-index: 5; padding: .5rem 0 .75rem;
  background: var(--body-background-fill); }
#composer button { flex: none !important; min-height: 42px; }
#composer textarea::placeholder { color: var(--subdued); opacity: 1; }
"""

# What the page does by itself. The document takes the conversation's language, a new question moves to the top of the
# window, and a [1] leads to its source without a change of address: the page has a <base>, against which a bare #…
# can load the page anew and lose the conversation.
BEHAVIOUR = """
watch('value', () => {
  document.documentElement.lang = element.querySelector('.talk').lang;
  const turn = [...element.querySelectorAll('.turn, .notice')].pop();
  if (turn) turn.scrollIntoView({block: turn.className === 'turn' ? 'start' : 'nearest'});
});
element.addEventListener('click', event => {
  const mark = event.target.closest('a.mark');
  if (!mark) return;
  event.preventDefault();
  const source = document.getElementById(mark.getAttribute('href').slice(1));
  source.scrollIntoView({block: 'center'});
  source.focus({preventScroll: true});
});
"""
