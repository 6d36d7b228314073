"""Every verdict, check and problem has words of its own, and none promises more than was checked."""

import ast
from collections.abc import Iterator
from pathlib import Path

import credentialing
from credentialing.certificate.outcomes import CheckName, Verdict
from credentialing.web.verify.words import ALTERED, CHECKS, EXACT, FAULTS, PROBLEMS, VERDICTS, Brought

PACKAGE = Path(credentialing.__file__).parent
JUDGES = ("certificate/reading.py", "certificate/qr.py", "certificate/outcomes.py", "crypto/cose.py", "services/verifying.py")
GIVEN_BY = {"failed", "skipped", "_AlteredError", "BrokenSealError"}


def problems_named_in(path: Path) -> Iterator[str]:
    """Texts that a file hands out as the problem of a check: arguments of the makers of checks, returned texts, and `otherwise=`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [*node.args] if node.func.id in GIVEN_BY else []
            given += [keyword.value for keyword in node.keywords if keyword.arg == "otherwise"]
        elif isinstance(node, ast.Return) and node.value is not None and path.name == "reading.py":
            given = [node.value]
        else:
            continue
        for value in given:
            yield from (text for text in texts_in(value) if text.replace("_", "").isalpha() and text.islower())


def texts_in(node: ast.AST) -> Iterator[str]:
    """The texts in an expression, but for keys and for texts that something is compared with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if not isinstance(node, ast.Subscript | ast.Compare | ast.Dict):
        for part in ast.iter_child_nodes(node):
            yield from texts_in(part)


def faults_named_in(path: Path) -> set[str]:
    """The first argument of every Fault in a file."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return {call.args[0].value for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Fault" and isinstance(call.args[0], ast.Constant)}


def test_every_problem_of_a_check_has_a_sentence() -> None:
    named = {problem for path in JUDGES for problem in problems_named_in(PACKAGE / path)}
    assert {"changed_after_sealing", "foreign_seal", "other_host", "key_unknown", "no_qr_found", "nothing_signed_brought", "not_read"} <= named
    assert named - set(PROBLEMS) == set()


def test_every_fault_of_what_is_typed_has_a_sentence() -> None:
    named = faults_named_in(PACKAGE / "services" / "lookup.py")
    assert named == set(FAULTS)


def test_every_verdict_and_every_check_has_words() -> None:
    assert set(VERDICTS) == set(Verdict)
    assert set(CHECKS) == set(CheckName)
    assert set(PROBLEMS) >= ALTERED


def test_no_two_verdicts_are_said_alike() -> None:
    headings = [str(said[0]) for said in VERDICTS.values()]
    assert len(set(headings)) == len(headings)


def test_only_a_verdict_that_knows_it_says_in_force() -> None:
    said = {**{(verdict, ""): words for verdict, words in VERDICTS.items()}, **{(verdict, str(key)): words for (verdict, key), words in EXACT.items()}}
    promising = {key for key, (heading, _) in said.items() if "in force" in str(heading) and "whether" not in str(heading)}
    assert promising == {(Verdict.ORIGINAL, ""), (Verdict.AUTHENTIC_COPY, str(Brought.NUMBER)), (Verdict.AUTHENTIC_COPY, str(Brought.QR))}


def test_what_could_not_be_checked_is_never_called_false() -> None:
    texts = [str(text) for (verdict, _), (_, text) in EXACT.items() if verdict is Verdict.COULD_NOT_CHECK] + [str(VERDICTS[Verdict.COULD_NOT_CHECK][1])]
    assert len(texts) == 4
    assert all(text.startswith("This does not mean that") for text in texts)
