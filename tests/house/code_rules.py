"""Rules about Python files. Each yields a sentence for every fault in one file."""

import ast
import re
from collections.abc import Iterator

from tests.house.sources import Source

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
LONGEST_TEST_FILE = 600
_REVISIONS = "credentialing/storage/migrations/"

_SEALING = tuple(f"credentialing/certificate/{name}.py" for name in ("seal", "reading", "timestamping", "archiving"))

# Which places may import a package; every other place may not.
ONLY_IN = {
    "cryptography": ("credentialing/crypto/",),
    "pkcs11": ("credentialing/crypto/token.py",),
    "pyld": ("credentialing/crypto/",),
    "rfc8785": ("credentialing/crypto/",),
    "base58": ("credentialing/crypto/",),
    "transitions": ("credentialing/workflow/machine.py",),
    "pyhanko": _SEALING,
    "pyhanko_certvalidator": _SEALING,
    "weasyprint": ("credentialing/certificate/",),
    "ruamel": ("credentialing/workflow/", "credentialing/certificate/"),
    "flask": ("credentialing/web/", "credentialing/app/"),
    "flask_babel": ("credentialing/web/", "credentialing/app/"),
    "sqlalchemy": ("credentialing/storage/", "credentialing/services/", "credentialing/adapters/", "credentialing/worker/", "credentialing/app/"),
    "alembic": ("credentialing/storage/",),
    "dbos": ("credentialing/worker/", "credentialing/adapters/"),
    "obstore": ("credentialing/adapters/",),
    "click": ("credentialing/cli/",),
    "rich": ("credentialing/cli/",),
}

# The packages a room may use besides the standard library and ours; a room that is not named here is bound by ONLY_IN alone.
NOTHING_ELSE_IN = {
    "credentialing/domain/": {"holidays", "stdnum", "phonenumbers"},
    "credentialing/workflow/": {"ruamel", "transitions"},
    "credentialing/config/": set(),
}

# Where a transaction may end: the use cases; the schema; and a connection's own settings, which hold nothing of a case.
MAY_COMMIT = ("credentialing/services/", "credentialing/storage/engine.py", "credentialing/storage/migrate.py", _REVISIONS)

# The adapters of time and chance, and their forms for tests and simulations.
MAY_HOLD_CHANCE = ("credentialing/adapters/system.py", "credentialing/adapters/doubles.py")


def imported(source: Source) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that a file imports, wherever in the file."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def functions_are_short(source: Source) -> Iterator[str]:
    """No function is longer than a screen."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{source.path}:{node.lineno} {node.name} has {length} lines, {LONGEST_FUNCTION} are allowed"


def files_are_short(source: Source) -> Iterator[str]:
    """No file is longer than one sitting."""
    allowed = LONGEST_TEST_FILE if source.lies_in("tests/") else LONGEST_FILE
    length = len((source.text or "").splitlines())
    if length > allowed:
        yield f"{source.path} has {length} lines, {allowed} are allowed"


def public_things_are_explained(source: Source) -> Iterator[str]:
    """Every module, and every public class, function and method, says its promise."""
    if ast.get_docstring(source.tree) is None:
        yield f"{source.path} does not say what it is for"
    yield from _unexplained(source, source.tree)


def _unexplained(source: Source, parent: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in parent.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_") or _is_revision_step(source, node.name):
            continue
        if ast.get_docstring(node) is None:
            yield f"{source.path}:{node.lineno} {node.name} does not say what it promises"
        if isinstance(node, ast.ClassDef):
            yield from _unexplained(source, node)


def _is_revision_step(source: Source, name: str) -> bool:
    return source.lies_in(_REVISIONS) and name in {"upgrade", "downgrade"}


def packages_stay_in_their_rooms(source: Source) -> Iterator[str]:
    """A package that has a room is imported nowhere else."""
    for line, name in imported(source):
        top = name.partition(".")[0]
        if top in ONLY_IN and not source.lies_in(*ONLY_IN[top]):
            yield f"{source.path}:{line} imports {top}, which belongs to {', '.join(ONLY_IN[top])}"


def only_services_commit(source: Source) -> Iterator[str]:
    """One use case is one transaction, so only a use case ends or begins one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"commit", "begin"} and not source.lies_in(*MAY_COMMIT):
            yield f"{source.path}:{node.lineno} calls {node.func.attr}(): only services end a transaction"


def ignores_name_their_reason(source: Source) -> Iterator[str]:
    """`type: ignore` and `noqa` name the rule they silence, and no one silences the ban on clocks and chance."""
    for number, line in enumerate((source.text or "").splitlines(), 1):
        if re.search(r"#\s*type:\s*ignore(?!\[)", line) or re.search(r"#\s*noqa(?!:\s*[A-Z])", line):
            yield f"{source.path}:{number} silences a check without naming it"
        if re.search(r"#\s*noqa:.*TID251", line) and not source.lies_in(*MAY_HOLD_CHANCE, "tests/"):
            yield f"{source.path}:{number} silences the ban on clocks and chance"


def tests_are_not_switched_off(source: Source) -> Iterator[str]:
    """No test is skipped or expected to fail: a check that is off is deleted."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip", "skipTest", "skipUnless", "skipIf"}:
            yield f"{source.path}:{node.lineno} switches a test off ({node.attr})"


def our_code_is_not_mocked(source: Source) -> Iterator[str]:
    """Doubles exist for the ports only."""
    for line, name in imported(source):
        if name.startswith(("unittest.mock", "mock")) or name == "pytest_mock":
            yield f"{source.path}:{line} imports {name}: use the in-memory form of the port"


def tests_assert_something(source: Source) -> Iterator[str]:
    """Every test can fail, and its name is a sentence."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            if not any(_asserts(part) for part in ast.walk(node)):
                yield f"{source.path}:{node.lineno} {node.name} asserts nothing"
            if node.name.count("_") < 3:
                yield f"{source.path}:{node.lineno} {node.name} is not a sentence"


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    return name in {"raises", "expect", "warns"} or name.startswith(("assert_", "expect_"))
