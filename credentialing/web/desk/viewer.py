"""The viewer of papers: what is shown, which page, how near and which way up. All of it stands in the address, so that no script is needed.

Only the pages that are shown are fetched, and each opening is recorded where the applicant sees it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from credentialing.services.looking import CaseView, Paper
from credentialing.web.desk.page import case_url
from credentialing.web.language import _

NEAREST: Final = 4
"""How many steps of nearness there are; the first shows the whole width."""
_SIDES: Final = ("", "2")


@dataclass(frozen=True, slots=True)
class Pane:
    """One open paper: page from 1, zoom from 1 to NEAREST, turn in degrees."""

    paper: str
    page: int = 1
    zoom: int = 1
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Scene:
    """What the page of a case shows: up to two papers, and the subject that is being judged."""

    panes: tuple[Pane, ...] = ()
    subject: str = ""

    def query(self, **changes: Any) -> str:
        """This scene, or a changed one, as the query of an address."""
        scene = replace(self, **changes)
        items: list[tuple[str, str]] = [("subject", scene.subject)] if scene.subject else []
        for side, pane in zip(_SIDES, scene.panes, strict=False):
            items.append((f"paper{side}", pane.paper))
            items.extend((f"{name}{side}", str(value)) for name, value, usual in _numbers(pane) if value != usual)
        return urlencode(items)

    def with_pane(self, index: int, pane: Pane | None) -> "Scene":
        """This scene with one pane replaced, or closed."""
        panes = [pane if place == index else kept for place, kept in enumerate(self.panes)]
        return replace(self, panes=tuple(kept for kept in panes if kept is not None))


def _numbers(pane: Pane) -> Sequence[tuple[str, int, int]]:
    return (("page", pane.page, 1), ("zoom", pane.zoom, 1), ("turn", pane.turn, 0))


def read_scene(asked: Mapping[str, str], papers: Sequence[Paper]) -> Scene:
    """The scene that an address asks for; what does not exist in the case is left out, numbers are brought into their bounds."""
    pages = {paper.evidence_id: paper.pages for paper in papers}
    panes = []
    for side in _SIDES:
        paper = asked.get(f"paper{side}", "")
        if paper in pages:
            page, zoom, turn = (_whole(asked.get(f"{name}{side}", "")) for name in ("page", "zoom", "turn"))
            panes.append(Pane(paper, min(max(page, 1), pages[paper]), min(max(zoom, 1), NEAREST), turn // 90 % 4 * 90))
    return Scene(tuple(panes), asked.get("subject", ""))


def scene_in(text: str, papers: Sequence[Paper]) -> Scene:
    """The scene that a form brought along as a query."""
    return read_scene(dict(parse_qsl(text[:600])), papers)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def in_order(view: CaseView) -> tuple[Paper, ...]:
    """The papers as the procedure names their kinds, the older first within a kind."""
    kinds = list(view.definition.evidence)
    return tuple(sorted(view.papers, key=lambda paper: (kinds.index(paper.kind), paper.added_at)))


def paper_names(view: CaseView, words: Any) -> dict[str, str]:
    """The name of each paper by its id: the name of its kind, numbered when there are several."""
    kinds = [paper.kind for paper in view.papers]
    names, counted = {}, dict.fromkeys(kinds, 0)
    for paper in in_order(view):
        counted[paper.kind] += 1
        name = words.text(f"evidence.{paper.kind}.name")
        names[paper.evidence_id] = f"{name} {counted[paper.kind]}" if kinds.count(paper.kind) > 1 else name
    return names


@dataclass(frozen=True, slots=True)
class PaneView:
    """One pane ready for the template; addresses are empty where there is nothing to go to."""

    side: str
    title: str
    what: str
    place: str
    image: str
    alt: str
    zoom: int
    turn: int
    thumbs: tuple[dict[str, Any], ...]
    previous: str
    next: str
    nearer: str
    farther: str
    turned: str
    closed: str


def pane_views(view: CaseView, scene: Scene, words: Any) -> tuple[PaneView, ...]:
    """The open panes of a scene."""
    names = paper_names(view, words)
    papers = {paper.evidence_id: paper for paper in view.papers}
    return tuple(_pane_view(view, scene, index, papers[pane.paper], names, words) for index, pane in enumerate(scene.panes))


def _pane_view(view: CaseView, scene: Scene, index: int, paper: Paper, names: Mapping[str, str], words: Any) -> PaneView:
    pane = scene.panes[index]

    def to(changed: Pane | None) -> str:
        return case_url(view.case_id, scene.with_pane(index, changed).query(), "papers")

    place = _("page %(page)s of %(pages)s", page=pane.page, pages=paper.pages)
    name = names[paper.evidence_id]
    return PaneView(
        side=_SIDES[index], title=name, what=words.text(f"papers.{paper.accepted_as}") if paper.accepted_as else "", place=place,
        image=f"/desk/cases/{view.case_id}/papers/{paper.evidence_id}/{pane.page}", alt=f"{name}, {place}", zoom=pane.zoom, turn=pane.turn,
        thumbs=tuple({"text": text, "url": to(Pane(each)), "current": each == pane.paper} for each, text in names.items()),
        previous=to(replace(pane, page=pane.page - 1)) if pane.page > 1 else "", next=to(replace(pane, page=pane.page + 1)) if pane.page < paper.pages else "",
        nearer=to(replace(pane, zoom=min(pane.zoom + 1, NEAREST))), farther=to(replace(pane, zoom=max(pane.zoom - 1, 1))),
        turned=to(replace(pane, turn=(pane.turn + 90) % 360)), closed=to(None) if len(scene.panes) > 1 else "",
    )


def shelf(view: CaseView, scene: Scene, words: Any) -> tuple[dict[str, Any], ...]:
    """The papers to choose from while none is open."""
    return tuple(
        {"text": name, "url": case_url(view.case_id, scene.query(panes=(Pane(paper),)), "papers"), "current": False}
        for paper, name in paper_names(view, words).items()
    )


def compare_url(view: CaseView, scene: Scene) -> str:
    """Where two papers stand side by side: the open one and the next; empty when there is no second."""
    others = [paper.evidence_id for paper in in_order(view) if not scene.panes or paper.evidence_id != scene.panes[0].paper]
    if len(scene.panes) != 1 or not others:
        return ""
    return case_url(view.case_id, scene.query(panes=(*scene.panes, Pane(others[0]))), "papers")
