"""A real search server where one is named, and the worlds of the tests beside these."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from meilisearch.errors import MeilisearchError

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from server import Server, clean_up  # noqa: E402

# What needs a real server is there when one is named, as docs/meilisearch.md says. Nothing is lost without:
# these files are about that server alone, and test_bad_servers.py tests the same code against our own.
_NEEDS = {"test_real_server.py": "SELVEDGE_TEST_MEILI_URL", "test_own_server.py": "SELVEDGE_TEST_MEILI_BINARY"}
collect_ignore = [name for name, variable in _NEEDS.items() if not os.environ.get(variable)]


@pytest.fixture
def server() -> Iterator[Server]:
    """A name of our own on the server of SELVEDGE_TEST_MEILI_URL; what was made under it is removed."""
    url = os.environ.get("SELVEDGE_TEST_MEILI_URL", "")
    if not url:
        pytest.skip("SELVEDGE_TEST_MEILI_URL names no search server: see docs/meilisearch.md")
    found = Server(url, os.environ.get("SELVEDGE_TEST_MEILI_KEY", ""), f"test-{secrets.token_hex(6)}")
    yield found
    with suppress(MeilisearchError):  # the server may be gone; the test has said what it had to say
        clean_up(found)
