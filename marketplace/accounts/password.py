"""Passwords: which ones are good enough, and their hashes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM = 15
MAXIMUM = 256
HINT = f"At least {MINIMUM} characters. A sentence works well, with its spaces."
_LEAST_OWN = 8  # characters that have to be left when the person's own name and address are taken out
_LEAST_WORD = 4  # shorter names stand inside too many words

# OWASP's second choice of memory and time: 72 ms here.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

# Runs of neighbouring keys, twice over so that a run may start anywhere.
_RUNS = tuple(run * 3 for run in ("1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"))
# Long ones that stand in every list of leaked passwords, written as `_bare` leaves them.
_COMMON = frozenset(
    "1q2w3e4r5t6y7u8i9o0p 1qaz2wsx3edc4rfv 1qaz2wsx3edc4rfv5tgb adminadminadmin administrator123 "
    "changemechangeme correcthorsebatterystaple iloveyousomuch1 iloveyouverymuch letmeinletmein1 "
    "letmeinpleaseletmein mypasswordispassword neverknowsbest12 neverforget2001 opensesameopensesame "
    "passwordpassword1 passwordpassword12 passwordpassword123 password123456789 password1234567890 "
    "p4ssw0rdp4ssw0rd qazwsxedcrfvtgb qazwsxedcrfvtgbyhnujm qwerty1234567890 qwertyuiop123456 "
    "qwertyuiop1234567890 thequickbrownfox thequickbrownfoxjumpsoverthelazydog thisisapassword "
    "thisismypassword thisismypassword1 tobeornottobe123 trustnoonetrustno1 trustno1trustno1 "
    "unitedstatesofamerica welcometothejungle whatisyourpassword youshallnotpass zxcvbnmasdfghjkl "
    "maythefourcebewithyou maytheforcebewithyou fuckyoufuckyou1 superpassword123 administratorpassword".split()
)


def problem_with(password: str, own_words: Iterable[str] = ()) -> str | None:
    """What is wrong with a new password, as a sentence, or None. `own_words`: the person's name and address."""
    if len(password) > MAXIMUM:
        return f"Use at most {MAXIMUM} characters."
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in password):
        return "The password has a character that cannot be typed again. Use letters, digits, spaces and signs."
    if len(_normal(password)) < MINIMUM:
        return f"Use at least {MINIMUM} characters. A sentence is fine, with its spaces."
    bare = _bare(password)
    if bare in _COMMON or _is_pattern(bare or password):
        return "Many people use this password, so it would be guessed early. Think of a sentence of your own."
    rest = bare
    for word in sorted({_bare(part) for own in own_words for part in (own, *re.split(r"[\s@.]", own))}, key=len)[::-1]:
        if len(word) >= _LEAST_WORD:
            rest = rest.replace(word, "")
    if len(rest) < len(bare) and len(rest) < _LEAST_OWN:
        return "The password is mostly your name or e-mail address. Think of a sentence of your own."
    return None


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters and salt.

    Cost: 70 ms and 19 MiB, so it is never called while a write transaction is open.
    Errors: ValueError for text that is not valid Unicode.
    """
    return _hasher.hash(_normal(password))


def is_right(stored_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. None stands for an unknown person.

    Guarantee: takes as long for None as for a known person.
    """
    try:
        _hasher.verify(stored_hash or _dummy_hash(), _normal(password))
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return stored_hash is not None


def is_outdated(stored_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored_hash)


@cache
def _dummy_hash() -> str:
    return _hasher.hash("nobody has this password")


def _normal(password: str) -> str:
    """The same bytes from every keyboard: 'é' can be typed as one character or as two."""
    return unicodedata.normalize("NFC", password[: MAXIMUM * 4])


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def _is_pattern(text: str) -> bool:
    """One to seven characters over and over, or a run of neighbouring keys in either direction."""
    if any((text[:size] * len(text))[: len(text)] == text for size in range(1, 8)):
        return True
    return any(text in run or text[::-1] in run for run in _RUNS)
