"""The administration in a real browser: accessible, within the width of a phone, and usable with the keyboard alone and without any script."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from credentialing.domain.people import Actor, Role
from credentialing.services import centres, confirming, deputies, signing_in
from credentialing.services.demonstration import DEGREE, RPL
from tests.chromium import DESKTOP, SCREENS, faults_of, listen, served, sign_in
from tests.web.admin.conftest import House

pytestmark = pytest.mark.browser
TEXT = "Ley Orgánica de Educación Superior, registro oficial 297, artículo 129"


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """The product, served on a free port of this machine."""
    with served(house.app) as address:
        yield address


def enter(browser: Browser, address: str, house: House, actor: Actor, *, language: str = "en", **options: Any) -> Page:
    """A page in a browser in which this person is signed in."""
    context = browser.new_context(locale=language, **options)
    sign_in(context, address, signing_in.enter_demonstration(house.office, person_id=str(actor.person_id)).token, language=language)
    return context.new_page()


def furnish(house: House, nora: Actor) -> str:
    """Something on every page; the id of a person who has a deputy."""
    laura = house.hire("Laura Gil Acosta", Role.ASSESSOR, Role.GUIDE, number="E-1042")
    ines = house.hire("Inés Arrieta Solano", Role.REGISTRAR, number="E-1043")
    house.hire("Viejo", Role.INTAKE_OFFICER)
    until = house.office.clock.now() + timedelta(days=12)
    deputies.appoint_deputy(house.office, actor=nora, person_id=str(ines.person_id), stands_in_for=str(laura.person_id), role=Role.ASSESSOR, until=until)
    centre = centres.add_centre(house.office, actor=nora, name="Bogotá Norte", city="Bogotá", country="CO")
    centres.place_person(house.office, actor=nora, person_id=str(laura.person_id), centre_id=centre)
    rules = {view.id: view.definition for view in house.office.library.procedures()}
    for name in (DEGREE, RPL):
        confirming.confirm_procedure(
            house.office, actor=nora, procedure=name, version=rules[name].version, digest=rules[name].digest, source_read=f"{TEXT} (2026-03-01)"
        )
    pablo = house.hire("Pablo", Role.ADMINISTRATOR, number="A-200")
    given = confirming.confirm_procedure(
        house.office, actor=pablo, procedure=RPL, version=rules[RPL].version, digest=rules[RPL].digest, source_read=f"{TEXT} (2026-03-02)"
    )
    confirming.withdraw_confirmation(house.office, actor=pablo, confirmation_id=given)
    return str(laura.person_id)


@pytest.mark.parametrize(("screen", "scheme", "language"), [("phone", "light", "es"), ("desktop", "dark", "pt"), ("desktop", "light", "en")])
def test_every_screen_is_accessible_and_fits(chromium: Browser, address: str, house: House, nora: Actor, screen: str, scheme: str, language: str) -> None:
    person_id = furnish(house, nora)
    page = enter(chromium, address, house, nora, language=language, color_scheme=scheme, **SCREENS[screen])
    said = listen(page)
    pages = ("/admin/procedures", f"/admin/procedures/{DEGREE}", f"/admin/procedures/{RPL}", "/admin/people", f"/admin/people/{person_id}", "/admin/centres")
    for number, path in enumerate(pages):
        page.goto(address + path)
        if folder := os.environ.get("KEEP_SCREENS"):
            page.screenshot(path=Path(folder) / f"admin-{number}-{screen}-{language}.png", full_page=True)
        assert faults_of(page) == [], path
    assert said == []
    page.context.close()


def test_a_procedure_is_confirmed_with_the_keyboard_alone_and_without_any_script(chromium: Browser, address: str, house: House, nora: Actor) -> None:
    page = enter(chromium, address, house, nora, java_script_enabled=False, **DESKTOP)
    page.goto(f"{address}/admin/procedures/{DEGREE}")
    page.locator("#source_read").focus()
    for text in (TEXT, "1", "3", "2026"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("You confirmed these rules").wait_for()
    assert DEGREE in confirming.startable(house.office)
    page.context.close()
