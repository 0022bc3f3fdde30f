"""Whatever Slack does to a question on its way: it stands once in the end, or its keepers are told why not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from adapters.slack.codes import LASTING
from bot.bank import Bank
from bot.domain.identity import Person
from bot.domain.rounds import DrillState, PostingKind, PostingState, RoundState
from bot.store.database import Database
from bot.store.models import Answer, Drill, Posting, Round
from tests.fakes.slack.passing import Passing
from tests.fakes.slack.people import user_id
from tests.fakes.slack.server import DROPPED, Fault, until
from tests.fakes.slack.stage import SlackStage
from tests.fakes.slack.troubles import CASES, EDIT, LOOK, POST, REFUSALS, Case
from tests.house import House, Time
from tests.stage import ADMIN

pytestmark = pytest.mark.sqlite_only("it is about what Slack says; what becomes of a posting then is tried on both")


@pytest.fixture
async def stage(
    time: Time, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> AsyncIterator[SlackStage]:
    """One that cannot be asked what stands in a channel: it lacks the scope. Over Socket Mode, if nobody says else."""
    monkeypatch.setattr("adapters.slack.platform.WITHIN", 1.5)
    http = getattr(request, "param", None) == "http"
    async with SlackStage(Passing(lambda: time().timestamp()), http=http) as stage:
        yield stage


over_both = pytest.mark.parametrize("stage", ["socket", "http"], indirect=True)


@pytest.fixture
def keeper(stage: SlackStage) -> Person:
    return Person(stage.place.workspace, user_id(ADMIN), ADMIN, manages=True)


@pytest.fixture
async def house(stage: SlackStage, database: Database, bank: Bank, time: Time, keeper: Person) -> House:
    """A question is due in a minute."""
    house = House(database, bank, time, [stage.platform])
    await house.ask("setup at:09:00 zone:UTC days:daily", keeper, stage.place)
    await stage.connect(house.quiz)
    await house.delivery.sweep()
    time.set("2026-11-23 08:59")
    return house


@dataclass(frozen=True, slots=True)
class Rows:
    """What the rows say of the first question."""

    posting: PostingState
    round: RoundState
    message: str | None
    trouble: str | None


async def rows(house: House) -> Rows:
    async with house.database.reading() as session:
        drill = (await session.scalars(select(Drill))).one()
        this = (await session.scalars(select(Round).order_by(Round.id))).first()
        question = select(Posting).where(Posting.kind == PostingKind.QUESTION).order_by(Posting.id)
        posting = (await session.scalars(question)).first()
    assert this is not None
    assert posting is not None
    return Rows(posting.state, this.state, posting.message, drill.trouble)


async def tick(house: House, minutes: float) -> None:
    """Sweep every twenty seconds."""
    for _ in range(int(minutes * 3)):
        house.time.pass_(seconds=20)
        await house.delivery.sweep()


def ask_for(stage: SlackStage, case: Case) -> None:
    """Have a case happen."""
    for method, fault in case.faults:
        stage.slack.fail(method, fault)


async def stands_once(stage: SlackStage, house: House) -> None:
    """In the channel and in the rows."""
    (message,) = stage.channel()
    assert message.text.startswith("Daily question")
    found = await rows(house)
    assert found == Rows(PostingState.SENT, RoundState.OPEN, message.id.split(":")[-1], None)


@pytest.mark.parametrize("name", CASES)
async def test_a_question_stands_once_where_slack_can_be_asked(name: str, stage: SlackStage, house: House) -> None:
    stage.slack.scopes.add("channels:history")
    ask_for(stage, CASES[name])
    await tick(house, minutes=10)
    await stands_once(stage, house)
    assert stage.private(ADMIN) == []


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not any(m == LOOK for m, _ in case.faults)])
async def test_a_question_stands_once_where_a_keeper_decides(
    name: str, stage: SlackStage, house: House, keeper: Person
) -> None:
    case = CASES[name]
    ask_for(stage, case)
    await tick(house, minutes=10)
    if case.doubt:
        stage.slack.forgive("missing_scope")
        found = await rows(house)
        assert found.posting is PostingState.HELD
        assert found.trouble == f"missing_scope: {LASTING['missing_scope']} (channels:history)"
        told = stage.private(ADMIN)
        _, last = case.faults[-1]  # which what is told may meet, too: it is told again only if it surely did not arrive
        assert len(told) == (1 if len(case.faults) == 1 or last.status == 429 else 0)
        assert all("nobody can tell whether the question was posted: missing_scope" in one.text for one in told)
        assert len(stage.channel()) == sum(fault.works for _, fault in case.faults)
        await decide(stage, house, keeper)
    await stands_once(stage, house)


async def decide(stage: SlackStage, house: House, keeper: Person) -> None:
    """As they were told: look there, and press a letter of what stands, or have it posted."""
    if standing := stage.channel():
        assert "Recorded: A" in (await stage.press("grace", standing[0], "A")).text
        return
    for _ in range(3):  # the question may get lost again
        await house.ask("post", keeper, stage.place)
        await tick(house, minutes=3)
        while any("missing_scope" in breach for breach in stage.slack.breaches):
            stage.slack.forgive("missing_scope")


@pytest.mark.parametrize("scope", ["channels:history", "commands"])
@pytest.mark.parametrize("code", REFUSALS)
async def test_what_slack_refuses_its_keepers_are_told(code: str, scope: str, stage: SlackStage, house: House) -> None:
    stage.slack.scopes.add(scope)
    REFUSALS[code](stage)
    await tick(house, minutes=10)
    found = await rows(house)
    assert stage.channel() == []
    assert (found.posting, found.round) == (PostingState.FAILED, RoundState.FAILED)
    assert (found.trouble or "").startswith(f"{code}: {LASTING[code]}")
    (told,) = stage.private(ADMIN)
    assert (found.trouble or "?") in told.text
    assert stage.slack.calls.count(POST) == 2  # the question, and what its keeper is told
    if stage.slack.breaches:
        stage.slack.forgive(code)


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
async def test_with_a_dead_token_the_drill_ends(
    code: str, stage: SlackStage, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(100):
        stage.slack.fail(POST, Fault(error=code))
    for _ in range(6):
        await tick(house, minutes=3)
        house.time.pass_(hours=23, minutes=57)
    async with house.database.reading() as session:
        drill = (await session.scalars(select(Drill))).one()
    assert drill.state is DrillState.PAUSED
    assert drill.trouble == f"{code}: {LASTING[code]}"
    assert stage.slack.calls.count(POST) <= 2 * 3  # three days, each with a question and with telling a keeper
    assert any("could not be told of its trouble" in record.message for record in caplog.records)


@pytest.mark.parametrize("name", ["connection dropped, before", "connection dropped, after", "503, after", "429"])
async def test_a_reveal_stands_once(name: str, stage: SlackStage, house: House, keeper: Person) -> None:
    stage.slack.scopes.add("channels:history")
    await tick(house, minutes=2)
    ask_for(stage, CASES[name])
    stage.slack.fail(EDIT, DROPPED)
    stage.slack.fail(EDIT, Fault(502))
    await house.ask("reveal", keeper, stage.place)
    await tick(house, minutes=10)
    question, reveal = stage.channel()
    assert reveal.text.startswith("The answer is")
    assert "A" not in question.buttons
    assert (await rows(house)).round is RoundState.REVEALED


async def test_a_click_that_slack_delivers_twice_counts_once(stage: SlackStage, house: House) -> None:
    await tick(house, minutes=2)
    (message,) = stage.channel()
    said = await stage.press("grace", message, "A")
    await stage.slack.repeat()
    await until(lambda: len(stage.private("grace")) == 2)
    assert "Recorded: A" in said.text
    assert await choices(house) == ["A"]
    stage.slack.forgive("answered 2 times")


async def test_clicks_that_come_in_another_order_count_as_they_came(stage: SlackStage, house: House) -> None:
    """Nobody can tell a late copy from a change of mind, but the person sees what counts now."""
    await tick(house, minutes=2)
    (message,) = stage.channel()
    await stage.press("grace", message, "A")
    await stage.press("grace", message, "B")
    assert (await choices(house))[-1] == "B"
    await stage.slack.repeat(back=2)
    await until(lambda: len(stage.private("grace")) == 3)
    assert "Recorded: A" in stage.private("grace")[-1].text
    assert (await choices(house))[-1] == "A"
    await stands_once(stage, house)
    stage.slack.forgive("answered 2 times")


@over_both
async def test_a_click_that_comes_before_the_answer_to_the_post(stage: SlackStage, house: House) -> None:
    """Slack has shown the question, somebody answers it, and only then it is known that the post got no answer."""
    stage.slack.fail(POST, Fault(hangs=True, works=True))
    house.time.set("2026-11-23 09:00")
    sweeping = asyncio.create_task(house.delivery.sweep())
    await until(lambda: bool(stage.channel()))
    assert "Recorded: A" in (await stage.press("grace", stage.channel()[0], "A")).text
    await sweeping
    await tick(house, minutes=10)
    await stands_once(stage, house)
    assert await choices(house) == ["A"]
    assert stage.private(ADMIN) == []
    stage.slack.forgive("missing_scope")  # it cannot be looked through for copies


@over_both
async def test_a_click_on_what_was_never_recorded_as_sent_adopts_it(stage: SlackStage, house: House) -> None:
    stage.slack.fail(POST, DROPPED)
    await tick(house, minutes=1)
    (message,) = stage.channel()
    assert (await rows(house)).message is None
    assert "Recorded: A" in (await stage.press("grace", message, "A")).text
    await tick(house, minutes=10)
    await stands_once(stage, house)
    stage.slack.forgive("missing_scope")  # it cannot be looked through for copies


async def test_a_click_that_comes_after_the_reveal_changes_nothing(
    stage: SlackStage, house: House, keeper: Person
) -> None:
    await tick(house, minutes=2)
    (message,) = stage.channel()
    await stage.press("grace", message, "A")
    await house.ask("reveal", keeper, stage.place)
    await stage.slack.repeat()
    await until(lambda: len(stage.private("grace")) == 2)
    await tick(house, minutes=2)
    assert await choices(house) == ["A"]
    assert len(stage.channel()) == 2
    stage.slack.forgive("answered 2 times")


async def choices(house: House) -> list[str]:
    """What was answered, in the order it came."""
    async with house.database.reading() as session:
        return [*(await session.scalars(select(Answer.choice).order_by(Answer.id)))]
