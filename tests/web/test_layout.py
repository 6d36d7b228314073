"""The frame of every page, and the parts it is built from."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string

from credentialing.config import Settings
from credentialing.domain.errors import Reason
from credentialing.resources import data_dir
from credentialing.web.surroundings import Demonstration, ReadyAccount, SampleLink
from tests.web.conftest import NOON

Make = Callable[..., Flask]
PUBLIC_PAGES = ("/", "/help", "/privacy", "/fraud", "/accessibility", "/route", "/route?want=degree&country=PE")
GALLERY = Path(__file__).parent / "gallery.html"


class Outline(HTMLParser):
    """Headings, landmarks, links, and what a strict content policy forbids."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.tags: list[str] = []
        self.forbidden: list[str] = []
        self.outside: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.forbidden.append(f"{tag} {name}")
            if name in {"src", "href"} and (value or "").startswith(("http:", "https:", "//")) and tag != "a":
                self.outside.append(str(value))
            if name == "id":
                self.ids.append(str(value))
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.forbidden.append(tag)


def outline(html: str) -> Outline:
    """The outline of a page."""
    parsed = Outline()
    parsed.feed(html)
    return parsed


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_each_public_page_is_whole_and_keeps_the_content_policy(make_app: Make, path: str) -> None:
    html = make_app().test_client().get(path).text
    page = outline(html)
    assert page.headings.count("h1") == 1
    assert page.tags.count("main") == page.tags.count("header") == page.tags.count("footer") == page.tags.count("title") == 1
    assert page.forbidden == []
    assert page.outside == []
    assert len(page.ids) == len(set(page.ids))
    assert 'href="#main-content"' in html
    assert "pu-bar--exit" in html
    assert "https://" in html  # the quick exit


def test_no_heading_skips_a_level(make_app: Make) -> None:
    client = make_app().test_client()
    for path in PUBLIC_PAGES:
        levels = [int(tag[1]) for tag in outline(client.get(path).text).headings]
        jumps = [(before, after) for before, after in pairwise(levels) if after > before + 1]
        assert jumps == [], path


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_own_link_of_a_public_page_leads_somewhere_known(make_app: Make, path: str) -> None:
    app = make_app()
    known = {rule.rule for rule in app.url_map.iter_rules()} | {"/verify", "/applications/", "/desk/", "/sign-in"}
    links = re.findall(r'href="(/[^"#?]*)', app.test_client().get(path).text)
    assert {link for link in links if not link.startswith("/static/")} <= known


def test_the_demonstration_is_marked_on_every_page_and_only_there(make_app: Make, settings: Settings) -> None:
    assert all("pu-demo" in make_app().test_client().get(path).text for path in PUBLIC_PAGES)
    real = make_app(settings=replace(settings, demonstration=False)).test_client()
    assert not any("pu-demo" in real.get(path).text or "pu-ready" in real.get(path).text for path in PUBLIC_PAGES)


def test_ready_accounts_are_buttons_that_post_and_samples_are_links(make_app: Make) -> None:
    ready = Demonstration((ReadyAccount("Assessor", "Luis", "/demo/enter/luis"),), (SampleLink("A certificate", "/c/CODE"),))
    client = make_app(demonstration=lambda: ready).test_client()
    html = client.get("/?lang=en").text
    assert 'method="post" action="/demo/enter/luis"' in html
    assert "csrf_token" in html
    assert '<a href="/c/CODE">A certificate</a>' in html
    assert "still being prepared" in make_app().test_client().get("/?lang=en").text


def test_the_brand_is_a_setting(make_app: Make, settings: Settings) -> None:
    html = make_app(settings=replace(settings, brand="Arco & Co")).test_client().get("/").text
    assert "Arco &amp; Co</a>" in html
    assert "Puente" not in html


def test_no_template_names_the_brand_or_leaves_a_default_of_the_macros() -> None:
    for path in (data_dir("templates") / "pages").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "Puente" not in text, path
        assert "style=" not in text, path
        for forbidden in ("govukHeader", "govukFooter", "template.html"):
            assert forbidden not in text, path


def test_a_page_with_a_fault_says_so_in_its_title(make_app: Make) -> None:
    with make_app().test_request_context("/?lang=en"):
        page = '{% extends "pages/_layout.html" %}{% block title %}Your name{% endblock %}'
        assert "<title>Error: Your name" in render_template_string(page, reasons_of_form=(Reason("field_blank", {"field": "name"}),))
        assert "<title>Your name" in render_template_string(page, reasons_of_form=())


def test_the_desk_has_its_own_frame_without_a_quick_exit(make_app: Make) -> None:
    with make_app().test_request_context("/?lang=en"):
        html = render_template_string('{% extends "pages/_desk.html" %}{% set desk_here = "cases" %}{% block title %}Cases{% endblock %}')
    assert "govuk-service-navigation" in html
    assert "exit-this-page" not in html
    assert "aria-current" in html.split("govuk-service-navigation", 1)[1]


def test_the_parts_keep_the_content_policy_and_never_show_an_unknown_verdict_in_green(make_app: Make) -> None:
    app = make_app()
    with app.test_request_context("/?lang=en"):
        gallery = app.jinja_env.from_string(GALLERY.read_text(encoding="utf-8"))
        html = render_template(gallery, soon=NOON + timedelta(days=2), later=NOON + timedelta(days=25), views=(), reasons_of_form=())
    page = outline(html)
    assert page.forbidden == []
    assert len(page.ids) == len(set(page.ids))
    assert 'class="pu-verdict pu-t-null" aria-labelledby="surprise"' in html
    assert 'class="pu-verdict pu-t-null" aria-labelledby="could_not_check"' in html
    assert html.count("pu-verdict pu-t-good") == 1
    assert 'aria-label="48 of 120 days used"' in html


def test_readiness_names_what_is_down(make_app: Make) -> None:
    assert make_app().test_client().get("/readyz").status_code == 200
    answer = make_app(unready=lambda: ("database",)).test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database\n")
