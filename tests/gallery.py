"""Cards at their largest: what every renderer must draw within its platform's limits, whole."""

from datetime import UTC, datetime

from bot.cards.model import (
    Button,
    Buttons,
    Card,
    Choice,
    Code,
    Facts,
    Field,
    Form,
    Link,
    Moment,
    Mono,
    Note,
    OptionLine,
    Options,
    Prose,
    Rank,
    Ranking,
    Strong,
    Text,
    Tone,
)
from bot.commands import Answer, Board, Home, MyStats, Practice, Result, Setup, Today
from bot.domain.question import CODE, EXPLANATION, LETTERS, OPTION, OUTPUT, REASON, SQL, STEM
from bot.domain.standings import Scope, Span
from tests import (
    spoken,
    spoken_away,
    spoken_disputes,
    spoken_hints,
    spoken_links,
    spoken_privacy,
    spoken_reporting,
    spoken_teams,
)

HOSTILE_NAMES = (
    "@everyone",
    "@here",
    "<@123456789012345678>",
    "<@&123456789012345678>",
    "<!channel>",
    "<!here|here>",
    "<@U0123456789>",
    "<#C0123456789>",
    "<https://example.org|click>",
    "[click](https://example.org)",
    "*bold* _it_ ~no~ `code`",
    "```\nfence\n```",
    "||spoiler|| # head > quote",
    "&amp; & < >",
    "<t:0:R> <!date^0^{date}|x>",
    "עברית ימין",
    "\u202eoverride",
    "👩‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "Z̸̢̛a̷l̶g̵o̶",
    "\\backslash\\_",
    "a" * 32,
)


def _fill(length: int, words: str = "the session flushes its pending objects before it runs ") -> str:
    return (words * (length // len(words) + 1))[: length - 1] + "."


def _words(length: int) -> tuple[Text, ...]:
    return (Text(_fill(length)),)


def _program(length: int) -> str:
    line = 's.add(User(name="sandy"))  # a comment, <b> & `ticks`\n'
    return (line * (length // len(line) + 1))[:length]


def question() -> Card:
    """An open question with the longest text of every part."""
    return Card(
        "Daily question · 22 November",
        (
            Prose((Strong(_fill(STEM)),)),
            Code(_program(CODE), "python"),
            Options(tuple(OptionLine(letter, (Text(_fill(OPTION)),)) for letter in LETTERS)),
            Buttons(tuple(Button(letter, Answer(2**31 - 1, letter)) for letter in LETTERS)),
            Note((Text("sess-0035 · level 3 · closes "), Moment(datetime(2026, 11, 23, 9, tzinfo=UTC), "Mon 09:00"))),
        ),
        summary="The daily question is open.",
        tone=Tone.QUESTION,
    )


def reveal() -> Card:
    """A reveal with the longest text of every part, all options explained and counted."""
    return Card(
        "The answer is B",
        (
            Prose((Strong(_fill(STEM)),)),
            Code(_program(CODE), "python"),
            Options(
                tuple(
                    OptionLine(
                        letter, (Text(_fill(OPTION)),), letter == "B", letter == "C", 5000, (Text(_fill(REASON)),)
                    )
                    for letter in LETTERS
                )
            ),
            Code(_program(OUTPUT), "text", "It prints"),
            Code(_program(SQL), "sql", "It emits"),
            Prose((Text(_fill(EXPLANATION - 40)), Mono("session.commit()"), Text(" and more."))),
            Buttons((Button("How did I do?", Result(2**31 - 1)), Button("Board", Board(Scope.PEOPLE, Span.SEASON)))),
            Note((Text("ran on SQLAlchemy 2.1.9 · "), Link("documentation", "https://docs.sqlalchemy.org/"))),
        ),
        summary="The answer to the daily question is here.",
        tone=Tone.GOOD,
    )


def board() -> Card:
    """A board of fifty, led by the most hostile names there are."""
    names = [*HOSTILE_NAMES, *(f"person {n}" for n in range(50))][:50]
    lines = tuple(Rank(n + 1, name, f"{1000 - n} points", f"{n} of 50 right", n == 3) for n, name in enumerate(names))
    return Card("Board · people · this season", (Ranking(lines), Note((Text("n = 50"),))), "Who leads here.")


def personal() -> Card:
    """Facts, prose with a hostile name, and as many buttons as a card may have."""
    return Card(
        "Your numbers",
        (
            Prose((Text(HOSTILE_NAMES[10]), Text(" here is how you do, "), Strong("sandy"), Text("."))),
            Facts(tuple((f"Fact {n}", (Mono(f"value {n}"), Text(" of ten"))) for n in range(10))),
            Buttons(
                (
                    *(Button(f"{'Practise a long topic name':.33} {n}", Practice(level=n)) for n in range(1, 5)),
                    Button("Today", Today(), primary=True),
                    Button("Home", Home()),
                    Button("Me", MyStats()),
                    *(Button(f"Board {span}", Board(Scope.TEAMS, span)) for span in (Span.DAY, Span.WEEK, Span.ALL)),
                )
            ),
        ),
        summary="Your numbers.",
    )


def setup() -> Form:
    """The longest form: five fields, one of them a choice."""
    days = tuple(Choice(value, value.title()) for value in ("daily", "mon-fri", "mon,wed,fri"))
    return Form(
        "Daily question",
        "setup",
        (
            Field("at", "Local time", "09:00", "24 hours, for example 09:00"),
            Field("zone", "Time zone", "Europe/Berlin", "for example America/New_York"),
            Field("days", "Days", "mon-fri", "When a question is posted", choices=days),
            Field("topics", "Topics", "", "all, or names with commas", required=False),
        ),
        "Save",
        again=Setup(),
    )


TITLE = f"Discussion: {_fill(88)}"
"""The longest title of a thread."""

_OWN = {"question": question, "reveal": reveal, "board": board, "personal": personal}
CARDS = _OWN | spoken.CARDS | spoken_away.CARDS | spoken_hints.CARDS | spoken_privacy.CARDS | spoken_reporting.CARDS
CARDS |= spoken_disputes.CARDS | spoken_teams.CARDS | spoken_links.CARDS
FORMS = {
    "setup": setup,
    "settings": spoken.settings_form,
    "writing": spoken.writing_form,
    "disputing": spoken_disputes.disputing_form,
    "ruling": spoken_disputes.answer_form,
}
