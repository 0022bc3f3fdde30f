"""The report on a channel: right by a count of one's own, about nobody, for keepers alone."""

import csv
import re
from io import StringIO
from statistics import correlation

import pytest
from sqlalchemy import select

from bot.bank import Bank
from bot.cards.model import Card, File
from bot.commands import Answer, Layout, Report
from bot.domain.identity import Person, Place
from bot.domain.rounds import RoundState
from bot.domain.standings import Span
from bot.store.database import Database
from bot.store.models import Round
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, PLACE, WORKSPACE, House, Time

CROWD = [Person(WORKSPACE, str(number), f"Member {number}") for number in range(11, 15)]
RIGHT = {"2026-11-23": 3, "2026-11-24": 1, "2026-11-26": 4}
"""How many of the crowd are right on each day. Grace alone answers on the day between, and nobody on another."""


def wrong(this: Round) -> str:
    """An answer that is wrong altogether."""
    return next(letter for letter in "ABCDE" if letter not in this.key) if len(this.key) < 4 else this.key[::-1]


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """Five questions, of which the crowd answered three, the last one among them."""
    house = House(database, bank, time, [Memory()])
    time.set("2026-11-22 08:00")
    await house.ask("setup at:09:00 zone:UTC days:daily recap:off")
    for day in ("2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"):
        house.time.set(f"{day} 09:00")
        await house.delivery.sweep()
        async with database.reading() as session:
            this = (await session.scalars(select(Round).where(Round.state == RoundState.OPEN))).one()
        for number, person in enumerate(CROWD if day in RIGHT else [GRACE] if day == "2026-11-25" else []):
            right = day in RIGHT and number < RIGHT[day]
            await house.ask(Answer(this.id, this.key if right else wrong(this)), person)
    return house


async def table(house: House, span: Span) -> list[dict[str, str]]:
    """The lines of the table."""
    says = (await house.quiz.handle(Report(span, Layout.CSV), ADA, PLACE)).says
    assert isinstance(says, Card)
    [file] = [block for block in says.blocks if isinstance(block, File)]
    return [*csv.DictReader(StringIO(file.text))]


async def test_a_report_tells_who_takes_part_and_the_hardest_question(house: House) -> None:
    told = await house.ask("report")
    assert told.startswith("Report · this season")
    assert "2.6 of 5 people answer a question (52%); 5 questions closed." in told
    hardest = re.search(r"Hardest:\n+\s*(\S+): (\d+)% of (\d+) right", told)
    assert hardest
    assert hardest.groups()[1:] == ("25", "4")
    assert "2 questions were answered by fewer than 3 and left out" in told


async def test_the_table_has_a_line_for_each_question_that_enough_people_answered(house: House) -> None:
    lines = await table(house, Span.ALL)
    assert [(line["day"], line["people"], line["right"], line["share_right"]) for line in lines] == [
        (day, "4", str(right), f"{right / 4:.3f}") for day, right in RIGHT.items()
    ]
    for line in lines:
        assert sum(int(part.partition(":")[2]) for part in line["answers"].split()) == 4
        assert dict(part.split(":") for part in line["answers"].split())[line["key"]] == line["right"]
        assert line["question"].startswith("sess-")
    assert lines[2]["discrimination"] == ""  # as all were right


async def test_topics_add_up_what_their_questions_had(house: House, bank: Bank) -> None:
    shares: dict[str, tuple[int, int]] = {}
    for line in await table(house, Span.ALL):
        for topic in line["topics"].split():
            right, people = shares.get(topic, (0, 0))
            shares[topic] = right + int(line["right"]), people + int(line["people"])
    told = re.findall(r"^\s*(.+): (\d+)% of (\d+) answers right", await house.ask("report all"), re.MULTILINE)
    assert 1 <= len(told) <= 5
    titles = {title: slug for slug, title in bank.topics.items()}
    for title, share, people in told:
        right, of = shares[titles[title]]
        assert (f"{right / of:.0%}", str(of)) == (f"{share}%", people)
    assert [int(share) for _, share, _ in told] == sorted(int(share) for _, share, _ in told)


async def test_the_last_question_has_a_report_of_its_own(house: House) -> None:
    told = await house.ask("report day")
    assert "4.0 of 4 people answer a question (100%); 1 question closed." in told
    [line] = await table(house, Span.DAY)
    assert (line["day"], line["right"]) == ("2026-11-26", "4")


async def test_how_well_a_question_parts_people_is_what_a_count_by_hand_says(house: House) -> None:
    first, second, _ = await table(house, Span.ALL)
    # Right on day 1: the first three; on day 2: the first; on day 3 all. Points of a right answer 10, of a wrong one 2.
    elsewhere = {"2026-11-23": [10.0, 6.0, 6.0, 6.0], "2026-11-24": [10.0, 10.0, 10.0, 6.0]}
    for line, right in ((first, 3), (second, 1)):
        was_right = [float(number < right) for number in range(4)]
        assert float(line["discrimination"]) == pytest.approx(correlation(was_right, elsewhere[line["day"]]), abs=5e-4)


async def test_nobody_is_named(house: House) -> None:
    told = await house.ask("report all") + str(await table(house, Span.ALL))
    assert not re.search(r"Member|Grace|Ada", told)


async def test_only_keepers_are_shown_it(house: House) -> None:
    for words in ("report", "report all csv"):
        told = await house.ask(words, GRACE)
        assert told.startswith("Only keepers may do that")
    elsewhere = Place(WORKSPACE, "elsewhere")
    assert (await house.ask("report", place=elsewhere)).startswith("No daily question here yet")


async def test_a_new_channel_has_nothing_to_report(house: House) -> None:
    new = Place(WORKSPACE, "new")
    await house.ask("setup at:09:00 zone:UTC days:daily", place=new)
    assert "Nothing has been answered" in await house.ask("report", place=new)
    assert "nothing to report" in (await house.ask("report season csv", place=new)).lower()
