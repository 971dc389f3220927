"""A circuit breaker: after some failures in a row nobody waits for a broken server. Pure: the time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

FAILURES = 5
OPEN_S = 30.0


class State(StrEnum):
    CLOSED = "closed"  # calls go through
    OPEN = "open"  # nobody calls
    PROBING = "probing"  # one caller tries


@dataclass(frozen=True, slots=True)
class Circuit:
    """`since`: when it opened, or when the try began. A try that never reports is given up like an open circuit."""

    state: State = State.CLOSED
    failures: int = 0
    since: float = 0.0

    def ask(self, now: float) -> tuple[bool, Circuit]:
        """Whether the caller may call, and the circuit after asking."""
        if self.state is State.CLOSED:
            return True, self
        if now - self.since >= OPEN_S:
            return True, replace(self, state=State.PROBING, since=now)
        return False, self

    def succeeded(self) -> Circuit:
        return Circuit()

    def failed(self, now: float) -> Circuit:
        """The circuit after a failed call. Calls that began before it opened don't keep it open longer."""
        failures = self.failures + 1
        if self.state is State.OPEN:
            return replace(self, failures=failures)
        if self.state is State.PROBING or failures >= FAILURES:
            return Circuit(State.OPEN, failures, now)
        return replace(self, failures=failures)
