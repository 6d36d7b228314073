"""An answer made ready for the page: words for the verdict, the facts of the certificate in the reader's language, the five checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_time
from flask_babel import gettext as _
from markupsafe import Markup

from credentialing.certificate.outcomes import Check, CheckName, Result, Verdict
from credentialing.domain.calendars import zone
from credentialing.services.verifying import Answer, PublicFace
from credentialing.web.language import choose_language, day_text, format_locale
from credentialing.web.surroundings import surroundings
from credentialing.web.verify.words import ALTERED, BELOW, CHECKS, DOCUMENTS, EVERYTHING_ELSE, EXACT, PARTICULARS, PROBLEMS, TAMPERED, VERDICTS, Brought, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A verdict in words: its value (for colour and icon), the heading, the sentence."""

    value: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check in words."""

    name: str
    result: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the certificate says, in the reader's language where it speaks it. `document` is its kind, `limits` what it must not be taken for, or empty."""

    document: str
    limits: str
    name: str
    title: str
    facts: tuple[dict[str, object], ...]
    particulars: tuple[dict[str, object], ...]
    units: tuple[str, ...]
    can_do: str
    level: str
    level_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The whole answer page. `signed` and `tampered` are what the script may put in the heading's place; `facts` are what it compares."""

    heading: Heading
    moment: str
    checks: tuple[CheckLine, ...]
    subject: Subject | None
    signed: Heading | None
    tampered: Mapping[str, Heading]
    compared: Mapping[str, str]
    unchecked: bool


def screen_of(answer: Answer, *, brought: Brought, foreign_host: str = "") -> Screen:
    """The page for an answer; `foreign_host` is named when the code leads elsewhere."""
    heading = _heading(answer, brought, foreign_host)
    is_lookup = brought is Brought.NUMBER and answer.verdict is Verdict.AUTHENTIC_COPY
    return Screen(
        heading=heading,
        moment=_("Checked on %(moment)s.", moment=_moment(answer.checked_at)),
        checks=tuple(_check(check) for check in answer.checks),
        subject=_subject(answer.face, answer) if answer.face else None,
        signed=_said(Verdict.AUTHENTIC_COPY, EXACT[Verdict.AUTHENTIC_COPY, Brought.QR]) if is_lookup else None,
        tampered={name: _tampered(said, answer) for name, said in TAMPERED.items()},
        compared=_compared(answer.face, answer.logged_at) if answer.face else {},
        unchecked=answer.verdict is Verdict.COULD_NOT_CHECK,
    )


def _said(value: str, said: Said) -> Heading:
    return Heading(value=str(value), title=str(said[0]), text=str(said[1]))


def _tampered(said: Said, answer: Answer) -> Heading:
    """What stands below on the page is then somebody else's certificate, perhaps: say so when anything stands there."""
    text = f"{said[1]} {BELOW}" if answer.face else str(said[1])
    return Heading(value=str(Verdict.NOT_OURS), title=str(said[0]), text=text)


def _heading(answer: Answer, brought: Brought, foreign_host: str) -> Heading:
    problems = [check.problem or "" for check in answer.checks if check.result is Result.FAILED]
    if answer.verdict is Verdict.AUTHENTIC_COPY:
        problems = [check.problem or "" for check in answer.checks if check.name is CheckName.IN_FORCE]
    keys = [*problems, *(["altered"] if ALTERED.intersection(problems) else []), brought]
    said = next((EXACT[answer.verdict, key] for key in keys if (answer.verdict, key) in EXACT), VERDICTS[answer.verdict])
    heading = _said(answer.verdict, said)
    more = _more(answer, foreign_host)
    return Heading(value=heading.value, title=heading.title, text=f"{heading.text} {more}".strip())


def _more(answer: Answer, foreign_host: str) -> str:
    if answer.verdict is Verdict.REVOKED and answer.ended_on and _is_suspended(answer):
        return str(_("It is suspended since %(day)s.", day=_day(answer.ended_on)))
    if answer.verdict is Verdict.REVOKED and answer.ended_on:
        return str(_("It is not valid since %(day)s.", day=_day(answer.ended_on)))
    if answer.verdict is Verdict.EXPIRED and answer.face and answer.face.expires_on:
        return str(_("It was valid until %(day)s.", day=_day(answer.face.expires_on)))
    return str(_("It leads to %(host)s.", host=foreign_host)) if answer.verdict is Verdict.NOT_OURS and foreign_host else ""


def _is_suspended(answer: Answer) -> bool:
    return any(check.problem == "suspended" for check in answer.checks)


def _day(iso: str) -> str:
    return day_text(date.fromisoformat(iso), with_year=True)


def _day_tag(iso: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(iso, _day(iso))


def _moment(moment: datetime) -> Markup:
    local = moment.astimezone(zone(surroundings().country))
    text = f"{day_text(moment, with_year=True)}, {format_time(local, 'HH:mm', locale=format_locale())}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), text)


def _check(check: Check) -> CheckLine:
    note = str(PROBLEMS[check.problem]) if check.problem else _("Neither expired nor revoked.") if check.name is CheckName.IN_FORCE else ""
    return CheckLine(name=check.name, result=check.result, title=str(CHECKS[check.name]), note=note)


def said_in(words: Mapping[str, str]) -> str:
    """The text in the reader's language, or in the certificate's first; empty when there is none."""
    return words.get(choose_language()) or next(iter(words.values()), "")


def _until(face: PublicFace, answer: Answer) -> tuple[dict[str, object], ...]:
    """How long it is valid; a certificate that was ended early is not valid until anything."""
    if answer.verdict in (Verdict.REVOKED, Verdict.SUPERSEDED):
        since = _("Suspended since") if _is_suspended(answer) else _("Not valid since")
        return ({"name": since, "value": _day_tag(answer.ended_on)},) if answer.ended_on else ()
    return ({"name": _("Valid until"), "value": _day_tag(face.expires_on) if face.expires_on else _("It does not expire")},)


def _limits(face: PublicFace) -> str:
    limits = DOCUMENTS[face.document][1]
    return str(limits) % {"shown": len(face.units), "of": face.units_of} if limits is not None else ""


def _particulars(face: PublicFace) -> tuple[dict[str, object], ...]:
    return tuple({"name": str(PARTICULARS[name]), "value": said_in(text) or str(EVERYTHING_ELSE)} for name, text in face.particulars)


def _subject(face: PublicFace, answer: Answer) -> Subject:
    return Subject(
        document=str(DOCUMENTS[face.document][0]),
        limits=_limits(face),
        name=face.name,
        title=said_in(face.title),
        facts=(
            *_until(face, answer),
            {"name": _("Issued on"), "value": _day_tag(face.issued_on)},
            {"name": _("Issued by"), "value": said_in(face.issuer)},
            {"name": _("Number"), "value": Markup('<span class="pu-nowrap">{}</span>').format(face.number), "small": _("Compare it with the paper.")},
        ),
        particulars=_particulars(face),
        units=tuple(said_in(unit) for unit in face.units),
        can_do=said_in(face.can_do),
        level=_("Level %(value)s of %(of)s", value=face.level[0], of=face.level[1]) if face.level else "",
        level_text=said_in(face.level_text),
    )


def _compared(face: PublicFace, logged_at: datetime | None) -> dict[str, str]:
    """What the script holds the signed digits against; `logged` as the trust bundle writes moments."""
    said = {"name": face.name, "number": face.number, "issued": face.issued_on, "expires": face.expires_on or ""}
    return said | ({"logged": logged_at.isoformat()} if logged_at else {})
