"""Words as the server sees them: letters a to z, digits, and a mark in front. Pure.

Meilisearch counts a wrong first letter as two errors, splits words where scripts change, segments Chinese,
Japanese, Thai and German compounds, and reads a quote or a minus in a query as operators. We do none of
that. So each word that words.py cut is written for it in one plain alphabet with the same letter in front:

- the first letter of what it compares is then never wrong, so an error anywhere costs one;
- every other letter of any script becomes one of a to z, so a word stays one word of the same length; two
  words may come to look alike, which adds candidates and loses none: the deciding is done here;
- a query holds nothing but words, so none of the query language's signs can reach it.
"""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.search.words import typos_allowed

_MARK = "x"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def marked(word: str) -> str:
    """'denim' -> 'xdenim', 'щит' -> three letters after the mark."""
    return _MARK + "".join(letter if letter in _PLAIN else chr(ord("a") + ord(letter) % 26) for letter in word)


def marked_text(words: Iterable[str]) -> str:
    return " ".join(map(marked, words))


def query_texts(words: list[str]) -> tuple[str, ...]:
    """The texts that together find every site the words could mean.

    The last word may be the start of a longer one, or be misspelled as it stands. Asked as a start, the
    server spends its fixed number of spellings on longer words; a space after it says that it is whole.
    """
    if not words:
        return ("",)
    text = marked_text(words)
    return (text, f"{text} ") if typos_allowed(words[-1]) else (text,)
