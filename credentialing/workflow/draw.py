"""A definition as a picture for officers and documentation: Mermaid text, or SVG that needs no other program."""

from html import escape

from credentialing.domain.people import Role
from credentialing.workflow.machine import targets
from credentialing.workflow.model import BACK, STAY, Definition, Ending, Move
from credentialing.workflow.words import Words

_WIDTH, _GUTTER, _BOX, _LINE, _PAD = 1120, 190, 340, 20, 12
_LETTER = 8.2
"""What a letter takes at most on the average, in pixels, in the widest usual face; the face itself is the reader's."""
_COLOURS = {"granted": "#cfe8d5", "refused": "#f6d5d0", "withdrawn": "#e5e5e5", "lapsed": "#e5e5e5", "cancelled": "#e5e5e5", None: "#e8eef7"}

_NOWHERE_NEW = {BACK: " ↩", STAY: ""}


def mermaid(definition: Definition) -> str:
    """The states and moves in the language of Mermaid (`stateDiagram-v2`), by their names."""
    lines = ["stateDiagram-v2", f"    [*] --> {definition.starts_in}"]
    for move in definition.moves.values():
        lines.extend(f"    {state} --> {to}: {move.name} ({', '.join(move.by)})" for state in move.from_states for to in _ends(definition, move, state))
    lines.extend(f"    {state.name} --> [*]" for state in definition.states.values() if state.final)
    return "\n".join(lines) + "\n"


def _ends(definition: Definition, move: Move, state: str) -> tuple[str, ...]:
    """Where a move made in a state can lead, in the order of the file."""
    return (state,) if move.to == STAY else tuple(name for name in definition.states if name in targets(definition, move))


def _resting(definition: Definition) -> frozenset[str]:
    """The states that a case only leaves to go back to where it was."""
    leaving = {state: [move.to for move in _moves_of(definition, state)] for state in definition.states}
    return frozenset(
        state for state, ways in leaving.items()
        if BACK in ways and all(to == BACK or definition.states[to].final is not None for to in ways)
    )


def main_path(definition: Definition) -> list[str]:
    """The states of the shortest way from the beginning to a granted end, past appeals and states in which a case only rests; empty when there is none."""
    aside = _resting(definition) | {state.name for state in definition.states.values() if state.waits_for is Role.APPEALS_BODY}
    came_from: dict[str, str | None] = {definition.starts_in: None}
    for state in (queue := [definition.starts_in]):
        if definition.states[state].final is Ending.GRANTED:
            way = [state]
            while (before := came_from[way[0]]) is not None:
                way.insert(0, before)
            return way
        for move in _moves_of(definition, state):
            if move.to in definition.states and move.to not in came_from and move.to not in aside:
                came_from[move.to] = state
                queue.append(move.to)
    return []


def in_order(definition: Definition) -> list[str]:
    """The states in the order in which a reader wants them: the main path, then what else can happen, breadth first, ends last."""
    path = main_path(definition)
    seen = [definition.starts_in]
    for state in seen:
        for move in definition.moves.values():
            if state in move.from_states and move.to in definition.states and move.to not in seen:
                seen.append(move.to)
    return sorted(seen, key=lambda state: (definition.states[state].final is not None, path.index(state) if state in path else len(path)))


def _moves_of(definition: Definition, state: str) -> list[Move]:
    return [move for move in definition.moves.values() if state in move.from_states]


def _text(left: float, top: float, *, words: str, style: str = "") -> str:
    return f'<text x="{left:g}" y="{top:g}"{style}>{escape(words)}</text>'


def _said(words: Words, move: Move) -> str:
    """What stands beside a box for one move: its button, where it leads, who makes it."""
    makers = ", ".join(words.text(f"roles.{role}") for role in sorted(move.by, key=list(Role).index))
    leads = _NOWHERE_NEW[move.to] if move.to in _NOWHERE_NEW else f" → {words.text(f'states.{move.to}.title')}"
    return f"{words.text(f'moves.{move.name}.button')}{leads} ({makers})"


def _wide_enough(definition: Definition, words: Words) -> int:
    """The width at which the longest line fits."""
    longest = max(len(_said(words, move)) for move in definition.moves.values())
    return max(_WIDTH, round(_GUTTER + _BOX + 20 + longest * _LETTER + _PAD))


def _box(definition: Definition, words: Words, *, state: str, top: float, height: float) -> list[str]:
    rule = definition.states[state]
    who = words.text(f"roles.{rule.waits_for}") if rule.waits_for else str(rule.final)
    parts = [
        f'<rect x="{_GUTTER}" y="{top:g}" width="{_BOX}" height="{height:g}" rx="6" fill="{_COLOURS[rule.final]}" stroke="#1d3557"/>',
        _text(_GUTTER + _PAD, top + 22, words=words.text(f"states.{state}.title"), style=' font-weight="bold"'),
        _text(_GUTTER + _PAD, top + 42, words=f"{state} · {who}", style=' fill="#444"'),
    ]
    for row, move in enumerate(_moves_of(definition, state)):
        parts.append(_text(_GUTTER + _BOX + 20, top + 18 + row * _LINE, words=_said(words, move)))
    return parts


def _is_drawn(definition: Definition, state: str, *, to: str) -> bool:
    """Whether a way gets an arc: ways into a rest, withdrawal and lapse are many, and the text beside the boxes names them."""
    if state == to or to not in definition.states or to in _resting(definition):
        return False
    return definition.states[to].final not in (Ending.WITHDRAWN, Ending.LAPSED, Ending.CANCELLED)


def _arc(begin: float, end: float, *, lane: int) -> str:
    reach = _GUTTER - 14 - lane * 9 % (_GUTTER - 30)
    return f'<path d="M{_GUTTER} {begin:g} C{reach:g} {begin:g} {reach:g} {end:g} {_GUTTER} {end:g}" fill="none" stroke="#6b7c93" marker-end="url(#tip)"/>'


def svg(definition: Definition, words: Words) -> str:
    """The states from top to bottom, what can be done in each and by whom beside it, and an arc for every way but into a rest, withdrawal and lapse."""
    tops: dict[str, tuple[float, float]] = {}
    parts: list[str] = []
    top = 60.0
    for state in in_order(definition):
        height = max(54, len(_moves_of(definition, state)) * _LINE + 8)
        tops[state] = (top, height)
        parts.extend(_box(definition, words, state=state, top=top, height=height))
        top += height + 18
    ways = sorted({(state, move.to) for move in definition.moves.values() for state in move.from_states if _is_drawn(definition, state, to=move.to)})
    arcs = [_arc(tops[a][0] + tops[a][1] * 0.65, tops[b][0] + tops[b][1] * 0.35, lane=lane) for lane, (a, b) in enumerate(ways)]
    title, width = escape(words.text("title")), _wide_enough(definition, words)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top:g}" font-family="sans-serif" font-size="14" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#6b7c93"/></marker></defs>'
        f'<rect width="{width}" height="{top:g}" fill="#fff"/><text x="{_PAD}" y="32" font-size="20">{title} · v{definition.version}</text>'
    )
    return head + "".join(arcs) + "".join(parts) + "</svg>\n"
