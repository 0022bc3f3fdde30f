"""Everything that can be asked, for whoever has to try all of it."""

from bot import commands
from bot.commands import (
    Account,
    Answer,
    AnswerLate,
    Attempt,
    Away,
    Board,
    Command,
    Compare,
    Confirmed,
    Corrected,
    DailyHint,
    Decide,
    Dispute,
    Disputes,
    Explain,
    Help,
    Hint,
    Home,
    Keepers,
    Layout,
    Lookup,
    MyStats,
    Pause,
    Post,
    Practice,
    Preview,
    Privacy,
    Report,
    Result,
    Resume,
    Reveal,
    Rule,
    Setup,
    Stop,
    TeamRank,
    Today,
    Week,
    Wish,
    Write,
)
from bot.domain.disputing import Ruling
from bot.domain.standings import Reach, Scope, Span
from bot.domain.teams import TeamDo


def every_command(round_: int, message: str, question: str) -> list[Command]:
    """Every command, with what it can name of another workspace; those that end things last."""
    return [
        *(Answer(round_, "A"), Answer(round_, "A", sure=True, more=True), Result(round_), Week(round_)),
        *(Home(round_), Home(), Decide(round_), Decide(round_, stands=True)),
        *(Lookup(message), Explain(question), Explain(question, twin=True), Attempt(question, "A"), Hint(question)),
        *(Write(question), Compare(question, "marvin"), Practice(after=question), Today(), Help(), MyStats()),
        *(Board(scope, span) for scope in Scope for span in Span),
        *(Keepers(), Keepers(add="U0MARVIN Marvin"), Keepers(remove="U0MARVIN"), Preview(), Setup(), Post()),
        *(Dispute(), Dispute(str(round_)), Dispute(str(round_), "It is wrong, and I can prove it."), Corrected(round_)),
        *(Disputes(), Disputes(str(round_)), *(Disputes(str(round_), ruling, "A") for ruling in Ruling)),
        *(Rule(round_, ruling, "A") for ruling in Ruling),
        *(Account(span, reach) for span in Span for reach in Reach),
        *(
            Away(),
            Away("2w"),
            Away("off"),
            DailyHint(round_),
            AnswerLate(round_, "A"),
            Report(),
            Report(layout=Layout.CSV),
        ),
        *(commands.Team(do, "marvin") for do in (None, *TeamDo)),
        *(TeamRank(1), TeamRank(2)),
        *(Reveal(), Pause("3d"), Resume(), Stop()),
        *(Privacy(wish) for wish in (None, *Wish)),
        *(Privacy(wish, confirm=Confirmed.TWICE) for wish in Wish),
    ]
