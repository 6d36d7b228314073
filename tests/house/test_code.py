"""The code keeps the house rules, and each rule finds a fault that is planted for it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import packages_distributions

import pytest

from tests.house import code_rules as rules
from tests.house.sources import ROOT, Source, modules

Rule = Callable[[Source], Iterator[str]]

WHERE: Mapping[Rule, tuple[str, ...]] = {
    rules.functions_are_short: ("credentialing/", "tests/"),
    rules.files_are_short: ("credentialing/", "tests/"),
    rules.public_things_are_explained: ("credentialing/",),
    rules.packages_stay_in_their_rooms: ("credentialing/",),
    rules.only_services_commit: ("credentialing/",),
    rules.ignores_name_their_reason: ("credentialing/", "tests/"),
    rules.tests_are_not_switched_off: ("tests/",),
    rules.our_code_is_not_mocked: ("tests/",),
    rules.tests_assert_something: ("tests/",),
}

PLANTED: tuple[tuple[Rule, str, str], ...] = (
    (rules.functions_are_short, "credentialing/web/a.py", "def f():\n" + "    x = 1\n" * 40),
    (rules.files_are_short, "credentialing/web/a.py", "x = 1\n" * 401),
    (rules.files_are_short, "tests/web/test_a.py", "x = 1\n" * 601),
    (rules.public_things_are_explained, "credentialing/web/a.py", "x = 1\n"),
    (rules.public_things_are_explained, "credentialing/web/a.py", '"""A."""\ndef f(): ...\n'),
    (rules.public_things_are_explained, "credentialing/web/a.py", '"""A."""\nclass C:\n    """C."""\n    def m(self): ...\n'),
    (rules.packages_stay_in_their_rooms, "credentialing/web/a.py", "def f():\n    from cryptography.x509 import Certificate\n"),
    (rules.packages_stay_in_their_rooms, "credentialing/certificate/credential.py", "from pyld import jsonld\n"),
    (rules.packages_stay_in_their_rooms, "credentialing/workflow/law.py", "import transitions\n"),
    (rules.packages_stay_in_their_rooms, "credentialing/certificate/page.py", "from pyhanko.sign import signers\n"),
    (rules.packages_stay_in_their_rooms, "credentialing/services/a.py", "import flask\n"),
    (rules.packages_stay_in_their_rooms, "credentialing/web/a.py", "import sqlalchemy as sa\n"),
    (rules.only_services_commit, "credentialing/web/a.py", "session.commit()\n"),
    (rules.only_services_commit, "credentialing/storage/cases.py", "with sessions.begin() as session: pass\n"),
    (rules.ignores_name_their_reason, "credentialing/web/a.py", "x = f()  # type" + ": ignore\n"),
    (rules.ignores_name_their_reason, "credentialing/web/a.py", "x = f()  # no" + "qa\n"),
    (rules.ignores_name_their_reason, "credentialing/web/a.py", "x = f()  # no" + "qa: TID251\n"),
    (rules.tests_are_not_switched_off, "tests/web/test_a.py", "@pytest.mark.skip\ndef test_a(): ...\n"),
    (rules.tests_are_not_switched_off, "tests/web/test_a.py", "pytest.importorskip('x')\n"),
    (rules.our_code_is_not_mocked, "tests/web/test_a.py", "from unittest.mock import Mock\n"),
    (rules.tests_assert_something, "tests/web/test_a.py", "def test_that_a_page_opens():\n    open_page()\n"),
    (rules.tests_assert_something, "tests/web/test_a.py", "def test_page():\n    assert open_page()\n"),
)


@pytest.mark.parametrize("rule", WHERE, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    assert [fault for source in modules(*WHERE[rule]) for fault in rule(source)] == []


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, path: str, text: str) -> None:
    assert len(list(rule(Source(path, text.encode())))) == 1


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(WHERE)


@pytest.mark.parametrize(("room", "allowed"), rules.NOTHING_ELSE_IN.items())
def test_a_pure_room_uses_no_package_but_its_own_few(room: str, allowed: set[str]) -> None:
    used = {name.partition(".")[0] for source in modules(room) for _, name in rules.imported(source)}
    assert used - sys.stdlib_module_names - {"credentialing"} - allowed == set()


def test_every_package_that_is_imported_is_a_declared_dependency() -> None:
    declared = {line.partition("==")[0].partition("[")[0] for line in (ROOT / "requirements.in").read_text().splitlines() if "==" in line}
    providers = packages_distributions()
    imported = {(name.partition(".")[0], source.path) for source in modules("credentialing/") for _, name in rules.imported(source)}
    undeclared = {
        f"{path} imports {name}"
        for name, path in imported
        if name not in sys.stdlib_module_names | {"credentialing"} and declared.isdisjoint(provider.lower() for provider in providers.get(name, ()))
    }
    assert undeclared == set()


def test_every_room_says_its_law() -> None:
    rooms = [source for source in modules("credentialing/") if source.path.count("/") == 2 and source.path.endswith("/__init__.py")]
    assert rooms
    assert [room.path for room in rooms if "Law:" not in (room.text or "")] == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {source.path.rpartition("/")[0] for source in modules("credentialing/")}
    # The revisions are read by the migration tool one by one and are never imported.
    assert sorted(folder for folder in folders if "/migrations" not in folder and not (ROOT / folder / "__init__.py").is_file()) == []
