"""The rules that a simulated day is played by: the real ones, and each of them taken away by itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import sending
from bot.domain.sending import Progress, Void


@dataclass(frozen=True, slots=True)
class Refusal:
    """The platform surely did not do it."""

    why: str
    lasting: bool
    wait: float = 0.0


class Rules:
    """Those of `bot.domain.sending`, and the three that the database and an adapter keep. Each may be overridden."""

    intent = True  # that it is being sent is committed before the call
    unique = True  # a round has one posting of a kind

    def take(self, it: Progress, now: datetime) -> Progress | Void:
        return sending.take(it, now)

    def begin_by(self, it: Progress) -> datetime:
        return sending.begin_by(it)

    def insisted(self, again: Refusal | int | None) -> Refusal | int | None:
        """What a request made again comes to, after one whose answer was lost: a message, or `None` if nobody knows.

        As `adapters.discord.platform` has it: a refusal says nothing about the request before it.
        """
        return None if isinstance(again, Refusal) else again

    def sent(self, it: Progress, attempt: int, message: str, now: datetime) -> Progress | Void:
        return sending.sent(it, attempt, message, now)

    def refused(self, it: Progress, attempt: int, refusal: Refusal, now: datetime) -> Progress | Void:
        wait = timedelta(seconds=refusal.wait)
        return sending.refused(it, attempt, refusal.why, lasting=refusal.lasting, wait=wait, now=now)

    def unclear(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:
        return sending.unclear(it, attempt, "the answer was lost", now)

    def look(self, it: Progress, now: datetime) -> Progress | Void:
        return sending.look(it, now)

    def absent(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:
        return sending.absent(it, attempt, now)

    def unknown(self, it: Progress, attempt: int, refusal: Refusal, now: datetime) -> Progress | Void:
        return sending.unknown(it, attempt, refusal.why, lasting=refusal.lasting, now=now)

    def pressed(self, it: Progress, message: str, now: datetime) -> Progress | Void:
        return sending.pressed(it, message, now)

    def renewed(self, it: Progress, now: datetime) -> Progress:
        return sending.renewed(it, now)

    def swept(self, it: Progress, now: datetime) -> Progress | Void:
        return sending.swept(it, now)


class NoIntent(Rules):
    """The platform is called before it is written down that it will be."""

    intent = False


class NoUniqueKey(Rules):
    """Two planners may both write a posting down."""

    unique = False


class NoLease(Rules):
    """A posting is in doubt as soon as somebody else sees it on its way."""

    def look(self, it: Progress, now: datetime) -> Progress | Void:
        return sending.look(replace(it, lease_until=now), now)


class EndlessLease(Rules):
    """Whoever took a posting keeps it for ever."""

    def look(self, it: Progress, now: datetime) -> Progress | Void:  # noqa: ARG002  # as the rule it stands for
        return Void.LEASED


class NoFencing(Rules):
    """Whatever attempt it was may say what the posting came to."""

    def refused(self, it: Progress, attempt: int, refusal: Refusal, now: datetime) -> Progress | Void:  # noqa: ARG002
        return super().refused(it, it.attempt, refusal, now)

    def unclear(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:  # noqa: ARG002
        return super().unclear(it, it.attempt, now)

    def absent(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:  # noqa: ARG002
        return super().absent(it, it.attempt, now)


class ForgottenDoubt(Rules):
    """A refusal of a later attempt says that no earlier one left a message."""

    def refused(self, it: Progress, attempt: int, refusal: Refusal, now: datetime) -> Progress | Void:
        return super().refused(replace(it, doubted=False), attempt, refusal, now)


class ForgottenRequest(Rules):
    """A refusal of a request made again says that the one before it was refused, too."""

    def insisted(self, again: Refusal | int | None) -> Refusal | int | None:
        return again


class DoubtIsRefusal(Rules):
    """A lost answer is taken for a "no"."""

    def unclear(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:
        return super().refused(it, attempt, Refusal("the answer was lost", lasting=False), now)


class NoSettling(Rules):
    """The platform is asked as soon as an answer is lost."""

    def unclear(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:
        after = super().unclear(it, attempt, now)
        return after if isinstance(after, Void) else replace(after, lease_until=now)


class OneLook(Rules):
    """What is not seen once is not there."""

    def absent(self, it: Progress, attempt: int, now: datetime) -> Progress | Void:
        return super().absent(replace(it, looked_at=now - sending.SECOND_LOOK), attempt, now)


class NoDeadline(Rules):
    """Whoever took a posting may begin the call at any time."""

    def begin_by(self, it: Progress) -> datetime:
        return sending.begin_by(it) + timedelta(days=365)


class NoSweep(Rules):
    """Nobody looks for copies."""

    def swept(self, it: Progress, now: datetime) -> Progress | Void:  # noqa: ARG002  # as the rule it stands for
        return Void.NOT_DUE


class LateNewsUnheard(Rules):
    """Whoever comes too late is not believed, not even that a message stands."""

    def sent(self, it: Progress, attempt: int, message: str, now: datetime) -> Progress | Void:
        return Void.FENCED if it.attempt != attempt else super().sent(it, attempt, message, now)


class NewsForgotten(Rules):
    """What changes while a message may stand is not edited in once it is found."""

    def renewed(self, it: Progress, now: datetime) -> Progress:
        return replace(super().renewed(it, now), stale=False)


MUTANTS: tuple[type[Rules], ...] = (
    *(NoIntent, NoUniqueKey, NoLease, EndlessLease, NoFencing, ForgottenDoubt, ForgottenRequest, DoubtIsRefusal),
    *(NoSettling, OneLook, NoDeadline, NoSweep, LateNewsUnheard, NewsForgotten),
)
