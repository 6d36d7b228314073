"""A procedure that nobody stands for cannot be begun: by no page, no form, no address and no version number. What has begun goes on."""

import pytest

from credentialing.domain.people import Role
from credentialing.services import confirming
from tests.journeys.life import Town
from tests.journeys.website import Browser

MEDIUM, LOW = "cl-rpl-chilevalora", "ec-rpl-mdt-secap"


def applicant(town: Town) -> Browser:
    """Somebody who is signed in and has no case."""
    return town.browser(town.world.story.welcome(town.newcomer(town.newest(MEDIUM), {})))


def tricks(procedure: str) -> tuple[dict[str, str], ...]:
    """Forms that nobody is shown, with everything that might name a version."""
    return (
        {"procedure": procedure}, {"procedure": f"{procedure}.v1"}, {"procedure": f"{procedure}/v1"}, {"procedure": procedure, "version": "1"},
        {"procedure": f" {procedure}"}, {"procedure": procedure.upper()}, {"procedure": procedure, "confirmed": "yes", "enabled": "1"},
    )  # fmt: skip


@pytest.mark.parametrize("procedure", [MEDIUM, LOW])
def test_no_form_and_no_address_begins_what_is_not_confirmed(town: Town, procedure: str) -> None:
    browser = applicant(town)
    country = procedure[:2].upper()
    for page in (f"/procedures/{procedure}", f"/route?want=skills&country={country}&papers=photos&work=unsure"):
        browser.open(page)
        assert "/applications/" not in browser.forms, page
    browser.open("/applications/")
    token = browser.any_token()
    statuses = {browser.client.post("/applications/", data={"csrf_token": token, **trick}).status_code for trick in tricks(procedure)}
    assert statuses <= {403, 404, 409, 422}
    for path in (f"/applications/{procedure}", f"/applications/new?procedure={procedure}", f"/applications/?procedure={procedure}&version=1"):
        browser.attempt(path)
    browser.open("/applications/")
    assert [link for link in browser.links if len(link.rpartition("/")[2]) == 32] == []


def test_a_weakly_sourced_procedure_begins_with_the_second_administrator_and_ends_with_either(town: Town) -> None:
    first, second = Role.ADMINISTRATOR, town.other(Role.ADMINISTRATOR)
    browser = applicant(town)
    town.confirms_on_screen(first, LOW)
    browser.open(f"/procedures/{LOW}")
    assert "/applications/" not in browser.forms
    town.confirms_on_screen(second, LOW)
    life = town.begin(LOW)
    with town.world.office.reading() as session:
        assert confirming.executable(session, town.newest(LOW))
    _withdraw(town, LOW)
    browser.open(f"/procedures/{LOW}")
    assert "/applications/" not in browser.forms
    assert "El número de su caso es" in life.sends()  # what has begun goes on
    life.goes_to("planning")
    assert life.state() == "planning"


def _withdraw(town: Town, procedure: str) -> None:
    """The first administrator takes their word back, on the page of the procedure."""
    browser = town.browser(town.world.staff[Role.ADMINISTRATOR])
    browser.open(f"/admin/procedures/{procedure}")
    action = next(action for action in browser.forms if action.endswith("/withdraw"))
    browser.send(action)
    assert browser.status == 200
