"""The door: whatever comes in, somebody is answered politely and nothing changes that should not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from bot.bank import Bank
from bot.cards.model import Buttons, Card
from bot.commands import Answer, Attempt, Board, Command, Explain, Hint, Lookup, Post, Practice, Result, Reveal
from bot.domain.identity import Person, Place, Workspace
from bot.domain.question import Kind, Question
from bot.domain.standings import Scope, Span
from bot.store.database import Database
from bot.store.models import Base
from bot.wire import decode
from tests.fakes.memory import Memory
from tests.house import ADA, GRACE, LINUS, PLACE, WORKSPACE, House, Time

STRANGER = Person(Workspace("memory", "elsewhere"), "2", "Grace", manages=True)
ELSEWHERE = Place(STRANGER.workspace, "general")


@pytest.fixture
async def house(database: Database, bank: Bank, time: Time) -> House:
    """A drill on weekdays at nine in Berlin, whose first question has just been posted."""
    house = House(database, bank, time, [Memory()])
    await house.ask("setup at:09:00 zone:Europe/Berlin days:mon-fri")
    time.set("2026-11-23 08:00")
    await house.delivery.sweep()
    return house


async def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    async with database.reading() as session:
        return {
            table.name: [tuple(row) for row in await session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }


def first(house: House) -> Question:
    """The question that was posted first."""
    [question] = [q for q in house.bank.edition("") if q.slug in platform(house).messages[0].text()]
    return question


def platform(house: House) -> Memory:
    """The platform of a house that has one."""
    [found] = house.platforms
    assert isinstance(found, Memory)
    return found


@pytest.mark.parametrize(
    "forged",
    [
        "q1:answer:999:A",
        "q1:answer:2147483647:A",
        "q1:answer:0:A",
        "q1:answer:1:Z",
        "q1:answer:1:%F0%9F%91%8D",
        "q1:answer:1:ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "q1:answer:1:' OR 1=1 --",
        "q1:answer:-1:A",
        "q1:result:999",
        "q1:dailyhint:999",
        "q1:dailyhint:2",
        "q1:dailyhint:-1",
        "q1:dailyhint:",
        "q1:answerlate:999:A",
        "q1:answerlate:2:A",
        "q1:answerlate:1:A",
        "q1:answerlate:1:Z:1",
        "q1:attempt:nothing:A",
        "q1:attempt:sess-0006:Z",
        "q1:explain:..%2F..%2Fetc%2Fpasswd",
        "q0:answer:1:A",
        "q2:answer:1:A",
        "answer:1:A",
        "q1:",
        "",
        "q1:setup:25%3A00:Mars%2FBase",
        "q1:post",
        "q1:reveal",
        "q1:stop",
        "q1:pause",
        "q1:resume",
    ],
)
async def test_a_forged_button_in_a_members_hand_changes_nothing(house: House, forged: str) -> None:
    before = await everything(house.database)
    said = await house.ask(decode(forged), GRACE)
    assert "went wrong" not in said, said
    assert await everything(house.database) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(said=st.text(max_size=200))
async def test_no_words_and_no_button_break_anything(house: House, said: str) -> None:
    before = await everything(house.database)
    assert "went wrong" not in await house.ask(said, GRACE)
    assert "went wrong" not in await house.ask(decode(said), GRACE)
    assert await everything(house.database) == before


@pytest.mark.parametrize("command", [Answer(1, "A"), Result(1), Answer(1, "A", sure=True)])
async def test_a_round_of_another_workspace_is_not_there(house: House, command: Command) -> None:
    before = await everything(house.database)
    assert "That question is not here" in await house.ask(command, STRANGER, ELSEWHERE)
    assert await everything(house.database) == before


async def test_an_answer_is_a_log_and_saying_it_twice_is_saying_it_once(house: House) -> None:
    for choice, sure in (("A", False), ("A", False), ("B", False), ("B", True), ("B", True)):
        await house.ask(Answer(1, choice, sure), GRACE)
    rows = (await everything(house.database))["answer"]
    assert [(seq, choice, bool(sure)) for _, _, _, seq, choice, sure, _ in rows] == [
        (1, "A", False),
        (2, "B", False),
        (3, "B", True),
    ]


async def test_the_last_answer_before_the_close_is_scored_and_later_ones_are_not(house: House, time: Time) -> None:
    letter = first(house).key
    wrong = "ABCD".replace(letter, "")[0]
    await house.ask(Answer(1, wrong, sure=True), GRACE)
    await house.ask(Answer(1, letter, sure=True), GRACE)
    await house.ask(Answer(1, wrong, sure=True), LINUS)
    time.set("2026-11-24 08:00")
    assert "has closed" in await house.ask(Answer(1, letter, sure=True), LINUS)
    await house.delivery.sweep()
    assert "has closed" in await house.ask(Answer(1, letter), LINUS)
    board = await house.ask(Board(span=Span.ALL), LINUS)
    assert board.index("Grace  11 points") < board.index("→  2. Linus  0 points")
    assert "You answered" in await house.ask(Result(1), GRACE)
    assert "sat this one out" in await house.ask(Result(1), ADA)


async def test_the_answer_is_told_nowhere_while_the_question_is_open(house: House) -> None:
    question = first(house)
    for command in (Explain(question.slug), Attempt(question.slug, "A"), Result(1)):
        said = await house.ask(command, GRACE)
        assert question.explanation[:40] not in said
        assert not any(option.reason in said for option in question.options)
    seen, after = set(), None
    for _ in range(len(house.bank.edition("")) + 5):
        reply = await house.quiz.handle(Practice(after=after), GRACE, PLACE)
        shown = next(q.slug for q in house.bank.edition("") if q.slug in str(reply.says))
        seen.add(shown)
        after = shown
    assert seen == {q.slug for q in house.bank.edition("")} - {question.slug}


async def test_a_hint_leads_back_to_the_topic_and_level_that_one_practises(house: House) -> None:
    question = next(q for q in house.bank.edition("") if q.hint and q.kind is Kind.CHOICE and q != first(house))
    reply = await house.quiz.handle(Hint(question.slug, question.topics[0], question.level), GRACE, PLACE)
    assert isinstance(reply.says, Card)
    asked = [button.press for block in reply.says.blocks if isinstance(block, Buttons) for button in block.items]
    assert asked == [Attempt(question.slug, o.letter, question.topics[0], question.level) for o in question.options]


async def test_a_workspace_that_moved_on_can_still_read_what_it_was_asked(house: House) -> None:
    question = next(
        q for q in house.bank.edition("2.0") if q != first(house) and any(key != q.key for _, key in q.elsewhere)
    )
    assert "ran on SQLAlchemy 2.1" in await house.ask(Explain(question.slug))
    assert "ran on SQLAlchemy 2.0" in await house.ask(Explain(question.slug, version="2.0"))
    assert "ran on SQLAlchemy 2.1" in await house.ask(Explain(question.slug, version="forged"))


async def test_a_message_is_explained_once_its_question_is_closed(house: House, time: Time) -> None:
    question = first(house)
    assert "no question of mine" in await house.ask(Lookup("7"))
    assert "Not before it closes" in await house.ask(Lookup("0"))
    assert "no question of mine" in await house.ask(Lookup("0"), STRANGER, ELSEWHERE)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    told = await house.ask(Lookup("0"))
    assert question.explanation.split("`")[0] in told
    assert await house.ask(Lookup("1")) == told, "the reveal is about the same question"


async def test_alone_with_the_quiz_one_practises_and_sees_ones_numbers_and_no_spoiler(house: House, time: Time) -> None:
    alone = Place(Workspace("memory", "dm-2", own=True), "dm", personal=True)
    grace = Person(alone.workspace, GRACE.id, "Grace")
    question, before = first(house), await everything(house.database)
    for words in ("today", "board", "setup", "pause", "post", "reveal"):
        assert "That belongs in a channel" in await house.ask(words, grace, alone)
    assert "No question that you answered has closed yet" in await house.ask("me", grace, alone)
    assert "Practice" in await house.ask("practice", grace, alone)
    assert await everything(house.database) == before
    assert "Not before it closes" in await house.ask(Explain(question.slug), grace, alone), "met nowhere yet"
    await house.ask(Answer(1, question.key), GRACE)
    assert "Not before it closes" in await house.ask(Explain(question.slug), grace, alone)
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert question.key in await house.ask(Explain(question.slug), grace, alone)
    assert "The crew: 10 points, 1 of 1 right" in await house.ask("me", grace, alone)


async def test_only_keepers_and_managers_may_administer(house: House) -> None:
    before = await everything(house.database)
    for words in ("setup at:10:00", "setup", "pause", "resume", "stop", "post", "reveal"):
        assert "Only keepers may do that" in await house.ask(words, GRACE)
    assert await everything(house.database) == before


async def test_where_the_platform_names_no_managers_the_first_to_set_up_keeps_it(house: House) -> None:
    place = Place(WORKSPACE, "other")
    unknown = [Person(WORKSPACE, str(n), f"p{n}", manages=None) for n in (10, 11)]
    assert "set up" in await house.ask("setup at:9:00 zone:utc days:daily", unknown[0], place)
    assert "Only keepers" in await house.ask("pause", unknown[1], place)
    assert "Paused" in await house.ask("pause", unknown[0], place)


async def test_setup_names_what_it_cannot_read_and_what_was_meant(house: House) -> None:
    assert "Europe/Berlin" in await house.ask("setup zone:berlin")
    for words, hint in (
        ("setup at:25:00", "09:00"),
        ("setup days:someday", "mon-fri"),
        ("setup topics:stats", "states"),
    ):
        said = await house.ask(words)
        assert "Nothing was changed" in said
        assert hint in said


async def test_pause_keeps_the_open_question_and_resume_goes_on(house: House, time: Time) -> None:
    assert "Paused" in await house.ask("pause")
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert [m.card.title[:6] for m in platform(house).messages] == ["Daily ", "The an"]
    time.set("2026-11-25 08:00")
    await house.delivery.sweep()
    assert len(platform(house).messages) == 2
    await house.ask("resume")
    time.set("2026-11-26 08:00")
    await house.delivery.sweep()
    assert platform(house).messages[-1].card.title == "Daily question · Thursday 26 November"


async def test_a_paused_drill_posts_nothing_even_when_asked(house: House) -> None:
    await house.ask("reveal")
    await house.idle()
    await house.ask("stop")
    assert "Resume it first" in await house.ask("post")


async def test_post_and_reveal_now_happen_once_and_in_order(house: House, time: Time) -> None:
    assert "is open already" in await house.ask(Post())
    time.set("2026-11-24 06:00")
    assert "on its way" in await house.ask(Post())
    await house.idle()
    titles = [message.card.title for message in platform(house).messages]
    assert [title.split(" · ")[-1][:10] for title in titles] == ["closed", titles[1][:10], "Tuesday 24"]
    time.set("2026-11-24 08:00")
    await house.delivery.sweep()
    assert len(platform(house).messages) == 3
    assert "on its way" in await house.ask(Reveal())
    await house.idle()
    assert len(platform(house).messages) == 4
    assert "nothing to reveal" in await house.ask(Reveal())
    assert "a day has one" in await house.ask(Post())


async def test_empty_states_lead_on(database: Database, bank: Bank, time: Time) -> None:
    house = House(database, bank, time, [Memory()])
    for words in ("today", "board", "me", "post", "reveal", "pause"):
        assert "No daily question here yet" in await house.ask(words, ADA)
    assert "Ask an admin" in await house.ask("today", GRACE)
    await house.ask("setup at:09:00 zone:Europe/Berlin days:daily")
    assert "Nobody is on the board" in await house.ask("board")
    assert "starts your streak" in await house.ask("me")
    assert "Nobody has formed a team" in await house.ask(Board(Scope.TEAMS))
    assert "The next question comes" in await house.ask("today")


async def test_a_failure_of_ours_is_answered_with_a_code_that_the_log_has(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE score RENAME TO broken"))
    said = await house.ask("board")
    assert "went wrong on our side" in said
    assert said.split()[-1] in caplog.text
    assert "Daily question" in await house.ask("today", GRACE), "the door lives on"
