"""Letters: one for each act, sent once, and silent about everything but the number of the case."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import MisconfiguredError, NotFoundError
from credentialing.services import letters
from credentialing.services.effects import LETTERS, perform
from credentialing.services.letters import compose, readable_letters, send_letter
from credentialing.storage.records import Case, LetterRecord
from tests.services.stage import World


def kept(world: World) -> list[LetterRecord]:
    return world.rows(sa.select(LetterRecord).order_by(LetterRecord.written_at, LetterRecord.id))


@pytest.mark.parametrize("effect", sorted(LETTERS))
def test_an_effect_done_twice_writes_and_sends_one_letter(world: World, effect: str) -> None:
    case_id = world.degree("draft")
    for _ in range(2):
        perform(world.office, effect=effect, case_id=case_id, job_id=f"{effect}-{case_id}-1")
    assert [(letter.kind, letter.case_id) for letter in kept(world)] == [(LETTERS[effect], case_id)]
    assert [letter.address for letter in world.messages.sent] == [world.view(case_id).answers.get("phone") or "+573005550201"]
    perform(world.office, effect=effect, case_id=case_id, job_id=f"{effect}-{case_id}-2")
    assert len(world.messages.sent) == 2


def test_an_effect_that_nobody_performs_is_an_error_and_not_a_silence(world: World) -> None:
    with pytest.raises(MisconfiguredError, match="send_flowers"):
        perform(world.office, effect="send_flowers", case_id=world.degree("draft"), job_id="x")
    assert kept(world) == []


def test_every_effect_that_the_rules_name_is_performed(world: World) -> None:
    named = {effect for view in world.office.library.procedures() for move in view.definition.moves.values() for effect in move.effects}
    assert named - {"issue_certificate"} <= set(LETTERS)
    assert named


def test_a_letter_waits_while_the_gateway_is_away_and_goes_out_once(world: World) -> None:
    case_id = world.degree("draft")
    world.messages.unreachable = True
    with pytest.raises(OSError, match="gateway"):
        perform(world.in_earnest, effect="send_news", case_id=case_id, job_id="news-1")
    (waiting,) = kept(world)
    assert waiting.sent_at is None
    assert waiting.sealed is not None
    world.messages.unreachable = False
    world.clock.advance(timedelta(minutes=5))
    for _ in range(2):
        perform(world.in_earnest, effect="send_news", case_id=case_id, job_id="news-1")
    (sent,) = kept(world)
    assert (sent.sent_at, len(world.messages.sent)) == (world.clock.now(), 1)


def test_what_a_letter_said_is_dropped_once_it_is_sent_but_for_a_demonstration(world: World) -> None:
    case_id = world.degree("draft")
    perform(world.in_earnest, effect="send_news", case_id=case_id, job_id="a")
    perform(world.office, effect="send_news", case_id=case_id, job_id="b")
    contents = sorted(letter.sealed is None for letter in kept(world))
    assert contents == [False, True]
    with pytest.raises(NotFoundError):
        readable_letters(world.in_earnest)
    (shown,) = readable_letters(world.office)
    assert world.case(case_id).number in shown.body


def test_sending_a_letter_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        send_letter(world.office, letter_id="0" * 32)
    assert world.messages.sent == []


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize("kind", sorted({*LETTERS.values(), "deadline", "code"}))
def test_a_letter_says_nothing_of_a_case_but_its_number(kind: str, language: str) -> None:
    values = {"brand": "Puente", "address": "https://puente.example", "number": "CO-7K3MX-42", "day": "2 de abril de 2026", "code": "123456", "minutes": 10}
    subject, body = compose(kind, language, values)
    assert subject
    assert body
    assert "\n" not in subject
    rest = body
    for value in values.values():
        rest = rest.replace(str(value), "")
    told = (subject + rest).lower()
    shy = ("venez", "migra", "refug", "título", "degree", "diploma", "certific", "evalu", "refus", "rechaz", "denied", "negad", "assess", "recogni", "reconoc")
    assert [word for word in shy if word in told] == []
    assert ("CO-7K3MX-42" in body) is (kind != "code")


def test_a_whole_case_is_told_to_its_applicant_without_a_word_about_it(world: World) -> None:
    case_id = world.degree("certified", letter=True, days=1)
    number, person = world.case(case_id).number, world.view(case_id).name
    assert len(world.messages.sent) >= 8
    for letter in world.messages.sent:
        assert letter.address == "+573005550201"
        assert number in letter.body
        assert all(word not in letter.subject + letter.body for word in (person, *person.split(), "Civil", "Universidad", "Cumaná"))
    assert len({letter.idempotency_key for letter in world.messages.sent}) == len(world.messages.sent)


def test_a_letter_speaks_the_language_that_the_person_chose(world: World) -> None:
    case_id = world.degree("draft")
    with world.office.transaction() as session:
        session.execute(sa.text("UPDATE person SET language = 'en'"))
    perform(world.office, effect="send_news", case_id=case_id, job_id="a")
    expected = compose("news", "en", {"brand": world.office.settings.brand, "address": world.office.settings.base_url, "number": world.case(case_id).number})
    assert (world.messages.sent[0].subject, world.messages.sent[0].body) == expected


def test_a_letter_that_is_written_twice_in_one_breath_is_one(world: World) -> None:
    case_id = world.degree("draft")
    with world.office.transaction() as session:
        for _ in range(2):
            letters.write_to_applicant(world.office, session, kind="news", case=session.get_one(Case, case_id), now=world.clock.now(), letter_id="a" * 32)
    assert [letter.id for letter in kept(world)] == ["a" * 32]
