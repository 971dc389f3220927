"""How often something may be tried. Counted in the database: it holds across processes, and fails closed."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.accounts import store
from marketplace.errors import TooMany


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries by one subject (an account, an address) within any `window`."""

    name: str
    most: int
    window: timedelta

    def key(self, subject: str) -> str:
        """Hashed: people mistype other people's addresses, and these are no business of ours."""
        return f"{self.name}:{hashlib.sha256(subject.encode('utf-8', 'replace')).hexdigest()[:32]}"


_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTES = timedelta(minutes=5)
SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, _MINUTES)
SIGN_IN_ADDRESS = Limit("sign-in-address", 10, _MINUTES)
PASSWORD_CHECK = Limit("password-check", 10, _MINUTES)  # of a person who is signed in
SIGN_UP_ACCOUNT = Limit("sign-up-account", 5, _DAY)  # each one sends a mail to that address
SIGN_UP_ADDRESS = Limit("sign-up-address", 10, _HOUR)
RESET_ACCOUNT = Limit("reset-account", 5, _DAY)
RESET_ADDRESS = Limit("reset-address", 20, _HOUR)
INVITE_ORGANISATION = Limit("invite-organisation", 20, _DAY)  # each one sends a mail
CONFIRM_ACCOUNT = Limit("confirm-account", 5, _DAY)


def take(session: Session, tries: Sequence[tuple[Limit, str]], now: datetime) -> tuple[int, ...]:
    """Count one try against each limit; returns what give_back needs.

    Errors: TooMany when one of them is used up; then nothing is counted.
    Guarantee: of any number of simultaneous tries no more than `most` pass.
    """
    store.prune_attempts(session, now - _DAY)
    wait_s = 0
    keys = sorted((limit.key(subject), limit) for limit, subject in tries)  # one order for all: no deadlock
    for key, limit in keys:
        store.lock(session, key)
        made = store.list_attempts(session, key, since=now - limit.window)
        if len(made) >= limit.most:
            free_at = made[-limit.most] + limit.window
            # A clock that was set back must not shut anybody out for longer than the window.
            left = min(free_at - now, limit.window)
            wait_s = max(wait_s, 1, math.ceil(left.total_seconds()))
    if wait_s:
        raise TooMany(f"That was tried too often. Wait {_in_words(wait_s)}, then try again.", wait_s)
    return tuple(store.add_attempt(session, key, now) for key, _ in keys)


def give_back(session: Session, attempt_ids: Sequence[int]) -> None:
    """Undo take: only failed tries count, so that many people behind one address can all sign in."""
    store.remove_attempts(session, attempt_ids)


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 network that one IPv6 customer gets."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
    return str(ip)


def _in_words(seconds: int) -> str:
    if seconds <= 90:
        return f"{seconds} seconds" if seconds > 1 else "a second"
    if seconds <= 90 * 60:
        return f"{math.ceil(seconds / 60)} minutes"
    return f"{math.ceil(seconds / 3600)} hours"
