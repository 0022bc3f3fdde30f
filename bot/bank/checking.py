"""Checks a bank: files can be read, snippets do what they say, one option is right, and nothing gives it away."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from bot.bank.accepting import accepted
from bot.bank.bankwide import bankwide, positions
from bot.bank.findings import Finding
from bot.bank.folder import CONTENT, questions, seeds, topics
from bot.bank.giveaways import giveaways, habits
from bot.bank.programs import MAIN
from bot.bank.proof import proof
from bot.bank.reading import read
from bot.bank.running import SECONDS, Progress, Runs, run_all, version_of
from bot.bank.source import Source
from bot.bank.unfinished import unfinished
from bot.errors import ContentError

Begun = Callable[[str, int], object]
"""Told before a version's questions are run: the release, and how many they are."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found on one version, such as 2.1 in its release 2.1.9, in the order of files and lines.

    `accepted` names the questions that it rewrote.
    """

    version: str
    release: str
    checked: int
    findings: tuple[Finding, ...]
    accepted: tuple[str, ...]


async def check(
    folder: Path = CONTENT,
    *,
    only: str | None = None,
    accept: bool = False,
    progress: Progress | None = None,
    python: str = sys.executable,
    seconds: float = SECONDS,
) -> Report:
    """Check every question of a bank, or `only` one, on the SQLAlchemy of a Python.

    With `accept`, what the snippets print and emit is first written into their files. Raises `ContentError` where there
    is no such bank or question. Questions that do not list the version are read but not run.
    """
    [report] = await check_all(folder, [python], only=only, accept=accept, progress=progress, seconds=seconds)
    return report


async def check_all(
    folder: Path,
    pythons: Sequence[str],
    *,
    only: str | None = None,
    accept: bool = False,
    progress: Progress | None = None,
    begun: Begun | None = None,
    seconds: float = SECONDS,
) -> tuple[Report, ...]:
    """As `check`, on the SQLAlchemy of each of several Pythons, the newest last: a report on each."""
    _exists(folder, only)
    releases = {_series(release): release for release in [await version_of(python) for python in pythons]}
    sources, _ = read_all(folder)
    runs: dict[str, Mapping[str, Runs]] = {}
    for (version, release), python in zip(releases.items(), pythons, strict=True):
        chosen = [source for source in _on(sources, version) if only in {None, source.front.id}]
        if begun:
            begun(release, len(chosen))
        runs[version] = await run_all(chosen, folder / "prelude.py", python, seconds, progress)
    # Only when every version has run is it known whether one fence can speak for all.
    rewritten = _accepted(sources, runs) if accept else set()
    sources, unreadable = read_all(folder)
    unreadable += bankwide(questions(folder), sources, seeds(folder))
    reports = []
    for version, release in releases.items():
        found = [*unreadable, *_found(_on(sources, version), runs[version], version)]
        told = sorted({finding for finding in found if only is None or finding.file.endswith(f"/{only}.md")})
        changed = tuple(slug for slug in runs[version] if slug in rewritten)
        reports.append(Report(version, release, len(runs[version]), tuple(told), tuple(sorted(changed))))
    return tuple(reports)


def told_once(reports: Sequence[Report]) -> list[Finding]:
    """The findings of several reports, each once; one that not all of them made says on which version it was."""
    makers: dict[Finding, list[str]] = {}
    for report in reports:
        for finding in report.findings:
            makers.setdefault(finding, []).append(report.version)
    return sorted(
        finding
        if len(versions) == len(reports)
        else replace(finding, why=f"on {' and '.join(versions)}: {finding.why}")
        for finding, versions in makers.items()
    )


def read_all(folder: Path) -> tuple[list[Source], list[Finding]]:
    """The questions of a bank, and a finding for every file that cannot be read."""
    titles = topics(folder)
    sources: list[Source] = []
    findings: list[Finding] = []
    for path in questions(folder):
        try:
            sources.append(read(path, titles))
        except ContentError as error:
            findings.append(Finding(error.file, error.line, "format", error.why))
    return sources, findings


def _exists(folder: Path, only: str | None) -> None:
    known = [path.stem for path in questions(folder)]
    if not known:
        raise ContentError(folder.name, 1, "there is no questions/*.md in this folder")
    if only is not None and only not in known:
        near = get_close_matches(only, known, n=3, cutoff=0.0)
        raise ContentError(folder.name, 1, f"there is no question {only}: perhaps {', '.join(near)}?")


def _series(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _on(sources: Sequence[Source], version: str) -> list[Source]:
    return [source for source in sources if version in source.front.versions]


def _accepted(sources: Sequence[Source], runs: Mapping[str, Mapping[str, Runs]]) -> set[str]:
    """Write what the programs did into their files; the slugs of those that this changed."""
    changed = set()
    for source in sources:
        slug = source.front.id
        ran = {version: by_slug[slug][MAIN] for version, by_slug in runs.items() if slug in by_slug}
        before = source.path.read_text(encoding="utf-8")
        after = accepted(source, before, ran)
        if after != before:
            written = source.path.with_suffix(".accepting")
            written.write_text(after, encoding="utf-8")
            written.replace(source.path)  # all of it or nothing
            changed.add(slug)
    return changed


def _found(sources: Sequence[Source], runs: Mapping[str, Runs], version: str) -> list[Finding]:
    found = [*habits(sources, version), *positions(sources, version)]
    for source in sources:
        if ran := runs.get(source.front.id):
            found += [*proof(source, ran, version), *giveaways(source, version), *unfinished(source)]
    return found
