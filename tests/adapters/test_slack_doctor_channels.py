"""What `python -m bot doctor` says of the channels that have a drill, and of cards that Slack would not take."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from adapters.slack.doctor import examine
from adapters.slack.probing import TEXT
from bot.cards.model import Card, Choice, Field, Form, say
from bot.commands import Setup
from bot.domain.identity import Place, Workspace
from bot.findings import Drilled, Finding, Known, Level
from bot.store.database import Database
from tests.fakes.slack.clinic import Clinic
from tests.fakes.slack.clinic import clinic as opened
from tests.fakes.slack.people import CHANNEL, TEAM
from tests.fakes.slack.server import DROPPED, Fault

pytestmark = pytest.mark.sqlite_only("the platform is asked, and no row")

WHERE = f"https://quiz.slack.com/archives/{CHANNEL}"


@pytest.fixture
async def clinic(database: Database) -> AsyncIterator[Clinic]:
    async with opened(database) as clinic:
        yield clinic


async def look(clinic: Clinic, known: Known) -> list[Finding]:
    return [*await examine(clinic.slack.environment, known)]


def drills(*channels: str) -> tuple[Drilled, ...]:
    return tuple(Drilled(Place(Workspace("slack", TEAM), channel), discussion=False) for channel in channels)


async def test_where_the_bot_was_not_invited_the_line_to_type_is_told(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.slack.workspace.channels[CHANNEL].member = False
    done = await clinic.ask()
    found = done.of(f"Channel {CHANNEL}")
    assert (done.status, found["level"]) == (1, "fail")
    assert found["seen"] == "the bot is not in it (not_in_channel), and its drill cannot post"
    assert found["fix"] == f"In {WHERE}: /invite @sqla-quiz"


async def test_a_channel_that_slack_does_not_know_may_be_private_or_gone(clinic: Clinic) -> None:
    await clinic.drill("C0GONE")
    found = (await clinic.ask()).of("Channel C0GONE")
    assert found["seen"].startswith("it is gone, or private and the bot is not in it (channel_not_found)")
    assert "/invite @sqla-quiz" in found["fix"]
    assert "/sqla-quiz setup" in found["fix"]


async def test_an_archived_channel_is_told(clinic: Clinic) -> None:
    clinic.channel("C0OLD", archived=True)
    await clinic.drill("C0OLD")
    found = (await clinic.ask()).of("Channel C0OLD")
    assert (found["level"], found["seen"]) == ("fail", "it is archived (is_archived), and its drill cannot post")
    assert "Unarchive" in found["fix"]


@pytest.mark.parametrize(
    ("code", "seen", "fix"),
    [
        ("restricted_action_read_only_channel", "only some people may post there", "Posting permissions"),
        ("missing_scope", "lacks the scope chat:write", "python -m bot slack manifest"),
        ("ekm_access_denied", "Slack does not let the bot post (ekm_access_denied)", "/invite @sqla-quiz"),
    ],
)
async def test_other_refusals_are_named(clinic: Clinic, code: str, seen: str, fix: str) -> None:
    await clinic.drill()
    clinic.slack.fail("chat.scheduleMessage", Fault(error=code))
    done = await clinic.ask()
    assert done.status == 1
    assert seen in done.of(f"Channel {CHANNEL}")["seen"]
    assert fix in done.of(f"Channel {CHANNEL}")["fix"]


async def test_drills_of_other_workspaces_are_told(clinic: Clinic) -> None:
    await clinic.drill()
    await clinic.drill("C0FAR", team="T0OTHER")
    done = await clinic.ask()
    assert done.of("Workspaces")["seen"].startswith("there are drills (1) in others than Quiz")
    assert done.of(f"Channel {CHANNEL}")["level"] == "ok"


async def test_without_drills_there_is_no_channel_to_look_at(clinic: Clinic) -> None:
    done = await clinic.ask()
    assert (done.status, done.of("Channels")["seen"]) == (0, "no drill is active yet")
    assert "chat.scheduleMessage" not in clinic.slack.calls


async def test_where_drills_cannot_be_read_the_rest_is_looked_at(clinic: Clinic) -> None:
    done = await clinic.ask(DATABASE_URL="postgresql://ada:open-sesame@127.0.0.1:1/quiz")
    assert (done.status, done.of("Channels")["level"], done.of("Bot token")["level"]) == (0, "warn", "ok")
    assert done.of("Channels")["fix"].endswith("python -m bot doctor --only core")


async def test_a_trial_whose_answer_is_lost_is_taken_back(clinic: Clinic) -> None:
    await clinic.drill()
    clinic.slack.fail("chat.scheduleMessage", DROPPED)
    done = await clinic.ask()
    assert done.of(f"Channel {CHANNEL}")["seen"].startswith("Slack does not say: ")
    assert clinic.slack.workspace.scheduled == {}


async def test_what_a_stopped_doctor_left_is_taken_back_and_nothing_else(clinic: Clinic) -> None:
    await clinic.drill()
    scheduled = clinic.slack.workspace.scheduled
    scheduled["Q1"] = {"id": "Q1", "channel_id": CHANNEL, "text": TEXT}
    scheduled["Q2"] = {"id": "Q2", "channel_id": CHANNEL, "text": "somebody else's"}
    assert (await clinic.ask()).of(f"Channel {CHANNEL}")["level"] == "ok"
    assert [*scheduled] == ["Q2"]


async def test_a_trial_that_cannot_be_taken_back_is_told(clinic: Clinic) -> None:
    await clinic.drill()
    for _ in range(2):
        clinic.slack.fail("chat.deleteScheduledMessage", Fault(error="ekm_access_denied"))
    done = await clinic.ask()
    assert (done.status, done.of("Channels")["level"]) == (0, "warn")
    assert "could not be taken back (ekm_access_denied)" in done.of("Channels")["seen"]
    (left,) = clinic.slack.workspace.scheduled.values()
    assert left["metadata"], "Slack posts none with metadata"
    assert (await clinic.ask()).of(f"Channel {CHANNEL}")["level"] == "ok"
    assert clinic.slack.workspace.scheduled == {}


@pytest.mark.parametrize("days", [-50, 50])
async def test_a_clock_that_is_weeks_off_does_not_keep_the_trial_from_its_time(clinic: Clinic, days: int) -> None:
    found = await examine(clinic.slack.environment, Known(drills(CHANNEL), 10), lambda: time.time() + days * 86_400)
    levels = {each.title: each.level for each in found}
    assert (levels[f"Channel {CHANNEL}"], levels["Clock"]) == (Level.OK, Level.FAIL)


async def test_slack_is_left_alone_when_it_wants_that(clinic: Clinic) -> None:
    for _ in range(2):
        clinic.slack.fail("chat.scheduleMessage", Fault(429, "ratelimited", retry_after=30))
    found = await look(clinic, Known(drills(CHANNEL, "C0B", "C0C"), within=10))
    (late,) = [each for each in found if each.title == "Channels"]
    assert late.seen == "3 of 3 were not looked at: Slack wants 30 s of rest (ratelimited)"
    assert (late.level, clinic.slack.calls.count("chat.scheduleMessage")) == (Level.WARN, 1)


async def test_nobody_who_keeps_silent_is_waited_for(clinic: Clinic) -> None:
    known = Known(drills(*(f"C{number}" for number in range(60))), within=0.1)
    clinic.slack.silent = {"chat.scheduleMessage"}
    async with asyncio.timeout(10):
        found = await look(clinic, known)
    (late,) = [each for each in found if each.title == "Channels" and each.level is Level.WARN]
    assert late.seen.endswith("of 60 were not looked at: 0.6 s are over")
    assert late.fix == "Run doctor again with a larger --within"
    silent = [each for each in found if each.title.startswith("Channel C")]
    assert 1 <= len(silent) < 60
    assert {each.seen for each in silent} == {"Slack does not say: no answer within 0.1 s"}


CARD = Card("Hello", (say("Hello."),), summary="Hello.")
TOO_LONG = Field("at", "At", choices=(Choice("x" * 200, "Nine"),))


async def test_a_card_that_slack_does_not_take_is_told_with_the_place(clinic: Clinic) -> None:
    form = Form("Set up", "setup", (TOO_LONG,), "Save", again=Setup())
    found = [each for each in await look(clinic, Known((), 10, (CARD, form))) if each.title == "Cards"]
    assert [each.level for each in found] == [Level.FAIL]
    assert found[0].seen.startswith("“Set up”: /blocks/0/element/options/0/value: 200 characters")
    assert found[0].fix == "Please report this line."
    clinic.slack.fail("blocks.validate", Fault(error="unknown_method"))
    found = [each for each in await look(clinic, Known((), 10, (CARD,))) if each.title == "Cards"]
    assert [(each.level, each.seen) for each in found] == [(Level.FAIL, "“Hello”: unknown_method")]


async def test_cards_are_left_where_slack_wants_rest_or_says_nothing(clinic: Clinic) -> None:
    clinic.slack.fail("blocks.validate", Fault(429, "ratelimited", retry_after=30))
    (late,) = [each for each in await look(clinic, Known((), 10, (CARD, CARD))) if each.title == "Cards"]
    assert (late.level, late.seen) == (
        Level.WARN,
        "2 of 2 were not looked at: Slack wants 30 s of rest (ratelimited)",
    )
    clinic.slack.fail("blocks.validate", Fault(503))
    (late,) = [each for each in await look(clinic, Known((), 10, (CARD, CARD))) if each.title == "Cards"]
    assert (late.level, late.seen) == (Level.FAIL, "Slack does not say: HTTP 503")
