"""What is said while a question is open."""

from functools import lru_cache
from typing import assert_never

from bot.cards.helping import crowded, not_set_up, removed
from bot.cards.model import Block, Button, Buttons, Card, Group, Note, Prose, Strong, Text, Tone, note, say, spans
from bot.cards.phrases import BOARD, ME, PRACTISE, TODAY, count, day, moment
from bot.cards.questions import asked, how, label, menu, others_than, said
from bot.commands import Answer, AnswerLate, DailyHint, Post, Result, Resume, Reveal, Setup
from bot.domain.question import ONE_LETTER, Kind, Question
from bot.domain.rounds import DrillState
from bot.domain.scoring import HINT, RIGHT, RIGHT_SURE, WRONG, WRONG_SURE
from bot.play.answering import Away, Mine, NoSuchOption, Outcome, Recorded, TooLate
from bot.play.asked import NotSetUp
from bot.play.posting import OpenQuestion
from bot.play.revealing import NoSuchRound
from bot.play.today import OpenToday, Waiting

_STAKES = f"Right {RIGHT} points, right and sure {RIGHT_SURE}; wrong {WRONG}, wrong and sure {WRONG_SURE}."
LATE = say("Answer late: it keeps your streak and scores nothing. It cannot be changed.")
RECEIPTS = 512  # kept in memory, a few kilobytes each
_REVEAL = Button("Reveal the answer", Reveal(), primary=True)


def question(facts: OpenQuestion, answered: int = 0) -> Card:
    """The daily question, as everybody sees it; with how many have answered, once somebody has."""
    more = facts.question.kind not in ONE_LETTER
    letters = tuple(Button(o.letter, Answer(facts.round, o.letter, more=more)) for o in facts.question.options)
    all_at_once = menu(facts.question, Answer(facts.round, ""))
    hint = tuple(Buttons((button,)) for button in _hint(facts))
    whom = (Prose((Group(facts.ping),)),) if facts.ping else ()
    way = f"Your answer is private. {how(facts.question)}" if more else "Answer in private by pressing a letter."
    return Card(
        f"Daily question · {day(facts.day)}",
        (*whom, *asked(facts.question), Buttons(letters, all_at_once), *hint, until(facts, f"{way} Closes ", answered)),
        summary="Today's question about SQLAlchemy's Session is open.",
        tone=Tone.QUESTION,
        ping=facts.ping,
    )


def until(facts: OpenQuestion, words: str, answered: int = 0) -> Note:
    """Small print under an open question: which it is, and when it closes."""
    so_far = f". {answered} answered so far." if answered else "."
    return note(f"{label(facts.question)}. {words}", moment(facts.closes_at, facts.zone), so_far)


def answered(facts: Outcome | None) -> Card:
    """What became of an answer; `None` where too many were waiting."""
    match facts:
        case Recorded():
            return _receipt(facts)
        case TooLate():
            return _too_late(facts)
        case NoSuchOption():
            return no_such_letter(facts)
        case NoSuchRound():
            return no_such_round()
        case Away():
            return removed()
        case None:
            return crowded()
        case _:
            assert_never(facts)


@lru_cache(maxsize=RECEIPTS)
def _receipt(facts: Recorded) -> Card:
    """Written once for all who give the same answer: that takes longer than to record it."""
    mine, closes = facts.mine, moment(facts.shown.closes_at, facts.shown.zone)
    question = facts.shown.question
    blocks: list[Block] = [stands(question, mine)]
    if facts.before is not None and facts.before.choice != mine.choice and question.kind in ONE_LETTER:
        blocks.append(say("It was ", Strong(facts.before.choice), " before; only the last one counts."))
    if missing := _missing(question, mine.choice):
        blocks.append(say(f"{count(missing, 'step is', 'steps are')} still to come: press the next one."))
    blocks.append(say("Nobody else sees it. You can change it until ", closes, "."))
    blocks += choices(facts.shown, mine, may_reveal=facts.may_reveal)
    blocks.append(note(f"{_STAKES} The hint takes {HINT} off." if question.hint else _STAKES))
    title = f"Recorded: {said(question, mine.choice)}"
    return Card(title, tuple(blocks), summary="Your answer is recorded.", tone=Tone.GOOD)


def stands(question: Question, mine: Mine) -> Prose:
    """What somebody's answer is."""
    sure = ", and you are sure." if mine.sure else "."
    return say("Your answer is ", Strong(said(question, mine.choice)), sure)


def _missing(question: Question, choice: str) -> int:
    """How many steps are missing from an order."""
    return len(question.options) - len(choice) if question.kind is Kind.ORDER else 0


def given(question: Question) -> Prose:
    """The hint of a question, for whoever has it."""
    return Prose((Strong("Hint:"), Text(" "), *spans(question.hint)))


def _hint(facts: OpenQuestion) -> tuple[Button, ...]:
    """The way to the hint of a question, where it has one. Pressing it again costs nothing more."""
    return (Button(f"Hint (−{HINT})", DailyHint(facts.round)),) if facts.question.hint else ()


def choices(facts: OpenQuestion, mine: Mine | None, *, may_reveal: bool, hinted: bool = False) -> tuple[Buttons, ...]:
    """What one can press while a round is open: how sure one is, other answers, the reveal where one may, the hint
    unless one is being shown it.
    """
    buttons: list[Button] = [_REVEAL] if may_reveal else []
    if mine is not None and not _missing(facts.question, mine.choice):
        sure = "Not so sure" if mine.sure else "I'm sure"
        buttons.append(Button(sure, Answer(facts.round, mine.choice, not mine.sure), primary=not may_reveal))
    hint = () if hinted else _hint(facts)
    others = others_than(facts.question, mine.choice if mine else "")
    letters = tuple(Button(label, Answer(facts.round, choice)) for label, choice in others)
    if all_at_once := menu(facts.question, Answer(facts.round, "")):
        beside = (*buttons, *hint)
        return (*([Buttons(beside)] if beside else []), Buttons(letters, all_at_once))
    return (Buttons((*buttons, *letters, *hint)),)


def _too_late(facts: TooLate) -> Card:
    offer: tuple[Block, ...] = ()
    if facts.mine and facts.late:
        yours = Strong(_said(facts.question, facts.mine.choice))
        what = say("You answered it after the close, with ", yours, ": that kept your streak, and scores nothing.")
    elif facts.mine:
        what = say("Your answer ", Strong(_said(facts.question, facts.mine.choice)), " from before the close counts.")
    elif facts.may_answer and facts.question:
        what, offer = LATE, late_choices(facts.round, facts.question)
    else:
        what = say("This one cannot count any more, but the next question comes soon, and practice is always open.")
    return Card(
        "This question has closed",
        (
            say(f"The question of {day(facts.day)} is closed; thank you for taking part."),
            what,
            *offer,
            Buttons((Button("How did I do?", Result(facts.round)), PRACTISE)),
        ),
        summary="The question had already closed.",
    )


def late_choices(round_id: int, question: Question, choice: str = "") -> tuple[Block, ...]:
    """A closed question once more, to be answered for the streak alone. `choice`: what was put together so far."""
    draft = question.kind not in ONE_LETTER
    buttons = [Button(each, AnswerLate(round_id, said, draft)) for each, said in others_than(question, choice)]
    if choice and not _missing(question, choice):
        buttons.insert(0, Button("That is my answer", AnswerLate(round_id, choice), primary=True))
    all_at_once = None if choice else menu(question, AnswerLate(round_id, ""))
    way = [note(how(question))] if draft else []
    return (*asked(question), Buttons(tuple(buttons), all_at_once), *way)


def _said(question: Question | None, choice: str) -> str:
    """An answer as its question has it said; letter by letter where the bank has lost the question."""
    return said(question, choice) if question else ", ".join(choice)


def no_such_letter(facts: NoSuchOption) -> Card:
    """An answer that its question does not have."""
    letters, choice = ", ".join(option.letter for option in facts.question.options), Text(facts.choice[:8])
    return Card(
        "There is no such letter",
        (say("This question has the letters ", letters, ", not ", choice, ". Nothing was changed."),),
        summary="That letter is not one of the options.",
    )


def no_such_round() -> Card:
    """A round that is not of this workspace, or not at all."""
    return Card(
        "That question is not here",
        (
            say("The button belongs to no question of this workspace. Nothing was changed."),
            Buttons((TODAY, PRACTISE)),
        ),
        summary="That question is not here.",
    )


def today(facts: OpenToday | Waiting | NotSetUp) -> Card:
    """What there is to answer now."""
    match facts:
        case OpenToday(shown, mine, may_reveal, hinted):
            answer = [*([given(shown.question)] if hinted else []), *([stands(shown.question, mine)] if mine else [])]
            ways = choices(shown, mine, may_reveal=may_reveal, hinted=hinted)
            return Card(
                f"Daily question · {day(shown.day)}",
                (*asked(shown.question), *answer, *ways, until(shown, f"{how(shown.question)} Closes ".lstrip())),
                summary="Today's question is open.",
                tone=Tone.QUESTION,
            )
        case Waiting():
            return _waiting(facts)
        case NotSetUp():
            return not_set_up(facts)
        case _:
            assert_never(facts)


def _waiting(facts: Waiting) -> Card:
    blocks: list[Block] = []
    buttons = [PRACTISE, BOARD, ME]
    if facts.state is DrillState.ACTIVE:
        blocks.append(
            say("The next question comes ", moment(facts.next_at, facts.zone), ".")
            if facts.next_at
            else say("The next question is being planned.")
        )
    else:
        blocks.append(say(f"The daily question is {facts.state} here."))
    if facts.latest is not None:
        buttons.insert(0, Button("How did I do last time?", Result(facts.latest)))
    if facts.trouble:
        blocks.append(say("Last time something went wrong: ", Text(facts.trouble), "."))
    if facts.keeps:
        if facts.state is not DrillState.ACTIVE:
            buttons.append(Button("Resume", Resume()))
        elif facts.may_post:
            buttons.append(Button("Post one now", Post()))
        buttons.append(Button("Settings", Setup()))
    return Card(
        "No question is open right now",
        (*blocks, Buttons(tuple(buttons))),
        summary="No question is open right now.",
    )
