"""A file's bytes -> text: bounded, decoded, its language told."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from wenju.errors import ArticleError


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The file's bytes; ArticleError where it can't be read or is larger than `max_bytes`."""
    try:
        if path.stat().st_size > max_bytes:
            raise ArticleError(f"{path} has {path.stat().st_size:,} bytes; at most {max_bytes:,} are read: split it.")
        return path.read_bytes()
    except OSError as error:
        raise ArticleError(f"{path} can't be read ({error.strerror}): check that it exists and may be read.") from error


def content_hash(data: bytes) -> str:
    """SHA-256 of a file's bytes, 64 hexadecimal digits: an article is the same while its hash is."""
    return hashlib.sha256(data).hexdigest()


def language_of(text: str) -> str:
    """"zh" where at least three in ten letters are Han characters, else "en".

    >>> language_of("5G基站 built in 2024"), language_of("How many 5G base stations?")
    ('zh', 'en')
    """
    letters = [c for c in text if c.isalpha()]
    han = sum("\u3400" <= c <= "\u9fff" for c in letters)
    return "zh" if letters and han >= 0.3 * len(letters) else "en"


def decode(data: bytes, path: Path) -> str:
    """UTF-8 (a byte order mark is dropped), else GB18030 where the file declares it or plainly is it.

    A file declares it with a front matter line `encoding: gb18030`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        declared = re.search(rb"^encoding:\s*[\"']?gb(?:18030|k|2312)\b", data[:4096], re.MULTILINE | re.IGNORECASE)
        text = _gb18030(data, sure=bool(declared))
        if not text:
            line = data.count(b"\n", 0, error.start) + 1
            raise ArticleError(
                f"{path}, line {line}: byte {error.start} (0x{data[error.start]:02x}) is not UTF-8, and the file does "
                "not read as GB18030 either: save it as UTF-8, or declare “encoding: gb18030” in its front matter."
            ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ArticleError(f"{path}, line {line}: a NUL character; this is not a text file: save it as UTF-8 text.")
    return text


def _gb18030(data: bytes, sure: bool) -> str:
    """The text, or "" where the bytes are not GB18030 (or, unless `sure`, read as improbable Chinese).

    Almost any bytes decode as GB18030, so the result must look like Chinese: nine in ten of its non-ASCII
    characters among the 3,755 most used ones and the punctuation (rows 1–3 and 16–55 of GB 2312).
    """
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    wide = [c.encode("gb18030") for c in text if c > "\x7f"]
    common = sum(len(c) == 2 and (0xA1 <= c[0] <= 0xA3 or 0xB0 <= c[0] <= 0xD7) and c[1] >= 0xA1 for c in wide)
    return text if sure or common >= 0.9 * len(wide) else ""
