"""What people type in Slack, where people, groups and channels come as marks: read as the grammar has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.typed import words
from bot import grammar
from bot.commands import Command, Compare, Explain, Home, Keepers, Setup
from bot.ports import Reply
from tests import gallery
from tests.fakes.slack.door import ScriptedDoor
from tests.fakes.slack.stage import SlackStage

READ: dict[str, Command] = {
    "": Home(),
    "keepers add:<@U123|ada>": Keepers(add="U123 ada"),
    "keepers add: <@U123|ada lovelace>": Keepers(add="U123 ada lovelace"),
    "keepers <@U123>": Keepers(add="U123"),
    "keepers remove:<@W9|grace> add:<@U1|x>": Keepers(add="U1 x", remove="W9 grace"),
    "setup ping:<!subteam^S123|@quizzers>": Setup(ping="S123"),
    "setup ping:<!subteam^S123>": Setup(ping="S123"),
    "setup ping:<!here>": Setup(ping="here"),
    "setup ping:<!channel|channel>": Setup(ping="channel"),
    "compare sess-0035 a &lt; b &amp;&amp; c &gt; d": Compare("sess-0035", "a < b && c > d"),
    "compare sess-0035 as in <#C1|general> or <#C2>": Compare("sess-0035", "as in #general or #C2"),
    "explain <https://example.org/x|sess-0035>": Explain("sess-0035"),
    "compare sess-0035 see <https://example.org>": Compare("sess-0035", "see https://example.org"),
    "compare sess-0035 &lt;@U123&gt; is no mark, nor is &amp;lt;": Compare(
        "sess-0035", "<@U123> is no mark, nor is &lt;"
    ),
}


@pytest.mark.parametrize("text", READ)
def test_marks_are_read(text: str) -> None:
    assert grammar.parse_words(words(text)) == READ[text]


@given(st.text(alphabet="<>@#!|^&;ltgamp U1 \u202e\n"))
def test_nothing_that_is_typed_breaks_reading(text: str) -> None:
    grammar.parse_words(words(text))


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N", "P"], exclude_characters="<>&"), min_size=1)))
def test_plain_words_stay_as_they_are(typed: list[str]) -> None:
    assert words(" ".join(typed)) == " ".join(typed).split()


async def test_what_could_notify_reaches_the_door_as_plain_words() -> None:
    async with SlackStage() as stage:
        door = ScriptedDoor(Reply(gallery.personal()))
        await stage.connect(door)
        await stage.ask("grace", "<@U0GRACE> &amp; <!here>")
        assert door.asked[0].command == grammar.parse("U0GRACE & here")
        await stage.ask("grace", "keepers add:<@U0ADA|ada>")
        assert door.asked[1].command == Keepers(add="U0ADA ada")
