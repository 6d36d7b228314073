"""Which language a page speaks, and how it writes days, moments and numbers.

Order: `?lang=`, the `lang` cookie (never on pages without cookies), what the browser asks for, the first language of the settings.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, cast
from urllib.parse import urlencode

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import current_app, g, request
from flask_babel import gettext as _gettext
from flask_babel import ngettext as _ngettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from credentialing.domain.calendars import DayType, Span, local_day, zone
from credentialing.web.gate import current_entry, table
from credentialing.web.surroundings import surroundings

_: Callable[..., str] = _gettext  # the library tells no types
ngettext: Callable[..., str] = _ngettext

COOKIE: Final = "lang"
NAMES: Final = {"es": "Español", "en": "English", "pt": "Português"}
_YEAR_SECONDS = 365 * 86400
_FORMATS = {"en": "en_GB"}
_SOON, _VERY_SOON = 10, 3


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """One language of the strip: its code, its own name, the present page in it, whether it is the present one."""

    code: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class DeadlineLook:
    """How near a deadline is, as a chip shows it."""

    tone: str
    icon: str
    text: str


def choose_language() -> str:
    """The language of this request, one of the settings' languages; asked once a request."""
    if "language" not in g:
        g.language = _chosen()
    return cast(str, g.language)


def _chosen() -> str:
    languages = list(surroundings().settings.languages)
    entry = current_entry()
    asked = request.args.get("lang")
    kept = None if entry is not None and entry.stateless else request.cookies.get(COOKIE)
    for candidate in (asked, kept):
        if candidate is not None and candidate in languages:
            return candidate
    return request.accept_languages.best_match(languages) or languages[0]


def keep_language(response: Response) -> Response:
    """Remember a language that was asked for, where cookies are used at all."""
    entry, asked = current_entry(), request.args.get("lang")
    if entry is not None and not entry.stateless and asked is not None and asked in surroundings().settings.languages:
        response.set_cookie(COOKIE, asked, max_age=_YEAR_SECONDS, path="/", secure=surroundings().is_https, httponly=True, samesite="Lax")
    return response


def language_links() -> tuple[LanguageLink, ...]:
    """The present page in every language; after a form was sent, the nearest page that can be opened again."""
    here = choose_language()
    rule = request.url_rule
    path = request.path if rule is not None and ("GET", rule.rule) in table(current_app) else "/"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"] if request.method == "GET" else []
    return tuple(
        LanguageLink(code, NAMES.get(code, code), path + "?" + urlencode([*kept, ("lang", code)]), code == here)
        for code in surroundings().settings.languages
    )


def with_language(url: str) -> str:
    """`url` carrying the present language, on pages that use no cookie; unchanged elsewhere."""
    entry = current_entry()
    if entry is None or not entry.stateless:
        return url
    address, hash_mark, fragment = url.partition("#")
    return address + ("&" if "?" in address else "?") + urlencode({"lang": choose_language()}) + hash_mark + fragment


def now() -> datetime:
    """The moment at which this page is written, the same for the whole page."""
    if "page_moment" not in g:
        g.page_moment = surroundings().clock.now()
    return cast(datetime, g.page_moment)


def _local(value: date | datetime, country: str | None) -> date:
    return local_day(country or surroundings().country, value) if isinstance(value, datetime) else value


def day_text(value: date | datetime, country: str | None = None, *, with_year: bool = False) -> str:
    """A day written out, with its year when that is not the present one or when asked for."""
    written, locale = _local(value, country), format_locale()
    if not with_year and written.year == _local(now(), country).year:
        return format_skeleton("MMMMd", written, locale=locale)
    return format_date(written, "long", locale=locale)


def day(value: date | datetime | None, country: str | None = None) -> Markup:
    """Filter: a day as `<time>`; a moment becomes the day it is in `country`. Nothing for None."""
    if value is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(_local(value, country).isoformat(), day_text(value, country))


def last_day(value: datetime | None, country: str | None = None) -> Markup:
    """Filter: the last day of a limit. A limit ends at midnight, which belongs to the next day; people must read the day before."""
    return day(None if value is None else value - timedelta(microseconds=1), country)


def moment(value: datetime | None, country: str | None = None) -> Markup:
    """Filter: a day and a time of day in `country`, as `<time>`. Nothing for None."""
    if value is None:
        return Markup("")
    local = value.astimezone(zone(country or surroundings().country))
    text = f"{day_text(value, country)}, {format_time(local, 'HH:mm', locale=format_locale())}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), text)


def days_between(due: datetime, country: str | None = None) -> int:
    """Whole days from today to the last day of a limit that ends at `due`; negative when it is over."""
    return (_local(due - timedelta(microseconds=1), country) - _local(now(), country)).days


def days_left(due: datetime, country: str | None = None) -> str:
    """Filter: what is left of a limit in words: overdue, today, tomorrow, or a number of days."""
    if due <= now():
        return _("Overdue")
    left = days_between(due, country)
    if left <= 0:
        return _("Due today")
    if left == 1:
        return _("Due tomorrow")
    return ngettext("%(num)s day left", "%(num)s days left", left)


def deadline_look(due: datetime, country: str | None = None) -> DeadlineLook:
    """Tone, icon and words of a running deadline: late from ten days on, alarming from three."""
    left = -1 if due <= now() else days_between(due, country)
    tone, icon = ("bad", "alert") if left <= _VERY_SOON else ("late", "clock") if left <= _SOON else ("null", "clock")
    return DeadlineLook(tone, icon, days_left(due, country))


def number(value: float | Decimal) -> str:
    """Filter: a number with the separators of the language."""
    return format_decimal(value, locale=format_locale())


def format_locale() -> Locale:
    """How days and numbers are written: es (never es_419, whose decimal sign is a point), pt, and the day-first English."""
    return Locale.parse(_FORMATS.get(choose_language(), choose_language()))


def span_text(span: Span) -> str:
    """Filter: a length of time in the law's own unit, `20 working days`."""
    if span.unit is DayType.WORKING:
        return ngettext("%(num)s working day", "%(num)s working days", span.count)
    if span.unit is DayType.MONTHS:
        return ngettext("%(num)s month", "%(num)s months", span.count)
    if span.unit is DayType.HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", span.count)
    return ngettext("%(num)s day", "%(num)s days", span.count)


def unit_text(unit: DayType) -> str:
    """The unit of a clock on its own, for `48 of 120 days`."""
    return {DayType.WORKING: _("working days"), DayType.MONTHS: _("months"), DayType.HOURS: _("hours"), DayType.CALENDAR: _("days")}[unit]


def any_of(items: Sequence[str]) -> str:
    """The items as a list that ends in "or"."""
    return format_list(list(items), style="or", locale=format_locale())
