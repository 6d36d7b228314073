"""Judge certificates from a terminal: against the register of this installation, or with exported trust alone."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from credentialing.cli.installation import settings_of

if TYPE_CHECKING:
    from credentialing.certificate.outcomes import Check
    from credentialing.certificate.statuslist import StatusLists
    from credentialing.certificate.trust import Trust
    from credentialing.config import Settings
    from credentialing.services.office import Register
    from credentialing.services.verifying import Answer

EXIT_VALID, EXIT_NOT_VALID, EXIT_UNCHECKED = 0, 1, 2
_WORST_FIRST = (EXIT_NOT_VALID, EXIT_UNCHECKED, EXIT_VALID)
_LARGEST = 20 * 1024 * 1024
_FILE_ENDINGS = {".pdf", ".png", ".jpg", ".jpeg", ".webp", ".json", ".jsonld", ".txt"}
_LINK = "https://"

WORDS = {
    "original": ("VALID", "This is the file that was issued, and it is in force.", "green"),
    "authentic_copy": ("VALID", "The content is authentic; this is not, or was not compared with, the original file.", "green"),
    "revoked": ("NOT VALID", "It was issued and revoked afterwards.", "red"),
    "superseded": ("NOT VALID", "It was replaced by a newer one.", "red"),
    "expired": ("NOT VALID", "It was authentic and has expired.", "yellow"),
    "not_ours": ("NOT VALID", "It was not issued like this. Do not trust it.", "red"),
    "could_not_check": ("COULD NOT CHECK", "This does not mean that it is false.", "white"),
}

EXACT = {
    "suspended": "It is suspended: it does not count until that is lifted.",
    "status_list_missing": "The signature holds. Whether it was revoked stands in a status list that is not at hand: export the trust again.",
    "status_list_stale": "The signature holds. Whether it was revoked stands in a status list that is too old: export the trust again.",
    "status_list_wrong": "The signature holds. The status list at hand is damaged or not ours, so nobody knows whether it was revoked.",
    "place_not_read": "The seal holds. Its QR could not be read, so nobody knows where its status stands.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One input judged."""

    given: str
    verdict: str
    checks: "tuple[Check, ...]"
    certificate: dict[str, Any] | None

    @property
    def exit_code(self) -> int:
        """0 valid, 1 not valid, 2 could not check."""
        return {"VALID": EXIT_VALID, "NOT VALID": EXIT_NOT_VALID}.get(WORDS[self.verdict][0], EXIT_UNCHECKED)

    def to_json(self, *, named: bool) -> str:
        """One line; `named` adds which input it is about."""
        checks = [{"name": check.name, "result": check.result, "problem": check.problem} for check in self.checks]
        body = {"verdict": self.verdict, "checks": checks, "certificate": self.certificate}
        return json.dumps({"input": self.given, **body} if named else body, ensure_ascii=False)


@click.command(name="verify")
@click.argument("inputs", metavar="INPUT…", nargs=-1, required=True)
@click.option("--trust", "trust_folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder written by export-trust or demo.")
@click.option("--offline", is_flag=True, help="Judge signatures and dates alone, without the register.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each INPUT.")
@click.pass_context
def command(context: click.Context, inputs: tuple[str, ...], trust_folder: Path | None, offline: bool, as_json: bool) -> None:
    """Judge each INPUT: a PDF, a credential (JSON), a photo or scan, the text of a QR, a certificate number or code.

    Exit code: 0 every one is valid, 1 at least one is not valid, 2 at least one could not be checked. With --trust the signature, the dates and the
    status lists in that folder are judged: a list that is missing or too old leaves a certificate unchecked, and a number alone cannot be checked.
    """
    findings = list(_judge_all(context, inputs, trust_folder, offline))
    for finding in findings:
        if as_json:
            click.echo(finding.to_json(named=len(inputs) > 1))
        else:
            _print(finding)
    codes = {finding.exit_code for finding in findings}
    sys.exit(next(code for code in _WORST_FIRST if code in codes))


def _judge_all(context: click.Context, inputs: Sequence[str], trust_folder: Path | None, offline: bool) -> Iterator[Finding]:
    judge = _offline_judge(*_load(trust_folder)) if trust_folder is not None else _own_judge(settings_of(context), offline=offline)
    for given in inputs:
        yield judge(given)


def _read(given: str) -> str | bytes | None:
    """The bytes of a file, the text of anything else; None when a file was meant that is not there or cannot be read."""
    path = Path(given)
    try:
        if len(given) < 1000 and path.is_file():
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
            text = data.decode("ascii").strip() if len(data) < 4000 and data.isascii() else ""  # a QR text that lies in a file
            return text if text.startswith(_LINK) else data
    except OSError:
        return None
    meant_as_file = path.suffix.lower() in _FILE_ENDINGS and not given.startswith(_LINK)
    return None if meant_as_file else given


def _unreadable(given: str, problem: str) -> Finding:
    from credentialing.certificate.outcomes import CheckName, complete, failed, verdict_of

    checks = complete((failed(CheckName.READABLE, problem),), otherwise="not_read")
    return Finding(given, verdict_of(checks), checks, None)


def _problem_of(data: str | bytes | None) -> str | None:
    """Why there is nothing to judge, or None."""
    if data is None:
        return "file_not_found"
    if isinstance(data, bytes) and not 0 < len(data) <= _LARGEST:
        return "file_too_large" if data else "file_empty"
    return None


# --- with the register -----------------------------------------------------------------------------------------------


def _own_judge(settings: "Settings", *, offline: bool) -> Callable[[str], Finding]:
    from credentialing.app.register import open_register
    from credentialing.services import verifying
    from credentialing.services.status_lists import current_lists

    register = open_register(settings)
    return _offline_judge(verifying.trust(register), current_lists(register)) if offline else lambda given: _by_register(register, given)


def _by_register(register: "Register", given: str) -> Finding:
    from credentialing.domain.errors import BadInputError
    from credentialing.services import lookup, verifying

    data = _read(given)
    if problem := _problem_of(data):
        return _unreadable(given, problem)
    if isinstance(data, bytes):
        try:
            return _finding(given, verifying.verify_file(register, data=data))
        except BadInputError as error:
            return _unreadable(given, error.reasons[0].code)
    entry = lookup.read_entry(data or "", hosts=lookup.hosts_of(register.settings))
    if isinstance(entry, lookup.Fault):
        return _unreadable(given, entry.problem)
    return _finding(given, lookup.verify_entry(register, entry=entry))


def _finding(given: str, answer: "Answer") -> Finding:
    face = answer.face
    certificate = {name: getattr(face, name) for name in face.__slots__} if face is not None else None
    return Finding(given, answer.verdict, answer.checks, certificate)


# --- with trust alone ------------------------------------------------------------------------------------------------


def _load(folder: Path) -> "tuple[Trust, StatusLists]":
    from credentialing.certificate.statuslist import load_lists
    from credentialing.certificate.trust import load_trust
    from credentialing.domain.errors import BadInputError, MisconfiguredError

    try:
        trust = load_trust(folder)
        return trust, load_lists(folder, trust=trust)
    except BadInputError as error:
        if error.reasons[0].code == "trust_forged":
            raise MisconfiguredError(f"The trust in “{folder}” was not signed by the authority whose root.pem lies there: rely on nothing in it.") from None
        raise MisconfiguredError(f"The trust in “{folder}” is missing or damaged: root.pem and trust.json must lie there as they were exported.") from None


def _offline_judge(trust: "Trust", lists: "StatusLists") -> Callable[[str], Finding]:
    from credentialing.adapters.system import SystemClock
    from credentialing.services import signature

    now = SystemClock().now()

    def judge(given: str) -> Finding:
        data = _read(given)
        if problem := _problem_of(data):
            return _unreadable(given, problem)
        known: dict[str, Any] = {"trust": trust, "lists": lists, "now": now}
        judged = signature.judge_file(data, **known) if isinstance(data, bytes) else signature.judge_text(data or "", **known)
        if isinstance(data, bytes) and (proof := _proof_beside(Path(given))) is not None:
            judged = signature.with_proof(judged, data, proof=proof, trust=trust)
        return Finding(given, judged.verdict, judged.checks, judged.certificate)

    return judge


def _proof_beside(path: Path) -> bytes | None:
    """The proof from the log that lies beside a PDF, under its name with `.proof.json`; None when there is none."""
    beside = path.with_suffix(".proof.json")
    try:
        return beside.read_bytes()[: _LARGEST + 1] if path.suffix.lower() == ".pdf" and beside.is_file() else None
    except OSError:
        return None


# --- for people ------------------------------------------------------------------------------------------------------


def _print(finding: Finding) -> None:
    """One block: a word, a sentence, the certificate, the checks. Colour only on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    word, sentence, colour = WORDS[finding.verdict]
    if any(check.problem == "nothing_signed_brought" for check in finding.checks) and finding.exit_code == EXIT_VALID:
        sentence = "The register says: in force. Nothing signed was seen: compare name, title and number with the paper."
    problems = {check.problem for check in finding.checks}
    sentence = next((said for problem, said in EXACT.items() if problem in problems and finding.exit_code != EXIT_VALID), sentence)
    console.print(Text(word, style=f"bold {colour}").append(f"  {finding.given[:60]}", style="not bold default"))
    console.print(Text(f"  {sentence} ({finding.verdict})"))
    for name in ("document", "number", "name", "title", "issued_on", "expires_on"):
        value = (finding.certificate or {}).get(name)
        if value:
            console.print(Text(f"  {name.replace('_', ' '):<12}{next(iter(value.values())) if isinstance(value, dict) else value}"))
    for check in finding.checks:
        mark, style = {"passed": ("yes", "green"), "failed": ("NO", "red")}.get(check.result, ("not known", "default"))
        console.print(Text("  ").append(f"{mark:<10}", style=style).append(f"{check.name.replace('_', ' ')}{f': {check.problem}' if check.problem else ''}"))
