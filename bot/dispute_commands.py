"""The command for those who write the questions: `python -m bot question disputes`."""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from bot.errors import SettingsError
from bot.play.disputed_rounds import DisputedRound, report
from bot.settings import Settings
from bot.store.database import Database, told
from bot.store.migrations import at_head
from bot.usable import or_a_word

FORMAT = "sqla-quiz-disputes/1"


@click.command()
@click.option("--json", "file", metavar="FILE", type=click.Path(path_type=Path), help="Write all of it there as JSON.")
def disputes(file: Path | None) -> None:
    """Tell which keys are or were disputed at DATABASE_URL: open and decided, of the whole house.

    For those who write the questions: how the answers split, what people said, what keepers decided. It names no
    person, no workspace and no channel. The bot may run meanwhile.
    """
    with or_a_word():
        found = asyncio.run(_report(Settings.read(os.environ).database_url))
    if file is not None:
        whole = {"format": FORMAT, "disputes": [asdict(each) for each in found]}
        file.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        click.echo(f"Written: {file}, {len(found)} disputed {'round' if len(found) == 1 else 'rounds'}.")
        return
    click.echo("\n".join(_lines(found)))


async def _report(url: str) -> list[DisputedRound]:
    if not await at_head(url):
        raise SettingsError(
            "DATABASE_URL", f"{told(url)} has not the tables of this release: run `python -m bot migrate`"
        )
    database = Database(url)
    try:
        async with database.reading() as session:
            return await report(session)
    finally:
        await database.close()


def _lines(found: Sequence[DisputedRound]) -> list[str]:
    lines = list[str]()
    for each in found:
        split = ", ".join(f"{choice}: {n}" for choice, n in sorted(each.answers.items()))
        now = " ".join(filter(None, (each.ruling, each.ruled))) or "open"
        lines.append(f"{each.question} on {each.version}, revision {each.revision}, key {each.key} ({split}): {now}")
        lines += [f"  {said.text}" for said in each.reasons]
    return lines or ["Nothing is disputed."]
