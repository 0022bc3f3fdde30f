"""The command line: `python -m bot`, or `sqla-quiz` where it is installed."""

from importlib.metadata import EntryPoint

import click

from bot import interpreter
from bot.plugs import plugs

_COMMANDS = "sqla_quiz.commands"
# Each is imported when it is asked for: what only authors and operators need would double the memory of a running bot.
_OURS = {
    "backup": "bot.database_commands:backup",
    "check": "bot.bank_commands:check",
    "copy-db": "bot.database_commands:copy_db",
    "doctor": "bot.doctor_commands:doctor",
    "migrate": "bot.run_commands:migrate",
    "play": "bot.run_commands:play",
    "question": "bot.question_commands:question",
    "rebuild": "bot.database_commands:rebuild",
    "restore": "bot.database_commands:restore",
    "run": "bot.run_commands:run",
    "secrets": "bot.secret_commands:secrets",
}


class _Words(click.Group):
    """Our own words, and those that platforms add. A word of ours is never replaced."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_OURS, *(plug.name for plug in plugs(_COMMANDS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if here := super().get_command(ctx, cmd_name):
            return here
        if place := _OURS.get(cmd_name):
            return _loaded(EntryPoint(cmd_name, place, _COMMANDS))
        return next((_loaded(plug) for plug in plugs(_COMMANDS) if plug.name == cmd_name), None)


def _loaded(plug: EntryPoint) -> click.Command:
    """One command. Where it cannot be had, one that says why: the others go on working."""
    try:
        with interpreter.starting():
            command = plug.load()
    except (ImportError, AttributeError) as error:
        return _missing(plug, f"{type(error).__name__}: {error}")
    return command if isinstance(command, click.Command) else _missing(plug, "it is no click command")


def _missing(plug: EntryPoint, why: str) -> click.Command:
    told = f"{plug.name} cannot be had: {plug.value}: {why}"

    def complain() -> None:
        raise click.ClickException(f"{told}. Install sqla-quiz anew, or what brings {plug.name}.")

    anything = {"ignore_unknown_options": True, "allow_extra_args": True}
    return click.Command(plug.name, context_settings=anything, callback=complain, help=told)


@click.group(
    cls=_Words, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Start with: python -m bot play"
)
def cli() -> None:
    """A daily question about SQLAlchemy's Session, in Discord, in Slack and in the terminal."""


def main() -> None:
    """The program."""
    cli(prog_name="sqla-quiz")


if __name__ == "__main__":
    main()
