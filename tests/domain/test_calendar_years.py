"""Every zone through eighteen years: each local date that exists has one instant for every quarter of an hour."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.domain.calendar import instant, zone, zone_names

DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)
FIRST, LAST = date(2020, 1, 1), date(2037, 12, 31)
DATES = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
QUARTERS = [time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 15)]
PARTS = 4


@cache
def different_zones() -> tuple[str, ...]:
    """One name for each set of rules: most names are other names of a zone."""
    rules = {files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes(): name for name in zone_names()}
    return tuple(sorted(rules.values()))


def changes(where: ZoneInfo) -> set[date]:
    """The dates, in UTC, on which a zone's clocks are changed."""
    noons = [datetime.combine(day, time(12), UTC) for day in (FIRST - DAY, *DATES, LAST + DAY)]
    return {
        after.date()
        for before, after in pairwise(noons)
        if before.astimezone(where).utcoffset() != after.astimezone(where).utcoffset()
    }


def first_shown(day: date, where: ZoneInfo) -> dict[datetime, datetime]:
    """What a zone's clocks show each quarter of an hour around a date, and when they show it first."""
    start = datetime.combine(day - DAY, time(), UTC)
    shown: dict[datetime, datetime] = {}
    for step in range(3 * len(QUARTERS)):
        moment = start + step * QUARTER
        shown.setdefault(moment.astimezone(where).replace(tzinfo=None, fold=0), moment)
    return shown


def shifted(asked: datetime, where: ZoneInfo) -> datetime:
    """When a time in a gap is meant: by the clocks as they were before it."""
    offset = asked.replace(tzinfo=where).utcoffset()
    assert offset is not None
    return (asked - offset).replace(tzinfo=UTC)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_around_each_change_of_clocks_every_quarter_of_an_hour_has_one_instant(part: int) -> None:
    checked = 0
    for name in different_zones()[part::PARTS]:
        where = zone(name)
        for day in sorted({changed + step * DAY for changed in changes(where) for step in (-1, 0, 1)}):
            shown = first_shown(day, where)
            assert any(local.date() == day for local in shown), f"{name} has no {day}: say so above"
            for at in QUARTERS:
                asked, found = datetime.combine(day, at), instant(day, at, where)
                assert found == (shown[asked] if asked in shown else shifted(asked, where)), (name, asked)
                assert asked in shown or found.astimezone(where).replace(tzinfo=None) > asked, (name, asked)
                checked += 1
    assert checked > 200_000


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_between_changes_a_quarter_of_an_hour_is_when_the_clocks_show_it(part: int) -> None:
    """A quarter for each date, another one each time: between changes they all differ by what they say."""
    for name in different_zones()[part::PARTS]:
        where = zone(name)
        near = {changed + step * DAY for changed in changes(where) for step in (-1, 0, 1)}
        before = datetime.min.replace(tzinfo=UTC)
        for number, day in enumerate(DATES):
            found = instant(day, QUARTERS[number * 37 % len(QUARTERS)], where)
            assert found is not None, (name, day)
            assert found > before or day in near, (name, day)
            assert day in near or found.astimezone(where).date() == day, (name, day)
            before = found
