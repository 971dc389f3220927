"""What programs read first: health, robots, the site map, the description of the API."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, jsonify, request, url_for

from marketplace.search.context import index
from marketplace.search.meili.engine import MeiliSearch
from marketplace.site.openapi import document
from marketplace.suppliers import store as suppliers
from marketplace.web.context import settings, system
from marketplace.web.routes import does

blueprint = Blueprint("feeds", __name__)

MOST_URLS = 50_000  # of one file: sitemaps.org
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = ("/", "/search", "/placements", "/skills-at-risk", "/help", "/glossary")


@blueprint.get("/healthz")
@does("page.read")
def health() -> Response:
    """200 when the database answers and the index is up to date."""
    live = index()
    told = {"search_server": live.condition()} if isinstance(live, MeiliSearch) else {}
    return jsonify({"status": "ok", "documents": live.count(), **told})


@blueprint.get("/robots.txt")
@does("page.read")
def robots() -> Response:
    lines = ["User-agent: *", "Disallow: /account", "Disallow: /alerts", "Disallow: /listing", "Disallow: /weeks"]
    lines.append(f"Sitemap: {settings().site_url}{url_for('feeds.sitemap')}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
@does("page.read")
def sitemap() -> Response:
    """Every page that anybody may read; beyond what one file may hold, the list of such files."""
    paths = _public_paths()
    number = request.args.get("file", type=int)
    if number is None and len(paths) > MOST_URLS:
        files = range(1, -(-len(paths) // MOST_URLS) + 1)
        return _xml("sitemapindex", "sitemap", [url_for("feeds.sitemap", file=file) for file in files])
    first = ((1 if number is None else number) - 1) * MOST_URLS
    if not 0 <= first < len(paths):
        abort(404)
    return _xml("urlset", "url", paths[first : first + MOST_URLS])


@blueprint.get("/api/v1/openapi.json")
@does("page.read")
def openapi() -> Response:
    return jsonify(document(settings().site_url))


def _public_paths() -> list[str]:
    with system().database.reading() as session:
        slugs = suppliers.list_published_slugs(session)
    return [*_PAGES, *(f"/suppliers/{slug}" for slug in slugs)]


def _xml(outer: str, inner: str, paths: Iterable[str]) -> Response:
    site = settings().site_url
    items = "".join(f"<{inner}><loc>{escape(site + path)}</loc></{inner}>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><{outer} xmlns="{_NAMESPACE}">{items}</{outer}>'
    return Response(body, content_type="application/xml; charset=utf-8")
