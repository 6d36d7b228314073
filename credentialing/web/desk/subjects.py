"""What is judged: checks in any order, the criteria of a degree, the units of a standard. One is open at a time, beside the papers that it looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from credentialing.domain.errors import NotFoundError, Reason
from credentialing.services.looking import CaseView, FoundLine
from credentialing.web.desk.page import case_url
from credentialing.web.desk.viewer import Pane, Scene, in_order
from credentialing.web.forms import FieldView, simple_view
from credentialing.web.language import _, day_text
from credentialing.web.words import words_of
from credentialing.workflow.law import values_of
from credentialing.workflow.registry import FIELDS

LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of subjects of one sort, each a link that opens it."""

    title: str
    items: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OpenSubject:
    """The subject that is being judged: its question, its answers, what the person wrote on it, and what was found before."""

    name: str
    title: str
    fields: tuple[FieldView, ...]
    written: tuple[dict[str, str], ...]
    unit: dict[str, Any] | None
    found: FoundLine | None
    is_last: bool


def sort_of(view: CaseView, subject: str) -> str:
    """Whether a subject is one of the `checks`, `criteria`, `waivers` or `units`."""
    if kind_waived(view, subject):
        return "waivers"
    return "checks" if subject in view.definition.checks else "criteria" if subject in view.definition.criteria else "units"


def kind_waived(view: CaseView, subject: str) -> str:
    """The kind of evidence that a decision on another way is about; empty for every other subject."""
    return next((rule.kind for rule in view.definition.evidence.values() if rule.instead and rule.waiver == subject), "")


def standard_words(view: CaseView) -> Any:
    """The words of the case's standard; NotFoundError when it has none."""
    if view.standard is None:
        raise NotFoundError
    return words_of(view.standard)


def subject_words(view: CaseView, subject: str) -> dict[str, str]:
    """Title and question of a subject; a unit's come from the standard."""
    sort, words = sort_of(view, subject), words_of(view.definition)
    if sort == "units":
        return {"title": standard_words(view).text(f"units.{subject}.title"), "question": _("Has the person shown this unit as a whole?"), "code": subject}
    if sort == "waivers":
        kind = kind_waived(view, subject)
        title = _("Instead of: %(paper)s", paper=words.text(f"evidence.{kind}.name"))
        way = view.facts.waivers.get(kind, "")
        return {"title": title, "question": _("Will this do? %(way)s", way=words.text(f"ways.{way}.title") if way else ""), "code": ""}
    title, question = words.text(f"{sort}.{subject}.title"), words.text(f"{sort}.{subject}.question")
    return {"title": title, "question": question, "code": subject if sort == "criteria" else ""}


def value_text(view: CaseView, subject: str, value: str) -> str:
    """The words for what was found."""
    sort = sort_of(view, subject)
    keys = {"units": f"units.values.{value}", "waivers": f"waiver_values.{value}"}
    return str(words_of(view.definition).text(keys.get(sort, f"{sort}.{subject}.values.{value}")))


def next_open(view: CaseView, after: str = "") -> str:
    """The next subject that this person may judge and that nobody has, beginning behind `after`; empty when all are done."""
    order = list(view.recordable)
    start = order.index(after) + 1 if after in order else 0
    return next((subject for subject in order[start:] + order[:start] if subject not in view.findings), "")


def opened(view: CaseView, scene: Scene) -> Scene:
    """The scene with a subject chosen when there is one to judge, and with a paper that it looks at when none is open. A subject that looks at no
    paper, such as a conflict of interest, opens none: nobody reads what they may not judge."""
    subject = scene.subject if scene.subject in view.recordable else next_open(view)
    looked_at = _looks_at(view, subject) if subject else ()
    if scene.panes or not looked_at:
        return replace(scene, subject=subject)
    papers = in_order(view)
    paper = next((each.evidence_id for each in papers if each.kind in looked_at), papers[0].evidence_id if papers else "")
    return Scene((Pane(paper),) if paper else (), subject)


def _looks_at(view: CaseView, subject: str) -> tuple[str, ...]:
    check = view.definition.checks.get(subject)
    if check is not None:
        return check.looks_at
    if kind_waived(view, subject):
        return (kind_waived(view, subject), "other_proof")
    return ("diploma",) if subject in view.definition.criteria else ("work_photos", "work_history")


def subject_url(view: CaseView, scene: Scene, subject: str) -> str:
    """Where a subject is opened: beside its own papers when it names some, else beside those that are open."""
    check = view.definition.checks.get(subject)
    panes = () if check is not None and check.looks_at else scene.panes
    return case_url(view.case_id, Scene(panes, subject).query(), "now")


def strips(view: CaseView, scene: Scene) -> tuple[Strip, ...]:
    """Everything that this person may judge now, by sort."""
    titles = {
        "waivers": _("Other ways that the person asks for"), "checks": _("Checks, in any order"), "criteria": _("Criteria"), "units": _("Competency units"),
    }
    return tuple(
        Strip(title, tuple(_strip_item(view, scene, subject) for subject in view.recordable if sort_of(view, subject) == sort))
        for sort, title in titles.items()
        if any(sort_of(view, subject) == sort for subject in view.recordable)
    )


def _strip_item(view: CaseView, scene: Scene, subject: str) -> dict[str, Any]:
    said = subject_words(view, subject)
    return {
        "code": said["code"] or said["title"], "name": said["title"] if said["code"] else "", "url": subject_url(view, scene, subject),
        "done": subject in view.findings, "current": subject == scene.subject,
    }


def open_subject(view: CaseView, subject: str, typed: Mapping[str, str], reasons: Sequence[Reason]) -> OpenSubject | None:
    """The form of the open subject; `typed` is what was sent when it came back with `reasons`. None when nothing is open."""
    if subject not in view.recordable:
        return None
    said, found, sort = subject_words(view, subject), view.findings.get(subject), sort_of(view, subject)
    shown = typed or ({"value": found.value, "reason": found.reason} if found else {})
    question = f"{said['code']}. {said['question']}" if said["code"] else said["question"]
    hint = _("One or two sentences. The person reads them together with the decision.")
    fields = (
        simple_view("value", question, kind="choice", value=shown.get("value", ""), reasons=reasons, always_radios=True,
                    choices=[(value, value_text(view, subject, value)) for value in _values(view, subject)]),
        simple_view("reason", _("Reason"), kind="long_text", hint=hint, value=shown.get("reason", ""), reasons=reasons, max_length=LONGEST_REASON,
                    optional=not _needs_reason(view, subject)),
    )
    return OpenSubject(
        name=subject, title=said["title"], fields=fields, written=asked_for(view, subject) or written(view, sections_for(view, subject)),
        unit=_unit(view, subject) if sort == "units" else None, found=found, is_last=not next_open(view, subject) or next_open(view, subject) == subject,
    )


def _values(view: CaseView, subject: str) -> tuple[str, ...]:
    return values_of(view.definition, subject)


def _needs_reason(view: CaseView, subject: str) -> bool:
    check = view.definition.checks.get(subject)
    return check is None or check.reasoned


def sections_for(view: CaseView, subject: str) -> tuple[str, ...]:
    """The sections of the application that a subject is compared with: the person's own details for identity, studies or work for the rest."""
    looked_at, check = _looks_at(view, subject), view.definition.checks.get(subject)
    if check is not None and not check.looks_at:
        return ()
    sections = {"person" if kind == "identity" else section for kind in looked_at for section in view.definition.form if section not in ("person", "contact")}
    return tuple(section for section in view.definition.form if section in sections)


def asked_for(view: CaseView, subject: str) -> tuple[dict[str, str], ...]:
    """What the person asked for instead of a paper and wrote about it; nothing for any other subject."""
    kind, words = kind_waived(view, subject), words_of(view.definition)
    return tuple({"name": words.text(f"ways.{each.way}.title"), "value": each.text} for each in view.other_ways if each.kind == kind)


def written(view: CaseView, sections: Sequence[str]) -> tuple[dict[str, str], ...]:
    """What the person wrote in these sections of the form, as names and values; blank answers are left out."""
    words = words_of(view.definition)
    names = [name for section in sections for name in view.definition.form[section] if view.answers.get(name)]
    return tuple({"name": words.text(f"fields.{name}.label"), "value": answer_text(view, name)} for name in names)


def answer_text(view: CaseView, name: str) -> str:
    """An answer as people read it: choices in words, days written out, a standard by its title."""
    text, words = view.answers.get(name, ""), words_of(view.definition)
    if FIELDS[name].kind == "date" and text:
        return day_text(date.fromisoformat(text))
    if name == "standard" and view.standard is not None:
        return str(words_of(view.standard).text("title"))
    key = f"fields.{name}.values.{text}"
    return str(words.text(key)) if words.has(key) else text


def _unit(view: CaseView, code: str) -> dict[str, Any] | None:
    """What the standard says of a unit: what it is, in which circumstances, its elements with their criteria, the evidence it asks for."""
    unit = next((each for each in view.standard.units if each.code == code), None) if view.standard else None
    if unit is None:
        return None
    own, shared = standard_words(view), words_of(view.definition)
    at = f"units.{code}"
    return {
        "can_do": own.text(f"{at}.can_do"),
        "range": own.text(f"{at}.range"),
        "elements": [
            {
                "title": own.text(f"{at}.elements.{element.code}.title"),
                "criteria": [own.text(f"{at}.elements.{element.code}.criteria.{each}") for each in element.criteria],
            }
            for element in unit.elements
        ],
        "evidence": [
            {"name": shared.text(f"required_evidence.{each.kind}"), "value": own.text(f"{at}.evidence.{each.code}")} for each in unit.evidence
        ],
    }
