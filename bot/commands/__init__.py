"""Everything a person can ask of the quiz: one closed union of frozen dataclasses.

A field is `str`, `int`, `bool`, an enum, or one of these `| None`, so that `wire` can carry every command in a button.
Add a command to the file it belongs to and to `Command`, and the type checker names the places that must learn it.
"""

from bot.commands.disputing import Corrected, Dispute, Disputes, Rule
from bot.commands.keeping import Decide, Keepers, Layout, Pause, Post, Preview, Report, Resume, Reveal, Setup, Stop
from bot.commands.linking import House, Link
from bot.commands.misread import Misread, Why
from bot.commands.playing import (
    Account,
    Answer,
    AnswerLate,
    Away,
    Board,
    DailyHint,
    Help,
    Home,
    MyStats,
    Result,
    Today,
    Week,
)
from bot.commands.practising import Attempt, Compare, Explain, Hint, Lookup, Practice, Write
from bot.commands.privacy import Confirmed, Privacy, Wish
from bot.commands.teams import Team, TeamRank

__all__ = [
    "Account",
    "Answer",
    "AnswerLate",
    "Attempt",
    "Away",
    "Board",
    "Command",
    "Compare",
    "Confirmed",
    "Corrected",
    "DailyHint",
    "Decide",
    "Dispute",
    "Disputes",
    "Explain",
    "Help",
    "Hint",
    "Home",
    "House",
    "Keepers",
    "Layout",
    "Link",
    "Lookup",
    "Misread",
    "MyStats",
    "Pause",
    "Post",
    "Practice",
    "Preview",
    "Privacy",
    "Report",
    "Result",
    "Resume",
    "Reveal",
    "Rule",
    "Setup",
    "Stop",
    "Team",
    "TeamRank",
    "Today",
    "Week",
    "Why",
    "Wish",
    "Write",
]

Command = (
    Home
    | Help
    | Today
    | Answer
    | DailyHint
    | AnswerLate
    | Result
    | Week
    | Practice
    | Attempt
    | Write
    | Compare
    | Hint
    | Explain
    | Lookup
    | Board
    | Account
    | Team
    | TeamRank
    | MyStats
    | Away
    | Setup
    | Preview
    | Keepers
    | Pause
    | Resume
    | Stop
    | Post
    | Reveal
    | Report
    | Decide
    | Dispute
    | Disputes
    | Rule
    | Corrected
    | Link
    | House
    | Privacy
    | Misread
)
