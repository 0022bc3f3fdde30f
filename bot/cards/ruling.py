"""What keepers see of a disputed key: the list, the case, what a ruling would do, and what it did.

Nobody is named in it: what was said against a key is read for what it says.
"""

from collections import Counter
from collections.abc import Mapping
from typing import assert_never

from bot.cards.answering import no_such_round
from bot.cards.disputing import answer, decided, shift
from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Block, Button, Buttons, Card, Channel, Field, Form, Strong, Text, Tone, fact, note, say
from bot.cards.model import Facts as Named
from bot.cards.phrases import count, day
from bot.cards.questions import opening, source, tried
from bot.commands import Disputes, Rule
from bot.domain.disputing import Ruling
from bot.domain.question import ONE_LETTER, Kind, Question
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.correcting import Summons
from bot.play.revealing import NoSuchRound
from bot.play.ruling import AskAnswer, Case, Docket, NoSuchAnswer, Ruled, RuledBefore, Weighed
from bot.store.disputes import Disputed

_SHOWN = 80  # characters of a question that is named by its first words
_REASONS, _REASON = 3, 260  # of what was said so much is shown, and of each so many characters
_SPLIT = 5  # answers


def docket(facts: Docket | NotSetUp | NotAllowed) -> Card:
    """What is disputed in a channel."""
    match facts:
        case Docket(()):
            words = say("Nobody disputes a key here.")
            return Card("Nothing is disputed", (words,), summary="Nothing is disputed here.", tone=Tone.GOOD)
        case Docket(cases):
            lines = tuple(_line(each, question) for each, question in cases)
            buttons = tuple(Button(f"{each.day.day} {each.day:%B %Y}", Disputes(str(each.round))) for each, _ in cases)
            return Card("Disputed keys", (*lines, Buttons(buttons)), summary="What is disputed here.")
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("rule on a key")
        case _:
            assert_never(facts)


def _line(each: Disputed, question: Question | None) -> Block:
    state = f"{count(each.waiting, 'person waits', 'people wait')} for a ruling" if each.waiting else "decided"
    asked = opening(question, _SHOWN) if question else "a question that the bank has no more"
    return say(Strong(day(each.day)), ": ", Text(asked), f" · {state}")


def case(facts: Case | AskAnswer | NoSuchAnswer | Weighed | NoSuchRound | NotAllowed) -> Card | Form:
    """A disputed round with all there is to know; or a step on the way to a ruling."""
    match facts:
        case Case():
            return _case(facts)
        case AskAnswer(this, ruling, question):
            example = "all letters, the first step first" if question.kind is Kind.ORDER else "all letters, such as A C"
            field = Field("answer", "The answer", hint=f"In full: {example}")
            given = (("round", str(this)), ("verdict", ruling.value))
            return Form("Which answer?", "disputes", (field,), "Go on", again=Disputes(str(this), ruling), given=given)
        case NoSuchAnswer():
            return _no_such_answer(facts)
        case Weighed():
            return _weighed(facts)
        case NoSuchRound():
            return no_such_round()
        case NotAllowed():
            return not_allowed("rule on a key")
        case _:
            assert_never(facts)


def _case(facts: Case) -> Card:
    question = facts.question
    blocks: list[Block] = [say("In ", Channel(facts.channel), f" on {day(facts.day)}.")]
    if question is not None:
        blocks += tried(question, _letters(facts))
    numbers = [fact("Key", Strong(answer(question, facts.key)))]
    if question is None or question.kind not in ONE_LETTER:
        split = sorted(facts.choices.items(), key=lambda pair: (-pair[1], pair[0]))[:_SPLIT]
        numbers.append(fact("Answers", "; ".join(f"{answer(question, said)}: {n}" for said, n in split) or "none"))
    if facts.correction is not None:
        numbers.append(fact("Decided", decided(question, facts.correction)))
    blocks.append(Named(tuple(numbers)))
    blocks += [say("“", Text(_cut(reason)), "”") for reason in facts.reasons[-_REASONS:]]
    if (more := len(facts.reasons) - _REASONS) > 0:
        blocks.append(say(f"And {count(more, 'earlier one', 'earlier ones')}."))
    if facts.is_revised:
        blocks.append(say("The question has been revised since: it may say something else by now."))
    blocks += _rulings(facts)
    blocks.append(source(question) if question else note("The bank has this question no more."))
    return Card("Is the key right?", tuple(blocks), summary="A disputed key.", tone=Tone.QUESTION)


def _letters(facts: Case) -> Mapping[str, int] | None:
    """How many chose each letter; `None` where an answer puts all of them in order."""
    if facts.kind is Kind.ORDER:
        return None
    counts = Counter[str]()
    for choice, n in facts.choices.items():
        counts.update(dict.fromkeys(choice, n))
    return counts


def _cut(words: str) -> str:
    return words if len(words) <= _REASON else f"{words[: _REASON - 1]}…"


def _rulings(facts: Case) -> list[Block]:
    """What can be decided: with one right letter each other one is a press away."""
    this, question = facts.round, facts.question
    plain = (
        Button("Key stands", Disputes(str(this), Ruling.STANDS), primary=True),
        Button("Void the question", Disputes(str(this), Ruling.VOID)),
    )
    if question is None or question.kind is Kind.OPEN:
        return [Buttons(plain)]
    if question.kind not in ONE_LETTER:
        other = Button("Another key…", Disputes(str(this), Ruling.CHANGED))
        return [Buttons((*plain, other, Button("Also accept…", Disputes(str(this), Ruling.ALSO))))]
    others = [option.letter for option in question.options if option.letter != facts.key]
    changed = tuple(Button(f"Key changed → {letter}", Disputes(str(this), Ruling.CHANGED, letter)) for letter in others)
    also = tuple(Button(f"Also accept → {letter}", Disputes(str(this), Ruling.ALSO, letter)) for letter in others)
    return [Buttons(plain), Buttons(changed), Buttons(also)]


def _no_such_answer(facts: NoSuchAnswer) -> Card:
    words = say("That is no other answer to this question: ", Text(facts.said[:40] or "nothing"), ". Nothing changed.")
    again = Button("Say it again", Disputes(str(facts.round), facts.ruling), primary=True)
    return Card("No such answer", (words, Buttons((again, _back(facts.round)))), summary="There is no such answer.")


def _back(this: int) -> Button:
    return Button("The case", Disputes(str(this)))


def _weighed(facts: Weighed) -> Card:
    ruling = facts.correction
    done = Rule(facts.round, ruling.ruling, ruling.ruled, facts.rulings)
    if ruling.ruling is Ruling.STANDS and facts.moved.nobody:
        then = "Nothing is posted."
    else:
        then = "Everybody is graded anew, boards move at once, and a correction goes to the channel."
    return Card(
        "Shall it be so?",
        (
            say(Strong(decided(facts.question, ruling))),
            say(shift(facts.moved)),
            say(then),
            Buttons((Button("Decide so", done, primary=True), _back(facts.round))),
        ),
        summary="What this would change.",
        tone=Tone.QUESTION,
    )


def ruled(facts: Ruled | RuledBefore | NoSuchAnswer | NoSuchRound | NotAllowed) -> Card:
    """What became of a ruling."""
    match facts:
        case Ruled(question, correction, moved, is_posted):
            news = (say("The channel is told."),) if is_posted else ()
            words = (say(Strong(decided(question, correction))), say(shift(moved)), *news)
            return Card("Decided", words, summary="It is decided.", tone=Tone.GOOD)
        case RuledBefore(this, question, correction):
            now = decided(question, correction) if correction else "Something else was decided."
            words = (say("It was decided a moment ago, and what you pressed changed nothing."), say(Strong(now)))
            return Card("Decided already", (*words, Buttons((_back(this),))), summary="It was decided already.")
        case NoSuchAnswer():
            return _no_such_answer(facts)
        case NoSuchRound():
            return no_such_round()
        case NotAllowed():
            return not_allowed("rule on a key")
        case _:
            assert_never(facts)


def summons(facts: Summons) -> Card:
    """What keepers are told in private, once for each round."""
    asked = opening(facts.question, _SHOWN) if facts.question else "its question"
    blocks = (
        say("In ", Channel(facts.place.channel), f" somebody says that the key of {day(facts.day)} is wrong:"),
        say("“", Text(_cut(facts.reason)), "”"),
        say("It asked: ", Text(asked)),
        Buttons((Button("See the case", Disputes(str(facts.round)), primary=True),)),
        note("You are told because you started the daily question there; once, however many say so."),
    )
    return Card("A key is disputed", blocks, summary="A key is disputed.")
