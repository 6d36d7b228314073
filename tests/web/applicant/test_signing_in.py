"""Coming in with a code."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from credentialing.services.office import Office
from tests.office import clock_of
from tests.web.applicant.conftest import Visitor, text_of, website


def code_of(visitor: Visitor) -> str:
    """The newest code, as the demonstration shows it."""
    match = re.search(r"\b(\d{6})\b", text_of(visitor.client.get("/demo/messages").text))
    assert match is not None
    return match[1]


def ask(visitor: Visitor, contact: str = "300 555 01 99", onward: str = "") -> None:
    """Ask for a code."""
    visitor.open("/sign-in" + (f"?next={onward}" if onward else ""))
    visitor.send("/sign-in", contact=contact, next=onward)


def test_a_right_code_opens_an_account_and_leads_where_the_person_wanted_to_go(stranger: Visitor) -> None:
    ask(stranger, onward="/privacy")
    assert "••• 99" in text_of(stranger.html)
    stranger.send("/sign-in/code", code=code_of(stranger))
    assert stranger.where == "/privacy"
    assert "You have no case yet" in stranger.open("/applications/")


def test_a_code_typed_with_a_blank_in_it_is_right_too(stranger: Visitor) -> None:
    ask(stranger)
    code = code_of(stranger)
    stranger.send("/sign-in/code", code=f" {code[:3]} {code[3:]} ")
    assert stranger.where == "/applications/"


def test_a_wrong_code_says_so_and_five_of_them_spend_the_challenge(stranger: Visitor) -> None:
    ask(stranger)
    right = code_of(stranger)
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert "The code is not right" in text_of(stranger.send("/sign-in/code", code=wrong))
        assert stranger.status == 422
    assert "no longer valid" in text_of(stranger.send("/sign-in/code", code=right))


def test_an_old_code_is_refused_with_a_sentence(stranger: Visitor, office: Office) -> None:
    ask(stranger)
    code = code_of(stranger)
    clock_of(office).advance(timedelta(minutes=11))
    assert "no longer valid" in text_of(stranger.send("/sign-in/code", code=code))


def test_a_fourth_code_within_a_quarter_of_an_hour_must_wait_some_minutes(stranger: Visitor) -> None:
    for _ in range(3):
        ask(stranger)
        assert stranger.where == "/sign-in/code"
    ask(stranger)
    assert stranger.status == 429
    assert re.search(r"Try again in \d+ minutes?", text_of(stranger.html))


def test_known_and_unknown_contacts_get_the_same_page(stranger: Visitor, ana: Visitor) -> None:
    def shown(contact: str) -> str:
        ask(stranger, contact)
        return text_of(re.sub(r'value="[^"]*"', "", stranger.html))

    assert shown("+57 300 555 01 01") == shown("+57 301 555 01 01")


@pytest.mark.parametrize("typed", ["", "maría@", "12", "<b>x</b>"])
def test_something_that_is_no_contact_is_kept_and_explained(stranger: Visitor, typed: str) -> None:
    ask(stranger, typed)
    assert stranger.status == 422
    assert "Error:" in stranger.html
    assert stranger.html.count(typed.replace("<", "&lt;").replace(">", "&gt;")) >= 1


def test_neither_contact_nor_challenge_stands_in_an_address(stranger: Visitor) -> None:
    ask(stranger, "maria.perez@example.com")
    assert "m•••@example.com" in text_of(stranger.html)
    assert stranger.seen == ["/sign-in/code"]
    assert not [link for link in stranger.links() if "perez" in link or "example.com" in link]


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_site(stranger: Visitor, onward: str) -> None:
    ask(stranger, onward=onward)
    stranger.send("/sign-in/code", code=code_of(stranger))
    assert stranger.where == "/applications/"


def test_the_code_page_without_a_challenge_leads_back_to_the_beginning(stranger: Visitor) -> None:
    stranger.client.set_cookie("coming-in", "W10=", path="/sign-in")
    stranger.open("/sign-in/code")
    assert stranger.where == "/sign-in"


def test_a_closed_page_sends_to_sign_in_and_back(stranger: Visitor) -> None:
    stranger.open("/applications/")
    assert stranger.seen == ["/sign-in?next=%2Fapplications%2F"]
    assert 'name="next" value="/applications/"' in stranger.html


def test_signing_out_ends_the_session(ana: Visitor) -> None:
    ana.open("/applications/")
    kept = ana.client.get_cookie("session")
    ana.send("/sign-out")
    assert kept is not None
    ana.client.set_cookie("session", kept.value)
    ana.open("/applications/")
    assert ana.where == "/sign-in"


def test_outside_a_demonstration_there_are_no_letters_to_read_and_no_ready_accounts(office: Office) -> None:
    real = replace(office, settings=replace(office.settings, demonstration=False))
    visitor = Visitor(website(real).test_client())
    visitor.open("/demo/messages")
    assert visitor.status == 404
    visitor.open("/sign-in")
    visitor.send(f"/demo/enter/{'a' * 32}")
    assert visitor.status == 404
    assert "/demo/" not in visitor.open("/sign-in")
