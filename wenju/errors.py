"""Every error that wenju raises for something a person can mend.

    WenjuError
    ├── QuestionError    the question can't be asked (empty, too long, not text)
    ├── QuestionSetError a file of questions for `wenju eval` can't be read; names file, line and remedy
    ├── ArticleError     one article file can't be read; names file, line and remedy
    ├── CorpusError      the corpus folder can't be used (missing, empty)
    ├── ModelError       the embedding model can't be loaded; says what was tried
    └── IndexFolderError the index folder can't be used (foreign, damaged, read-only, full disk)

The message is always one sentence or two on one line: what was wrong, where, how to mend it.
The command line prints it and exits with code 1; the chat shows it in a friendly box.
"""


class WenjuError(Exception):
    """Base of the family: catch this to catch them all."""


class QuestionError(WenjuError):
    """The question can't be asked as it is."""


class QuestionSetError(WenjuError):
    """A file of questions can't be read."""


class ArticleError(WenjuError):
    """An article file can't be read."""


class CorpusError(WenjuError):
    """The corpus folder can't be used."""


class ModelError(WenjuError):
    """The embedding model can't be loaded."""


class IndexFolderError(WenjuError):
    """The index folder can't be used."""
