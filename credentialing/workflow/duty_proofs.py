"""What is proved about duties: every deed of the staff has one, nobody can do what should be apart, and who judges has declared first."""

from collections.abc import Iterator

from credentialing.domain.people import STAFF_ROLES, Role
from credentialing.workflow.duties import barred, deeds_of, duty_of
from credentialing.workflow.model import DUTIES, SEPARATIONS, ClockKind, Definition
from credentialing.workflow.under_proof import Case, unknown
from credentialing.workflow.yamltree import Problem

_DEMANDED = (("SOD1", "guiding", "judging"), ("SOD3", "judging", "verifying"), ("SOD4", "judging", "deciding"), ("SOD5", "deciding", "appealing"),
             ("SOD7", "judging", "issuing"))
"""What every definition with duties must keep apart, where it knows both duties."""


def _staff_deeds(definition: Definition) -> dict[str, tuple[str, str]]:
    """Every deed that the staff may do, with the section and the name under which it stands."""
    staff = frozenset(STAFF_ROLES)
    found = {move.name: ("moves", move.name) for move in definition.moves.values() if staff.intersection(move.by)}
    found.update({check.name: ("checks", check.name) for check in definition.checks.values()})
    found.update({criterion: ("criteria", criterion) for criterion in definition.criteria})
    found.update({rule.waiver: ("evidence", rule.kind) for rule in definition.evidence.values() if rule.instead})
    found.update({unit: ("units", "by") for unit in deeds_of(definition, "units") if definition.units_rule is not None})
    return found


def duties_hold(case: Case) -> Iterator[Problem]:
    """Duties are known words, hold known deeds, and hold every deed of the staff exactly once. A definition without duties is judged by its lists alone."""
    definition = case.definition
    for duty in definition.duties:
        yield from unknown(case, ("duties", duty), words=(duty,), known=DUTIES, what="duty")
    if not definition.duties:
        return
    deeds = _staff_deeds(definition)
    groups = ("criteria", "units", "waivers")
    for duty, names in definition.duties.items():
        yield from unknown(case, ("duties", duty), words=names, known=(*deeds, *groups), what="deed of the staff")
    for deed, place in deeds.items():
        holding = [duty for duty in definition.duties if deed in deeds_of(definition, duty)]
        if not holding:
            yield case.at(*place).at(f"`{deed}` belongs to no duty: name it in `duties`, so that what must be kept apart is.")
        elif len(holding) > 1:
            yield case.at("duties", holding[1], word=deed).at(f"`{deed}` belongs to two duties: {', '.join(holding)}.")


def separation_holds(case: Case) -> Iterator[Problem]:
    """The usual rules of separation are there wherever their duties are, none contradicts itself, and who judges or decides has declared before."""
    definition = case.definition
    for apart in definition.separation:
        yield from unknown(case, ("separation", apart.rule), words=(apart.rule,), known=SEPARATIONS, what="rule of separation")
        yield from unknown(case, ("separation", apart.rule, "between"), words=apart.between, known=DUTIES, what="duty")
        yield from unknown(case, ("separation", apart.rule, "and"), words=apart.and_also, known=DUTIES, what="duty")
        if set(apart.between) & set(apart.and_also):
            yield case.at("separation", apart.rule).at(f"{apart.rule} would keep a duty apart from itself.")
    yield from unknown(case, ("conflict_declared_before",), words=definition.conflict_declared_before, known=DUTIES, what="duty")
    yield from unknown(case, ("fresh_after",), words=definition.fresh_after, known=definition.moves, what="move")
    if definition.duties:
        yield from _demanded(case)


def _demanded(case: Case) -> Iterator[Problem]:
    definition = case.definition
    for rule, one, other in _DEMANDED:
        if one in definition.duties and other in definition.duties and not _apart(definition, one, other=other):
            yield case.at("separation").at(f"{rule} is missing: nobody may both be {one} and {other} in one case.")
    for duty in ("judging", "deciding", "appealing"):
        if duty in definition.duties and duty not in definition.conflict_declared_before:
            yield case.at("conflict_declared_before").at(f"SOD6 is missing: a conflict must be declared before {duty}.")
    for state in definition.states.values():
        if state.waits_for is Role.ADMINISTRATOR:
            yield case.at("states", state.name).at("An administrator keeps people and procedures and never acts on a case.")


def silence_is_answered(case: Case) -> Iterator[Problem]:
    """Wherever a legal limit may end whose silence is a refusal, the person can appeal; where it is a yes, the system takes it. (First editions only told.)"""
    definition = case.definition
    for deadline in definition.deadlines.values() if definition.duties else ():
        if deadline.kind is not ClockKind.STATUTORY or deadline.silence not in ("negative", "positive") or deadline.name == "appeal_decision":
            continue
        if deadline.silence == "negative":
            open_in = {state for move in definition.moves.values() if "silence_is_no" in move.guards for state in move.from_states}
        else:
            open_in = set(deadline.counts_in) if deadline.then.move else set()
        for state in deadline.counts_in:
            if state not in open_in:
                place = case.at("deadlines", deadline.name, "counts_in", word=state)
                yield place.at(f"The limit `{deadline.name}` may end in `{state}` with a meaning of silence that nobody can act on there.")


def _apart(definition: Definition, one: str, *, other: str) -> bool:
    """Whether each deed of one duty bars each deed of the other."""
    table, others = barred(definition), deeds_of(definition, other)
    duties = duty_of(definition)
    for deed in deeds_of(definition, one):
        if duties.get(deed) == one and not others <= frozenset().union(*(bar.deeds for bar in table.get(deed, ()))):
            return False
    return True
