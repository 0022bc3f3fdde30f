"""The words of `/sqla-quiz`, and what a platform's menus offer: the one table that says all of it."""

from bot import commands
from bot.commands import Layout
from bot.domain.disputing import Ruling
from bot.domain.standings import Reach, Scope, Span
from bot.domain.teams import TeamDo
from bot.grammar.entries import Anywhere, Argument, Completes, Shortcut, Word

_LEVELS = ("1", "2", "3", "4")

_TOPIC = Argument("topic", "Only this topic, for example transactions", completes=Completes.TOPIC)
WORDS: tuple[Word, ...] = (
    Word("today", "Today's question here, with the answer you have given so far", commands.Today),
    Word(
        "practice",
        "A question for you alone, judged at once, worth no points",
        commands.Practice,
        (_TOPIC, Argument("level", "1 name it, 2 predict it, 3 debug it, 4 edge cases", _LEVELS, read=int)),
        example="practice transactions 3",
    ),
    Word(
        "board",
        "Who leads here",
        commands.Board,
        (
            Argument("scope", "People or teams", tuple(Scope), read=Scope),
            Argument("span", "The last question, this week, this season or all time", tuple(Span), read=Span),
            Argument("reach", "This channel, or the whole workspace", tuple(Reach), read=Reach),
        ),
        example="board people season",
    ),
    Word(
        "team",
        "Your team, or the teams there are; make, join, leave or change one",
        commands.Team,
        (
            Argument("do", "What to do; assign and draft are for keepers", tuple(TeamDo), read=TeamDo),
            Argument("name", "The name of a team; for a draft, how many teams", rest=True),
            Argument("person", "Whom to invite or assign", completes=Completes.PERSON),
        ),
        example="team create Night Owls",
        keepers_say=(TeamDo.RENAME, TeamDo.DISBAND, TeamDo.ASSIGN, TeamDo.DRAFT),
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
        "away",
        "Be away for some days: no streak of yours suffers from them, in any channel",
        commands.Away,
        (
            Argument(
                "until", "Your first day back, for example 2026-12-24 or 2w; off: you are back", completes=Completes.DAY
            ),
        ),
        example="away until:2w",
    ),
    Word(
        "explain",
        "The explanation of a question, with its code, output and SQL",
        commands.Explain,
        (Argument("question", "The question's name, as its card shows it", (), Completes.QUESTION, required=True),),
        example="explain sess-0035",
    ),
    Word(
        "dispute",
        "Say what is wrong with a closed question's key; those who keep it here decide",
        commands.Dispute,
        (
            Argument("round", "Its number; without one it is the latest here"),
            Argument("text", "What is wrong, and on which version"),
        ),
        example="dispute B is right as well, on 2.0",
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
        "disputes",
        "The disputed keys of this channel, to rule on them",
        commands.Disputes,
        (
            Argument("round", "One of them in full, by its number"),
            Argument("verdict", "What a ruling would do; nothing is done yet", tuple(Ruling), read=Ruling),
            Argument("answer", "The answer that it names, such as B, or A C"),
        ),
        example="disputes 12 also C",
        keepers=True,
    ),
    Word(
        "link",
        "Be one player here and on the other platform: get a code, or say the one you got there",
        commands.Link,
        (
            Argument("code", "The code that you were given on the other platform; off: be linked no more", rest=True),
            Argument("confirm", "yes: unlink me without asking first", ("yes",), read=commands.Confirmed),
        ),
        example="link ACDEF-GHJKM",
    ),
    Word(
        "house",
        "Link this workspace with one on another platform: one board for both",
        commands.House,
        (
            Argument("code", "The code that was given in the other workspace; off: be linked no more", rest=True),
            Argument("confirm", "yes: unlink it without asking first", ("yes",), read=commands.Confirmed),
        ),
        example="house ACDEF-GHJKM",
        keepers=True,
    ),
    Word(
        "privacy",
        "What is stored about you; hide your name, take your data along, be forgotten",
        commands.Privacy,
        (
            Argument(
                "do",
                "hide, show, export or forget: you; erase: the whole workspace",
                tuple(commands.Wish),
                read=commands.Wish,
            ),
            Argument("confirm", "yes: forget me without asking first", ("yes",), read=commands.Confirmed),
        ),
        example="privacy hide",
        keepers_say=(commands.Wish.ERASE,),
    ),
    Word(
        "report",
        "How this channel does: who takes part, topics, questions. Nobody is named",
        commands.Report,
        (
            Argument("span", "The last question, this week, this season or all time", tuple(Span), read=Span),
            Argument("layout", "In words, or as a table for a spreadsheet", tuple(Layout), read=Layout),
        ),
        example="report season csv",
        keepers=True,
    ),
    Word(
        "help",
        "Every word with what it does, or one of them in full",
        commands.Help,
        (Argument("word", "The word to explain", completes=Completes.WORD),),
        example="help board",
    ),
)

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("explain_question", "Explain this question", "Its answer, with code, output and SQL", commands.Lookup),
)
ANYWHERE: tuple[Anywhere, ...] = (
    Anywhere("practise", "Practise", "A question for you alone, judged at once", commands.Practice()),
)
