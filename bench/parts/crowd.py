"""A house of many people with questions open in many channels, written straight into an empty database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from bot.bank import Bank
from bot.domain import identity
from bot.domain.question import Kind, Question
from bot.domain.rounds import PostingKind, PostingState, RoundState
from bot.store.database import Database
from bot.store.models import Answer, Drill, Person, Place, Posting, Round, Workspace

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WORKSPACES, PLACES = 10, 4  # and of the latter so many in each of the former
PAST, ANSWERED = 20, 250  # the days before this one, and how many people answered each of them in every place

_OPENED = NOW - timedelta(hours=1)
_Rows = list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Ready:
    """Somebody about to answer a question: as a platform knows them, and as rows."""

    person: identity.Person
    place: identity.Place
    round: int
    person_row: int


async def gather(database: Database, bank: Bank, people: int) -> list[Ready]:
    """Fill the database. Returns everybody once for each open question of their workspace, in no order."""
    questions = [each for each in bank.edition("") if each.kind is Kind.CHOICE]
    rounds = [*_rounds(questions)]
    tables: list[tuple[type[Any], _Rows]] = [
        (Workspace, [{"platform": "memory", "external_id": f"W{number}"} for number in range(1, WORKSPACES + 1)]),
        (Place, [{"workspace_id": _home(place), "channel": f"C{place}"} for place in _places()]),
        (Drill, [{"place_id": place, "at": time(9), "zone": "UTC", "days": "daily"} for place in _places()]),
        (
            Person,
            [{"workspace_id": _home(who), "external_id": f"U{who}", "name": f"Member {who}"} for who in _range(people)],
        ),
        (Round, rounds),
        (Posting, [*_postings(rounds)]),
        (Answer, [*_answered(rounds, people)]),
    ]
    async with database.writing() as session:
        for model, rows in tables:
            await session.execute(insert(model), rows)
    ready = [*_ready(people)]
    Random(6).shuffle(ready)  # noqa: S311  # the same crowd in every run
    return ready


def _range(most: int) -> range:
    return range(1, most + 1)


def _places() -> range:
    return _range(WORKSPACES * PLACES)


def _home(number: int) -> int:
    """The workspace of a place or a person."""
    return number % WORKSPACES + 1


def _rounds(questions: list[Question]) -> Iterator[Mapping[str, Any]]:
    """The open round of every place, by the same number, and then those of the days before."""
    for day in range(PAST + 1):
        for place in _places():
            asked = questions[(place + day) % len(questions)]
            moments = {"due_at": _OPENED, "opened_at": _OPENED, "closes_at": _OPENED + timedelta(hours=23)}
            yield {
                "place_id": place,
                "day": NOW.date() - timedelta(days=day),
                "state": RoundState.REVEALED if day else RoundState.OPEN,
                "question": asked.slug,
                "revision": asked.revision,
                "key": asked.key,
                "level": asked.level,
                **{name: at - timedelta(days=day) for name, at in moments.items()},
            }


def _postings(rounds: _Rows) -> Iterator[Mapping[str, Any]]:
    """What was sent for each round."""
    for number, this in enumerate(rounds, start=1):
        kinds = (PostingKind.QUESTION,) if this["state"] is RoundState.OPEN else (*PostingKind,)
        for kind in kinds:
            sent = {"kind": kind, "state": PostingState.SENT, "due_at": this["due_at"], "message": f"M{number}"}
            yield {"round_id": number, "place_id": this["place_id"], "attempt": 1, **sent}


def _answered(rounds: _Rows, people: int) -> Iterator[Mapping[str, Any]]:
    """What was said in the rounds that are over."""
    for number, this in enumerate(rounds, start=1):
        if this["state"] is RoundState.OPEN:
            continue
        home = [who for who in _range(people) if _home(who) == _home(this["place_id"])]
        for who in home[:ANSWERED]:
            yield {"round_id": number, "person_id": who, "seq": 1, "choice": "A", "sure": False, "at": this["due_at"]}


def _ready(people: int) -> Iterator[Ready]:
    workspaces = {number: identity.Workspace("memory", f"W{number}") for number in _range(WORKSPACES)}
    places = {number: identity.Place(workspaces[_home(number)], f"C{number}") for number in _places()}
    for who in _range(people):
        person = identity.Person(workspaces[_home(who)], f"U{who}", f"Member {who}")
        for number, place in places.items():
            if _home(number) == _home(who):
                yield Ready(person, place, number, who)
