"""A certificate after it was issued: what is done to it, by whom, and what everybody learns of it."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.outcomes import CheckName, Verdict
from credentialing.domain.errors import BadInputError, ConflictError, NotFoundError, RefusedError
from credentialing.domain.people import Actor, Role
from credentialing.services import looking, standing
from credentialing.services.editions import my_certificates, standing_of
from credentialing.services.ending import digest_of
from credentialing.services.issuing import certificate_pdf, issue_certificate, open_face
from credentialing.services.letters import readable_letters
from credentialing.services.status_lists import current_lists
from credentialing.services.transparency import entry_of, salt_of
from credentialing.services.verifying import Answer, verify_file, verify_number
from credentialing.storage.records import AuditEvent, Declaration, LetterRecord, LogEntry, StandingAct
from tests.services.stage import World, elsewhere, open_world

GROUNDS = "El archivo de la universidad dice que ese número de diploma es de otra persona."


class Registry:
    """One issued certificate, its registrar, and the person who decides."""

    def __init__(self, world: World, case_id: str) -> None:
        self.world, self.office, self.case_id = world, world.office, case_id
        self.registrar, self.decides = world.staff[Role.REGISTRAR], world.staff[Role.DECISION_MAKER]
        world.clock.advance(timedelta(minutes=1))

    def suspend(self, actor: Actor | None = None, reason: str = "under_review", grounds: str = GROUNDS) -> str:
        return standing.suspend(self.office, actor=actor or self.registrar, case_id=self.case_id, reason=reason, grounds=grounds)

    def lift(self, actor: Actor | None = None) -> str:
        return standing.lift(self.office, actor=actor or self.registrar, case_id=self.case_id, reason="review_ended", grounds=GROUNDS)

    def propose(self, actor: Actor | None = None, reason: str = "fraud_in_evidence") -> str:
        return standing.propose_revocation(self.office, actor=actor or self.registrar, case_id=self.case_id, reason=reason, grounds=GROUNDS)

    def revoke(self) -> str:
        act_id = self.propose()
        standing.revoke(self.office, actor=self.decides, case_id=self.case_id, act_id=act_id)
        return act_id

    def propose_other(self, reason: str = "name_changed", **correction: str) -> str:
        given = {"display_name": "Mariángel de Núñez"} if not correction else {name.replace("__", "."): text for name, text in correction.items()}
        return standing.propose_replacement(
            self.office, actor=self.registrar, case_id=self.case_id, reason=reason, grounds=GROUNDS, correction=given if reason != "key_compromised" else {}
        )

    def supersede(self, act_id: str) -> None:
        standing.supersede(self.office, actor=self.decides, case_id=self.case_id, act_id=act_id)

    @property
    def statuses(self) -> list[tuple[int, str, bool]]:
        """Edition, status, and whether it is suspended, of every certificate."""
        return [(row.edition, row.status, row.suspended_at is not None) for row in self.world.certificates()]

    def answer(self, number: int = -1) -> Answer:
        return verify_number(self.office, number=self.world.certificates()[number].number)

    def bits(self, number: int = -1) -> tuple[bool, bool]:
        """Whether the newest certificate is set in the list of revocations, and in that of suspensions."""
        row, lists = self.world.certificates()[number], current_lists(self.office).lists
        assert row.list_number is not None
        assert row.list_index is not None
        return lists[row.list_number, "revocation"].holds(row.list_index), lists[row.list_number, "suspension"].holds(row.list_index)

    def reasons(self, attempt: Callable[[], object]) -> set[str]:
        """What stands against an act that is refused, after which nothing has changed."""
        before = self.world.everything()
        with pytest.raises(RefusedError) as caught:
            attempt()
        assert self.world.everything() == before
        return {reason.code for reason in caught.value.reasons}


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path, ready_keys: Path) -> Iterator[tuple[World, str]]:
    """A world with one certificate, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("issued")
    shutil.copyfile(migrated_sqlite, folder / "world.sqlite3")
    world = open_world(folder, f"sqlite:///{folder / 'world.sqlite3'}", keys=ready_keys)
    yield world, world.degree("certified")
    world.engine.dispose()


@pytest.fixture
def registry(issued: tuple[World, str], tmp_path: Path, ready_keys: Path) -> Iterator[Registry]:
    """A copy of that world, to be changed at will."""
    made, case_id = issued
    made.engine.dispose()
    shutil.copyfile(str(made.engine.url.database), tmp_path / "world.sqlite3")
    world = open_world(tmp_path, f"sqlite:///{tmp_path / 'world.sqlite3'}", keys=ready_keys)
    world.office = replace(world.office, files=deepcopy(made.files), entropy=SeededEntropy(8))
    world.clock.set(made.clock.now())
    yield Registry(world, case_id)
    world.engine.dispose()


def test_a_suspended_certificate_is_never_green_and_one_that_is_lifted_is_again(registry: Registry) -> None:
    assert (registry.answer().verdict, registry.bits()) == (Verdict.AUTHENTIC_COPY, (False, False))
    registry.suspend()
    answer = registry.answer()
    assert (answer.verdict, registry.bits(), registry.statuses) == (Verdict.REVOKED, (False, True), [(1, "issued", True)])
    assert [check.problem for check in answer.checks if check.name is CheckName.IN_FORCE] == ["suspended"]
    assert answer.ended_on == registry.world.clock.now().date().isoformat()
    pdf = certificate_pdf(registry.office, actor=registry.world.owner(registry.case_id), case_id=registry.case_id)[1]
    assert verify_file(registry.office, data=pdf).verdict is Verdict.REVOKED
    assert registry.reasons(registry.suspend) == {"certificate_suspended"}
    registry.lift()
    assert (registry.answer().verdict, registry.bits(), registry.statuses) == (Verdict.AUTHENTIC_COPY, (False, False), [(1, "issued", False)])
    assert verify_file(registry.office, data=pdf).verdict is Verdict.ORIGINAL
    assert registry.reasons(registry.lift) == {"certificate_not_suspended"}


def test_a_revocation_needs_another_person_and_is_for_ever(registry: Registry) -> None:
    registry.suspend()
    act_id = registry.propose()
    assert (registry.statuses, registry.bits()) == ([(1, "issued", True)], (False, True))
    twin = Actor("p-other", frozenset({Role.REGISTRAR}), frozenset({str(registry.registrar.person_id)}))
    for actor, code in ((registry.registrar, "confirmed_by_another"), (twin, "confirmed_by_another"), (registry.world.staff[Role.ASSESSOR], "wrong_role")):

        def confirm(actor: Actor = actor) -> None:
            standing.revoke(registry.office, actor=actor, case_id=registry.case_id, act_id=act_id)

        assert registry.reasons(confirm) == {code}
    assert registry.reasons(registry.propose) == {"certificate_act_waits"}
    standing.revoke(registry.office, actor=registry.decides, case_id=registry.case_id, act_id=act_id)
    assert (registry.answer().verdict, registry.bits(), registry.statuses) == (Verdict.REVOKED, (True, False), [(1, "revoked", False)])
    assert [check.problem for check in registry.answer().checks if check.name is CheckName.IN_FORCE] == ["revoked"]
    for attempt in (registry.suspend, registry.lift, registry.propose, registry.propose_other):
        assert registry.reasons(attempt) == {"certificate_ended"}
    with pytest.raises(ConflictError):
        standing.revoke(registry.office, actor=registry.decides, case_id=registry.case_id, act_id=act_id)
    with pytest.raises(NotFoundError):
        certificate_pdf(registry.office, actor=registry.world.owner(registry.case_id), case_id=registry.case_id)


def test_a_proposal_is_taken_back_without_a_trace_on_the_certificate(registry: Registry) -> None:
    act_id = registry.propose()
    with pytest.raises(RefusedError, match="wrong_role"):
        standing.withdraw_proposal(registry.office, actor=registry.world.staff[Role.ASSESSOR], case_id=registry.case_id, act_id=act_id)
    standing.withdraw_proposal(registry.office, actor=registry.registrar, case_id=registry.case_id, act_id=act_id)
    for again in (standing.revoke, standing.withdraw_proposal):
        with pytest.raises(ConflictError):
            again(registry.office, actor=registry.decides, case_id=registry.case_id, act_id=act_id)
    assert (registry.statuses, registry.bits()) == ([(1, "issued", False)], (False, False))
    assert registry.propose() != act_id


def test_the_old_edition_ends_in_the_very_moment_in_which_the_corrected_one_is_issued(registry: Registry) -> None:
    act_id = registry.propose_other(display_name="Mariángel de Núñez", degree__awarded="UDO · Cumaná, Venezuela · 2014")
    registry.supersede(act_id)
    assert registry.statuses == [(1, "issued", False)]
    registry.world.clock.advance(timedelta(minutes=3))
    registry.world.run_jobs()
    old, new = registry.world.certificates()
    assert registry.statuses == [(1, "superseded", False), (2, "issued", False)]
    assert (old.revoked_at, new.issued_at) == (registry.world.clock.now(), registry.world.clock.now())
    assert (registry.answer(0).verdict, registry.answer(1).verdict) == (Verdict.SUPERSEDED, Verdict.AUTHENTIC_COPY)
    assert (registry.bits(0), registry.bits(1)) == ((True, False), (False, False))
    before, after = (open_face(registry.office, row) for row in (old, new))
    assert (after.display_name, after.degree and after.degree.awarded) == ("Mariángel de Núñez", "UDO · Cumaná, Venezuela · 2014")
    assert (after.titles, after.expires_on, after.signatories) == (before.titles, before.expires_on, before.signatories)
    assert (before.number, before.code, before.status) != (after.number, after.code, after.status)
    pdf = certificate_pdf(registry.office, actor=registry.world.owner(registry.case_id), case_id=registry.case_id)[1]
    assert verify_file(registry.office, data=pdf).verdict is Verdict.ORIGINAL
    everything = registry.world.everything()
    standing.reissue(registry.office, act_id=act_id)  # a second time does nothing, nor does the first job of the case
    issue_certificate(registry.office, case_id=registry.case_id)
    assert registry.world.everything() == everything


def test_a_replacement_that_was_interrupted_goes_on_with_its_number(registry: Registry) -> None:
    registry.supersede(registry.propose_other())
    files = registry.world.files
    kept, files.put = files.put, _broken  # type: ignore[method-assign]
    with pytest.raises(OSError, match="no room"):
        registry.world.run_jobs()
    begun = [(row.number, row.status) for row in registry.world.certificates()]
    assert [status for _, status in begun] == ["issued", "intended"]
    line = looking.my_case(registry.office, actor=registry.world.owner(registry.case_id), case_id=registry.case_id).certificate
    assert line is not None
    assert (line.number, line.status) == begun[0]
    registry.suspend()  # a doubt does not wait for a disk
    files.put = kept  # type: ignore[method-assign]
    registry.world.clock.advance(timedelta(hours=1))
    (act,) = registry.world.rows(sa.select(StandingAct).where(StandingAct.act == "supersede"))
    standing.reissue(registry.office, act_id=act.id)
    assert [row.number for row in registry.world.certificates()] == [number for number, _ in begun]
    assert registry.statuses == [(1, "superseded", False), (2, "issued", True)]  # its successor is as suspended as it was


def _broken(key: str, data: bytes) -> None:
    raise OSError("no room")


def test_only_what_was_copied_is_corrected_and_never_what_was_decided(registry: Registry) -> None:
    for wrong in ({"degree.recognised_as": "Medicina"}, {"expires_on": "2099-01-01"}, {"number": "X"}):
        with pytest.raises(BadInputError, match="field_unknown"):
            registry.propose_other(**{name.replace(".", "__"): text for name, text in wrong.items()})
    with pytest.raises(BadInputError, match="correction_missing"):
        registry.propose_other(display_name=open_face(registry.office, registry.world.certificates()[0]).display_name)
    with pytest.raises(RefusedError) as caught:
        registry.propose_other(display_name="王" * 200)
    assert {"too_long", "glyph_missing"} <= {reason.code for reason in caught.value.reasons}
    assert registry.world.rows(sa.select(StandingAct)) == []
    registry.supersede(registry.propose_other("key_compromised"))
    registry.world.run_jobs()
    assert registry.statuses == [(1, "superseded", False), (2, "issued", False)]


@pytest.mark.parametrize(("reason", "grounds", "codes"), [
    ("because", GROUNDS, {"field_not_a_choice"}), ("fraud_in_evidence", GROUNDS, {"field_not_a_choice"}), ("under_review", "  ", {"field_blank"}),
    ("under_review", "short", {"field_too_short"}), ("because", "x" * 2001, {"field_not_a_choice", "field_too_long"}),
])  # fmt: skip
def test_an_act_needs_a_reason_of_its_own_list_and_grounds_that_say_something(registry: Registry, reason: str, grounds: str, codes: set[str]) -> None:
    with pytest.raises(BadInputError) as caught:
        registry.suspend(reason=reason, grounds=grounds)
    assert {each.code for each in caught.value.reasons} == codes
    assert registry.statuses == [(1, "issued", False)]


def test_who_does_not_register_here_or_owns_the_case_does_nothing(registry: Registry) -> None:
    assert registry.reasons(lambda: registry.suspend(registry.world.staff[Role.ASSESSOR])) == {"wrong_role"}
    owner = Actor(registry.world.case(registry.case_id).person_id, frozenset({Role.APPLICANT, Role.REGISTRAR}))
    for stranger in (owner, Actor(owner.person_id, frozenset({Role.APPLICANT})), Actor("nobody", frozenset({Role.APPLICANT}))):
        with pytest.raises(NotFoundError):
            registry.suspend(stranger)
    act_id = registry.propose()
    with registry.office.transaction() as session:
        session.execute(sa.update(Declaration).where(Declaration.person_id == registry.decides.person_id).values(value="conflict"))

    def confirm() -> None:
        standing.revoke(registry.office, actor=registry.decides, case_id=registry.case_id, act_id=act_id)

    assert registry.reasons(confirm) == {"conflict_declared"}


def test_every_act_leaves_a_leaf_an_event_and_a_letter_that_says_nothing(registry: Registry) -> None:
    before = len(registry.world.rows(sa.select(LetterRecord)))
    registry.suspend()
    registry.lift()
    registry.revoke()
    registry.world.run_jobs()
    acts = registry.world.rows(sa.select(StandingAct).order_by(StandingAct.done_at, StandingAct.proposed_at))
    (certificate,) = registry.world.certificates()
    entries = registry.world.rows(sa.select(LogEntry).where(LogEntry.kind == "status").order_by(LogEntry.position))
    salt = salt_of(registry.office, certificate)
    assert {entry.entry for entry in entries} == {entry_of("status", salt=salt, digest=digest_of(act)) for act in acts}
    named = ["certificate_suspended", "certificate_lifted", "certificate_act_proposed", "certificate_revoked"]
    assert registry.world.events(registry.case_id)[-4:] == named
    events = registry.world.rows(sa.select(AuditEvent).where(AuditEvent.event.in_(named)))
    assert all(GROUNDS not in json.dumps(event.details) for event in events)
    letters = readable_letters(registry.office)[: len(registry.world.rows(sa.select(LetterRecord))) - before]
    assert len(letters) == 3
    assert all(registry.world.case(registry.case_id).number in letter.body for letter in letters)
    told = " ".join(letter.subject + letter.body for letter in letters).lower()
    assert not any(word in told for word in ("suspen", "revoc", "certific", "archivo", "diploma"))


def test_the_holder_reads_what_was_done_and_why_and_not_what_was_only_proposed(registry: Registry) -> None:
    registry.propose()
    owner = registry.world.owner(registry.case_id)
    assert my_certificates(registry.office, actor=owner, case_id=registry.case_id)[1] == ()
    registry.suspend()
    editions, acts = my_certificates(registry.office, actor=owner, case_id=registry.case_id)
    assert [(act.act, act.reason, act.grounds) for act in acts] == [("suspend", "under_review", GROUNDS)]
    assert editions[0].suspended_at == registry.world.clock.now()
    held = standing_of(registry.office, actor=registry.registrar, case_id=registry.case_id)
    assert (held.waits and held.waits.act, [reason.code for reason in held.against_confirming]) == ("revoke", ["confirmed_by_another"])
    with pytest.raises(NotFoundError):
        my_certificates(registry.office, actor=registry.registrar, case_id=registry.case_id)
    assert GROUNDS.encode() not in b"".join(bytes(act.sealed_grounds) for act in registry.world.rows(sa.select(StandingAct)))


def test_on_both_engines_an_edition_is_replaced_and_two_who_confirm_a_revocation_at_once_do_it_once(world: World, database_url: str, tmp_path: Path) -> None:
    registry = Registry(world, world.degree("certified"))
    registry.supersede(registry.propose_other())
    world.run_jobs()
    assert registry.statuses == [(1, "superseded", False), (2, "issued", False)]
    act_id = registry.propose()
    outcomes: list[str] = []

    def confirm() -> None:
        office, engine = elsewhere(registry.office, database_url, files=tmp_path)
        try:
            standing.revoke(office, actor=registry.decides, case_id=registry.case_id, act_id=act_id)
            outcomes.append("done")
        except ConflictError:
            outcomes.append("conflict")
        finally:
            engine.dispose()

    threads = [threading.Thread(target=confirm) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "done"]
    assert (registry.statuses, registry.bits()) == ([(1, "superseded", False), (2, "revoked", False)], (True, False))
