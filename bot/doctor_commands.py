"""The command that says what is wrong with an installation: `python -m bot doctor`."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import EntryPoint

import click

from bot import checkup
from bot.app import ADAPTERS, needs
from bot.bank import load
from bot.cards.model import Card, Form
from bot.domain.words import visible
from bot.errors import ContentError, SettingsError
from bot.findings import Doctor, Drilled, Finding, Known, Level
from bot.log import redacted
from bot.log import start as log_lines
from bot.plugs import plugs
from bot.ports import Off
from bot.samples import samples

log = logging.getLogger(__name__)

_DOCTORS, _CORE = "sqla_quiz.doctors", "core"
_WITHIN = 10.0  # seconds, unless the operator says otherwise
_SIGNS = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


@dataclass(frozen=True, slots=True)
class _Part:
    """What was found in one part of the whole: the core or a platform."""

    name: str
    findings: tuple[Finding, ...]


def _known_part(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    names = [_CORE, *(plug.name for plug in plugs(ADAPTERS))]
    if name is not None and name not in names:
        raise click.BadParameter(f"there is no part {name!r}, only {', '.join(names)}")
    return name


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one list of objects instead of lines.")
@click.option("--only", metavar="PART", callback=_known_part, help="Look at one part: core, or a platform's name.")
@click.option(
    "--within",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    default=_WITHIN,
    show_default=True,
    help="How long one request may take before it is given up.",
)
@click.option("--live", is_flag=True, help="Try everything that people are shown where a platform can, unseen.")
def doctor(as_json: bool, only: str | None, within: float, live: bool) -> None:
    """Look at the settings, the database, the bank and every platform that has its tokens.

    Prints a line for each thing looked at, and below it how to mend what is wrong. Shows people nothing, leaves
    everything as it was and may run beside the bot. Exit status 1 if anything fails; warnings are allowed.
    """
    log_lines("ERROR")
    parts = asyncio.run(_examine(os.environ, only, within, live=live))
    if as_json:
        click.echo(json.dumps([*_objects(parts)], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(parts)))
    worst = checkup.worst([finding for part in parts for finding in part.findings])
    sys.exit(1 if worst is Level.FAIL else 0)


async def _examine(
    environment: Mapping[str, str], only: str | None, within: float, *, live: bool = False
) -> list[_Part]:
    core = await checkup.examine(environment, within)
    own = [_Part(_CORE, (*core.findings, checkup.bank()))] if only in (None, _CORE) else []
    plugged = [plug for plug in plugs(ADAPTERS) if only in (None, plug.name)]
    known = Known(core.drills, within, _samples() if live else ())
    answers = await asyncio.gather(*(_platform(plug, environment, known) for plug in plugged))
    off = [answer for answer in answers if isinstance(answer, Off)]
    if off and len(off) == len(answers):
        return [*own, _nothing_to_run(off)]
    drills = core.drills or ()
    return [*own, *(_switched_off(answer, drills) if isinstance(answer, Off) else answer for answer in answers)]


async def _platform(plug: EntryPoint, environment: Mapping[str, str], known: Known) -> _Part | Off:
    """What is found on a platform that has its tokens."""
    try:
        connected = plug.load()(environment)
    except SettingsError as error:
        return _Part(plug.name, (checkup.wrong(error),))
    if isinstance(connected, Off):
        return connected
    doctors: list[Doctor] = [each.load() for each in plugs(_DOCTORS) if each.name == plug.name]
    if not doctors:
        return _Part(plug.name, (Finding(Level.OK, "Tokens", "set; there is nothing more to look at"),))
    try:
        return _Part(plug.name, tuple(await doctors[0](environment, replace(known, drills=_of(plug.name, known)))))
    except Exception as error:
        log.exception("the doctor of %s broke", plug.name)
        seen = f"it broke off itself: {type(error).__name__}"
        return _Part(plug.name, (Finding(Level.FAIL, "Doctor", seen, "Please report the traceback above."),))


def _samples() -> tuple[Card | Form, ...]:
    try:
        return samples(load())
    except ContentError:
        return ()  # which is what is found of the bank


def _of(platform: str, known: Known) -> tuple[Drilled, ...] | None:
    if known.drills is None:
        return None
    return tuple(each for each in known.drills if each.place.workspace.platform == platform)


def _nothing_to_run(off: Sequence[Off]) -> _Part:
    names = " and ".join(each.name for each in off)
    fix = f"Set the variables: {needs(off)}. To play here without any: python -m bot play"
    return _Part("platforms", (Finding(Level.FAIL, "Tokens", f"there are none for {names}", fix),))


def _switched_off(off: Off, drills: Sequence[Drilled]) -> _Part:
    """A platform without tokens beside others: as somebody wants it, unless it has drills."""
    count = sum(each.place.workspace.platform == off.name for each in drills)
    variables = " and ".join(off.needs)
    if count:
        seen = f"there are none, and its active drills ({count}) cannot post"
        return _Part(off.name, (Finding(Level.WARN, "Tokens", seen, f"Set {variables}."),))
    return _Part(off.name, (Finding(Level.OK, "Tokens", f"off; to switch it on, set {variables}"),))


def _objects(parts: Sequence[_Part]) -> Iterator[Mapping[str, str]]:
    for part in parts:
        for finding in part.findings:
            said = {name: _line(value) for name, value in asdict(finding).items()}
            yield {"part": part.name, **said}


def _lines(parts: Sequence[_Part]) -> Iterator[str]:
    for said in _objects(parts):
        level = Level(said["level"])
        yield f"{_SIGNS[level]} {level:<4}  {said['part']}: {said['title']}: {said['seen']}"
        if said["fix"]:
            yield f"          {said['fix']}"


def _line(words: str) -> str:
    """One line without secrets, whatever a platform or a driver put into it."""
    return redacted(" ".join(visible(words).split()))
