"""Paragraphs <-> BM25 over Chinese search terms, in SQLite's FTS5, inside the index's own database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from wenju.chinese import search_terms

SCHEMA = """
CREATE VIRTUAL TABLE keywords USING fts5(terms, content='', tokenize='ascii');
CREATE VIRTUAL TABLE keyword_counts USING fts5vocab(keywords, 'row');
"""


def add(database: sqlite3.Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Index (id, text) rows, in the caller's transaction."""
    values = ((id_, " ".join(map(_token, search_terms(text)))) for id_, text in rows)
    database.executemany("INSERT INTO keywords (rowid, terms) VALUES (?, ?)", values)


def search(database: sqlite3.Connection, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
    """The `limit` best rows that hold any of the terms: (id, BM25 with k1 1.2 and b 0.75), best first."""
    if not terms:
        return []
    query = "SELECT rowid, -bm25(keywords) FROM keywords WHERE keywords MATCH ? ORDER BY 2 DESC, 1 LIMIT ?"
    return database.execute(query, (" OR ".join(map(_token, terms)), limit)).fetchall()


def document_frequency(database: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """In how many rows each term stands; 0 for a term that stands in none."""
    query = "SELECT doc FROM keyword_counts WHERE term = ?"
    found = {term: database.execute(query, (_token(term),)).fetchone() for term in terms}
    return {term: row[0] if row else 0 for term, row in found.items()}


def _token(term: str) -> str:
    """A term as one token of letters and digits, which no tokenizer splits and no query syntax reads."""
    return "x" + term.encode().hex()
