"""Play many simulated days on every core, or one of them line by line: `python -m tests.simulation --help`."""

import multiprocessing
import os
import sys
import time
from collections.abc import Iterator

import click

from tests.simulation.day import Tally
from tests.simulation.playing import RULES, play
from tests.simulation.worker import simulate

CHUNK = 500  # seeds that are handed to a process at once
TOLD = 20  # violations that are written out; each can be played again


@click.command()
@click.option("--seeds", default=20_000, show_default=True, help="How many days to play.")
@click.option("--first", default=0, show_default=True, help="The seed to begin with.")
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="How many processes play at once.")
@click.option("--seed", type=int, help="Play this one alone, and tell everything that happens.")
@click.option(
    "--rules",
    type=click.Choice([*RULES]),
    default="Rules",
    show_default=True,
    help="Play with one rule taken away, to see what it is for.",
)
def main(seeds: int, first: int, jobs: int, seed: int | None, rules: str) -> None:
    """Play days of the sending machine in which processes die anywhere and platforms fail in every way.

    Exits with 1 if any message was lost, stood twice or got stuck, and names the seeds in which it did. Such a one is
    played again, line by line, with --seed.
    """
    if seed is not None:
        sys.exit(bool(simulate(seed, RULES[rules](), click.echo).violations))
    begun, total = time.monotonic(), Tally()
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        tasks = ((rules, range(at, min(at + CHUNK, first + seeds))) for at in range(first, first + seeds, CHUNK))
        for played in pool.imap_unordered(play, tasks):
            total.add(played)
            click.echo(f"\r{total.seeds:>12,} of {seeds:,}", nl=False, err=True)
    click.echo(err=True)
    for line in said(total, time.monotonic() - begun):
        click.echo(line)
    sys.exit(bool(total.violations))


def said(total: Tally, seconds: float) -> Iterator[str]:
    """What many days came to."""
    yield (
        f"{total.seeds:,} seeds, {total.kills:,} kills, {total.postings:,} postings: "
        f"{total.lost} lost, {total.doubled} doubled, {total.stuck} stuck, {len(total.violations)} violations"
    )
    yield f"{total.copies:,} copies by processes that stood still, removed unless nobody can look or a keeper has to"
    yield f"{seconds:,.0f} s, {total.seeds / seconds:,.0f} seeds a second"
    for seed, what in total.violations[:TOLD]:
        yield f"seed {seed}: {what}; see it with --seed {seed}"


if __name__ == "__main__":
    main()
