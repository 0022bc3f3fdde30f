"""What the whole house disputes, for those who write the questions: nobody is named in it, and no workspace."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.disputing import Ruling
from bot.domain.question import Kind
from bot.store import answers, disputes
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class Reason:
    """What somebody said against a key, and what was decided of it, if it was."""

    text: str
    ruling: Ruling | None


@dataclass(frozen=True, slots=True)
class DisputedRound:
    """One round of a question as it was asked: how the answers split, what was said, and how the key stands now."""

    question: str
    revision: str
    version: str
    kind: Kind
    key: str
    answers: Mapping[str, int]
    reasons: tuple[Reason, ...]
    ruling: Ruling | None
    ruled: str | None


async def report(session: Session) -> list[DisputedRound]:
    """Every round that was ever disputed, by question. Those whose authors all had themselves forgotten are not."""
    found = list[DisputedRound]()
    for this in await disputes.all_disputed(session):
        said = await disputes.of_round(session, this.id)
        asked = (this.question or "", this.revision or "", this.version, this.kind, this.key)
        reasons = tuple(Reason(each.text, each.ruling) for each in said)
        found.append(DisputedRound(*asked, await answers.split(session, this.id), reasons, this.ruling, this.ruled))
    return found
