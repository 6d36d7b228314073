"""Coming in: a code that is good once and for ten minutes, sessions that end by themselves, and nothing that tells who is known here."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.contacts import Contact, parse_contact
from credentialing.domain.errors import BadInputError, NotFoundError, TooManyError
from credentialing.domain.people import Actor, Role
from credentialing.services import people
from credentialing.services.deadlines import sweep
from credentialing.services.signing_in import SignedIn, enter, enter_demonstration, leave, leave_everywhere, person_of_session, send_code
from credentialing.storage.records import LetterRecord, LimitCount, OpenSession, Person, SignInCode
from tests.services.stage import World

ANA = parse_contact("+573005550700", "CO")
BETO = parse_contact("beto@correo.example", "CO")


def ask(world: World, contact: Contact = ANA, source: str = "10.0.0.1") -> tuple[str, str]:
    """The challenge, and the code as it reached the person."""
    challenge = send_code(world.office, contact=contact, language="es", source=source)
    world.run_jobs()
    letter = world.messages.sent[-1]
    assert (letter.address, letter.channel) == (contact.address, contact.channel)
    found = re.search(r"\b\d{6}\b", letter.body)
    assert found is not None
    return challenge, found[0]


def come_in(world: World, challenge: str, code: str, contact: Contact = ANA, source: str = "10.0.0.1") -> SignedIn:
    return enter(world.office, challenge_id=challenge, contact=contact, code=code, language="es", source=source)


def problem(world: World, challenge: str, code: str, contact: Contact = ANA) -> str:
    with pytest.raises(BadInputError) as caught:
        come_in(world, challenge, code, contact)
    assert [reason.details for reason in caught.value.reasons] == [{"field": "code"}]
    return caught.value.reasons[0].code


def other_than(code: str, n: int = 1) -> str:
    return f"{(int(code) + n) % 1_000_000:06d}"


def test_the_right_code_opens_a_session_and_makes_the_account_once(world: World) -> None:
    first = come_in(world, *ask(world))
    second = come_in(world, *ask(world))
    assert first.person_id == second.person_id
    assert first.token != second.token
    actor = person_of_session(world.office, first.token)
    assert actor == Actor(first.person_id, frozenset({Role.APPLICANT}))
    assert not first.is_staff


def test_a_code_may_be_typed_with_spaces_and_is_good_once(world: World) -> None:
    challenge, code = ask(world)
    come_in(world, challenge, f" {code[:3]} {code[3:]} ")
    assert problem(world, challenge, code) == "code_expired"


def test_a_code_is_good_for_ten_minutes_and_not_longer(world: World) -> None:
    challenge, code = ask(world)
    world.clock.advance(timedelta(minutes=10))
    assert problem(world, challenge, code) == "code_expired"
    challenge, code = ask(world)
    world.clock.advance(timedelta(minutes=9, seconds=59))
    assert come_in(world, challenge, code).person_id


def test_five_wrong_tries_spend_a_code_even_for_the_right_one(world: World) -> None:
    challenge, code = ask(world)
    assert [problem(world, challenge, other_than(code, n)) for n in range(1, 6)] == ["code_wrong"] * 5
    assert problem(world, challenge, code) == "code_expired"
    assert world.rows(sa.select(OpenSession)) == []


def test_the_fifth_try_still_counts_when_it_is_right(world: World) -> None:
    challenge, code = ask(world)
    assert [problem(world, challenge, other_than(code, n)) for n in range(1, 5)] == ["code_wrong"] * 4
    assert come_in(world, challenge, code).token


def test_a_code_belongs_to_one_contact_and_one_challenge(world: World) -> None:
    mine, code = ask(world)
    theirs, their_code = ask(world, BETO)
    assert problem(world, mine, code, BETO) == "code_expired"
    assert problem(world, theirs, code if code != their_code else other_than(code), BETO) == "code_wrong"
    assert problem(world, "0" * 32, code) == "code_expired"


def test_codes_for_one_contact_are_limited_whoever_asks(world: World) -> None:
    for source in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        ask(world, source=source)
    with pytest.raises(TooManyError) as caught:
        ask(world, source="10.0.0.4")
    assert 0 < caught.value.wait_seconds <= 15 * 60
    assert len(world.messages.sent) == 3
    world.clock.advance(timedelta(seconds=caught.value.wait_seconds + 1))
    assert ask(world)[1]


def test_guesses_at_one_contact_are_limited_over_all_codes_and_sources(world: World) -> None:
    challenge, code = ask(world)
    told = []
    for number in range(12):  # ten guesses in a quarter of an hour are one chance in a hundred thousand
        if number == 5:
            challenge, code = ask(world, source="10.1.1.1")
        try:
            come_in(world, challenge, other_than(code, number + 1), source=f"10.1.0.{number}")
        except (BadInputError, TooManyError) as error:
            told.append(type(error).__name__)
    assert told == ["BadInputError"] * 10 + ["TooManyError"] * 2


def test_one_source_is_limited_over_all_contacts_and_a_shelter_is_not_locked_out_by_it(world: World) -> None:
    contacts = [parse_contact(f"p{number}@correo.example", "CO") for number in range(51)]
    for contact in contacts[:50]:
        send_code(world.office, contact=contact, language="es", source="10.0.0.9")
    with pytest.raises(TooManyError):
        send_code(world.office, contact=contacts[50], language="es", source="10.0.0.9")
    assert send_code(world.office, contact=contacts[50], language="es", source="10.0.0.8")


def test_known_and_unknown_contacts_are_answered_in_the_same_way(world: World) -> None:
    come_in(world, *ask(world))
    world.clock.advance(timedelta(hours=1))
    accounts = len(world.rows(sa.select(Person)))
    made = []
    for contact, source in ((ANA, "10.0.0.1"), (BETO, "10.0.0.2")):
        before = {name: len(rows) for name, rows in world.everything().items()}
        send_code(world.office, contact=contact, language="es", source=source)
        after = {name: len(rows) for name, rows in world.everything().items()}
        letter = world.rows(sa.select(LetterRecord).order_by(LetterRecord.written_at.desc(), LetterRecord.id))[0]
        made.append(({name: after[name] - before[name] for name in after}, letter.kind, letter.person_id))
        world.run_jobs()
    assert made[0] == made[1]
    assert made[0][1:] == ("code", None)
    assert len(world.rows(sa.select(Person))) == accounts  # asking for a code makes no account


def test_an_account_that_was_closed_opens_no_session(world: World) -> None:
    signed = come_in(world, *ask(world))
    with world.office.transaction() as session:
        session.get_one(Person, signed.person_id).disabled_at = world.clock.now()
    assert person_of_session(world.office, signed.token) is None
    challenge, code = ask(world)
    with pytest.raises(NotFoundError):
        come_in(world, challenge, code)
    assert len(world.rows(sa.select(OpenSession))) == 1


@pytest.mark.parametrize(("roles", "idle", "longest"), [(frozenset(), 60, 12), (frozenset({Role.ASSESSOR}), 30, 8)])
def test_a_session_ends_when_it_rests_too_long_and_in_any_case_after_its_day(world: World, roles: frozenset[Role], idle: int, longest: int) -> None:
    if roles:
        people.hire(world.office, actor=None, contact=ANA, display_name="Laura", roles=roles, language="es")
    signed, opened = come_in(world, *ask(world)), world.clock.now()
    assert signed.is_staff is bool(roles)
    while world.clock.now() < opened + timedelta(hours=longest) - timedelta(minutes=idle):
        world.clock.advance(timedelta(minutes=idle - 1))
        assert person_of_session(world.office, signed.token) is not None
    world.clock.set(opened + timedelta(hours=longest))
    assert person_of_session(world.office, signed.token) is None
    rested = come_in(world, *ask(world))
    world.clock.advance(timedelta(minutes=idle, seconds=1))
    assert person_of_session(world.office, rested.token) is None


def test_a_role_that_was_taken_is_gone_at_once(world: World) -> None:
    people.hire(world.office, actor=None, contact=ANA, display_name="Laura", roles=frozenset({Role.ASSESSOR}), language="es")
    signed = come_in(world, *ask(world))
    before = person_of_session(world.office, signed.token)
    people.take_role(world.office, actor=None, person_id=signed.person_id, role=Role.ASSESSOR)
    after = person_of_session(world.office, signed.token)
    assert before is not None
    assert after is not None
    assert (Role.ASSESSOR in before.roles, Role.ASSESSOR in after.roles) == (True, False)


def test_leaving_ends_one_session_and_leaving_everywhere_all_of_them_but_nobody_elses(world: World) -> None:
    sessions = [come_in(world, *ask(world)) for _ in range(3)]
    beto = come_in(world, *ask(world, BETO), BETO)
    actor = Actor(sessions[0].person_id, frozenset({Role.APPLICANT}))
    leave(world.office, token=beto.token, actor=actor)
    leave(world.office, token=sessions[0].token, actor=actor)
    assert [person_of_session(world.office, one.token) is not None for one in (*sessions, beto)] == [False, True, True, True]
    leave_everywhere(world.office, actor=actor)
    assert [person_of_session(world.office, one.token) is not None for one in (*sessions, beto)] == [False, False, False, True]


def test_no_token_no_code_and_no_contact_is_kept(world: World) -> None:
    challenge, code = ask(world)
    signed = come_in(world, challenge, code)
    kept = repr(world.everything())
    assert all(text not in kept for text in (signed.token, f"'{code}'", ANA.address, ANA.address[3:]))
    (row,) = world.rows(sa.select(OpenSession))
    assert row.token_index == world.office.keys.session_index(signed.token)
    assert len(world.rows(sa.select(SignInCode))[0].code_index) == 32


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "' OR 1=1 --"])
def test_an_unknown_token_is_nobody(world: World, token: str) -> None:
    come_in(world, *ask(world))
    assert person_of_session(world.office, token) is None


def test_ready_accounts_open_in_a_demonstration_only(world: World) -> None:
    person_id = world.staff[Role.ASSESSOR].person_id
    assert person_id is not None
    with pytest.raises(NotFoundError):
        enter_demonstration(world.in_earnest, person_id=person_id)
    assert world.rows(sa.select(OpenSession)) == []
    signed = enter_demonstration(world.office, person_id=person_id)
    assert person_of_session(world.office, signed.token) == world.staff[Role.ASSESSOR]


def test_the_trace_of_who_came_from_where_is_dropped_after_a_day(world: World) -> None:
    ask(world)
    kept = len(world.rows(sa.select(LimitCount)))
    world.clock.advance(timedelta(days=2))
    sweep(world.office)
    assert (kept, world.rows(sa.select(LimitCount))) == (2, [])
