"""The lists say exactly what the rows say, whatever happened to them; where an entry stands says nothing of when it was given."""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentialing.adapters.doubles import SeededEntropy
from credentialing.certificate.face import STATUS_ENTRIES
from credentialing.certificate.statuslist import PURPOSES, StatusList, load_lists, read_list
from credentialing.domain.errors import NotFoundError
from credentialing.services.issuing import _free_place
from credentialing.services.office import Office
from credentialing.services.status_lists import current_lists, export_lists, signed_list
from credentialing.services.verifying import trust
from credentialing.storage.engine import Engine
from credentialing.storage.records import CertificateRecord
from tests.office import START, clock_of
from tests.services.stage import open_world
from tests.storage.rows import case, certificate, lay, person, standing_act

HALF = STATUS_ENTRIES // 2
Row = dict[str, Any]


@pytest.fixture
def made(tmp_path: Path, migrated_sqlite: Path, ready_keys: Path) -> Iterator[tuple[Office, Engine]]:
    """An office in which nothing was issued yet, but for one case to hang certificates on."""
    shutil.copyfile(migrated_sqlite, tmp_path / "lists.sqlite3")
    world = open_world(tmp_path, f"sqlite:///{tmp_path / 'lists.sqlite3'}", keys=ready_keys)
    lay(world.engine, person("p1"), case("c1"))
    yield world.office, world.engine
    world.engine.dispose()


def fill(engine: Engine, rows: Mapping[int, Row]) -> None:
    """Certificates by index in list 1; those that are in force hang on cases of their own."""
    plain: Row = {
        "status": "revoked", "suspended_at": None, "revoked_at": START, "list_number": 1, "edition": 1, "case_id": "c1", "sealed_face": b"", "sealed_salt": b"",
        "intended_at": START,
    }  # fmt: skip
    values = [{**plain, "id": f"z{at}", "number": f"z{at}", "code": f"z{at}", "sha256": f"{at}", "list_index": at, **row} for at, row in rows.items()]
    with engine.begin() as connection:
        connection.execute(sa.insert(CertificateRecord), values)


def listed(office: Office, purpose: str, number: int = 1) -> set[int]:
    """The entries that a reader finds set in the signed list."""
    found: StatusList = read_list(json.loads(signed_list(office, list_number=number, purpose=purpose)), trust=trust(office))  # type: ignore[arg-type]
    return {index for index in range(STATUS_ENTRIES) if found.holds(index)}


FATES = st.sampled_from(["intended", "issued", "suspended", "revoked", "superseded"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.integers(0, STATUS_ENTRIES - 1), FATES, min_size=1, max_size=60))
def test_the_bits_are_what_the_rows_say_whatever_happened_to_them(made: tuple[Office, Engine], fates: dict[int, str]) -> None:
    office, engine = made
    with engine.begin() as connection:  # the law of the database is lifted for this test alone: rows stay for ever elsewhere
        connection.execute(sa.text("DROP TRIGGER IF EXISTS certificate_no_delete"))
        connection.execute(sa.text("DELETE FROM certificate"))
    lay(engine, *(case(f"d{at}") for at in fates if not _has(engine, f"d{at}")))
    fill(engine, {
        at: {
            "case_id": f"d{at}", "status": "issued" if fate == "suspended" else fate, "suspended_at": START if fate == "suspended" else None,
            "sha256": None if fate == "intended" else f"{at}",
        }
        for at, fate in fates.items()
    })  # fmt: skip
    assert listed(office, "revocation") == {at for at, fate in fates.items() if fate in ("revoked", "superseded")}
    assert listed(office, "suspension") == {at for at, fate in fates.items() if fate == "suspended"}
    lists = current_lists(office).lists
    assert {(each.list_number, each.purpose) for each in lists.values()} == {(1, purpose) for purpose in PURPOSES}


def _has(engine: Engine, case_id: str) -> bool:
    with engine.connect() as connection:
        return connection.execute(sa.text("SELECT 1 FROM recognition_case WHERE id = :id"), {"id": case_id}).scalar() is not None


def test_a_thousand_revocations_set_exactly_a_thousand_entries(made: tuple[Office, Engine]) -> None:
    office, engine = made
    chance = SeededEntropy(3)
    indexes = {chance.below(STATUS_ENTRIES) for _ in range(1100)}
    revoked, others = set(sorted(indexes)[:1000]), set(sorted(indexes)[1000:])
    lay(engine, *(case(f"d{at}") for at in others))
    fill(engine, {at: {} for at in revoked} | {at: {"status": "issued", "case_id": f"d{at}"} for at in others})
    assert listed(office, "revocation") == revoked
    assert listed(office, "suspension") == set()
    assert len(signed_list(office, list_number=1, purpose="revocation")) < 8_000


def test_where_an_entry_stands_says_nothing_of_when_it_was_given(made: tuple[Office, Engine]) -> None:
    office, _ = made
    with office.reading() as session:
        places = [_free_place(office, session, serial).index for serial in range(1, 2001)]
    count, middle = len(places), (STATUS_ENTRIES - 1) / 2
    # Spearman's rank correlation with the order of issue, and the spread over the list: what chance alone would give stays well inside.
    ranks = {index: rank for rank, index in enumerate(sorted(places))}
    apart = sum((ranks[index] - at) ** 2 for at, index in enumerate(places))
    assert abs(1 - 6 * apart / (count * (count**2 - 1))) < 0.1
    assert abs(sum(places) / count - middle) < STATUS_ENTRIES * 0.03
    assert max(sum(low <= index < low + STATUS_ENTRIES // 8 for index in places) for low in range(0, STATUS_ENTRIES, STATUS_ENTRIES // 8)) < count / 8 * 1.3


def test_a_taken_place_is_not_given_again_and_a_list_serves_half_its_entries(made: tuple[Office, Engine]) -> None:
    office, engine = made

    class Stubborn(SeededEntropy):
        """Draws the same place three times before another."""

        drawn = 0

        def below(self, limit: int) -> int:
            self.drawn += 1
            return 7 if self.drawn <= 3 else 8

    fill(engine, {7: {}})
    with office.reading() as session:
        place = _free_place(replace(office, entropy=Stubborn(1)), session, 1)
        assert (place.list_number, place.index) == (1, 8)
        numbers = [_free_place(office, session, serial).list_number for serial in (1, HALF, HALF + 1, 2 * HALF, 2 * HALF + 1)]
    assert numbers == [1, 1, 2, 2, 3]


def test_a_list_stays_the_same_until_something_changes_or_a_quarter_of_its_time_is_over(made: tuple[Office, Engine]) -> None:
    office, engine = made
    lay(engine, case("d9"))
    fill(engine, {5: {}, 9: {"status": "issued", "case_id": "d9"}})
    clock = clock_of(office)
    clock.set(START.replace(hour=13))
    first = signed_list(office, list_number=1, purpose="revocation")
    clock.advance(timedelta(hours=4))
    assert signed_list(office, list_number=1, purpose="revocation") == first
    with engine.begin() as connection:
        connection.execute(sa.update(CertificateRecord).where(CertificateRecord.list_index == 9).values(status="revoked", revoked_at=clock.now()))
    lay(engine, standing_act(certificate_id="z9", confirmed_by=_second(engine), confirmed_at=clock.now(), done_at=clock.now()))
    changed = signed_list(office, list_number=1, purpose="revocation")
    assert listed(office, "revocation") == {5, 9}
    assert json.loads(changed)["validFrom"] == clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    clock.advance(timedelta(hours=2))
    renewed = json.loads(signed_list(office, list_number=1, purpose="revocation"))
    assert (renewed["credentialSubject"], renewed["validFrom"]) == (json.loads(changed)["credentialSubject"], "2026-03-02T18:00:00Z")
    lasts = datetime.fromisoformat(renewed["validUntil"]) - datetime.fromisoformat(renewed["validFrom"])
    assert lasts == timedelta(hours=office.settings.status_list_hours)


def _second(engine: Engine) -> str:
    lay(engine, person("p2"))
    return "p2"


def test_a_list_that_nobody_stands_in_does_not_exist(made: tuple[Office, Engine]) -> None:
    office, engine = made
    for number in (0, 1, 2, -1):
        with pytest.raises(NotFoundError):
            signed_list(office, list_number=number, purpose="revocation")
    lay(engine, certificate("z1", case_id="c1"))  # from before the lists: it stands in none
    assert current_lists(office).lists == {}


def test_the_exported_files_are_what_a_stranger_reads(made: tuple[Office, Engine], tmp_path: Path) -> None:
    office, engine = made
    fill(engine, {5: {}, 6: {"list_number": 2}})
    named = export_lists(office, tmp_path / "out")
    base = f"https://{office.settings.verify_host}/status"
    assert named == {
        f"{base}/1": "status/1-revocation.json", f"{base}/1/suspension": "status/1-suspension.json",
        f"{base}/2": "status/2-revocation.json", f"{base}/2/suspension": "status/2-suspension.json",
    }  # fmt: skip
    assert load_lists(tmp_path / "out", trust=trust(office)) == current_lists(office)
    assert all(json.loads((tmp_path / "out" / file).read_text())["id"] == url for url, file in named.items())
