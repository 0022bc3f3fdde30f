"""Who keeps the daily question, in words."""

from typing import assert_never

from bot.cards.helping import not_allowed, not_set_up
from bot.cards.model import Button, Buttons, Card, Text, Tone, note, say
from bot.cards.phrases import name
from bot.commands import Setup
from bot.grammar import NAME
from bot.play.asked import NotAllowed, NotSetUp
from bot.play.keeping import KeptBy, LastKeeper, NoSuchPerson

_SHOWN = 20  # names
_SETTINGS = Buttons((Button("Settings", Setup()),))


def keepers(facts: KeptBy | NoSuchPerson | LastKeeper | NotSetUp | NotAllowed) -> Card:
    """Who may change the daily question here."""
    match facts:
        case KeptBy(names):
            listed = [part for each in names[:_SHOWN] for part in (name(each), Text(", "))][:-1]
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            who = say("Kept by ", *listed, f"{more}.") if names else say("Nobody is named as its keeper.")
            how = note(f"Those who manage the workspace may too. `/{NAME} keepers add` and `remove` change the list.")
            return Card("Keepers of the daily question", (who, how, _SETTINGS), summary="Who keeps the daily question.")
        case NoSuchPerson(said):
            words = say("I cannot read ", Text(f"“{said[:60]}”"), " as a person: pick one from the list.")
            return Card("Nothing was changed", (words, _SETTINGS), summary="Nothing was changed.", tone=Tone.BAD)
        case LastKeeper():
            words = say("They are the only one who keeps it: name another keeper first.")
            return Card("Nothing was changed", (words, _SETTINGS), summary="Nothing was changed.", tone=Tone.BAD)
        case NotSetUp():
            return not_set_up(facts)
        case NotAllowed():
            return not_allowed("name keepers")
        case _:
            assert_never(facts)
