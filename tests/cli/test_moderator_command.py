"""`selvedge moderator`: whoever runs the site says who moderates."""

from __future__ import annotations

import pytest
from cast import Cast
from click.testing import CliRunner

from marketplace.cli import main


def test_made_and_unmade(cast: Cast, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    ada = cast.person("Ada")
    monkeypatch.setenv("SELVEDGE_DATABASE_URL", database_url)
    monkeypatch.setenv("SELVEDGE_DATA_DIR", str(tmp_path))
    client = cast.client(ada)
    assert client.get("/moderation").status_code == 404
    done = CliRunner().invoke(main, ["moderator", "ADA@example.com"])
    assert (done.exit_code, done.output) == (0, "Ada (ada@example.com) is now a moderator.\n")
    assert client.get("/moderation").status_code == 200
    assert CliRunner().invoke(main, ["moderator", ada.email, "--remove"]).exit_code == 0
    assert client.get("/moderation").status_code == 404
    assert CliRunner().invoke(main, ["moderator", "nobody@example.com"]).exit_code == 2
    assert cast.sql("SELECT action, actor_id FROM audit_event WHERE object_kind = 'person'") == [
        ("moderation.role", None),
        ("moderation.role", None),
    ]
