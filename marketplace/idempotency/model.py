"""A kept answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    fingerprint: str
    status: int
    body: str
