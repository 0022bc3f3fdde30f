"""The command that proves a bank: `python -m bot check`."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.bank import CONTENT, environments
from bot.bank.census import Census, census
from bot.bank.checking import Report, check_all, read_all, told_once
from bot.bank.folder import seeds, topics
from bot.errors import ContentError

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--question", "only", metavar="ID", help="Check one question, for example sess-0035.")
@click.option("--accept", is_flag=True, help="Write what the programs print and emit into their files.")
@click.option("--all-versions", "everywhere", is_flag=True, help="Check on every SQLAlchemy that the bank pins.")
@click.option("--prepare", is_flag=True, help="Only make what --all-versions needs; after that it works offline.")
@click.option("--content", "folder", type=_FOLDER, default=CONTENT, help="Check another bank than the shipped one.")
def check(only: str | None, accept: bool, everywhere: bool, prepare: bool, folder: Path) -> None:
    """Run every question of the bank and prove that its answer is right.

    Each finding names file, line and what to do. Exit status 1 if there is any.
    """
    try:
        if prepare:
            with _Stages() as stages:
                asyncio.run(environments.pythons(folder, stages.told))
            return
        reports = _reports(folder, only, accept, everywhere)
        counted = None if only else census(read_all(folder)[0], topics(folder), seeds(folder))
    except ContentError as error:
        raise click.ClickException(str(error)) from None
    for finding in told_once(reports):
        click.echo(str(finding))
    for slug in sorted({slug for report in reports for slug in report.accepted}):
        click.echo(f"{slug}: accepted what its program did")
    if counted:
        _print(counted)
    for report in reports:
        verdict = f"{len(report.findings)} to mend" if report.findings else "all proved"
        click.echo(f"{_questions(report.checked)} on SQLAlchemy {report.release}: {verdict}")
    sys.exit(1 if any(report.findings for report in reports) else 0)


def _reports(folder: Path, only: str | None, accept: bool, everywhere: bool) -> tuple[Report, ...]:
    with _Stages() as stages:

        async def go() -> tuple[Report, ...]:
            pythons = (await environments.pythons(folder, stages.told)).values() if everywhere else [sys.executable]
            return await check_all(
                folder, [*pythons], only=only, accept=accept, begun=stages.begun, progress=stages.moved
            )

        return asyncio.run(go())


class _Stages(Progress):
    """What is being done, on standard error: a bar in a terminal, which goes away; else one line for each stage."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        super().__init__(console=console, transient=True, disable=not console.is_terminal)

    def told(self, stage: str, total: int | None = None) -> None:
        """A stage begins."""
        if self.disable:
            click.echo(stage, err=True)
        for task in self.task_ids:
            self.update(task, visible=False)
        self.add_task(stage, total=total, stage=stage)

    def begun(self, release: str, count: int) -> None:
        """The questions are run on a release."""
        self.told(f"Running {_questions(count)} on SQLAlchemy {release}", count)

    def moved(self, slug: str, done: int) -> None:
        """So many of them have run, and this one begins."""
        self.update(self.task_ids[-1], completed=done, description=f"{self.tasks[-1].fields['stage']}: {slug}")


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"


def _print(counted: Census) -> None:
    """A census: a table, which is drawn in a terminal only, and what is not counted by one thing alone."""
    columns = {
        "area": counted.areas,
        "kind": counted.kinds,
        "level": counted.levels,
        "version": counted.versions,
        "right option": counted.letters,
    }
    console = Console()
    if console.is_terminal:
        console.print(_drawn(columns))
    else:
        click.echo("\n".join(_aligned(columns)))
    click.echo("\n".join(_sentences(counted)))


def _rows(columns: Mapping[str, Mapping[str, int]]) -> Iterator[list[str]]:
    """The cells of each row: a name and its count, for each column."""
    for row in zip_longest(*(counts.items() for counts in columns.values()), fillvalue=("", "")):
        yield [str(cell) for pair in row for cell in pair]


def _drawn(columns: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name)
        table.add_column(justify="right")
    for row in _rows(columns):
        table.add_row(*row)
    return table


def _aligned(columns: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    rows = [[cell for name in columns for cell in (name, "")], *_rows(columns)]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        pairs = zip(row[::2], row[1::2], widths[::2], widths[1::2], strict=True)
        yield "   ".join(f"{name:<{wide}} {count:>{narrow}}" for name, count, wide, narrow in pairs).rstrip()


def _sentences(counted: Census) -> Sequence[str]:
    missing = f", not {', '.join(map(str, counted.missing))}" if counted.missing else ""
    covered = len(counted.founding) - len(counted.missing)
    return (
        f"{covered} of {len(counted.founding)} founding topics covered{missing}",
        f"depending on the version: {counted.differing}; with a hint: {counted.hints}, an async twin: {counted.twins}, "
        f"a trace: {counted.traces}; read a second time: {counted.read_twice}",
        f"of {_questions(counted.single)} with one right letter, the right option is the longest in {counted.longest}",
    )
