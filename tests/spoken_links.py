"""What is said of links, from the largest facts there can be: see `tests.spoken`."""

from collections.abc import Callable

from bot.cards.linking import linked
from bot.cards.model import Card
from bot.domain.links import CODES, spell
from bot.play.linking import (
    BadCode,
    IsLinked,
    Local,
    NewCode,
    NoHouse,
    NotAManager,
    NotLinked,
    Of,
    Unlinked,
    Unlinking,
    Why,
)
from bot.store.links import Linked
from tests.spoken import CLOSES, HOSTILE

THERE = Linked("a platform", HOSTILE, CLOSES)
NAMELESS = Linked("a platform", None, CLOSES)
CODE = spell(CODES - 1)

CARDS: dict[str, Callable[[], Card]] = {
    "my link code": lambda: linked(NewCode(Of.PERSON, CODE, CLOSES, THERE)),
    "a house's link code": lambda: linked(NewCode(Of.WORKSPACE, CODE, CLOSES, None)),
    "linked": lambda: linked(IsLinked(Of.PERSON, NAMELESS, is_new=True)),
    "workspaces linked": lambda: linked(IsLinked(Of.WORKSPACE, THERE, 10**6)),
    **{f"not linked, {of}": lambda of=of: linked(NotLinked(of)) for of in Of},  # type: ignore[misc]  # of each
    **{f"unlinking, {of}": lambda of=of: linked(Unlinking(of, THERE, 10**6)) for of in Of},  # type: ignore[misc]  # of each
    **{f"unlinked, {of}": lambda of=of: linked(Unlinked(of, THERE)) for of in Of},  # type: ignore[misc]  # of each
    **{
        f"bad code, {of}, {why}": lambda of=of, why=why: linked(BadCode(of, why, THERE))  # type: ignore[misc]  # of each
        for of in Of
        for why in Why
    },
    "bad code, no house": lambda: linked(BadCode(Of.WORKSPACE, Why.OWN)),
    "no house": lambda: linked(NoHouse(manages=False)),
    "no house yet": lambda: linked(NoHouse(manages=True)),
    "not a manager": lambda: linked(NotAManager(THERE, is_told=False)),
    "not a manager of none": lambda: linked(NotAManager(None, is_told=True)),
    "linked with no keyboard": lambda: linked(Local()),
}
