"""What a doctor is told and finds: the contract of those who look at a platform before it is run."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.cards.model import Card, Form
from bot.domain.identity import Place


class Level(StrEnum):
    """How grave a finding is: `WARN` runs all the same, `FAIL` keeps the bot or a drill from working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, what was seen, and the command, variable or clicks that mend it.

    Holds no secret. `fix` is empty where there is nothing to mend.
    """

    level: Level
    title: str
    seen: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Drilled:
    """A place with an active drill. `discussion`: its reveals open threads; `ping` is whom its questions notify."""

    place: Place
    discussion: bool
    ping: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a doctor is told. `drills` are those of its platform, `None` where they cannot be read; `within` is how many
    seconds one request may take. `live` is one of everything that people are shown, to be tried out on the platform
    without showing it; there is none unless the operator wants that.
    """

    drills: tuple[Drilled, ...] | None
    within: float
    live: tuple[Card | Form, ...] = ()


Doctor = Callable[[Mapping[str, str], Known], Awaitable[Sequence[Finding]]]
"""What an entry point in the group `sqla_quiz.doctors` names, under the name of its platform.

It is asked where that platform is configured, shows people nothing, leaves everything as it was, and ends in bounded
time whatever does not answer.
"""
