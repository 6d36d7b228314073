"""Days that count. Working days follow the public holidays of the procedure's country (package `holidays`).

Semantics: a limit of N days that starts on day D ends at the end (24:00 local) of the N-th counted day after D; months go date to date,
and a missing date (31 April) becomes the last day of that month.
"""

import calendar as month_lengths
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZONES = {
    "CO": "America/Bogota",
    "PE": "America/Lima",
    "EC": "America/Guayaquil",
    "CL": "America/Santiago",
    "AR": "America/Argentina/Buenos_Aires",
    "BR": "America/Sao_Paulo",
    "MX": "America/Mexico_City",
    "CR": "America/Costa_Rica",
    "PA": "America/Panama",
    "DO": "America/Santo_Domingo",
    "UY": "America/Montevideo",
    "TT": "America/Port_of_Spain",
    "GY": "America/Guyana",
    "XX": "UTC",  # procedures of no single country: their days are calendar days, their working days know no holidays
}


class DayType(StrEnum):
    """Which days a limit counts."""

    WORKING = "working"
    CALENDAR = "calendar"
    MONTHS = "months"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in the law's own unit, for example 20 working days."""

    count: int
    unit: DayType


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset() if country == "XX" else frozenset(holidays.country_holidays(country, years=year))


def is_working_day(country: str, day: date) -> bool:
    """Whether offices of `country` work on `day`."""
    return day.weekday() < 5 and day not in _holidays(country, day.year)


def zone(country: str) -> ZoneInfo:
    """The time zone in which a country's days begin and end; KeyError for a country we do not serve."""
    return ZoneInfo(ZONES[country])


def local_day(country: str, moment: datetime) -> date:
    """The day it is in `country` at `moment` (an aware time)."""
    return moment.astimezone(zone(country)).date()


def end_of_day(country: str, day: date) -> datetime:
    """The moment (UTC) when `day` is over in `country`."""
    return datetime.combine(day + timedelta(days=1), time(), zone(country)).astimezone(UTC)


def _months_on(start: date, count: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return date(year, month + 1, min(start.day, month_lengths.monthrange(year, month + 1)[1]))


def add_span(country: str, start: datetime, span: Span) -> datetime:
    """The moment (UTC) when `span`, begun at `start`, is over."""
    if span.unit is DayType.HOURS:
        return start + timedelta(hours=span.count)
    first = local_day(country, start)
    if span.unit is DayType.MONTHS:
        return end_of_day(country, _months_on(first, span.count))
    if span.unit is DayType.CALENDAR:
        return end_of_day(country, first + timedelta(days=span.count))
    day, left = first, span.count
    while left:
        day += timedelta(days=1)
        left -= is_working_day(country, day)
    return end_of_day(country, day)


def used_days(country: str, start: datetime, end: datetime, unit: DayType) -> int:
    """How many counted days passed from `start` to `end`: the start's own day does not count; hours count whole hours."""
    if unit is DayType.HOURS:
        return max(0, int((end - start).total_seconds() // 3600))
    first, last = local_day(country, start), local_day(country, end)
    if unit is DayType.WORKING:
        return sum(is_working_day(country, first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return max(0, (last - first).days)
