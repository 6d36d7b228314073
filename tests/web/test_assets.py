"""Files for the browser: kept for a year, found under old addresses, and small."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from credentialing.config import Settings
from credentialing.web import assets, fonts

Make = Callable[..., Flask]


def address(app: Flask, name: str) -> str:
    """The address of a file as pages write it."""
    with app.test_request_context("/"):
        return assets.asset(name)


def test_a_file_is_kept_for_a_year_under_its_hash_and_not_under_an_old_one(make_app: Make) -> None:
    app = make_app()
    client = app.test_client()
    assert "immutable" in client.get(address(app, "puente.css")).headers["Cache-Control"]
    old = client.get("/static/000000000000/puente.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["../frame.py", "..%2fframe.py", "%2e%2e/gate.py", "/etc/passwd", "fonts", "", "nothing.css"])
def test_nothing_but_our_own_files_is_served(make_app: Make, name: str) -> None:
    assert make_app().test_client().get(f"/static/x/{name}").status_code in {404, 308}


def test_the_mark_stands_where_browsers_look_for_it(make_app: Make) -> None:
    answer = make_app().test_client().get("/favicon.ico")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")


def test_the_colours_of_a_brand_are_a_stylesheet_of_their_own(make_app: Make, settings: Settings) -> None:
    app = make_app(settings=replace(settings, colours={"teal": "#123456"}))
    client = app.test_client()
    assert client.get(address(app, "brand.css")).text == ":root{--teal:#123456}\n"
    assert "brand.css" in client.get("/").text
    assert "brand.css" not in make_app().test_client().get("/").text


def test_the_emblem_of_an_operator_stands_beside_the_brand(make_app: Make, settings: Settings) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7"/></svg>'
    (settings.instance / "arms.svg").write_bytes(drawing)
    app = make_app(settings=replace(settings, emblem="arms.svg"))
    client = app.test_client()
    assert client.get(address(app, "emblem.svg")).data == drawing
    assert address(app, "emblem.svg") in client.get("/").text
    assert "emblem.svg" not in make_app().test_client().get("/").text


def test_the_stylesheet_uses_nothing_from_elsewhere() -> None:
    text = (assets.FOLDER / "puente.css").read_text(encoding="utf-8")
    assert "@import" not in text
    assert set(re.findall(r"url\(([^)]*)\)", text)) == {'"fonts/atkinson-400.woff2"', '"fonts/atkinson-700.woff2"'}


def test_fonts_hold_the_letters_of_our_languages_and_stay_small(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    for path in fonts.cut_web_fonts(tmp_path):
        with TTFont(path) as font:
            letters = font.getBestCmap()
        assert set(map(ord, "áéíóúüñÑ¿¡ãõçÇàâêôœ«»“”–—…ºª€")) <= set(letters)
        assert path.stat().st_size < 10_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atkinson-400.woff2", "atkinson-700.woff2"]


def test_a_font_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "atkinson-400.woff2").write_bytes(b"mine")
    fonts.cut_web_fonts(tmp_path)
    assert (tmp_path / "atkinson-400.woff2").read_bytes() == b"mine"


def test_the_first_page_weighs_less_than_fifty_kilobytes(make_app: Make, tmp_path: Path) -> None:
    app = make_app()
    page = app.test_client().get("/").data
    files = [gzip.compress((assets.FOLDER / name).read_bytes()) for name in ("puente.css", "frame.js", "mark.svg")]
    weight = len(gzip.compress(page)) + sum(map(len, files)) + sum(path.stat().st_size for path in fonts.cut_web_fonts(tmp_path))
    assert weight < 50_000
