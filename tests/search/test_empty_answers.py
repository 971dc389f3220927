"""What the page says where nobody fits: a way on that really leads somewhere else."""

from __future__ import annotations

import re
from html import unescape

from cast import Cast

FAR = "2037-03-31"


def links(page: str, words: str) -> list[str]:
    """Where the links lead whose text has these words."""
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [unescape(href) for href, text in found if words in re.sub(r"<[^>]*>", "", unescape(text))]


def test_words_that_nobody_has_can_be_left_out(cast: Cast) -> None:
    cast.supplier(cast.person("Olga"))
    client = cast.client()
    page = client.get("/search?q=zzzzqq&process=sew").text
    assert "No single change would find somebody" not in page
    assert "1 more" in page
    (url,) = links(page, "Without the words “zzzzqq”")
    assert "<b>1</b> workshop fits" in client.get(url).text
    nobody = client.get("/search?q=zzzzqq&process=weave").text
    assert "Without the words" not in nobody  # nobody is found without them either


def test_clear_all_filters_takes_the_days_too(cast: Cast) -> None:
    cast.supplier(cast.person("Olga"))
    client = cast.client()
    today = cast.now.date().isoformat()
    path = f"/search?q=zzzzqq&process=weave&quantity=50&unit=piece&by={today}"
    page = client.get(path).text
    assert "No single change would find somebody" in page
    (url,) = links(page, "Clear all filters")
    assert "by=" not in url
    again = client.get(url).text
    assert not links(again, "Clear all filters")  # there is none left that it could clear


def test_how_many_filters_are_on_is_counted_again_in_a_part_of_the_page(cast: Cast) -> None:
    part = cast.client().get(f"/search?process=sew&verified=1&by={FAR}", headers={"HX-Request": "true"}).text
    assert re.search(r'<span id="filter-count" class="badge badge--boxed" hx-swap-oob="true">2 on</span>', part)
    none = cast.client().get("/search?process=sew", headers={"HX-Request": "true"}).text
    assert '<span id="filter-count" hx-swap-oob="true"></span>' in none
