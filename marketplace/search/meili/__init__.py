"""Meilisearch as the engine that narrows a search; the embedded engine's rules decide it.

2026-11: a search server can't express what we promise: minimum rules by basis, a week's open capacity, the
geodesic edge of a circle, certificates by their dates, spellings by our rule. So it is asked for the sites
that could fit, in numbers that are never stricter than the rules (record.py, narrow.py), and each of those
is decided here from the embedded engine's documents, which follow the database (engine.py). What it says
that is stale, hidden or invented can add a candidate and never a result; what changed since it was fed is
added from the change log. Where more sites could fit than is worth deciding one by one, and whenever it is
away, slow, behind or talks nonsense, the embedded engine answers.

The index carries its own position (indexer.py): the point of the change log up to which it is fed, the
version of its settings, and a token that the database knows. When any of them does not agree, the database
or the index has been replaced, and a new one is built beside the old and swapped.
"""
