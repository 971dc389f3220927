"""What programs read first: health, robots, the site map, the description of the API."""

from __future__ import annotations

from xml.sax.saxutils import escape

from flask import Blueprint, Response, jsonify, url_for

from marketplace.search.context import index
from marketplace.search.query import SearchQuery
from marketplace.site.openapi import document
from marketplace.web.context import settings, today
from marketplace.web.routes import does

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/healthz")
@does("page.read")
def health() -> Response:
    """200 when the database answers and the index is up to date."""
    return jsonify({"status": "ok", "documents": index().count()})


@blueprint.get("/robots.txt")
@does("page.read")
def robots() -> Response:
    lines = ["User-agent: *", "Disallow: /account", "Disallow: /listing", "Disallow: /weeks"]
    lines.append(f"Sitemap: {settings().site_url}{url_for('feeds.sitemap')}")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
@does("page.read")
def sitemap() -> Response:
    fits = index().every(SearchQuery(today=today()))
    paths = ["/", "/search", "/placements", "/help", "/glossary"]
    paths += sorted({f"/suppliers/{fit.document.slug}" for fit in fits})
    urls = "".join(f"<url><loc>{escape(settings().site_url + path)}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return Response(body, content_type="application/xml; charset=utf-8")


@blueprint.get("/api/v1/openapi.json")
@does("page.read")
def openapi() -> Response:
    return jsonify(document(settings().site_url))
