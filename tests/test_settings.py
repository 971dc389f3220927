"""Settings: typed, all wrong ones at once, typing errors noticed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from marketplace.errors import SettingsError
from marketplace.settings import load_settings


def test_defaults_need_nothing() -> None:
    settings, warnings = load_settings({})
    assert warnings == []
    assert settings.database.startswith("sqlite:///")
    assert settings.site_url == "http://127.0.0.1:8000"


def test_all_wrong_ones_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(
            {
                "SELVEDGE_PORT": "0",
                "SELVEDGE_SECRET_KEY": "short",
                "SELVEDGE_PUBLIC_URL": "ftp://x",
                "SELVEDGE_TREADS": "1",
            }
        )
    for name in ("SELVEDGE_PORT", "SELVEDGE_SECRET_KEY", "SELVEDGE_PUBLIC_URL", "SELVEDGE_TREADS"):
        assert name in str(error.value)
    assert "at least 32 characters" in str(error.value)


def test_a_typing_error_is_noticed() -> None:
    _, warnings = load_settings({"SELVEDGE_DATABSE_URL": "x", "OTHER": "y"})
    assert warnings == ["SELVEDGE_DATABSE_URL is not a setting; did you mean SELVEDGE_DATABASE_URL?"]


def test_the_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    settings, _ = load_settings({"SELVEDGE_DATA_DIR": str(tmp_path / "var")})
    key = settings.ensure_secret_key()
    assert len(key) == 64
    assert settings.ensure_secret_key() == key
    assert stat.S_IMODE((tmp_path / "var" / "secret-key").stat().st_mode) == 0o600
