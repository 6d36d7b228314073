"""The committed files keep the house rules, and each rule finds a fault that is planted for it."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.house import file_rules as rules
from tests.house.sources import ROOT, Source, committed

Rule = Callable[[Source], Iterator[str]]

RULES: tuple[Rule, ...] = (
    rules.nothing_forbidden_is_committed,
    rules.binaries_are_small,
    rules.no_registry_is_named,
    rules.no_machine_is_named,
    rules.no_private_key_is_committed,
    rules.locks_hold_no_address,
)

PLANTED: tuple[tuple[Rule, str, bytes], ...] = (
    (rules.nothing_forbidden_is_committed, "uv.lock", b""),
    (rules.nothing_forbidden_is_committed, "tests/interop/js/package-lock.json", b'{"packages": {"a": {"resolved": "https://mirror.example/a.tgz"}}}'),
    (rules.nothing_forbidden_is_committed, "instance/keys/seal.pem", b""),
    (rules.nothing_forbidden_is_committed, "credentialing/_data/workflows/a.yaml", b""),
    (rules.nothing_forbidden_is_committed, "workflows/procedures/guard.py", b""),
    (rules.nothing_forbidden_is_committed, "credentialing/web/static/a.woff2", b""),
    (rules.nothing_forbidden_is_committed, "credentialing/web/static/a.min.js", b""),
    (rules.nothing_forbidden_is_committed, "credentialing/web/static/a.css", b"a{}" * 400),
    (rules.binaries_are_small, "docs/picture.png", b"\0" * 300_001),
    (rules.no_registry_is_named, "README.md", b"https://pypi" + b".org/simple"),
    (rules.no_registry_is_named, "templates/base.html", b'<script src="https://unp' + b'kg.com/a">'),
    (rules.no_machine_is_named, "docs/operations.md", b"see /home" + b"/ana/notes"),
    (rules.no_machine_is_named, "run", b'cd "/root' + b'/x"'),
    (rules.no_private_key_is_committed, "tests/keys/a.pem", b"-----BEGIN EC PRIVATE" + b" KEY-----"),
    (rules.locks_hold_no_address, "requirements.lock", b"--index-url https://mirror.example/simple"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_files_keep_the_rule(rule: Rule) -> None:
    assert [fault for source in committed() for fault in rule(source)] == []


@pytest.mark.parametrize(("rule", "path", "data"), PLANTED)
def test_the_rule_finds_what_is_planted(rule: Rule, path: str, data: bytes) -> None:
    assert len(list(rule(Source(path, data)))) == 1


def test_every_rule_has_a_planted_fault() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_the_build_has_left_no_copy_of_the_data_in_the_tree() -> None:
    assert not (ROOT / "credentialing" / "_data").exists()


def test_every_locked_package_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        stanzas = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
        assert [line for line in stanzas if "==" in line and "--hash=sha256:" not in line] == []


def test_the_decision_about_libraries_names_each_of_them() -> None:
    page = (ROOT / "docs" / "decisions" / "0001-libraries.md").read_text()
    named = set(re.findall(r"[\w.-]+", "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| "))))
    lines = [line for name in ("requirements.in", "requirements-dev.in") for line in (ROOT / name).read_text().splitlines()]
    wanted = {re.split(r"[=\[]", line)[0] for line in lines if "==" in line}
    assert wanted - named == set()
