"""From files to frozen definitions and standards. Strict: an unknown key or a wrong type is a problem, and all problems are collected."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from credentialing.domain.people import Role
from credentialing.workflow.model import (
    Apart,
    CertificateRule,
    CheckRule,
    ClockKind,
    Criterion,
    Deadline,
    Definition,
    Element,
    Ending,
    EvidenceRule,
    Exemption,
    Fee,
    LegalBasis,
    Move,
    Procedure,
    Remedy,
    RequiredEvidence,
    Source,
    Standard,
    State,
    Then,
    Unit,
    UnitsRule,
    Verdict,
)
from credentialing.workflow.records import Record
from credentialing.workflow.yamltree import Plain, Problem, Tree

_ABOUT_THE_RULES = ("sources", "notes", "confidence", "verified_by", "verified_on")  # may be confirmed anew without a new version


def digest_of(plain: Plain) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON (sorted keys, no blanks, UTF-8) of plain rules."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _rules_digest(tree: Tree, standards: Mapping[str, Standard]) -> str:
    plain = tree.plain()
    rules = {key: value for key, value in plain.items() if key != "extends"} if isinstance(plain, dict) else {}
    procedure = rules.get("procedure")
    if isinstance(procedure, dict):
        rules["procedure"] = {key: value for key, value in procedure.items() if key not in _ABOUT_THE_RULES}
    rules["standards"] = {ref: standard.digest for ref, standard in standards.items()}
    return digest_of(rules)


def _states(record: Record) -> dict[str, State]:
    found = {}
    for name, entry in record.records("states", "state"):
        found[name] = State(name, entry.choice("waits_for", Role), entry.choice("final", Ending), entry.names("remedies"))
        entry.close()
    return found


def _moves(record: Record) -> dict[str, Move]:
    found = {}
    for name, entry in record.records("moves", "move"):
        found[name] = Move(
            name=name, from_states=entry.names("from", needed=True), to=entry.text("to", needed=True), by=entry.choices("by", Role, needed=True),
            guards=entry.names("guards"), effects=entry.names("effects"), asks=entry.names("asks"), at_most=entry.integer("at_most"),
            not_by_whoever_did=entry.names("not_by_whoever_did"), automatic=entry.flag("automatic"), decides=entry.choice("decides", Verdict),
            back_over=entry.names("back_over"), certificate=entry.text("certificate") or None,
        )
        entry.close()
    return found


def _with_decisions(moves: dict[str, Move], states: Mapping[str, State]) -> dict[str, Move]:
    """The moves; where none is marked as deciding, those by which a decision maker sends a case to the registrar or refuses it are."""
    if any(move.decides for move in moves.values()):
        return moves

    def decides(move: Move) -> Verdict | None:
        state = states.get(move.to)
        if state is None or Role.DECISION_MAKER not in move.by:
            return None
        return Verdict.GRANTED if state.waits_for is Role.REGISTRAR else Verdict.REFUSED if state.final is Ending.REFUSED else None

    return {name: replace(move, decides=decides(move)) for name, move in moves.items()}


def _then(record: Record) -> Then:
    tree = record.take("then", needed=True)
    if tree is None:
        return Then(None, None)
    inner = Record(tree, f"`then` of {record.what}", problems=record.problems)
    then = Then(inner.text("move") or None, inner.choice("tell", Role))
    inner.close()
    if (then.move is None) == (then.tell is None):
        record.note(tree, f"`then` of {record.what} must hold either `move` or `tell`.")
    return then


def _deadlines(record: Record) -> dict[str, Deadline]:
    found = {}
    for name, entry in record.records("deadlines", "deadline"):
        by_route = entry.spans("limit_by_route")
        limit = entry.span("limit", needed=not by_route)
        if limit is not None and by_route:
            entry.note(entry.tree, f"{entry.what} must have either `limit` or `limit_by_route`, not both.")
        found[name] = Deadline(
            name=name, kind=entry.choice("kind", ClockKind, needed=True) or ClockKind.SERVICE_LEVEL, counts_in=entry.names("counts_in", needed=True),
            limit=limit, limit_by_route=MappingProxyType(by_route), warn_before=entry.span("warn_before"), then=_then(entry),
            silence=entry.text("silence") or None, basis=entry.text("basis", needed=True) or None, starts_with=entry.names("starts_with"),
        )
        entry.close()
    return found


def _evidence(record: Record) -> dict[str, EvidenceRule]:
    found = {}
    for name, entry in record.records("evidence", "evidence"):
        at_least = entry.integer("at_least", needed=True)
        entry.flag("may_be_waived")  # versions published before other ways had names still say so, and what is published never changes
        found[name] = EvidenceRule(
            kind=name, at_least=at_least or 0, accepts=entry.names("accepts", needed=True), asked_in=entry.names("asked_in", needed=True),
            required_when=MappingProxyType(entry.word_lists("required_when")), instead=entry.names("instead"),
            waived_by=entry.choices("waived_by", Role), waived_in=entry.names("waived_in"),
        )
        entry.close()
    return found


def _checks(record: Record) -> dict[str, CheckRule]:
    found = {}
    for name, entry in record.records("checks", "check"):
        values = entry.names("values", needed=True)
        found[name] = CheckRule(
            name=name, by=entry.choices("by", Role, needed=True), done_in=entry.names("done_in", needed=True), looks_at=entry.names("looks_at"),
            values=values, passes_with=entry.names("passes_with") or values, reasoned=entry.flag("reasoned"),
            not_by_whoever_did=entry.names("not_by_whoever_did"),
        )
        entry.close()
    return found


def _criteria(record: Record) -> dict[str, Criterion]:
    found = {}
    for name, entry in record.records("criteria", "criterion"):
        found[name] = Criterion(name, entry.choices("by", Role, needed=True), entry.names("done_in", needed=True), entry.names("values", needed=True))
        entry.close()
    return found


def _units_rule(record: Record) -> UnitsRule | None:
    tree = record.take("units")
    if tree is None:
        return None
    entry = Record(tree, "`units`", problems=record.problems)
    rule = UnitsRule(
        by=entry.choices("by", Role, needed=True), done_in=entry.names("done_in", needed=True), values=entry.names("values", needed=True),
        passes_with=entry.names("passes_with", needed=True), not_by_whoever_did=entry.names("not_by_whoever_did"), kept_after=entry.names("kept_after"),
    )
    entry.close()
    return rule


def _separation(record: Record) -> tuple[Apart, ...]:
    found = []
    for name, entry in record.records("separation", "separation"):
        found.append(Apart(name, entry.names("between", needed=True), entry.names("and", needed=True)))
        entry.close()
    return tuple(found)


def _certificate(record: Record) -> CertificateRule:
    tree = record.take("certificate", needed=True)
    entry = Record(tree or Tree({}, record.tree.file, record.tree.line), "`certificate`", problems=record.problems if tree else [])
    rule = CertificateRule(entry.text("template", needed=True), entry.text("prefix", needed=True), entry.text("validity", needed=True))
    entry.close()
    return rule


def _legal_basis(record: Record) -> tuple[LegalBasis, ...]:
    found = []
    for name, entry in record.records("legal_basis", "legal basis"):
        found.append(LegalBasis(name, entry.text("title", needed=True), entry.text("sure", needed=True)))
        entry.close()
    return tuple(found)


def _sources(record: Record) -> tuple[Source, ...]:
    found = []
    for name, entry in record.records("sources", "source"):
        found.append(Source(name, entry.text("title", needed=True), entry.text("url", needed=True)))
        entry.close()
    return tuple(found)


def _fees(record: Record) -> tuple[Fee, ...]:
    found = []
    for name, entry in record.records("fees", "fee"):
        fee = Fee(
            name=name, amount=entry.amount("amount"), currency=entry.text("currency", needed=True),
            as_of=entry.integer("as_of", needed=True) or 0, basis=entry.text("basis", needed=True), due_when=MappingProxyType(entry.word_lists("due_when")),
        )
        found.append(fee)
        entry.close()
    return tuple(found)


def _exemptions(record: Record) -> tuple[Exemption, ...]:
    found = []
    for name, entry in record.records("exemptions", "exemption"):
        found.append(Exemption(name, entry.text("basis", needed=True)))
        entry.close()
    return tuple(found)


def _remedies(record: Record) -> dict[str, Remedy]:
    found = {}
    for name, entry in record.records("remedies", "remedy"):
        limit, decision = entry.span("limit"), entry.span("decision")
        found[name] = Remedy(name, entry.text("before", needed=True), limit, decision, entry.text("basis", needed=True), entry.flag("runs_here"))
        entry.close()
    return found


def _procedure(record: Record) -> Procedure:
    tree = record.take("procedure", needed=True)
    entry = Record(tree or Tree({}, record.tree.file, record.tree.line), "`procedure`", problems=record.problems if tree else [])
    procedure = Procedure(
        country=entry.text("country", needed=True), kind=entry.text("kind", needed=True), silence=entry.text("silence", needed=True),
        legal_basis=_legal_basis(entry), fees=_fees(entry), exemptions=_exemptions(entry), remedies=MappingProxyType(_remedies(entry)),
        outcomes=entry.names("outcomes", needed=True), sources=_sources(entry), notes=entry.names("notes"), confidence=entry.text("confidence", needed=True),
        verified_by=entry.text("verified_by") or None, verified_on=entry.day("verified_on"),
    )
    entry.close()
    return procedure


def _chosen_standards(record: Record, standards: Mapping[str, Standard]) -> dict[str, Standard]:
    refs = record.names("standards")
    for ref in refs:
        if ref not in standards:
            record.note(record.tree.get("standards") or record.tree, f"Unknown standard `{ref}`.")
    return {ref: standards[ref] for ref in refs if ref in standards}


def read_definition(tree: Tree, standards: Mapping[str, Standard], *, problems: list[Problem], extends: tuple[str, ...] = ()) -> Definition:
    """A definition from its merged tree; what is wrong is added to `problems` and left out of the result, which is then good for further proofs only."""
    record = Record(tree, "the definition", problems=problems)
    record.take("extends")
    chosen = _chosen_standards(record, standards)
    states = _states(record)
    definition = Definition(
        id=record.text("workflow", needed=True), version=record.integer("version", needed=True) or 0, digest=_rules_digest(tree, chosen),
        starts_in=record.text("starts_in", needed=True), roles=record.choices("roles", Role, needed=True), procedure=_procedure(record),
        form=MappingProxyType(record.word_lists("form")), consents=record.names("consents"), routes=record.names("routes"),
        evidence=MappingProxyType(_evidence(record)), checks=MappingProxyType(_checks(record)), criteria=MappingProxyType(_criteria(record)),
        units_rule=_units_rule(record), standards=MappingProxyType(chosen), states=MappingProxyType(states),
        moves=MappingProxyType(_with_decisions(_moves(record), states)),
        deadlines=MappingProxyType(_deadlines(record)), certificate=_certificate(record), extends=extends,
        duties=MappingProxyType(record.word_lists("duties")), separation=_separation(record),
        conflict_declared_before=record.names("conflict_declared_before"), fresh_after=record.names("fresh_after"),
    )
    record.close()
    return definition


def _unit(code: str, entry: Record) -> Unit:
    elements = tuple(Element(name, criteria) for name, criteria in entry.word_lists("elements").items())
    tree = entry.take("evidence", needed=True)
    evidence = Record(tree or entry.tree, f"`evidence` of {entry.what}", problems=entry.problems)
    required = tuple(RequiredEvidence(name, evidence.text(name)) for name, _ in evidence.tree.items())
    entry.close()
    return Unit(code, elements, required)


def read_standard(tree: Tree, *, problems: list[Problem]) -> Standard:
    """A competency standard from its tree; what is wrong is added to `problems`."""
    record = Record(tree, "the standard", problems=problems)
    units = tuple(_unit(code, entry) for code, entry in record.records("units", "unit"))
    standard = Standard(
        id=record.text("standard", needed=True), version=record.integer("version", needed=True) or 0, digest=digest_of(tree.plain()),
        model_standard=record.flag("model_standard"), official_code=record.text("official_code") or None, isco=record.text("isco", needed=True),
        level=record.integer("level", needed=True) or 0, level_of=record.text("level_of", needed=True), level_basis=record.text("level_basis", needed=True),
        validity_years=record.integer("validity_years"), validity_basis=record.text("validity_basis", needed=True), units=units,
        sufficiency=record.text("sufficiency") or None,
    )
    record.close()
    return standard
