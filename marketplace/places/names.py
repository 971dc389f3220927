"""Folding of names, so that 'GUIMARAES', 'Guimarães' and 'guimaraes' are one key: pure functions."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart, with the plain spelling people type.
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "a", "ħ": "h"}
)
# The German and Nordic way of writing the same letters in ASCII (Muenchen, Aarhus).
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
# Joined to the letters around them; every other sign is a gap between words.
_JOINING = re.compile(r"['’‘ʻʼ`´ʿʾ]")
_GAP = re.compile(r"[\W_]+")
_SHORT_FORMS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}


def fold(text: str) -> str:
    """Make the search key of a name: no case, accents or punctuation, one space between words.

    'St.' before another word reads as 'saint'; a last word is left alone, because it may be half typed.
    """
    bare = text.casefold()
    if not bare.isascii():
        plain = unicodedata.normalize("NFKD", bare.translate(_PLAIN))
        bare = "".join(char for char in plain if not unicodedata.combining(char))
        bare = unicodedata.normalize("NFC", bare).casefold()
    words = _GAP.sub(" ", _JOINING.sub("", bare)).split()
    return " ".join([_SHORT_FORMS.get(word, word) for word in words[:-1]] + words[-1:])


def keys_of(name: str) -> set[str]:
    """Every key a name is found by: the folded one, and the one with ä, ö, ü, å written out."""
    if name.isascii():
        return {fold(name)} - {""}
    written_out = unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT)
    return {key for key in (fold(name), fold(written_out)) if key}


def one_edit_away(key: str) -> set[str]:
    """All keys one typing slip away: a letter missing, added, wrong, or two swapped.

    Cost: about 54 keys per letter.
    """
    letters = "abcdefghijklmnopqrstuvwxyz "
    halves = [(key[:at], key[at:]) for at in range(len(key) + 1)]
    missing = {a + b[1:] for a, b in halves if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    wrong = {a + letter + b[1:] for a, b in halves if b for letter in letters}
    added = {a + letter + b for a, b in halves for letter in letters}
    return (missing | swapped | wrong | added) - {key}
