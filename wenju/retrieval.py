"""Question -> a Query (vector and weighted terms) -> ranked Passages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wenju.articles import Article
from wenju.chinese import question_terms, search_terms, simplified
from wenju.encoder import Encoder
from wenju.store import Store

# score = (cosine + KEYWORD_WEIGHT × keyword score) / (1 + KEYWORD_WEIGHT). Swept from 0.1 to 1.5 with all passages of
# CMRC, DRCD, CRUD news and XQuAD train samples in one index: 0.3 puts the right passage first most often over all
# Chinese questions (93.4%), and questions in English don't lose to it, which they do under rank or z-score fusion.
KEYWORD_WEIGHT = 0.3
CANDIDATES = 50  # from each search; in that index the right passage stands among them for 99.6% of questions
K1 = 1.2  # of BM25, as published (Robertson & Zaragoza 2009) and as SQLite computes it
BACKGROUND = 100  # paragraphs without any of the terms: in a corpus of one article no word is rare, and none is common


@dataclass(frozen=True)
class Query:
    """A question, made ready to search with.

    `vector`: float32 [dimension], length 1. `terms`: search term -> weight, its inverse document frequency; the words
    that ask are left out. `most`: the highest BM25 score that a paragraph could have for these terms.
    """

    text: str
    vector: np.ndarray
    terms: dict[str, float]
    most: float

    def coverage(self, text: str) -> float:
        """How much of the question stands in a text: the weighted share of its terms, in [0, 1]."""
        total = sum(self.terms.values())
        if not total:
            return 0.0
        present = set(search_terms(text))
        return sum(weight for term, weight in self.terms.items() if term in present) / total


@dataclass(frozen=True)
class Passage:
    """A paragraph that was looked at for a question.

    `text` stands so in the article, `number` counts its paragraphs from 1 (0 is the
    head of the article: its front matter, for questions about who wrote it and when), `heading` is the crosshead above it
    ("" if none), `caption` marks a photo caption. `score` in [0, 1], higher is better: see KEYWORD_WEIGHT.
    """

    article: Article
    number: int
    text: str
    score: float
    heading: str = ""
    caption: bool = False


def make_query(question: str, store: Store, encoder: Encoder) -> Query:
    """Encode a question and weigh its terms by how rare they are in this corpus."""
    terms = dict.fromkeys(question_terms(question))
    frequency = store.document_frequency(list(terms))
    count = store.manifest.paragraphs
    weights = {term: _rarity(n, count + BACKGROUND) for term, n in frequency.items()}
    most = (K1 + 1) * sum(_rarity(n, count) for n in frequency.values())
    return Query(question, encoder.encode([simplified(question)], "query")[0], weights, most)


def _rarity(frequency: int, paragraphs: int) -> float:
    """BM25's inverse document frequency, above 0: log(1 + (N - n + 0.5) / (n + 0.5))."""
    return math.log(1 + (paragraphs - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True)
class Candidate:
    """A passage with its sentences: (start, end, cosine with the question), offsets in `passage.text`."""

    passage: Passage
    sentences: tuple[tuple[int, int, float], ...]


def retrieve(store: Store, query: Query, limit: int) -> list[Candidate]:
    """The `limit` best passages by meaning and by words together, best first.

    The meaning of a passage is the mean of its own cosine and its best sentence's. Its keyword score is BM25 over
    the most that the question's terms could reach, so it lies in [0, 1] and is near 0 for a question in another
    language, which then is ranked by meaning.
    """
    reach = max(limit, CANDIDATES)
    cosines = dict(store.nearest(query.vector, reach))
    keywords = dict(store.matching(list(query.terms), reach))
    scored = []
    for paragraph in cosines.keys() | keywords.keys():
        sentences = store.sentences(paragraph, query.vector)
        own = cosines[paragraph] if paragraph in cosines else store.cosine(paragraph, query.vector)
        meaning = (own + max(cosine for _, _, cosine in sentences)) / 2
        words = min(1.0, keywords[paragraph] / query.most) if paragraph in keywords else 0.0
        scored.append(((max(0.0, meaning) + KEYWORD_WEIGHT * words) / (1 + KEYWORD_WEIGHT), paragraph, sentences))
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [
        Candidate(_passage(store, paragraph, score), tuple(sentences)) for score, paragraph, sentences in scored[:limit]
    ]


def _passage(store: Store, paragraph_id: int, score: float) -> Passage:
    article, paragraph = store.paragraph(paragraph_id)
    return Passage(article, paragraph.number, paragraph.text, min(1.0, score), paragraph.heading, paragraph.caption)
