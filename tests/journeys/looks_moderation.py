"""Pages of moderators, and what was done."""

from __future__ import annotations

from page_looks import MODERATOR, OWNER, Case, send

CASES = [
    Case("what was done", "/account/trail", "trail.own", OWNER),
    Case("moderation: reports", "/moderation", "moderation.desk", MODERATOR),
    Case("moderation: find a listing", "/moderation/suppliers?q=nobody", "moderation.find_supplier", MODERATOR),
    Case("moderation: people", "/moderation/people", "moderation.people", MODERATOR, send("main form", email="x")),
    Case("moderation: listed twice", "/moderation/duplicates", "merging.duplicates", MODERATOR),
    Case("moderation: import", "/moderation/import", "transfer.upload", MODERATOR, send("main form", table="x")),
    Case("moderation: audit", "/moderation/audit?from=soon", "trail.everything", MODERATOR),
]
