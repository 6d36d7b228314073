"""A process that is killed while it issues, at every boundary between and inside the five steps: whoever goes on makes exactly one certificate."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from credentialing.domain.errors import NotFoundError, RefusedError
from credentialing.domain.people import Role
from credentialing.services.issuing import issue_certificate
from credentialing.storage.records import Case
from tests.services.certified import branch, everything, faults, is_original, recorded
from tests.services.deaths import Death, at_commit, at_put, at_write, is_killed
from tests.services.stage import Copy, World

# Where each death leaves the case: what is recorded of a certificate, and whether its file is in the store.
COMMITS: dict[str, tuple[Death, list[str], bool]] = {
    "before the number is recorded": (at_commit(1, "before"), [], False),
    "after the number is recorded": (at_commit(1, "after"), ["intended"], False),
    "before the file is kept": (at_put("before"), ["intended"], False),
    "inside the keeping of the file": (at_put("inside"), ["intended"], False),
    "after the file is kept": (at_put("after"), ["intended"], True),
    "before it is said to be issued": (at_commit(2, "before"), ["intended"], True),
    "after it is said to be issued": (at_commit(2, "after"), ["issued"], True),
    "before the case is closed": (at_commit(3, "before"), ["issued"], True),
    "after the case is closed": (at_commit(3, "after"), ["issued"], True),
}
WRITES = 15
"""How many rows are written in all, over the three transactions; asserted below."""


def issuing(world: World) -> str:
    case_id = world.degree("ready_to_issue")
    world.move(world.staff[Role.REGISTRAR], case_id, "issue")
    return case_id


def kept(files: Path) -> list[Path]:
    return [path for path in files.rglob("certificates/*") if not path.name.startswith(".new-")]


def test_whatever_the_moment_of_death_the_next_process_ends_with_one_certificate(world: World, copies: Copy, tmp_path: Path) -> None:
    case_id = issuing(world)
    for number, (name, (death, left, has_file)) in enumerate(COMMITS.items()):
        files = tmp_path / f"files-{number}"
        with copies() as url:
            assert is_killed(world.office, url, files=files, case_id=case_id, death=death), name
            with branch(world.office, url, files) as (office, engine):
                before = recorded(office)
                assert ([status for _, status in before], bool(kept(files))) == (left, has_file), name
                issue_certificate(office, case_id=case_id)
                after = everything(engine)
                assert faults(office, case_id) == [], name
                assert is_original(office, case_id), name
                assert [number for number, _ in before] in ([], [number for number, _ in recorded(office)]), name  # a number once given stays
                issue_certificate(office, case_id=case_id)
                assert everything(engine) == after, name  # once more does nothing


def test_a_death_in_the_middle_of_a_transaction_leaves_nothing_of_it(world: World, copies: Copy, tmp_path: Path) -> None:
    case_id = issuing(world)
    lefts = []
    for number in (1, 3, 6, 7, 9, 11, 12, WRITES):
        files = tmp_path / f"files-{number}"
        with copies() as url:
            assert is_killed(world.office, url, files=files, case_id=case_id, death=at_write(number)), number
            with branch(world.office, url, files) as (office, _):
                lefts.append([status for _, status in recorded(office)])
                issue_certificate(office, case_id=case_id)
                assert faults(office, case_id) == [], number
    assert lefts == [[]] * 3 + [["intended"]] * 3 + [["issued"]] * 2


def test_two_deaths_in_a_row_still_end_with_one_certificate_and_the_same_number(world: World, copies: Copy, tmp_path: Path) -> None:
    case_id, files = issuing(world), tmp_path / "files"
    with copies() as url:
        numbers = set()
        for death in (at_commit(1, "after"), at_put("after"), at_commit(2, "before"), at_commit(3, "before")):
            assert is_killed(world.office, url, files=files, case_id=case_id, death=death)
            with branch(world.office, url, files) as (office, _):
                numbers |= {number for number, _ in recorded(office)}
        with branch(world.office, url, files) as (office, _):
            issue_certificate(office, case_id=case_id)
            assert faults(office, case_id) == []
            assert numbers == {number for number, _ in recorded(office)}
            assert len(numbers) == 1


def test_the_deaths_above_cover_every_write_and_commit_there_is(world: World, copies: Copy, tmp_path: Path) -> None:
    case_id = issuing(world)
    with copies() as url, branch(world.office, url, tmp_path / "files") as (office, engine):
        writes: list[str] = []
        sa.event.listen(engine, "after_cursor_execute", lambda *given: writes.append(given[2]) if given[2].startswith(("INSERT", "UPDATE")) else None)
        commits: list[object] = []
        sa.event.listen(office.sessions, "after_commit", commits.append)
        issue_certificate(office, case_id=case_id)
        assert (len(writes), len(commits)) == (WRITES, len([name for name in COMMITS if name.startswith("after") and "file" not in name]))
        with office.reading() as session:
            assert session.get_one(Case, case_id).state == "certified"


@pytest.mark.parametrize("state", ["draft", "evaluation", "denied", "ready_to_issue", "withdrawn"])
def test_no_certificate_is_made_for_a_case_that_does_not_wait_for_one(world: World, state: str) -> None:
    case_id = world.degree(state if state != "withdrawn" else "decision_awaited", refused=state == "denied")
    if state == "withdrawn":
        world.move(world.owner(case_id), case_id, "withdraw")
    before = world.everything()
    with pytest.raises((RefusedError, NotFoundError)):
        issue_certificate(world.office, case_id=case_id)
    assert world.everything() == before
    assert not any(key.startswith("certificates/") for key in world.files.keys())  # noqa: SIM118 - a store, not a dict
