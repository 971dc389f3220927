"""Where the templates, static files and migrations are: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"


def resource_dir(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`.

    Errors: RuntimeError when neither a checkout nor a complete wheel is around.
    """
    for candidate in (_INSTALLED / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise RuntimeError(f"the folder {name!r} is missing: reinstall the package")
