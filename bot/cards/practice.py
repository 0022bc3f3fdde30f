"""What is said in practice and in explanations, to one person."""

from typing import assert_never

from bot.cards.model import (
    Button,
    Buttons,
    Card,
    Code,
    Field,
    Form,
    Mono,
    OptionLine,
    Options,
    Prose,
    Text,
    Tone,
    note,
    say,
    spans,
)
from bot.cards.phrases import BOARD, HOME, PRACTISE, TODAY, listed
from bot.cards.questions import VERDICTS, answered, asked, how, label, menu, others_than, said, solution, source
from bot.cards.questions import twin as twin_button
from bot.commands import Attempt, Compare, Explain, Hint, Practice, Write
from bot.domain.grading import Verdict, judge
from bot.domain.question import ONE_LETTER, Kind, Question
from bot.grammar import NAME
from bot.play.practice import (
    Compared,
    Drafted,
    Explained,
    Hinted,
    Judged,
    NotAQuestion,
    NothingToPractise,
    StillOpen,
    ToPractise,
    ToWrite,
    UnknownQuestion,
)

_SHOWN = 900  # characters of somebody's own words that are said back


def practise(facts: ToPractise | NothingToPractise) -> Card:
    """A practice question, or why there is none."""
    match facts:
        case ToPractise():
            return _practise(facts)
        case NothingToPractise(topic, wanted, known, near):
            why = (
                say("There is no topic called ", Text((topic or "")[:40]), ". There is ", listed(near), ".")
                if not known
                else say(
                    f"No question fits{f' level {wanted}' if wanted else ''} there yet. Topics with questions: ",
                    listed(near),
                    ".",
                )
            )
            picks = tuple(Button(slug, Practice(slug)) for slug in near[:5])
            return Card(
                "Nothing to practise there",
                (why, Buttons((*picks, Button("Any topic", Practice())))),
                summary="No such practice.",
            )
        case _:
            assert_never(facts)


def _practise(facts: ToPractise) -> Card:
    question, topic, wanted = facts.question, facts.topic, facts.level
    hint = [Button("Hint", Hint(question.slug, topic, wanted))] if question.hint else []
    skip = Button("Another one", Practice(topic, wanted, question.slug))
    way = f"{how(question)} For you alone.".lstrip()
    return Card(
        "Practice",
        (
            *asked(question),
            _answers(question, topic, wanted),
            Buttons((*hint, skip)),
            note(f"{label(question)} · {', '.join(question.topics)}. {way}"),
        ),
        summary="A practice question.",
        tone=Tone.QUESTION,
    )


def _answers(question: Question, topic: str | None, wanted: int | None) -> Buttons:
    """What a practice question is answered with."""
    if question.kind is Kind.OPEN:
        write = Button("Write my answer", Write(question.slug), primary=True)
        return Buttons((write, Button("Show the key points", Compare(question.slug))))
    draft = question.kind not in ONE_LETTER
    letters = (Button(o.letter, Attempt(question.slug, o.letter, topic, wanted, draft)) for o in question.options)
    return Buttons(tuple(letters), menu(question, Attempt(question.slug, "", topic, wanted)))


def attempted(facts: Drafted | Judged | StillOpen | UnknownQuestion) -> Card:
    """The verdict on a practice answer with the whole explanation; or the answer so far."""
    match facts:
        case Drafted():
            return _drafted(facts)
        case Judged(question, choice, credit, topic, wanted):
            verdict = judge(credit)
            again = Button("Next question", Practice(topic, wanted, question.slug), primary=True)
            return Card(
                _verdict(question, choice, verdict),
                (*answered(question, choice), Buttons((again, *twin_button(question), HOME)), source(question)),
                summary=f"Your practice answer: {VERDICTS[verdict].lower()}.",
                tone=Tone.BAD if verdict is Verdict.WRONG else Tone.GOOD,
            )
        case StillOpen() | UnknownQuestion():
            return explained(facts)
        case _:
            assert_never(facts)


def _verdict(question: Question, choice: str, verdict: Verdict) -> str:
    if question.kind is Kind.OPEN:
        return said(question, choice)
    if verdict is Verdict.RIGHT:
        return VERDICTS[verdict]
    yours = f", not {said(question, choice)}" if question.kind is Kind.ORDER else ""
    return f"{VERDICTS[verdict]}: {solution(question)}{yours}"


def _drafted(facts: Drafted) -> Card:
    question, choice = facts.question, facts.choice
    done = Button("That is my answer", Attempt(question.slug, choice, facts.topic, facts.level), primary=True)
    complete = question.kind is not Kind.ORDER or len(choice) == len(question.options)
    others = tuple(
        Button(label, Attempt(question.slug, other, facts.topic, facts.level, draft=True))
        for label, other in others_than(question, choice)
    )
    return Card(
        f"Your answer so far: {said(question, choice)}",
        (*asked(question), Buttons((*((done,) if complete else ()), *others)), note(how(question))),
        summary="Your answer so far.",
        tone=Tone.QUESTION,
    )


def write(facts: ToWrite | Explained | StillOpen | UnknownQuestion) -> Card | Form:
    """Asks for an answer in one's own words."""
    if not isinstance(facts, ToWrite):
        return explained(facts)
    field = Field("text", "What would you say?", hint="Nobody else sees it, and it is not kept.", long=True)
    slug = facts.question.slug
    return Form("In your own words", "compare", (field,), "Compare", again=Write(slug), given=(("question", slug),))


def compared(facts: Compared | Explained | StillOpen | UnknownQuestion) -> Card:
    """One's own words beside the key points."""
    if not isinstance(facts, Compared):
        return explained(facts)
    question = facts.question
    yours = [say("**You wrote:** ", Text(facts.text[:_SHOWN]))] if facts.text.strip() else []
    points = Options(tuple(OptionLine(option.letter, spans(option.text)) for option in question.options))
    had = tuple(Button(label, Attempt(question.slug, number)) for label, number in others_than(question, ""))
    return Card(
        "The key points",
        (Prose(spans(question.stem)), *yours, points, say("How many of them did you have?"), Buttons(had)),
        summary="The key points of an open question.",
        tone=Tone.QUESTION,
    )


def hinted(facts: Hinted | StillOpen | UnknownQuestion) -> Card:
    """A question once more with its hint."""
    match facts:
        case Hinted(question, topic, wanted):
            words = spans(question.hint) if question.hint else (Text("This question has no hint."),)
            back = _answers(question, topic, wanted)
            return Card("A hint", (*asked(question), Prose(words), back), summary="A hint.", tone=Tone.QUESTION)
        case StillOpen() | UnknownQuestion():
            return explained(facts)
        case _:
            assert_never(facts)


def explained(facts: Explained | StillOpen | UnknownQuestion | NotAQuestion, *, twin: bool = False) -> Card:
    """A question with everything there is to tell about it; or its program once more with `AsyncSession`."""
    match facts:
        case Explained(question):
            return _twin(question) if twin and question.twin else _explained(question)
        case StillOpen(question):
            return Card(
                "Not before it closes",
                (
                    Prose(spans(question.stem)),
                    say("This question is open here; its answer is told when it closes."),
                    Buttons((TODAY,)),
                ),
                summary="This question is still open.",
            )
        case NotAQuestion():
            words = say("Use it on a question or an answer that I have posted here. Any question by its name: ")
            example = Mono(f"/{NAME} explain sess-0035")
            return Card(
                "There is no question of mine in that message",
                (Prose((*words.spans, example, Text("."))), Buttons((TODAY, PRACTISE))),
                summary="There is no question in that message.",
            )
        case UnknownQuestion(said, near):
            more = (
                say("Did you mean ", listed(near), "?")
                if near
                else say("A question's name stands in the small print of its card.")
            )
            picks = tuple(Button(slug, Explain(slug)) for slug in near)
            return Card(
                "No such question",
                (say("The bank has no question called ", Text(said[:40]), "."), more, Buttons((*picks, TODAY))),
                summary="No such question.",
            )
        case _:
            assert_never(facts)


def _explained(question: Question) -> Card:
    return Card(
        f"{question.slug}: {solution(question)}",
        (
            *answered(question),
            Buttons((Button("Practise", Practice(after=question.slug)), *twin_button(question), BOARD)),
            source(question),
        ),
        summary=f"The explanation of {question.slug}.",
    )


def _twin(question: Question) -> Card:
    back = Button("The whole explanation", Explain(question.slug, version=question.version))
    return Card(
        f"{question.slug}: with AsyncSession",
        (
            Prose(spans(question.stem)),
            Code(question.twin, "python"),
            Code(question.output, "text", "It prints the same"),
            Buttons((back,)),
            source(question),
        ),
        summary=f"{question.slug} with AsyncSession.",
    )
