"""Local days and times against instants, through every kind of change that zones have made or will make."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.calendar import (
    WEEKDAYS,
    Rhythm,
    due_days,
    find_zone,
    instant,
    local_day,
    next_due,
    parse_time,
    parse_weekdays,
    say_weekdays,
    zone,
    zone_names,
)

DAILY, MON_FRI = frozenset(range(7)), frozenset(range(5))
DAY = timedelta(days=1)

# What a local time means, and how the zone's own clocks show that instant.
MEANINGS = [
    # A time that does not exist shifts later by the gap.
    ("America/New_York", "2026-03-08 02:30", "2026-03-08 07:30", "2026-03-08 03:30 -0400"),
    ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:30", "2026-03-29 03:30 +0200"),
    ("Europe/London", "2027-03-28 01:30", "2027-03-28 01:30", "2027-03-28 02:30 +0100"),
    ("Africa/Casablanca", "2026-03-22 02:30", "2026-03-22 02:30", "2026-03-22 03:30 +0100"),
    ("Antarctica/Troll", "2026-03-29 01:30", "2026-03-29 01:30", "2026-03-29 03:30 +0200"),  # two hours
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:45", "2026-10-04 02:45 +1100"),  # half an hour
    ("Pacific/Chatham", "2026-09-27 02:45", "2026-09-26 14:00", "2026-09-27 03:45 +1345"),
    # Midnight itself may be missing,
    ("America/Havana", "2026-03-08 00:00", "2026-03-08 05:00", "2026-03-08 01:00 -0400"),
    ("America/Santiago", "2026-09-06 00:00", "2026-09-06 04:00", "2026-09-06 01:00 -0300"),
    ("Africa/Cairo", "2026-04-24 00:00", "2026-04-23 22:00", "2026-04-24 01:00 +0300"),
    ("Asia/Beirut", "2026-03-29 00:00", "2026-03-28 22:00", "2026-03-29 01:00 +0300"),
    # and so may the last hour of a day: shown on Sunday, it is still Saturday's.
    ("America/Nuuk", "2026-03-28 23:30", "2026-03-29 01:30", "2026-03-29 00:30 -0100"),
    # A time that comes twice means its first occurrence.
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "2026-11-01 01:30 -0400"),
    ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", "2026-10-25 02:30 +0200"),
    ("Europe/Dublin", "2026-10-25 01:30", "2026-10-25 00:30", "2026-10-25 01:30 +0100"),  # its winter is the exception
    ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-05 01:45 +1100"),
    ("Pacific/Chatham", "2026-04-05 02:45", "2026-04-04 13:00", "2026-04-05 02:45 +1345"),
    ("Africa/Casablanca", "2026-02-15 02:30", "2026-02-15 01:30", "2026-02-15 02:30 +0100"),  # as Ramadan begins
    ("America/Havana", "2025-11-02 00:30", "2025-11-02 04:30", "2025-11-02 00:30 -0400"),
    ("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30", "2026-04-04 23:30 -0300"),  # midnight comes twice
    ("Atlantic/Azores", "2026-10-25 00:00", "2026-10-25 00:00", "2026-10-25 00:00 +0000"),
    # Nothing special, except offsets that are not whole hours, and laws that an old copy of the database misses.
    ("America/New_York", "2027-03-14 09:00", "2027-03-14 13:00", "2027-03-14 09:00 -0400"),
    ("America/Phoenix", "2026-07-01 09:00", "2026-07-01 16:00", "2026-07-01 09:00 -0700"),
    ("Asia/Kolkata", "2026-06-01 09:00", "2026-06-01 03:30", "2026-06-01 09:00 +0530"),
    ("Asia/Kathmandu", "2026-06-01 09:00", "2026-06-01 03:15", "2026-06-01 09:00 +0545"),
    ("America/Vancouver", "2026-11-23 09:00", "2026-11-23 16:00", "2026-11-23 09:00 -0700"),
    ("America/Winnipeg", "2026-11-23 09:00", "2026-11-23 14:00", "2026-11-23 09:00 -0500"),
]


def utc(text: str) -> datetime:
    """An ISO date and time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("name", "local", "meant", "shown"), MEANINGS)
def test_a_local_time_means_one_instant(name: str, local: str, meant: str, shown: str) -> None:
    wanted, where = datetime.fromisoformat(local), zone(name)
    found = instant(wanted.date(), wanted.time(), where)
    assert found == utc(meant)
    assert f"{found.astimezone(where):%Y-%m-%d %H:%M %z}" == shown


@pytest.mark.parametrize(("name", "missing"), [("Pacific/Apia", "2011-12-30"), ("Pacific/Kwajalein", "1993-08-21")])
@pytest.mark.parametrize("at", [time(0), time(9), time(23, 59)])
def test_a_date_that_a_zone_skipped_has_no_instant_but_its_neighbours_have(name: str, missing: str, at: time) -> None:
    day, where = date.fromisoformat(missing), zone(name)
    before, none, after = (instant(day + step * DAY, at, where) for step in (-1, 0, 1))
    assert none is None
    assert before is not None
    assert after == before + DAY


@given(
    name=st.sampled_from(zone_names()),
    start=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
@example(name="Pacific/Apia", start=date(2011, 12, 27), at=time(9))
@example(name="Pacific/Kwajalein", start=date(1993, 8, 18), at=time(0))
@example(name="Pacific/Kwajalein", start=date(1969, 9, 27), at=time(12))  # the same date twice
@example(name="America/Havana", start=date(2026, 3, 5), at=time(0))
@example(name="America/Nuuk", start=date(2026, 3, 26), at=time(23, 30))
@example(name="America/Santiago", start=date(2026, 4, 2), at=time(23, 30))
def test_every_date_that_exists_has_one_instant_and_they_come_in_order(name: str, start: date, at: time) -> None:
    where, days = zone(name), [start + n * DAY for n in range(8)]
    found = {day: instant(day, at, where) for day in days}
    midnight = datetime.combine(start - DAY, time(), UTC)
    lived = {(midnight + timedelta(minutes=30 * n)).astimezone(where).date() for n in range(48 * 11)}
    assert [day for day in days if found[day] is not None] == [day for day in days if day in lived]
    instants = [moment for moment in found.values() if moment is not None]
    assert instants == sorted(set(instants))
    for day, moment in found.items():
        if moment is not None:
            shown, asked = moment.astimezone(where).replace(tzinfo=None), datetime.combine(day, at)
            both = [asked.replace(tzinfo=where, fold=fold).astimezone(UTC) for fold in (0, 1)]
            meant = [each for each in both if each.astimezone(where).replace(tzinfo=None) == asked]
            assert moment == min(meant) if meant else shown > asked


@pytest.mark.parametrize(
    ("zone_name", "at", "weekdays", "after", "expected"),
    [
        pytest.param("Europe/Berlin", "09:00", MON_FRI, "2026-11-23 07:59", "2026-11-23 08:00", id="today"),
        pytest.param("Europe/Berlin", "09:00", MON_FRI, "2026-11-23 08:00", "2026-11-24 08:00", id="later, not now"),
        pytest.param("Europe/Berlin", "09:00", MON_FRI, "2026-11-27 08:00", "2026-11-30 08:00", id="over the weekend"),
        pytest.param("Europe/Berlin", "09:00", DAILY, "2026-03-28 08:00", "2026-03-29 07:00", id="a day of 23 hours"),
        pytest.param("Europe/Berlin", "09:00", DAILY, "2026-10-24 07:00", "2026-10-25 08:00", id="a day of 25 hours"),
        pytest.param("Pacific/Kiritimati", "09:00", {0}, "2026-11-20 00:00", "2026-11-22 19:00", id="Monday there"),
        pytest.param("America/Los_Angeles", "20:00", {4}, "2026-11-26 00:00", "2026-11-28 04:00", id="Friday there"),
        pytest.param("America/Nuuk", "23:30", {5}, "2026-03-28 12:00", "2026-03-29 01:30", id="Saturday into Sunday"),
        pytest.param("America/Nuuk", "23:30", {5}, "2026-03-29 01:10", "2026-03-29 01:30", id="Saturday's, on Sunday"),
        pytest.param("Pacific/Apia", "09:00", {4}, "2011-12-24 00:00", "2012-01-05 19:00", id="no Friday that week"),
        pytest.param("UTC", "09:00", DAILY, "2028-02-28 09:00", "2028-02-29 09:00", id="leap day"),
        pytest.param("UTC", "09:00", {0}, "2026-12-28 09:00", "2027-01-04 09:00", id="out of a week 53"),
    ],
)
def test_the_next_one_is_due_by_the_clocks_of_the_place(
    zone_name: str, at: str, weekdays: set[int], after: str, expected: str
) -> None:
    rhythm = Rhythm(time.fromisoformat(at), zone_name, frozenset(weekdays))
    assert next_due(rhythm, utc(after)) == utc(expected)


@given(
    name=st.sampled_from(zone_names()),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    after=st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
)
def test_the_next_one_is_the_first_of_the_due_days_after_a_moment(
    name: str, at: time, weekdays: frozenset[int], after: datetime
) -> None:
    rhythm = Rhythm(at, name, weekdays)
    days = [*islice(due_days(rhythm, local_day(after, name) - 9 * DAY), 30)]
    assert {day.weekday() for day, _ in days} == weekdays
    assert next_due(rhythm, after) == min(due for _, due in days if due > after)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  europe/BERLIN ", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("america/argentina/buenos aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("us/pacific", "US/Pacific"),
        ("Berlin", None),
        ("Europe", None),
        ("", None),
        ("../../etc/passwd", None),
    ],
)
def test_a_zone_is_found_however_it_is_written(typed: str, name: str | None) -> None:
    assert find_zone(typed) == name


def test_every_zone_of_the_pinned_database_can_be_found_and_read() -> None:
    assert len(zone_names()) > 500
    for name in zone_names():
        assert find_zone(name.upper().replace("_", " ")) == name
        assert zone(name).key == name


@pytest.mark.parametrize("name", ["europe/berlin", "Europe", "", "../tzdata", "localtime"])
def test_a_zone_that_the_pinned_database_lacks_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        zone(name)


@given(st.times())
def test_a_time_is_read_with_and_without_its_zero_and_with_a_full_stop(at: time) -> None:
    whole = at.replace(second=0, microsecond=0)
    for typed in (f"{at:%H:%M}", f"{at.hour}:{at:%M}", f" {at:%H.%M} "):
        assert parse_time(typed) == whole


@pytest.mark.parametrize(
    "typed", ["", "9", "24:00", "9:60", "9:5", "9:005", "-1:00", "9:00 am", "9:00:00", "٩:٠٠", "²:00", "009:00", "a:00"]
)
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    assert parse_time(typed) is None


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("daily", "0123456"),
        ("Every Day", "0123456"),
        ("mon-fri", "01234"),
        ("Monday-Friday", "01234"),
        ("fri-mon", "4560"),
        ("mon,wed, fri", "024"),
        ("sat sun", "56"),
        ("tues thurs", "13"),
        ("mon-wed,sun", "0126"),
        ("mon mon", "0"),
        ("", None),
        (",", None),
        ("mo", None),
        ("mon - fri", None),
        ("weekdays", None),
        ("mon,someday", None),
        ("fri-someday", None),
        ("mon–fri", "01234"),  # as telephones write it
        ("mon—fri", None),
        ("mon/wed", None),
        ("mon-wed-fri", None),
        ("mon-", None),
        ("-mon", None),
        ("monkey", None),
    ],
)
def test_weekdays_are_read_as_people_write_them(typed: str, days: str | None) -> None:
    assert parse_weekdays(typed) == (days if days is None else frozenset(map(int, days)))


def test_every_set_of_weekdays_is_read_as_it_is_said() -> None:
    for size in range(1, 8):
        for days in combinations(range(7), size):
            assert parse_weekdays(say_weekdays(frozenset(days))) == frozenset(days)
    assert [say_weekdays(frozenset(days)) for days in (DAILY, MON_FRI, {5, 6}, {0, 2, 4})] == [
        "daily",
        "mon-fri",
        "sat,sun",
        "mon,wed,fri",
    ]


@given(st.text() | st.text("0123456789:.", max_size=9) | st.lists(st.sampled_from([*WEEKDAYS, "-", ","])).map("".join))
@example("9" * 5000 + ":00")
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    at, days = parse_time(typed), parse_weekdays(typed)
    assert at is None or at.second == 0
    assert days is None or (days and days <= DAILY)
    assert find_zone(typed) in (None, *zone_names())
