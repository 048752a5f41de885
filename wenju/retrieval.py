"""Question -> a Query (vector and weighted terms) -> ranked Passages."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from wenju.articles import Article
from wenju.chinese import normal_form, search_terms
from wenju.encoder import Encoder
from wenju.store import Store

# score = (cosine + KEYWORD_WEIGHT × keyword score) / (1 + KEYWORD_WEIGHT). Swept from 0.1 to 1.5 with all passages of
# CMRC, DRCD, CRUD news and XQuAD train samples in one index: 0.3 is best or within 0.2 points of best for Chinese
# questions, and questions in English don't lose to it, which they do under rank or z-score fusion.
KEYWORD_WEIGHT = 0.3
CANDIDATES = 50  # from each search; the right passage of a pooled index stands among them for 99.7% of questions
K1, B = 1.2, 0.75  # BM25 as published (Robertson & Zaragoza 2009) and as SQLite computes it

# Words that ask, and English function words: they stand in no answer.
_ASKING = re.compile(
    r"什么时候|什么样|什么|多少|多大|多高|多长|多久|多远|哪些|哪个|哪一个|哪一|哪里|哪儿|哪位|哪家|哪座|哪种|哪|谁|"
    r"怎么样|怎么办|怎么|怎样|如何|为什么|为何|为啥|何时|何处|何地|何人|几个|几|是否|是不是|有没有|请问|告诉我|"
    r"[的了吗呢吧啊]|"
    r"\b(?:what|which|who|whom|whose|when|where|why|how|many|much|is|are|was|were|do|does|did|has|have|had|the|an?|"
    r"of|in|on|to|for|by|at|and|it|its|that|this|there)\b"
)


@dataclass(frozen=True)
class Query:
    """A question, made ready to search with.

    `vector`: float32 [dimension], length 1. `terms`: search term -> weight, its inverse document frequency in this
    corpus (BM25's, at least 0); the words that ask are left out.
    """

    text: str
    vector: np.ndarray
    terms: dict[str, float]

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

    `text` stands so in the article, `number` counts its paragraphs from 1, `heading` is the crosshead above it
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
    terms = dict.fromkeys(search_terms(_ASKING.sub(" ", normal_form(question))))
    frequency = store.document_frequency(list(terms))
    count = store.manifest.paragraphs
    weights = {term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in frequency.items()}
    return Query(question, encoder.encode([question], "query")[0], weights)


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
    most = (K1 + 1) * sum(query.terms.values())
    scored = []
    for paragraph in cosines.keys() | keywords.keys():
        sentences = store.sentences(paragraph, query.vector)
        own = cosines[paragraph] if paragraph in cosines else store.cosine(paragraph, query.vector)
        meaning = (own + max(cosine for _, _, cosine in sentences)) / 2
        words = min(1.0, keywords[paragraph] / most) if paragraph in keywords else 0.0
        scored.append(((max(0.0, meaning) + KEYWORD_WEIGHT * words) / (1 + KEYWORD_WEIGHT), paragraph, sentences))
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [Candidate(_passage(store, paragraph, score), tuple(sentences)) for score, paragraph, sentences in scored[:limit]]


def _passage(store: Store, paragraph_id: int, score: float) -> Passage:
    article, paragraph = store.paragraph(paragraph_id)
    return Passage(article, paragraph.number, paragraph.text, min(1.0, score), paragraph.heading, paragraph.caption)
