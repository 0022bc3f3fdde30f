"""Home, help, and what is said when something was not understood, not allowed, or went wrong."""

from bot.cards.model import Block, Button, Buttons, Card, Facts, Mono, Note, Text, Tone, fact, note, say
from bot.cards.phrases import BOARD, HOME, ME, PRACTISE, TODAY, listed
from bot.commands import Help, Misread, Setup, Why
from bot.grammar import NAME, WORDS, Word, unknown_word, word
from bot.play.asked import NotSetUp

HELP = Button("Help", Help())
_SHOWN = 80  # characters of what somebody said that are said back


def home() -> Card:
    """The bare `/sqla-quiz`: what there is, on buttons."""
    return Card(
        "SQLAlchemy Session quiz",
        (
            say("One question a day about SQLAlchemy's Session: answered in private, explained with code that ran."),
            Buttons((TODAY, PRACTISE, BOARD, ME, HELP)),
            note(f"Everything here is also a word: `/{NAME} help` lists them."),
        ),
        summary="The SQLAlchemy Session quiz.",
    )


def helped(name: str | None) -> Card:
    """Every word with what it does, or one of them in full."""
    if name is None:
        return _all_words()
    entry = word(name.lower())
    return _one_word(entry) if entry else misread(unknown_word(name))


def _all_words() -> Card:
    everyone = tuple(fact(f"/{NAME} {entry.name}", entry.help) for entry in WORDS if not entry.keepers)
    keepers = tuple(fact(f"/{NAME} {entry.name}", entry.help) for entry in WORDS if entry.keepers)
    return Card(
        "What you can say",
        (
            Facts(everyone),
            say("For those who keep the daily question:"),
            Facts(keepers),
            Buttons((TODAY, PRACTISE, BOARD, ME)),
            note(f"More about a word: `/{NAME} help board`."),
        ),
        summary="What you can say to the quiz.",
    )


def _one_word(entry: Word) -> Card:
    blocks: list[Block] = [say(f"{entry.help}.")]
    if entry.arguments:
        pairs = (
            fact(argument.name, argument.help, "" if argument.required else " (may be left out)")
            for argument in entry.arguments
        )
        blocks.append(Facts(tuple(pairs)))
    if entry.example:
        blocks.append(say("For example ", Mono(f"/{NAME} {entry.example}"), "."))
    if entry.keepers:
        blocks.append(note("Only keepers of the daily question and managers of the workspace may."))
    return Card(f"/{NAME} {entry.name}", (*blocks, Buttons((HELP, HOME))), summary=f"What {entry.name} does.")


def misread(what: Misread) -> Card:
    """Something that could not be read, with what may have been meant and the way on."""
    match what.why:
        case Why.BUTTON:
            title, blocks = (
                "That button is too old",
                [say("It is from another release of the quiz. Nothing was changed.")],
            )
        case Why.MISSING:
            title, blocks = "Something is missing", [say(f"`{what.word}` needs a {what.said}.")]
        case Why.VALUE:
            title, blocks = "I did not get that", [say(f"`{what.word}` cannot be given ", _said(what), ".")]
        case Why.WORD:
            title, blocks = "I do not know that word", [say("There is no word ", _said(what), ".")]
    if what.near:
        blocks.append(say("Did you mean ", listed(what.near), "?"))
    entry = word(what.word)
    if entry and entry.example:
        blocks.append(say("For example ", Mono(f"/{NAME} {entry.example}"), "."))
    more = Button(f"About {entry.name}", Help(entry.name)) if entry else TODAY
    return Card(title, (*blocks, Buttons((more, HELP, HOME))), summary=title, tone=Tone.BAD)


def _said(what: Misread) -> Text:
    """What was said, in quotation marks, as plain text: it may hold anything."""
    return Text(f"“{what.said[:_SHOWN]}”")


def not_set_up(facts: NotSetUp) -> Card:
    """There is no drill here yet: the way to one, or what works without."""
    if facts.may_set_up:
        first = say("Nobody has set the daily question up in this channel. It takes a minute, and you may.")
        buttons: tuple[Button, ...] = (Button("Set it up", Setup(), primary=True), PRACTISE)
    else:
        first = say(f"Nobody has set the daily question up in this channel. Ask an admin to say `/{NAME} setup`.")
        buttons = (PRACTISE,)
    return Card(
        "No daily question here yet",
        (first, say("Practice works everywhere, right now."), Buttons(buttons)),
        summary="There is no daily question here yet.",
    )


def only_in_channels() -> Card:
    """What is asked belongs to a channel, and this is none."""
    return Card(
        "That belongs in a channel",
        (
            say("The daily question, its board and its settings live in a channel of a workspace that has me."),
            say("Here, for you alone: practice, explanations and your own numbers."),
            Buttons((PRACTISE, ME)),
        ),
        summary="That belongs in a channel.",
    )


def not_allowed(what: str) -> Card:
    """Only keepers and managers may."""
    return Card(
        "Only keepers may do that",
        (
            say(f"To {what} here one must keep the daily question or manage the workspace. Nothing was changed."),
            Buttons((TODAY, PRACTISE)),
        ),
        summary="Only keepers may do that.",
        tone=Tone.BAD,
    )


def apology(code: str) -> Card:
    """Something broke on our side; `code` finds it in the log."""
    return Card(
        "Something went wrong on our side",
        (
            say("It has been noted, and nothing was changed. Please try again in a moment."),
            Note((Text(f"If it happens again, tell the operator this code: {code}"),)),
        ),
        summary="Something went wrong on our side.",
        tone=Tone.BAD,
    )


def crowded() -> Card:
    """Nothing was done, for a reason that is soon gone; better said than kept waiting without end."""
    return Card(
        "One moment, please",
        (say("Very many people are asking at this moment. Nothing was recorded: please press once more in a moment."),),
        summary="Please press once more in a moment.",
    )


def removed() -> Card:
    """Nothing was done: as far as the quiz knows it has just been removed from this workspace."""
    return Card(
        "Removed from here",
        (say("I have just been removed from this workspace; nothing was recorded. Whoever did it can add me again."),),
        summary="I have just been removed from this workspace.",
    )
