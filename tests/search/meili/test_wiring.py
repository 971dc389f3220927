"""The settings put the search server in front of the site: pages, health, commands."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path

import pytest
from bad_server import answering, bad_server
from click.testing import CliRunner
from server import Server
from worlds import random_supplier

from marketplace.app import create_app
from marketplace.cli.server import worker
from marketplace.cli.verify import verify
from marketplace.db import Database
from marketplace.errors import SettingsError
from marketplace.search.context import open_index
from marketplace.search.meili.client import Feeder
from marketplace.search.meili.engine import MeiliSearch
from marketplace.search.meili.filters import OneOf
from marketplace.settings import load_settings
from marketplace.web.context import System


def with_server(system: System, url: str, key: str = "", name: str = "test") -> System:
    asked = {"meili_url": url, "meili_key": key, "meili_index": name}
    return dataclasses.replace(system, settings=system.settings.model_copy(update=asked))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_the_setting_there_is_none(system: System) -> None:
    assert not isinstance(open_index(system), MeiliSearch)
    assert "search_server" not in create_app(system).test_client().get("/healthz").json


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_site_works_when_the_server_is_broken(system: System) -> None:
    """Pages that don't search never ask it; those that do say that they did without."""
    random_supplier(system.database, random.Random(1), 1)
    with bad_server(answering(b"<html>")) as server:
        client = create_app(with_server(system, server.url)).test_client()
        assert client.get("/glossary").status_code == 200
        assert server.requests == []
        answer = client.get("/api/v1/search")
        assert answer.status_code == 200
        assert answer.json["degraded"] is True
        assert answer.json["total"] == 1
        assert client.get("/search").status_code == 200
        health = client.get("/healthz")
        assert health.status_code == 200
        assert health.json["search_server"].startswith("does not answer")


def test_the_site_with_a_server(system: System, server: Server, database: Database) -> None:
    random_supplier(database, random.Random(1), 1)
    client = create_app(with_server(system, server.url, server.key, server.name)).test_client()
    assert client.get("/healthz").json["search_server"] == "is not built yet"
    server.indexer(database).tick()
    assert client.get("/healthz").json["search_server"] == "follows the database"
    assert client.get("/api/v1/search").json["degraded"] is False


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_worker_feeds_and_verify_compares(
    server: Server, database_url: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELVEDGE_DATABASE_URL", database_url)
    monkeypatch.setenv("SELVEDGE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SELVEDGE_MEILI_URL", server.url)
    monkeypatch.setenv("SELVEDGE_MEILI_KEY", server.key)
    monkeypatch.setenv("SELVEDGE_MEILI_INDEX", server.name)
    for number in range(3):
        random_supplier(database, random.Random(number), number)
    before = CliRunner().invoke(verify)
    assert before.exit_code == 1
    assert "is not built yet" in before.output
    assert CliRunner().invoke(worker, ["--once"]).exit_code == 0
    after = CliRunner().invoke(verify)
    assert after.exit_code == 0, after.output
    assert "ok     search server equals the published sites" in after.output
    site_id = min(server.feeder().ids(server.name))
    Feeder(server.url, server.key).remove(server.name, OneOf("id", (site_id,)))
    assert f"site {site_id} is published and missing" in CliRunner().invoke(verify).output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEILI_URL", "localhost:7700"),
        ("MEILI_URL", "ftp://localhost"),
        ("MEILI_URL", "http://"),
        ("MEILI_URL", "http://key@localhost:7700"),
        ("MEILI_URL", "http://localhost:7700/?key=x"),
        ("MEILI_URL", "http://[::1"),
        ("MEILI_URL", "http://localhost:99999"),
        ("MEILI_KEY", "a\nb"),
        ("MEILI_KEY", "clé"),
        ("MEILI_INDEX", "a b"),
        ("MEILI_INDEX", "Selvedge"),
        ("MEILI_INDEX", "../x"),
        ("MEILI_INDEX", "x" * 41),
    ],
)
def test_wrong_settings_are_said(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"SELVEDGE_{name}"):
        load_settings({f"SELVEDGE_{name}": value})


def test_right_settings() -> None:
    settings, _ = load_settings({"SELVEDGE_MEILI_URL": "https://search.example:7700/base/"})
    assert settings.meili_url == "https://search.example:7700/base"
