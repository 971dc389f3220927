"""Sign exports of skills logs, and check them: Ed25519 (RFC 8032), with a key of this site in its data folder."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from marketplace.learning.rules import FORMAT, canonical

ALGORITHM = "Ed25519"
KEY_FILE = "skills-log-key"


def signing_key(data_dir: Path) -> Ed25519PrivateKey:
    """The site's key: made once, then read. Its 32 bytes lie there in base64, readable by the owner only."""
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{KEY_FILE}.{os.getpid()}")
        descriptor = os.open(own, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)  # whole or not at all, and the first of several processes wins
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_text()))


def public_key(data_dir: Path) -> str:
    """In base64: what anybody needs to check an export without this site."""
    return base64.b64encode(signing_key(data_dir).public_key().public_bytes_raw()).decode()


def sign(document: Mapping[str, Any], data_dir: Path) -> dict[str, Any]:
    """The document with its signature."""
    value = base64.b64encode(signing_key(data_dir).sign(canonical(document))).decode()
    return {**document, "signature": {**_signature(data_dir), "value": value}}


def _signature(data_dir: Path) -> dict[str, str]:
    return {"algorithm": ALGORITHM, "key": public_key(data_dir)}


def problem_of(document: Mapping[str, Any], data_dir: Path) -> str | None:
    """Why an export can't be trusted, in a sentence; None when it is as this site signed it."""
    signature = document.get("signature")
    if document.get("format") != FORMAT or not isinstance(signature, dict):
        return "This is no skills log of Selvedge: it has no signature."
    if signature.get("key") != public_key(data_dir):
        return "This log was signed somewhere else, not on this site: check it there."
    try:
        value = base64.b64decode(str(signature.get("value")), validate=True)
        # The last letters of base64 hold bits that mean nothing: also those are as they were.
        if signature != {**_signature(data_dir), "value": base64.b64encode(value).decode()}:
            raise ValueError("another form of signature")
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key(data_dir)))
        key.verify(value, canonical(document))
    except (InvalidSignature, binascii.Error, ValueError):
        return "This log was changed after it was signed. Do not rely on it: ask its holder for the original."
    return None
