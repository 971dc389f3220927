"""What we ask of the search server, in our types. Every answer is checked before anything of it is used."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo
from pydantic import ValidationError

from marketplace.search.meili.filters import MAXIMUM_NUMBER, Compare, Node, Op, filter_text
from marketplace.search.meili.narrow import Question
from marketplace.search.meili.record import Position
from marketplace.search.meili.schema import KEY, POSITION_ID
from marketplace.search.meili.transport import BoundedHttp, Nonsense

SEARCH_S = 1.5  # all a visitor waits for
SEARCH_BYTES = 4_000_000
FEED_S = 60.0  # one call of the indexer, which nobody waits for
FEED_BYTES = 4_000_000
_POLL_S = (0.02, 0.5)
_MOST_LOOKS = 240  # two minutes

_TOKEN = re.compile(r"[a-z0-9-]{1,64}")


class TaskFailed(MeilisearchError):
    """The server took a task and could not do it."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Sites that could fit, unless there are too many; `position` is None when the index carries none."""

    position: Position | None
    site_ids: frozenset[int]
    too_many: bool


class Searcher:
    """Asks. Errors: MeilisearchError."""

    def __init__(self, url: str, key: str, seconds: float = SEARCH_S) -> None:
        self._client = _client(url, key, seconds, SEARCH_BYTES)

    def narrow(self, index: str, questions: Sequence[Question], most: int) -> Narrowed:
        """One request. The position is read before the sites: what is fed meanwhile is then only too much."""
        queries = [_position_query(index), *(_query(index, question, most + 1) for question in questions)]
        results = _results(self._client.multi_search(queries), len(queries))
        found: set[int] = set()
        too_many = False
        for result in results[1:]:
            ids = _ids(result, most + 1)
            too_many = too_many or len(ids) > most
            found.update(ids)
        found.discard(POSITION_ID)
        return Narrowed(_position(results[0]), frozenset(found), too_many or len(found) > most)

    def position(self, index: str) -> Position | None:
        """Where an index stands; None where there is none, or it carries no position."""
        try:
            return _position(_results(self._client.multi_search([_position_query(index)]), 1)[0])
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return None
            raise


class Feeder(Searcher):
    """Changes indexes, each change followed until it is done. Errors: MeilisearchError, TaskFailed among them."""

    def __init__(self, url: str, key: str, wait: Callable[[float], object] = time.sleep) -> None:
        self._client = _client(url, key, FEED_S, FEED_BYTES)
        self._wait = wait

    def put(self, index: str, records: Sequence[dict[str, Any]]) -> None:
        self._do(lambda: self._index(index).add_documents(records, KEY))

    def remove(self, index: str, node: Node) -> None:
        self._do(lambda: self._index(index).delete_documents(filter=filter_text(node)))

    def create(self, index: str, settings: dict[str, Any]) -> None:
        """A new, empty index; whatever had the name is gone."""
        self.drop(index)
        self._do(lambda: self._client.create_index(index, {"primaryKey": KEY}))
        self._do(lambda: self._index(index).update_settings(dict(settings)))

    def drop(self, index: str) -> None:
        self._do(lambda: self._client.delete_index(index), unless="index_not_found")

    def ensure(self, index: str) -> None:
        self._do(lambda: self._client.create_index(index, {"primaryKey": KEY}), unless="index_already_exists")

    def swap(self, one: str, other: str, token: str) -> None:
        """Swap two indexes, the other of which carries the token.

        A key for our indexes alone may order a swap and not look at its task: then the token says that it is done.
        """
        try:
            self._do(lambda: self._client.swap_indexes([{"indexes": [one, other]}]))
        except MeilisearchApiError as error:
            if error.code != "task_not_found":
                raise
            for _ in range(_MOST_LOOKS):
                found = self.position(one)
                if found and found.token == token:
                    return
                self._wait(_POLL_S[1])
            raise TaskFailed(f"{one} and {other} were not swapped") from error

    def settle(self, indexes: Sequence[str]) -> None:
        """Wait for tasks that another run of ours left behind: they may still change what an index says."""
        wanted = {"indexUids": ",".join(indexes), "statuses": "enqueued,processing", "limit": "1"}
        with _sane():
            while self._client.get_tasks(dict(wanted)).results:
                self._wait(_POLL_S[1])

    def ids(self, index: str) -> set[int]:
        """Every site in an index: for checks."""
        found: set[int] = set()
        with _sane():
            while rows := {
                row.id
                for row in self._index(index)
                .get_documents({"fields": [KEY], "limit": 5000, "offset": len(found)})
                .results
            }:
                found |= rows
        return found - {POSITION_ID}

    def _index(self, index: str) -> Any:
        reached = self._client.index(index)
        reached.http = self._client.http
        return reached

    def _do(self, start: Callable[[], TaskInfo], unless: str = "") -> None:
        """Start a task and follow it to its end. `unless`: the error that says there is nothing to do."""
        pause = _POLL_S[0]
        with _sane():
            number = start().task_uid
            while (task := self._client.get_task(number)).status != "succeeded":
                if task.status in ("failed", "canceled"):
                    error = task.error or {}
                    if unless and error.get("code") == unless:
                        return
                    raise TaskFailed(f"task {number} {task.status}: {error.get('code')}: {error.get('message')}")
                self._wait(pause)
                pause = min(pause * 1.5, _POLL_S[1])


@contextmanager
def _sane() -> Iterator[None]:
    """The client takes answers apart without checking them: what does not fit is nonsense like any other."""
    try:
        yield
    except (TypeError, KeyError, AttributeError, ValidationError) as error:
        raise Nonsense(f"an answer of another shape: {type(error).__name__}") from error


def _client(url: str, key: str, seconds: float, most_bytes: int) -> meilisearch.Client:
    client = meilisearch.Client(url, key or None)
    client.http = BoundedHttp(client.config, seconds, most_bytes)
    client.task_handler.http = client.http
    return client


def _position_query(index: str) -> dict[str, Any]:
    question = Question("", filter_text(Compare(KEY, Op.EQUAL, POSITION_ID)))
    return {**_query(index, question, 1), "attributesToRetrieve": ["position"]}


def _query(index: str, question: Question, limit: int) -> dict[str, Any]:
    query: dict[str, Any] = {
        "indexUid": index,
        "q": question.text,
        "limit": limit,
        "attributesToRetrieve": [KEY],
        "matchingStrategy": "all",
    }
    if question.filter is not None:
        query["filter"] = question.filter
    return query


def _results(answer: Any, count: int) -> list[dict[str, Any]]:
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != count:
        raise Nonsense("no list of results")
    for result in results:
        if not isinstance(result, dict) or not isinstance(result.get("hits"), list):
            raise Nonsense("a result without hits")
        if not all(isinstance(hit, dict) for hit in result["hits"]):
            raise Nonsense("a hit that is no object")
    return results


def _ids(result: dict[str, Any], most: int) -> list[int]:
    ids = [hit.get(KEY) for hit in result["hits"]]
    if len(ids) > most or not all(type(one) is int and 0 <= one <= MAXIMUM_NUMBER for one in ids):
        raise Nonsense("hits that nobody asked for")
    return ids


def _position(result: dict[str, Any]) -> Position | None:
    hits = result["hits"]
    if not hits:
        return None
    found = hits[0].get("position")
    if len(hits) > 1 or not isinstance(found, dict):
        raise Nonsense("no position")
    number = found.get("position")
    texts = [str(found.get(name, "")) for name in ("version", "token", "built")]
    if type(number) is not int or not 0 <= number <= MAXIMUM_NUMBER:
        raise Nonsense("a position that is no number")
    if not all(_TOKEN.fullmatch(text) for text in texts):
        raise Nonsense("a position without its marks")
    return Position(number, *texts)
