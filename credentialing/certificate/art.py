"""The drawn ornament of a certificate, as SVG. Every curve is one parabola, the shape of a hanging cable.

Lengths are millimetres on an A4 page; colours are those of `templates/certificate/certificate.css`.
"""

INK, RIVER, CLAY = "#14303f", "#1d6670", "#a34c27"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _svg(width: float, height: float, body: str) -> str:
    size = f'width="{_n(width)}mm" height="{_n(height)}mm" viewBox="0 0 {_n(width)} {_n(height)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _lines(path: str, colour: str, width: float) -> str:
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{_n(width)}"/>'


def _hang(x0: float, x1: float, y: float, pull: float) -> str:
    """One parabola from (x0, y) to (x1, y) as an absolute cubic: what the PDF stores, so two decimals stay two decimals."""
    third = (x1 - x0) / 3
    return f"C{_n(x0 + third)} {_n(y + pull * 2 / 3)} {_n(x1 - third)} {_n(y + pull * 2 / 3)} {_n(x1)} {_n(y)}"


def _band(y: float, height: float, count: int, strands: int) -> str:
    """Guilloche over the width of the frame: hanging cables from above crossed by arches from below, half a span apart."""
    left, width = 9.0, 192.0
    span, base, right = width / count, y + height, left + width
    cables = arches = ""
    for k in range(strands):
        sag = height * (0.16 + 0.84 * (k + 1) / strands)
        cables += f"M{_n(left)} {_n(y)}" + "".join(_hang(left + i * span, left + (i + 1) * span, y, 2 * sag) for i in range(count))
        arches += f"M{_n(left)} {_n(base - sag)}C{_n(left + span / 6)} {_n(base - sag)} {_n(left + span / 3)} {_n(base - sag * 2 / 3)}"
        arches += f" {_n(left + span / 2)} {_n(base)}"
        arches += "".join(_hang(left + (i - 0.5) * span, left + (i + 0.5) * span, base, -2 * sag) for i in range(1, count))
        arches += f"C{_n(right - span / 3)} {_n(base - sag * 2 / 3)} {_n(right - span / 6)} {_n(base - sag)} {_n(right)} {_n(base - sag)}"
    return _lines(cables, "#7fa9ab", 0.12) + _lines(arches, "#c9a48c", 0.12)


def _fan() -> str:
    """A fan of cables hanging from the upper band, very pale, behind the text."""
    path = ""
    for k in range(15):
        half = 95 * (1 - 0.035 * k)
        path += f"M{_n(105 - half)} 16.5" + _hang(105 - half, 105 + half, 16.5, 44 + 19 * k)
    return _lines(path, "#edf0ec", 0.3)


def page(*, first: bool) -> str:
    """The background of a page: frame, bands above and below, and on the first page the fan."""
    frame = _lines("M9 9H201V288H9Z", "#5f8f93", 0.16)
    below = _band(284.4, 3.6, 14, 3) + _lines("M9 284.4H201", RIVER, 0.3)
    if first:
        return _svg(210, 297, _fan() + frame + _band(9, 7.5, 16, 6) + _lines("M9 16.5H201", RIVER, 0.3) + below)
    return _svg(210, 297, frame + _band(9, 3.6, 14, 3) + _lines("M9 12.6H201", RIVER, 0.3) + below)


def _bridge(x: float, y: float, width: float, height: float, *, stroke: float, colour: str, hangers: int) -> str:
    """The mark: deck, two towers, one cable."""
    left, right, deck, sag = x + width * 0.2, x + width * 0.8, y + height, height * 0.82
    side, turn = _n(deck - height * 0.1), _n(deck - height * 0.25)
    main = f"M{_n(x)} {side}Q{_n(x + width * 0.1)} {turn} {_n(left)} {_n(y)}q{_n(width * 0.3)} {_n(2 * sag)} {_n(width * 0.6)} 0"
    main += f"Q{_n(x + width * 0.9)} {turn} {_n(x + width)} {side}"
    parts = [i / hangers for i in range(1, hangers)]
    rods = "".join(f"M{_n(left + (right - left) * t)} {_n(y + sag * 4 * t * (1 - t))}V{_n(deck)}" for t in parts)
    towers = f"M{_n(left)} {_n(y)}V{_n(deck)}M{_n(right)} {_n(y)}V{_n(deck)}M{_n(x)} {_n(deck)}H{_n(x + width)}"
    return _lines(main, colour, stroke) + _lines(rods, colour, stroke * 0.5) + _lines(towers, colour, stroke * 1.6)


def span() -> str:
    """The small bridge on which the holder's name stands, 120 by 5."""
    return _svg(120, 5, _bridge(0, 0.4, 120, 4.2, stroke=0.18, colour="#6f9a9d", hangers=25))


def emblem() -> str:
    """The roundel, 16 by 16, where an operator's own arms may stand."""
    waves = ((5.2, 10.6), (4.1, 11.65), (2.6, 12.7))
    water = "".join(f"M{_n(8 - w)} {_n(y)}q{_n(w / 4)} -.5 {_n(w / 2)} 0" + f"t{_n(w / 2)} 0" * 3 for w, y in waves)
    sizes = ((7.7, "#fff", 0.28), (7.0, "none", 0.12))
    rings = "".join(f'<circle cx="8" cy="8" r="{_n(r)}" fill="{fill}" stroke="{RIVER}" stroke-width="{_n(width)}"/>' for r, fill, width in sizes)
    return _svg(16, 16, rings + _bridge(2.2, 4.2, 11.6, 5, stroke=0.3, colour=INK, hangers=11) + _lines(water, CLAY, 0.26))


def steps(value: int, of: int) -> str:
    """A flight of steps, those reached solid, the rest outlined: readable without colour."""
    body = ""
    for i in range(of):
        reached = f'fill="{CLAY if i + 1 == value else RIVER}"'
        style = reached if i < value else 'fill="none" stroke="#7d949b" stroke-width=".18"'
        body += f'<path d="M{_n(i * 3 + 0.1)} {_n(6 - 5.6 * (i + 1) / of)}h2.4V7.5h-2.4z" {style}/>'
    return _svg(of * 3, 7.7, body)
