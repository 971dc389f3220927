"""The settings of the search server's index, and their version: the code's, never set by hand. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from marketplace.search.words import MAXIMUM_TEXT
from marketplace.vocabulary import Facet

KEY = "id"
POSITION_ID = 0  # the document that carries the position; sites begin at 1
FORMAT = 1  # raise it when record.py writes documents in another way
WEIGHTS = (8, 5, 4, 3, 2, 1)  # of document.weighted_texts

# A mark stands before each word, so the server's lengths are one more than those of words.py.
_ONE_TYPO, _TWO_TYPOS = 5, 9

SETTINGS: dict[str, Any] = {
    "searchableAttributes": [f"words_{weight}" for weight in WEIGHTS],
    "filterableAttributes": [
        "_geo",
        KEY,
        "supplier",
        "verified",
        "teaches_until",
        *(facet.value for facet in Facet if facet is not Facet.CERTIFICATION),
        "valid_since",  # of each certificate's scheme
        "valid_until",
        "least",
        "most",
        "ready",
        "opens",
    ],
    "sortableAttributes": [],
    "displayedAttributes": [KEY, "position"],
    # The order is decided here (order.py, words.py): each further rule would cost time and change nothing.
    "rankingRules": ["words"],
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": _ONE_TYPO, "twoTypos": _TWO_TYPOS},
        "disableOnWords": [],
        "disableOnAttributes": [],
        "disableOnNumbers": False,
    },
    # words.py leaves stop words out before the server sees them; aliases are part of the documents.
    "stopWords": [],
    "synonyms": {},
    "separatorTokens": [],
    "nonSeparatorTokens": [],
    "dictionary": [],
    # Words come cut: no language may segment them again.
    "localizedAttributes": [{"attributePatterns": ["*"], "locales": ["eng"]}],
    "prefixSearch": "indexingTime",
    "proximityPrecision": "byAttribute",
    "pagination": {"maxTotalHits": 10_000},
    "faceting": {"maxValuesPerFacet": 1},
    "searchCutoffMs": 1200,
}


def _version() -> str:
    parts = [FORMAT, SETTINGS, MAXIMUM_TEXT]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


VERSION = _version()
