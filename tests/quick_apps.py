"""Make the thousands of applications of the tests cheap: what is worked out of the same source is worked out once.

An application takes 300 ms of processor time up to its first page. Most of it goes into compiling 390 addresses,
listing 760 static files and compiling templates, which are the same for each. Only results of pure work are kept.
"""

from __future__ import annotations

import functools
from copy import copy
from typing import Any

import flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise.base import WhiteNoise

from marketplace.db import engine


class _Kept(BytecodeCache):
    """Compiled templates, by the checksum of their source."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (found := self._kept.get((bucket.key, bucket.checksum))) is not None:
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _keep_addresses() -> None:
    """How an address is put together is compiled from its pattern alone; converters are asked when it is called."""
    compiled: dict[tuple[Any, ...], Any] = {}
    compile_builder = Rule._compile_builder

    @functools.wraps(compile_builder)
    def kept(self: Any, append_unknown: bool = True) -> Any:
        if self.defaults:
            return compile_builder(self, append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(self, append_unknown)
        return compiled[key]

    Rule._compile_builder = kept  # type: ignore[method-assign]


def _keep_rules() -> None:
    """How an address is read is worked out of its pattern; the converters of a pattern are the same in every map."""
    parsed: dict[tuple[Any, ...], dict[str, Any]] = {}
    compile_rule = Rule.compile

    @functools.wraps(compile_rule)
    def kept(self: Any) -> None:
        key = (self.rule, self.subdomain, self.host, self.merge_slashes)
        if key not in parsed:
            compile_rule(self)
            names = ("_parts", "_trace", "_converters", "arguments")
            parsed[key] = {name: copy(getattr(self, name)) for name in names}
            return
        self.__dict__.update({name: copy(value) for name, value in parsed[key].items()})
        self.arguments.update(map(str, self.defaults or ()))
        self._build = self._compile_builder(False).__get__(self, None)
        self._build_unknown = self._compile_builder(True).__get__(self, None)

    Rule.compile = kept  # type: ignore[method-assign]


def _keep_static_files() -> None:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    update = WhiteNoise.update_files_dictionary

    @functools.wraps(update)
    def kept(self: Any, root: str, prefix: str) -> None:
        # Files of the checkout only: other folders are a test's own and may change.
        if not root.rstrip("/").endswith("static"):
            update(self, root, prefix)
            return
        if (root, prefix) not in found:
            update(self, root, prefix)
            found[root, prefix] = dict(self.files)
        self.files.update(found[root, prefix])

    WhiteNoise.update_files_dictionary = kept  # type: ignore[method-assign]


def _keep_statements() -> None:
    """Each test has an engine of its own; how a statement is compiled hangs on the kind of database only."""
    create_engine = engine.create_engine
    shared: dict[str, tuple[Any, Any]] = {}

    @functools.wraps(create_engine)
    def kept(*args: Any, **options: Any) -> Engine:
        made = create_engine(*args, **options)
        dialect, compiled = shared.setdefault(made.dialect.name, (made.dialect, LRUCache(5000)))
        made.dialect = made.pool._dialect = dialect
        made._compiled_cache = compiled
        return made

    engine.create_engine = kept  # type: ignore[attr-defined]


def install() -> None:
    """For all applications that this process makes from now on."""
    flask.Flask.jinja_options = {**flask.Flask.jinja_options, "bytecode_cache": _Kept()}
    _keep_addresses()
    _keep_rules()
    _keep_static_files()
    _keep_statements()
