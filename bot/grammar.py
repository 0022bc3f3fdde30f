"""The words of `/sqla-quiz`: one table that every platform reads, for parsing, native registration, forms and help."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot import commands
from bot.commands import Command, Misread, Why
from bot.domain.standings import Scope, Span

NAME = "sqla-quiz"
LEVELS = ("1", "2", "3", "4")


class Completes(StrEnum):
    """What an argument is completed from while it is being typed; the last two by the platform's own picker.

    A `GROUP` comes as the platform's id of those whom a message can notify together, a `PERSON` as their id, a blank
    and their name.
    """

    NOTHING = "nothing"
    TOPIC = "topic"
    TOPICS = "topics"
    QUESTION = "question"
    ZONE = "zone"
    DAY = "day"
    COUNTRY = "country"
    WORD = "word"
    GROUP = "group"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a word: picked from `choices` where there are any, else typed. `read` makes the field's value."""

    name: str
    help: str
    choices: tuple[str, ...] = ()
    completes: Completes = Completes.NOTHING
    required: bool = False
    read: Callable[[str], object] = str


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what it does (under 100 characters), its command, an example, and whether keepers alone may."""

    name: str
    help: str
    command: type[Command]
    arguments: tuple[Argument, ...] = ()
    example: str = ""
    keepers: bool = False


_TOPIC = Argument("topic", "Only this topic, for example transactions", completes=Completes.TOPIC)

WORDS: tuple[Word, ...] = (
    Word("today", "Today's question here, with the answer you have given so far", commands.Today),
    Word(
        "practice",
        "A question for you alone, judged at once, worth no points",
        commands.Practice,
        (_TOPIC, Argument("level", "1 name it, 2 predict it, 3 debug it, 4 edge cases", LEVELS, read=int)),
        example="practice transactions 3",
    ),
    Word(
        "board",
        "Who leads here",
        commands.Board,
        (
            Argument("scope", "People or teams", tuple(Scope), read=Scope),
            Argument("span", "The last question, this week, this season or all time", tuple(Span), read=Span),
        ),
        example="board people season",
    ),
    Word(
        "compare",
        "Your own words on an open question, beside its key points; for you alone",
        commands.Compare,
        (
            Argument("question", "The question's name, as its card shows it", required=True),
            Argument("text", "What you would say"),
        ),
        example="compare sess-0035 it begins anew on its next use",
    ),
    Word("me", "Your points, your streak, your strong and weak topics", commands.MyStats),
    Word(
        "explain",
        "The explanation of a question, with its code, output and SQL",
        commands.Explain,
        (Argument("question", "The question's name, as its card shows it", (), Completes.QUESTION, required=True),),
        example="explain sess-0035",
    ),
    Word(
        "setup",
        "Set up the daily question in this channel, or change it",
        commands.Setup,
        (
            Argument("at", "Local time of the question, for example 09:00"),
            Argument("zone", "Time zone, for example Europe/Berlin", completes=Completes.ZONE),
            Argument("days", "Days with a question: daily, mon-fri, or a list such as mon,wed,fri"),
            Argument("topics", "all, or a list of topics such as states,transactions", completes=Completes.TOPICS),
            Argument("version", "Whose answers to tell in this workspace: SQLAlchemy 2.0 or 2.1"),
            Argument("ping", "Whom a question notifies: a group people chose to join", completes=Completes.GROUP),
            Argument("discussion", "A thread to discuss in under each answer: on or off", ("on", "off")),
            Argument("holidays", "No question on the holidays of DE, US-CA, …; or off", completes=Completes.COUNTRY),
            Argument("skip", "Own days without one: 2026-12-24..2027-01-01, 2027-05-14; or off"),
            Argument("recap", "A review of each week after its last answer: on or off", ("on", "off")),
            Argument("window", "How long one can be answered, for example 8h; off: until the next one"),
        ),
        example="setup at:09:00 zone:Europe/Berlin days:mon-fri",
        keepers=True,
    ),
    Word("preview", "How a question will look here, shown to you alone", commands.Preview, keepers=True),
    Word(
        "keepers",
        "Who may change the daily question here; name one more, or one less",
        commands.Keepers,
        (
            Argument("add", "Somebody who may change it from now on", completes=Completes.PERSON),
            Argument("remove", "Somebody who may no longer", completes=Completes.PERSON),
        ),
        example="keepers add:@ada",
        keepers=True,
    ),
    Word(
        "pause",
        "No new questions here until you resume, or until a day comes",
        commands.Pause,
        (Argument("until", "First day with a question again, for example 2026-12-24 or 2w", completes=Completes.DAY),),
        example="pause until:2w",
        keepers=True,
    ),
    Word("resume", "Go on after a pause", commands.Resume, keepers=True),
    Word("stop", "End the daily question here; points and history stay", commands.Stop, keepers=True),
    Word("post", "Post today's question now instead of waiting for its time", commands.Post, keepers=True),
    Word("reveal", "Close the open question now and reveal it", commands.Reveal, keepers=True),
    Word(
        "help",
        "Every word with what it does, or one of them in full",
        commands.Help,
        (Argument("word", "The word to explain", completes=Completes.WORD),),
        example="help board",
    ),
)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Something to ask about a message, from the menu that a platform has on each; `command` takes the message's id.

    `id` never changes, whatever the name becomes: platforms may keep it. Names stay under 25 characters.
    """

    id: str
    name: str
    help: str
    command: Callable[[str], Command]


@dataclass(frozen=True, slots=True)
class Anywhere:
    """Something to ask from wherever one is, where a platform has a menu for that; else as `Shortcut`."""

    id: str
    name: str
    help: str
    command: Command


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("explain_question", "Explain this question", "Its answer, with code, output and SQL", commands.Lookup),
)
ANYWHERE: tuple[Anywhere, ...] = (
    Anywhere("practise", "Practise", "A question for you alone, judged at once", commands.Practice()),
)


def shortcut(id_: str, message: str) -> Command:
    """The command of the shortcut with that id, used on a message if it is one for messages. Never raises."""
    found: list[Command] = [each.command(message) for each in SHORTCUTS if each.id == id_ and message]
    found += [each.command for each in ANYWHERE if each.id == id_]
    return found[0] if found else Misread(id_, Why.BUTTON)


def word(name: str) -> Word | None:
    """The word of that name, or `None`."""
    return next((entry for entry in WORDS if entry.name == name), None)


def parse(text: str) -> Command:
    """The command of what follows `/sqla-quiz`: a word, then values in order or as `name:value`. Never raises."""
    return parse_words(text.split())


def parse_words(words: Sequence[str]) -> Command:
    """The same of words that came apart already, so that one value may hold a blank."""
    name, *rest = words or [""]
    if not name:
        return commands.Home()
    entry = word(name.lower())
    return read(entry.name, _sort(entry, rest)) if entry else unknown_word(" ".join(words))


def is_for_keepers(command: Command) -> bool:
    """Whether a command is that of a word which keepers alone may say."""
    return any(entry.keepers and isinstance(command, entry.command) for entry in WORDS)


def unknown_word(said: str) -> Misread:
    """What was said begins with no word of ours; the nearest ones may have been meant."""
    first = said.split(maxsplit=1)[0].lower() if said.split() else ""
    near = get_close_matches(first, [known.name for known in WORDS], n=3, cutoff=0.5)
    return Misread(said, Why.WORD, near=tuple(near))


def read(name: str, values: Mapping[str, str]) -> Command:
    """The command of a word whose arguments came apart already, from a native option list or a form. Never raises."""
    entry = word(name)
    if entry is None:
        return unknown_word(name)
    arguments: dict[str, object] = {}
    for argument in entry.arguments:
        value = " ".join(values.get(argument.name, "").split())
        if value and argument.choices and value.lower() not in argument.choices:
            near = get_close_matches(value.lower(), argument.choices, n=3, cutoff=0.5)
            return Misread(value, Why.VALUE, entry.name, tuple(near) or argument.choices)
        if value:
            arguments[argument.name] = argument.read(value.lower() if argument.choices else value)
        elif argument.required:
            return Misread(argument.name, Why.MISSING, entry.name)
    if extra := values.get("", ""):
        choices = [choice for argument in entry.arguments for choice in argument.choices if choice != extra.lower()]
        near = get_close_matches(extra.lower(), choices, n=3, cutoff=0.5)
        return Misread(extra, Why.VALUE, entry.name, tuple(near))
    return entry.command(**arguments)  # type: ignore[arg-type]  # the table pairs arguments with the command's fields


def _sort(entry: Word, tokens: Sequence[str]) -> dict[str, str]:
    """Which token fills which argument: named ones first, then those that are one of an argument's choices, then the
    rest in order. What is left over joins the last argument that takes free text, or stands under the name "".
    """
    values: dict[str, str] = {}
    free: list[str] = []
    names = {argument.name: argument for argument in entry.arguments}
    left = iter(tokens)
    for token in left:
        key, colon, value = token.partition(":")
        chosen = next((a.name for a in entry.arguments if token.lower() in a.choices and a.name not in values), None)
        if colon and key.lower() in names:
            values[key.lower()] = value or next(left, "")  # a blank after the colon is forgiven
        elif chosen:
            values[chosen] = token
        else:
            free.append(token)
    open_names = [a.name for a in entry.arguments if a.name not in values and not a.choices]
    for position, token in enumerate(free):
        name = open_names[min(position, len(open_names) - 1)] if open_names else ""
        values[name] = f"{values[name]} {token}" if name in values else token
    return values
