"""The proofs that every definition must pass before anybody is judged by it. Every problem is reported at once, with its file and line."""

from collections.abc import Callable, Iterable, Iterator

from credentialing.domain.people import Role
from credentialing.workflow import proof
from credentialing.workflow.duty_proofs import duties_hold, separation_holds, silence_is_answered
from credentialing.workflow.guards import GUARDS
from credentialing.workflow.model import BACK, BEGIN, EXISTING_PAGES, STAY, ClockKind, Deadline, Definition, Ending, Move, State
from credentialing.workflow.records import nearest
from credentialing.workflow.registry import ASKED, CONSENTS, EFFECTS, FIELDS, PAPERS, SECTIONS, WAYS, choices_of
from credentialing.workflow.under_proof import Case, unknown
from credentialing.workflow.yamltree import Problem, Tree

_CONFIDENCE = ("high", "medium", "low")
_SILENCES = ("negative", "positive", "escalate", "lapse", "none", "none_known")
_MEMORY = ("memory_high", "memory_medium", "memory_low")


def deed_names(definition: Definition) -> tuple[str, ...]:
    """Every name that may stand for deeds: moves, checks, criteria, waivers, the groups of them, and the duties."""
    groups = (*(["criteria"] if definition.criteria else []), *(["units"] if definition.units_rule is not None else []))
    waivers = [rule.waiver for rule in definition.evidence.values() if rule.instead]
    return (*definition.moves, *definition.checks, *definition.criteria, *groups, *waivers, *(["waivers"] if waivers else []), *definition.duties)


def names_in_moves(case: Case) -> Iterator[Problem]:
    """Every name that a move uses must exist."""
    definition = case.definition
    states, roles = definition.states, (*definition.roles, Role.SYSTEM)
    for name, move in definition.moves.items():
        at = ("moves", name)
        yield from unknown(case, (*at, "from"), words=move.from_states, known=states, what="state")
        yield from unknown(case, (*at, "to"), words=(move.to,) if move.to else (), known=(*states, BACK, STAY), what="state")
        yield from unknown(case, (*at, "back_over"), words=move.back_over, known=states, what="state")
        page = (move.certificate,) if move.certificate else ()
        yield from unknown(case, (*at, "certificate"), words=page, known=EXISTING_PAGES, what="certificate page")
        yield from unknown(case, (*at, "by"), words=move.by, known=roles, what="role (it is not among `roles`)")
        yield from unknown(case, (*at, "guards"), words=move.guards, known=GUARDS, what="guard")
        yield from unknown(case, (*at, "effects"), words=move.effects, known=EFFECTS, what="effect")
        yield from unknown(case, (*at, "asks"), words=move.asks, known=ASKED, what="field that an act may ask for")
        yield from unknown(case, (*at, "not_by_whoever_did"), words=move.not_by_whoever_did, known=deed_names(definition), what="move or check")


def names_elsewhere(case: Case) -> Iterator[Problem]:
    """Every name outside the moves must exist too."""
    definition, states = case.definition, case.definition.states
    yield from unknown(case, ("starts_in",), words=(definition.starts_in,), known=states, what="state")
    yield from unknown(case, ("consents",), words=definition.consents, known=CONSENTS, what="consent")
    for section, fields in definition.form.items():
        yield from unknown(case, ("form", section), words=(section,), known=SECTIONS, what="section")
        yield from unknown(case, ("form", section), words=fields, known=FIELDS, what="form field")
    for deadline in definition.deadlines.values():
        yield from unknown(case, ("deadlines", deadline.name, "counts_in"), words=deadline.counts_in, known=states, what="state")
        yield from unknown(case, ("deadlines", deadline.name, "starts_with"), words=deadline.starts_with, known=(*definition.moves, BEGIN), what="move")
        by_route = ("deadlines", deadline.name, "limit_by_route")
        for route in deadline.limit_by_route:
            yield from unknown(case, (*by_route, route), words=(route,), known=definition.routes, what="route")
    for state in states.values():
        if state.waits_for:
            known = (*definition.roles, Role.SYSTEM)
            yield from unknown(case, ("states", state.name, "waits_for"), words=(state.waits_for,), known=known, what="role (it is not among `roles`)")
        yield from unknown(case, ("states", state.name, "remedies"), words=state.remedies, known=definition.procedure.remedies, what="remedy")


def names_in_evidence(case: Case) -> Iterator[Problem]:
    """Evidence, checks, criteria and fees name known papers, states, kinds, fields and values."""
    definition = case.definition
    for kind, rule in definition.evidence.items():
        at = ("evidence", kind)
        yield from unknown(case, (*at, "accepts"), words=rule.accepts, known=PAPERS, what="paper")
        yield from unknown(case, (*at, "asked_in"), words=rule.asked_in, known=definition.states, what="state")
        yield from _conditions(case, (*at, "required_when"), conditions=rule.required_when.items())
        yield from unknown(case, (*at, "instead"), words=rule.instead, known=WAYS, what="other way")
        yield from unknown(case, (*at, "waived_in"), words=rule.waived_in, known=definition.states, what="state")
        yield from unknown(case, (*at, "waived_by"), words=rule.waived_by, known=definition.roles, what="role (it is not among `roles`)")
        if rule.instead and not (rule.waived_by and rule.waived_in):
            yield case.at(*at, "instead").at(f"Nobody decides on another way for `{kind}`: say by whom (`waived_by`) and where (`waived_in`).")
    for fee in definition.procedure.fees:
        yield from _conditions(case, ("procedure", "fees", fee.name, "due_when"), conditions=fee.due_when.items())
    for name, check in definition.checks.items():
        at = ("checks", name)
        yield from unknown(case, (*at, "looks_at"), words=check.looks_at, known=definition.evidence, what="evidence")
        yield from unknown(case, (*at, "done_in"), words=check.done_in, known=definition.states, what="state")
        yield from unknown(case, (*at, "passes_with"), words=check.passes_with, known=check.values, what="value")
        yield from unknown(case, (*at, "by"), words=check.by, known=definition.roles, what="role (it is not among `roles`)")
        yield from unknown(case, (*at, "not_by_whoever_did"), words=check.not_by_whoever_did, known=deed_names(definition), what="move or check")
    for name, criterion in definition.criteria.items():
        yield from unknown(case, ("criteria", name, "done_in"), words=criterion.done_in, known=definition.states, what="state")
        yield from unknown(case, ("criteria", name, "by"), words=criterion.by, known=definition.roles, what="role (it is not among `roles`)")
    yield from _names_in_units(case)


def _names_in_units(case: Case) -> Iterator[Problem]:
    rule, definition = case.definition.units_rule, case.definition
    if rule is not None:
        yield from unknown(case, ("units", "by"), words=rule.by, known=definition.roles, what="role (it is not among `roles`)")
        yield from unknown(case, ("units", "done_in"), words=rule.done_in, known=definition.states, what="state")
        yield from unknown(case, ("units", "passes_with"), words=rule.passes_with, known=rule.values, what="value")
        yield from unknown(case, ("units", "kept_after"), words=rule.kept_after, known=definition.moves, what="move")
        yield from unknown(case, ("units", "not_by_whoever_did"), words=rule.not_by_whoever_did, known=deed_names(definition), what="move or check")


def _conditions(case: Case, path: tuple[str, ...], *, conditions: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[Problem]:
    for field, values in conditions:
        choices = choices_of(case.definition, field) if field in case.definition.fields else ()
        if not choices:
            yield case.at(*path, field).at(f"A condition needs a choice field of the form, and `{field}` is none.")
        else:
            yield from unknown(case, (*path, field), words=values, known=choices, what="value")


def clashes(case: Case) -> Iterator[Problem]:
    """Moves, checks, criteria and unit codes share one space of names, because deeds are remembered by name."""
    definition = case.definition
    seen: dict[str, str] = {"criteria": "word", "units": "word"}
    units = dict.fromkeys(unit.code for standard in definition.standards.values() for unit in standard.units)  # one standard is chosen per case
    for what, names in (("moves", definition.moves), ("checks", definition.checks), ("criteria", definition.criteria), ("standards", units)):
        for name in names:
            if name in seen:
                yield case.at(what, name).at(f"The name `{name}` is used twice: in {what} and as a {seen[name]}.")
            seen[name] = what


def states_and_turns(case: Case) -> Iterator[Problem]:
    """A state is somebody's turn or an end; every wait has a clock; every negative end says what a person can do."""
    limits = [deadline for deadline in case.definition.deadlines.values() if deadline.kind is not ClockKind.MINIMUM]
    timed = {state for deadline in limits for state in deadline.counts_in}
    for name, state in case.definition.states.items():
        place = case.at("states", name)
        if state.final and state.waits_for:
            yield place.at(f"The state `{name}` cannot both wait and be final.")
        if not state.final and not state.waits_for:
            yield place.at(f"The state `{name}` says neither whom it waits for (`waits_for`) nor that it is final.")
        if not state.final and name not in timed:
            yield place.at(f"The state `{name}` could wait for ever: no deadline counts in it.")
        yield from _remedies(case, state)


def _remedies(case: Case, state: State) -> Iterator[Problem]:
    place = case.at("states", state.name)
    if state.final in proof.NEGATIVE and not state.remedies:
        yield place.at(f"The negative end `{state.name}` names no remedy: say what the person can do (`remedies`).")
    if state.remedies and state.final not in proof.NEGATIVE:
        yield place.at(f"The state `{state.name}` names remedies but is no negative end.")


def ways(case: Case) -> Iterator[Problem]:
    """Every state can be reached and left, an end is reachable from everywhere, and no loop turns for ever."""
    definition = case.definition
    seen, ending = proof.reachable(definition), proof.reaching_an_end(definition)
    leaving = {state for move in definition.moves.values() for state in move.from_states}
    for name, state in definition.states.items():
        place = case.at("states", name)
        if name not in seen:
            yield place.at(f"Nobody can reach the state `{name}`.")
        if not state.final and name not in leaving:
            yield place.at(f"Nobody can leave the state `{name}`, and it is not final.")
        elif name not in ending:
            yield place.at(f"From the state `{name}` no end can be reached once the capped moves are used up.")
    loop = proof.endless_loop(definition)
    if loop:
        names = ", ".join(f"`{name}`" for name in loop)
        yield case.at("states", loop[0]).at(f"A case can go round for ever between {names}: cap one of the moves (`at_most`).")
    if not any(state.final is Ending.GRANTED for state in definition.states.values()):
        yield case.at("states").at("No state is final with the outcome `granted`.")


def moves_hold(case: Case) -> Iterator[Problem]:
    """A move has somebody to make it, leaves no final state, passes no empty gate, and is automatic only when it can be."""
    for name, move in case.definition.moves.items():
        place = case.at("moves", name)
        if not move.by:
            yield place.at(f"Nobody may make the move `{name}`: `by` is empty.")
        if move.at_most == 0:
            yield case.at("moves", name, "at_most").at(f"The move `{name}` may never be made: `at_most` is 0.")
        for state in move.from_states:
            if state in case.definition.states and case.definition.states[state].final:
                yield case.at("moves", name, "from", word=state).at(f"The move `{name}` leaves the final state `{state}`.")
        for guard in move.guards:
            empty = proof.gate_is_empty(case.definition, move, guard=guard)
            if empty:
                sentence = f"The guard `{guard}` of `{name}` has nothing to look at in `{empty}`: an empty gate stands open."
                yield case.at("moves", name, "guards", word=guard).at(sentence)
        yield from _automatic(case, move)


def _automatic(case: Case, move: Move) -> Iterator[Problem]:
    place = case.at("moves", move.name, "automatic")
    if move.automatic and Role.SYSTEM not in move.by:
        yield place.at(f"The automatic move `{move.name}` is not open to the system.")
    if move.automatic and not move.guards:
        yield place.at(f"The automatic move `{move.name}` has no guard to wait for.")
    if move.automatic and move.asks:
        yield place.at(f"The automatic move `{move.name}` asks for something that nobody would write.")


def deadlines_hold(case: Case) -> Iterator[Problem]:
    """A deadline's move can always be made by the system from every state in which the clock runs, and its limits make sense."""
    for name, deadline in case.definition.deadlines.items():
        place = case.at("deadlines", name)
        if deadline.then.move is not None:
            yield from _expiry(case, deadline, name=deadline.then.move)
        if deadline.then.tell is not None and deadline.then.tell not in case.definition.roles:
            yield case.at("deadlines", name, "then", "tell").at(f"The deadline `{name}` tells `{deadline.then.tell}`, which is not among `roles`.")
        limits = [deadline.limit] if deadline.limit else list(deadline.limit_by_route.values())
        if deadline.warn_before and any(limit.unit is not deadline.warn_before.unit or limit.count <= deadline.warn_before.count for limit in limits):
            yield case.at("deadlines", name, "warn_before").at(f"`warn_before` of `{name}` must be shorter than the limit and in the same kind of days.")
        if deadline.limit_by_route and set(deadline.limit_by_route) != set(case.definition.routes):
            yield case.at("deadlines", name, "limit_by_route").at(f"`limit_by_route` of `{name}` must give a limit for every route.")
        if any(case.definition.states[state].final for state in deadline.counts_in if state in case.definition.states):
            yield place.at(f"The deadline `{name}` counts in a final state.")


def _expiry(case: Case, deadline: Deadline, *, name: str) -> Iterator[Problem]:
    place = case.at("deadlines", deadline.name, "then", "move")
    move = case.definition.moves.get(name)
    if move is None:
        yield place.at(f"The deadline `{deadline.name}` makes an unknown move `{name}`{nearest(name, case.definition.moves)}")
        return
    if Role.SYSTEM not in move.by:
        yield place.at(f"The deadline `{deadline.name}` cannot make the move `{name}`: it is not open to the system.")
    if move.guards or move.asks or move.at_most is not None:
        yield place.at(f"The deadline `{deadline.name}` could jam: its move `{name}` is guarded, asks for something or is capped.")
    for state in deadline.counts_in:
        if state not in move.from_states:
            yield place.at(f"The deadline `{deadline.name}` could jam: its move `{name}` does not start in `{state}`.")


def outcomes_hold(case: Case) -> Iterator[Problem]:
    """Whatever may be proposed can be decided, what the law makes of silence is one of the known things, and the certificate has a page."""
    definition, procedure = case.definition, case.definition.procedure
    guards = {guard for move in definition.moves.values() for guard in move.guards}
    asked = any("outcome" in move.asks for move in definition.moves.values()) and guards <= GUARDS.keys()  # an unknown guard is reported by itself
    for outcome in procedure.outcomes if asked else ():
        if f"proposal_{outcome}" not in guards:
            yield case.at("procedure", "outcomes", word=outcome).at(f"The outcome `{outcome}` may be proposed, but no move is guarded by `proposal_{outcome}`.")
    yield from unknown(case, ("procedure", "silence"), words=(procedure.silence,) if procedure.silence else (), known=_SILENCES, what="meaning of silence")
    page = definition.certificate.template
    yield from unknown(case, ("certificate", "template"), words=(page,) if page else (), known=EXISTING_PAGES, what="certificate page")


def two_people(case: Case) -> Iterator[Problem]:
    """No certificate on the word of one person."""
    path = proof.alone_to_certificate(case.definition)
    if path:
        deciding = [name for name in path if proof.DECIDING.issuperset(case.definition.moves[name].by)]
        yield case.at("moves", (deciding or path)[-1]).at(f"One deciding person alone can bring a case to a certificate: {' → '.join(path)}.")


def facts_have_sources(case: Case) -> Iterator[Problem]:
    """Every legal fact names its source, a legal act, how well it is remembered, or that it is a choice of the product."""
    procedure = case.definition.procedure
    sources = tuple(source.name for source in procedure.sources)
    known = (*sources, *_MEMORY, *(law.name for law in procedure.legal_basis), "product_choice")
    for law in procedure.legal_basis:
        yield from unknown(case, ("procedure", "legal_basis", law.name, "sure"), words=(law.sure,), known=(*sources, *_MEMORY), what="source")
    for deadline in case.definition.deadlines.values():
        if deadline.basis:
            yield from unknown(case, ("deadlines", deadline.name, "basis"), words=(deadline.basis,), known=known, what="basis")
    for fee in procedure.fees:
        yield from unknown(case, ("procedure", "fees", fee.name, "basis"), words=(fee.basis,), known=known, what="basis")
    for exemption in procedure.exemptions:
        yield from unknown(case, ("procedure", "exemptions", exemption.name, "basis"), words=(exemption.basis,), known=known, what="basis")
    for remedy in procedure.remedies.values():
        yield from unknown(case, ("procedure", "remedies", remedy.name, "basis"), words=(remedy.basis,), known=known, what="basis")
    yield from unknown(case, ("procedure", "confidence"), words=(procedure.confidence,), known=_CONFIDENCE, what="confidence")
    if not procedure.sources:
        yield case.at("procedure").at("The procedure names no source.")


def waivers_are_decided(case: Case) -> Iterator[Problem]:
    """Whoever may ask for another way gets an answer: a move that waits for the decision stands where it is made."""
    asked = [rule for rule in case.definition.evidence.values() if rule.instead]
    settled = {state for move in case.definition.moves.values() if "waivers_settled" in move.guards for state in move.from_states}
    for rule in asked:
        if not settled.intersection(rule.waived_in):
            sentence = f"Another way for `{rule.kind}` could stay undecided: no move from there has the guard `waivers_settled`."
            yield case.at("evidence", rule.kind, "instead").at(sentence)


PROOFS: tuple[Callable[[Case], Iterator[Problem]], ...] = (
    names_in_moves, names_elsewhere, names_in_evidence, clashes, states_and_turns, ways, moves_hold, deadlines_hold, outcomes_hold, two_people,
    facts_have_sources, duties_hold, separation_holds, silence_is_answered, waivers_are_decided,
)


def prove(definition: Definition, tree: Tree) -> tuple[Problem, ...]:
    """Everything that is wrong with a definition, in the order of the proofs; () when it may be published."""
    case = Case(definition, tree)
    return tuple(problem for proof_of in PROOFS for problem in proof_of(case))
