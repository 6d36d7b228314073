"""The verdict is derived from the checks, and silence is never a yes."""

from datetime import date
from itertools import product

import pytest

from credentialing.certificate.outcomes import (
    Check,
    CheckName,
    Result,
    Verdict,
    complete,
    failed,
    in_force_by_dates,
    passed,
    replace_check,
    skipped,
    verdict_of,
)  # fmt: skip

ALL = tuple(passed(name) for name in CheckName)


def test_all_passed_is_the_original_only_when_the_file_itself_is_in_the_register() -> None:
    assert verdict_of(ALL, original=True) is Verdict.ORIGINAL
    assert verdict_of(ALL) is Verdict.AUTHENTIC_COPY


@pytest.mark.parametrize("name", [CheckName.UNALTERED, CheckName.OURS, CheckName.SAME_AS_RECORD])
def test_altered_foreign_or_contradicting_our_record_is_not_ours(name: CheckName) -> None:
    assert verdict_of(replace_check(ALL, failed(name, "x")), original=True) is Verdict.NOT_OURS


@pytest.mark.parametrize("problem", ["revoked", "superseded", "expired"])
def test_what_has_ended_says_how(problem: str) -> None:
    assert verdict_of(replace_check(ALL, failed(CheckName.IN_FORCE, problem)), original=True) == problem


def test_an_unknown_end_is_no_yes() -> None:
    assert verdict_of(replace_check(ALL, failed(CheckName.IN_FORCE, "eaten"))) is Verdict.COULD_NOT_CHECK


def test_a_forged_certificate_is_not_called_revoked() -> None:
    checks = replace_check(replace_check(ALL, failed(CheckName.IN_FORCE, "revoked")), failed(CheckName.OURS, "foreign_seal"))
    assert verdict_of(checks) is Verdict.NOT_OURS


def test_from_the_signature_alone_the_best_answer_is_an_authentic_copy() -> None:
    checks = complete([passed(CheckName.READABLE), passed(CheckName.UNALTERED), passed(CheckName.OURS)], otherwise="not_run")
    assert verdict_of(checks) is Verdict.AUTHENTIC_COPY
    assert verdict_of(checks, original=True) is Verdict.AUTHENTIC_COPY


def test_from_the_register_alone_the_best_answer_is_an_authentic_copy() -> None:
    checks = complete([passed(CheckName.READABLE), passed(CheckName.IN_FORCE), passed(CheckName.SAME_AS_RECORD)], otherwise="no_file")
    assert verdict_of(checks) is Verdict.AUTHENTIC_COPY


def test_no_combination_with_a_failure_or_without_evidence_is_positive() -> None:
    for results in product(Result, repeat=5):
        checks = [Check(name, result, None if result is Result.PASSED else "revoked") for name, result in zip(CheckName, results, strict=True)]
        by_name = dict(zip(CheckName, results, strict=True))
        if verdict_of(checks, original=True).positive:
            assert Result.FAILED not in results
            assert by_name[CheckName.READABLE] is Result.PASSED
            assert [*results].count(Result.PASSED) >= 3


def test_nothing_checked_is_could_not_check() -> None:
    assert verdict_of(()) is Verdict.COULD_NOT_CHECK


def test_a_check_names_a_problem_exactly_when_it_has_not_passed() -> None:
    with pytest.raises(ValueError, match="names a problem"):
        Check(CheckName.OURS, Result.PASSED, "x")
    with pytest.raises(ValueError, match="names a problem"):
        Check(CheckName.OURS, Result.FAILED)


def test_the_last_day_counts() -> None:
    last = date(2031, 11, 23)
    assert in_force_by_dates(last, last) == skipped(CheckName.IN_FORCE, "status_not_checked")
    assert in_force_by_dates(last, date(2031, 11, 24)) == failed(CheckName.IN_FORCE, "expired")
    assert in_force_by_dates(None, date(2999, 1, 1)) == skipped(CheckName.IN_FORCE, "status_not_checked")
