"""Days count as the law counts them: Colombian holidays, months from date to date, and a day ends at its own midnight."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentialing.domain.calendars import ZONES, DayType, Span, add_span, is_working_day, local_day, used_days, zone

# Law 51 of 1983 moves most holidays to a Monday. These are the days of 2026, the first year with the day of Chiquinquirá (9 July, kept on the 13th).
HOLIDAYS_2026 = [
    (1, 1), (1, 12), (3, 23), (4, 2), (4, 3), (5, 1), (5, 18), (6, 8), (6, 15), (6, 29), (7, 13), (7, 20),
    (8, 7), (8, 17), (10, 12), (11, 2), (11, 16), (12, 8), (12, 25),
]  # fmt: skip
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
COUNTRIES = st.sampled_from(sorted(ZONES))


def bogota(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=zone("CO"))


def test_offices_in_colombia_work_on_every_weekday_that_is_no_holiday() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = {date(2026, month, day) for month, day in HOLIDAYS_2026}
    assert {day for day in days if not is_working_day("CO", day)} == closed | {day for day in days if day.weekday() >= 5}


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        # Holy Week of 2026: Thursday 2 and Friday 3 April are holidays, then a weekend.
        (bogota(2026, 4, 1, 9), Span(1, DayType.WORKING), bogota(2026, 4, 7)),
        (bogota(2026, 3, 2, 9), Span(10, DayType.WORKING), bogota(2026, 3, 17)),
        (bogota(2026, 3, 20, 9), Span(1, DayType.WORKING), bogota(2026, 3, 25)),
        (bogota(2026, 3, 2, 23, 59), Span(30, DayType.CALENDAR), bogota(2026, 4, 2)),
        (bogota(2026, 3, 2, 0, 0), Span(30, DayType.CALENDAR), bogota(2026, 4, 2)),
        (bogota(2026, 1, 15, 9), Span(2, DayType.MONTHS), bogota(2026, 3, 16)),
        (bogota(2026, 1, 31, 9), Span(1, DayType.MONTHS), bogota(2026, 3, 1)),
        (bogota(2028, 1, 31, 9), Span(1, DayType.MONTHS), bogota(2028, 3, 1)),
        (bogota(2026, 12, 31, 9), Span(2, DayType.MONTHS), bogota(2027, 3, 1)),
        (bogota(2026, 3, 2, 9), Span(36, DayType.HOURS), bogota(2026, 3, 3, 21)),
        (bogota(2026, 3, 2, 9), Span(0, DayType.WORKING), bogota(2026, 3, 3)),
    ],
)
def test_a_limit_ends_at_local_midnight_after_its_last_day(start: datetime, span: Span, end: datetime) -> None:
    assert add_span("CO", start, span) == end


def test_a_moment_late_in_the_evening_is_still_today_in_bogota() -> None:
    assert local_day("CO", datetime(2026, 3, 3, 4, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert local_day("CO", datetime(2026, 3, 3, 5, 0, tzinfo=UTC)) == date(2026, 3, 3)


def test_a_country_that_moves_its_clocks_still_ends_its_days_at_midnight() -> None:
    end = add_span("CL", datetime(2026, 4, 3, 15, tzinfo=UTC), Span(1, DayType.CALENDAR))  # the night in which Chile turns back
    assert end.astimezone(zone("CL")) == datetime(2026, 4, 5, 0, 0, tzinfo=zone("CL"))


@given(COUNTRIES, MOMENTS, st.integers(0, 60), st.sampled_from([DayType.WORKING, DayType.CALENDAR, DayType.MONTHS]))
def test_every_limit_in_days_ends_at_a_midnight_of_its_country(country: str, start: datetime, count: int, unit: DayType) -> None:
    end = add_span(country, start, Span(count, unit))
    before = (end - timedelta(microseconds=1)).astimezone(zone(country))
    assert before.date() < end.astimezone(zone(country)).date()
    assert end > start


@given(COUNTRIES, MOMENTS, st.integers(0, 60), st.sampled_from([DayType.WORKING, DayType.CALENDAR, DayType.HOURS]))
def test_a_limit_is_used_up_when_it_ends_and_not_a_moment_earlier(country: str, start: datetime, count: int, unit: DayType) -> None:
    end = add_span(country, start, Span(count, unit))
    # The last counted day is full one moment before the end; hours are whole only at the end.
    last = end if unit is DayType.HOURS else end - timedelta(microseconds=1)
    assert used_days(country, start, last, unit) == count
    assert used_days(country, start, end + (timedelta(hours=1) if unit is DayType.HOURS else timedelta(days=10)), unit) > count


@given(COUNTRIES, MOMENTS, st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(DayType)))
def test_more_days_never_end_earlier(country: str, start: datetime, count: int, more: int, unit: DayType) -> None:
    assert add_span(country, start, Span(count, unit)) <= add_span(country, start, Span(count + more, unit))


@given(COUNTRIES, MOMENTS, st.integers(0, 4000), st.integers(0, 4000), st.sampled_from([DayType.WORKING, DayType.CALENDAR]))
def test_days_used_add_up_over_a_break_within_one_day(country: str, start: datetime, first: int, second: int, unit: DayType) -> None:
    middle, end = start + timedelta(hours=first), start + timedelta(hours=first + second)
    assert used_days(country, start, middle, unit) + used_days(country, middle, end, unit) == used_days(country, start, end, unit)


def test_a_country_that_we_do_not_serve_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        local_day("ZZ", datetime(2026, 3, 2, tzinfo=UTC))
