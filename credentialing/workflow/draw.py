"""A definition as a picture for officers and documentation: Mermaid text, or SVG that needs no other program."""

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from textwrap import wrap

from credentialing.domain.people import Role
from credentialing.workflow.machine import targets
from credentialing.workflow.model import BACK, STAY, Definition, Ending, Move
from credentialing.workflow.words import Words

_LINE, _PAD, _GAP, _COLUMN, _BETWEEN, _TOP = 19, 14, 34, 560, 90, 78
_ACROSS, _ACROSS_BOLD = 73, 64  # letters in a line of a box
_FILL = {"granted": "#cfe8d5", "refused": "#f6d5d0", "withdrawn": "#ececec", "lapsed": "#ececec", "cancelled": "#ececec", None: "#e8eef7"}
_ASIDE = "#fbf7ec"  # beside the way: nothing is decided here

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


def _said(definition: Definition, words: Words, move: Move) -> str:
    """One move as a line: its button, where it leads, who makes it."""
    makers = ", ".join(words.text(f"roles.{role}") for role in sorted(move.by, key=list(Role).index))
    leads = _NOWHERE_NEW[move.to] if move.to in _NOWHERE_NEW else f" → {words.text(f'states.{move.to}.title')}"
    return f"{words.text(f'moves.{move.name}.button')}{leads} ({makers})"


@dataclass(frozen=True, slots=True)
class _Box:
    """One state as it is drawn: its lines and where they stand."""

    state: str
    head: str
    who: str
    lines: tuple[str, ...]
    left: float
    top: float
    fill: str

    @property
    def height(self) -> float:
        """From edge to edge."""
        return 50 + len(self.lines) * _LINE + (8 if self.lines else 0)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height


def _next(definition: Definition, path: list[str], state: str) -> str | None:
    """The state that follows on the main path."""
    return path[path.index(state) + 1] if state in path[:-1] else None


def _lines(definition: Definition, words: Words, state: str, *, ahead: str | None) -> tuple[str, ...]:
    """What can be done in a state, the way ahead first, each on as many lines as it needs."""
    moves = sorted(_moves_of(definition, state), key=lambda move: (move.to != ahead, _rank(definition, move)))
    found: list[str] = []
    for move in moves:
        mark, across = ("▸ ", _ACROSS_BOLD) if move.to == ahead else ("· ", _ACROSS)
        found.extend(wrap(mark + _said(definition, words, move), width=across, subsequent_indent="\u2003"))
    return tuple(found)


def _rank(definition: Definition, move: Move) -> int:
    """Ways out of the case come last, what only pauses it before them."""
    if move.to in (BACK, STAY):
        return 1
    ending = definition.states[move.to].final
    return 3 if ending in (Ending.WITHDRAWN, Ending.LAPSED, Ending.CANCELLED) else 2 if move.to in _resting(definition) else 0


def _box(definition: Definition, words: Words, state: str, *, path: list[str], left: float, top: float) -> _Box:
    rule = definition.states[state]
    who = words.text(f"roles.{rule.waits_for}") if rule.waits_for else str(rule.final)
    fill = _FILL[rule.final] if rule.final or state in path else _ASIDE
    lines = _lines(definition, words, state, ahead=_next(definition, path, state))
    return _Box(state, words.text(f"states.{state}.title"), f"{who} · {state}", lines, left, top, fill)


def _drawn(box: _Box) -> list[str]:
    frame = f'<rect x="{box.left:g}" y="{box.top:g}" width="{_COLUMN}" height="{box.height:g}" rx="8" fill="{box.fill}" stroke="#1d3557"/>'
    parts = [frame, _text(box.left + _PAD, box.top + 22, words=box.head, style=' font-weight="bold" font-size="15"')]
    parts.append(_text(box.left + _PAD, box.top + 41, words=box.who, style=' fill="#555" font-size="12.5"'))
    for row, line in enumerate(box.lines):
        style = ' font-weight="bold"' if line.startswith("▸") else ""
        parts.append(_text(box.left + _PAD, box.top + 62 + row * _LINE, words=line, style=style))
    return parts


def _height_of(definition: Definition, path: list[str], state: str) -> int:
    """The number of the state of the main path beside which a state stands: what a decision leads to stands beside the last decision, all else beside
    the first state from which a case comes there at once or over other states beside the way."""
    seen, todo = {state}, [state]
    for here in todo:
        moves = [move for move in definition.moves.values() if move.to == here]
        decided = [path.index(source) for move in moves if move.decides for source in move.from_states if source in path]
        if decided:
            return max(decided)
        direct = [path.index(source) for move in moves for source in move.from_states if source in path]
        if direct and definition.states[state].waits_for is not Role.APPEALS_BODY:
            return min(direct)
        sources = [source for move in moves for source in move.from_states if source not in path]
        todo += [source for source in dict.fromkeys(sources) if source not in seen]
        seen.update(sources)
    return 0


def _placed(definition: Definition, words: Words) -> tuple[list[_Box], list[_Box], list[_Box]]:
    """The main way down the left column, what is beside it in the right one at the height where it begins, the other ends below."""
    path = main_path(definition) or [definition.starts_in]
    way: list[_Box] = []
    for state in path:
        way.append(_box(definition, words, state, path=path, left=_PAD, top=way[-1].bottom + _GAP if way else _TOP))
    tops = {box.state: box.top for box in way}
    aside = [state for state in in_order(definition) if state not in path and definition.states[state].final is None]
    aside.sort(key=lambda state: (_height_of(definition, path, state), definition.states[state].waits_for is Role.APPEALS_BODY))
    beside: list[_Box] = []
    for state in aside:
        wanted = tops[path[_height_of(definition, path, state)]]
        top = max(wanted, beside[-1].bottom + _GAP / 2 if beside else _TOP)
        beside.append(_box(definition, words, state, path=path, left=_PAD + _COLUMN + _BETWEEN, top=top))
    low = max(box.bottom for box in (*way, *beside)) + _GAP
    ends: list[_Box] = []
    for number, state in enumerate(state for state in in_order(definition) if definition.states[state].final and state not in path):
        left = _PAD + (number % 2) * (_COLUMN + _BETWEEN)
        ends.append(_box(definition, words, state, path=path, left=left, top=low + number // 2 * (50 + _GAP / 2)))
    return way, beside, ends


def _arrows(definition: Definition, way: list[_Box], beside: list[_Box]) -> list[str]:
    """The way down, and one branch to each state beside it that is entered from the way; every other way stands in words."""
    parts = []
    for above, below in pairwise(way):
        middle = above.left + _COLUMN / 2
        parts.append(f'<path d="M{middle:g} {above.bottom:g} V{below.top - 2:g}" stroke="#1d3557" stroke-width="3" fill="none" marker-end="url(#tip)"/>')
    for above, below in pairwise(beside):
        if any(move.to == below.state for move in _moves_of(definition, above.state)):
            middle = above.left + _COLUMN / 2
            parts.append(f'<path d="M{middle:g} {above.bottom:g} V{below.top - 1:g}" stroke="#6b7c93" stroke-width="1.5" fill="none" marker-end="url(#side)"/>')
    on_way, path = {box.state: box for box in way}, [box.state for box in way]
    lanes: dict[str, int] = {}
    for box in beside:
        source = path[_height_of(definition, path, box.state)]
        if not any(move.to == box.state for move in _moves_of(definition, source)):
            continue
        lane = lanes[source] = lanes.get(source, -1) + 1
        begin, turn = on_way[source], _PAD + _COLUMN + 18 + lane * 9 % 54
        height = begin.top + 24 + lane * 7 % max(8, begin.height - 30)
        line = f"M{begin.left + _COLUMN:g} {height:g} H{turn:g} V{box.top + 24:g} H{box.left - 2:g}"
        parts.append(f'<path d="{line}" stroke="#6b7c93" stroke-width="1.5" fill="none" marker-end="url(#side)"/>')
    return parts


def svg(definition: Definition, words: Words) -> str:
    """The main way down the left, what is beside it on the right, the other ends below; in each box what can be done there and by whom, in words."""
    way, beside, ends = _placed(definition, words)
    boxes = (*way, *beside, *ends)
    width, height = 2 * (_PAD + _COLUMN) + _BETWEEN, max(box.bottom for box in boxes) + _PAD
    title = escape(words.text("title"))
    tips = "".join(
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="{size}" markerHeight="{size}" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{colour}"/></marker>'
        for name, colour, size in (("tip", "#1d3557", 14), ("side", "#6b7c93", 10))
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" font-family="sans-serif" font-size="13.5" role="img" aria-label="{title}">'
        f'<title>{title}</title><defs>{tips}</defs><rect width="{width:g}" height="{height:g}" fill="#fff"/>'
        f'<text x="{_PAD}" y="34" font-size="20" font-weight="bold">{title}</text>'
        f'<text x="{_PAD}" y="56" fill="#555">{escape(definition.id)} · v{definition.version}</text>'
    )
    return head + "".join(_arrows(definition, way, beside)) + "".join(part for box in boxes for part in _drawn(box)) + "</svg>\n"
