"""The circuit breaker, with a clock that stands where we put it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.meili.breaker import FAILURES, OPEN_S, Circuit, State


def test_opens_after_five_failures_for_thirty_seconds_then_one_tries() -> None:
    circuit = Circuit()
    for number in range(FAILURES):
        may, circuit = circuit.ask(100.0)
        assert may
        assert circuit.state is State.CLOSED, number
        circuit = circuit.failed(100.0)
    assert circuit.state is State.OPEN
    assert not circuit.ask(100.0 + OPEN_S - 0.001)[0]
    may, trying = circuit.ask(100.0 + OPEN_S)
    assert may
    assert trying.state is State.PROBING
    assert not trying.ask(100.0 + OPEN_S + 1)[0]  # only one tries
    assert trying.succeeded() == Circuit()
    again = trying.failed(140.0)
    assert again.state is State.OPEN
    assert not again.ask(140.0 + OPEN_S - 0.001)[0]


def test_a_success_in_between_begins_to_count_anew() -> None:
    circuit = Circuit()
    for _ in range(FAILURES - 1):
        circuit = circuit.failed(1.0)
    circuit = circuit.succeeded()
    for _ in range(FAILURES - 1):
        circuit = circuit.failed(2.0)
    assert circuit.state is State.CLOSED


def test_a_try_that_never_reports_is_not_for_ever() -> None:
    _, trying = Circuit(State.OPEN, 5, 0.0).ask(OPEN_S)
    assert trying.ask(2 * OPEN_S)[0]


def test_late_failures_do_not_keep_it_open_longer() -> None:
    opened = Circuit(State.OPEN, FAILURES, 10.0)
    assert opened.failed(35.0).ask(10.0 + OPEN_S)[0]


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 5)), max_size=200))
def test_nobody_calls_within_thirty_seconds_of_the_fifth_failure(events: list[tuple[bool, float]]) -> None:
    circuit, now, in_a_row, opened_at = Circuit(), 0.0, 0, None
    for works, pause in events:
        now += pause
        may, circuit = circuit.ask(now)
        assert may == (opened_at is None or now - opened_at >= OPEN_S)
        if not may:
            continue
        circuit = circuit.succeeded() if works else circuit.failed(now)
        in_a_row = 0 if works else in_a_row + 1
        opened_at = None if works else now if in_a_row >= FAILURES or opened_at is not None else None
