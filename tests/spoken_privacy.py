"""What is said of what is stored, from the largest facts there can be: see `tests.spoken`."""

from collections.abc import Callable
from dataclasses import replace

from bot.cards.model import FILE, Card
from bot.cards.privacy import privacy_of
from bot.domain.disputing import Ruling
from bot.domain.grading import Verdict
from bot.play.privacy import (
    Erased,
    Forgotten,
    Known,
    MyData,
    NotAManager,
    Seen,
    ToErase,
    ToForget,
    Unknown,
)
from bot.store.handing_out import (
    Coded,
    Disputed,
    Had,
    Identity,
    Joined,
    Kept,
    LinkedWith,
    Said,
    Scored,
    Stands,
    StandsForTeam,
)
from bot.store.privacy import Amount
from tests.spoken import CLOSES, DAY, HOSTILE, ROUND

AMOUNT = Amount(10**6, 10**6, 99, 2)
CHANNEL, TEAM = "1100000000000000003", "W" * 32
IDENTITY = Identity(
    *("a platform", CHANNEL, HOSTILE, "1" * 19, HOSTILE),
    hidden=True,
    keeps=(Kept(CHANNEL, named=True),),
    linked=(LinkedWith("a platform", CLOSES),),
    link_codes=(Coded(CLOSES),),
    leaves=(DAY,),
    answers=(Said(ROUND, CHANNEL, DAY, "sess-9999", 99, "ABCDE", sure=True, at=CLOSES),),
    hints=(Had(ROUND, CHANNEL, DAY, "sess-9999", CLOSES),),
    disputes=(Disputed(ROUND, CHANNEL, DAY, None, "x" * 500, CLOSES, Ruling.ALSO, CLOSES),),
    scores=(
        Scored(
            ROUND, CHANNEL, DAY, None, "ABCDE", sure=True, verdict=Verdict.PARTLY, points=11, hinted=True, team=TEAM
        ),
    ),
    standings=(Stands(CHANNEL, DAY, DAY, *(10**6,) * 5, linked=True),),
    teams=(Joined(TEAM, CLOSES),),
    team_standings=(StandsForTeam(TEAM, CHANNEL, DAY, DAY, *(10**6,) * 3, last=DAY, present=True),),
)
CARDS: dict[str, Callable[[], Card]] = {
    "privacy": lambda: privacy_of(Known(AMOUNT, hidden=False, everywhere=True, may_erase=True)),
    "privacy, hidden": lambda: privacy_of(Known(AMOUNT, hidden=True, everywhere=False, may_erase=False)),
    "nothing stored": lambda: privacy_of(Unknown(everywhere=False, may_erase=True)),
    "hidden": lambda: privacy_of(Seen(hidden=True, everywhere=False)),
    "shown": lambda: privacy_of(Seen(hidden=False, everywhere=True)),
    "my data": lambda: privacy_of(MyData(CLOSES, (IDENTITY,), 1)),
    "too much data": lambda: privacy_of(MyData(CLOSES, (replace(IDENTITY, name="x" * FILE),), 1)),
    "to forget": lambda: privacy_of(ToForget(AMOUNT, everywhere=False, orphans=2)),
    "forgotten": lambda: privacy_of(Forgotten(everywhere=True)),
    "to erase": lambda: privacy_of(ToErase(HOSTILE, asked_twice=False)),
    "really to erase": lambda: privacy_of(ToErase(HOSTILE, asked_twice=True)),
    "erased": lambda: privacy_of(Erased()),
    "no manager": lambda: privacy_of(NotAManager(nowhere=False)),
    "no workspace": lambda: privacy_of(NotAManager(nowhere=True)),
}
"""All of them; a file that fits a single page everywhere."""
