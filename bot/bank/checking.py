"""Checks a bank: files can be read, snippets do what they say, one option is right, and nothing gives it away."""

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from bot.bank.findings import Finding
from bot.bank.folder import CONTENT, questions, topics
from bot.bank.giveaways import giveaways, habits
from bot.bank.programs import MAIN
from bot.bank.proof import proof
from bot.bank.reading import read
from bot.bank.running import SECONDS, Progress, Run, run_all, version_of
from bot.bank.source import Source
from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, in the order of files and lines. `accepted` names the questions that it rewrote."""

    version: str
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
    _exists(folder, only)
    version = await version_of(python)
    sources, findings = _read(folder, version)
    chosen = [source for source in sources if only in {None, source.front.id}]
    runs = await run_all(chosen, folder / "prelude.py", python, seconds, progress)
    accepted = tuple(
        source.front.id for source in chosen if accept and _accept(source, runs[source.front.id][MAIN], version)
    )
    if accepted:
        sources, findings = _read(folder, version)
    findings += habits(sources, version)
    for source in sources:
        if ran := runs.get(source.front.id):
            findings += [*proof(source, ran, version), *giveaways(source, version)]
    told = (finding for finding in findings if only is None or finding.file.endswith(f"/{only}.md"))
    return Report(version, len(chosen), tuple(sorted(told)), accepted)


def _exists(folder: Path, only: str | None) -> None:
    known = [path.stem for path in questions(folder)]
    if not known:
        raise ContentError(folder.name, 1, "there is no questions/*.md in this folder")
    if only is not None and only not in known:
        near = get_close_matches(only, known, n=3, cutoff=0.0)
        raise ContentError(folder.name, 1, f"there is no question {only}: perhaps {', '.join(near)}?")


def _read(folder: Path, version: str) -> tuple[list[Source], list[Finding]]:
    """The questions that speak about a version, and a finding for every file that cannot be read."""
    titles = topics(folder)
    sources: list[Source] = []
    findings: list[Finding] = []
    for path in questions(folder):
        try:
            source = read(path, titles)
        except ContentError as error:
            findings.append(Finding(error.file, error.line, "format", error.why))
        else:
            sources += [source] if version in source.front.versions else []
    return sources, findings


def _accept(source: Source, ran: Run, version: str) -> bool:
    """Write what a snippet did into its file; whether that changed the file. A failed run is never accepted."""
    if ran.error:
        return False
    text = source.path.read_text(encoding="utf-8")
    lines = text.split("\n")
    # The lower fence first, so that the lines of the upper one keep their numbers.
    said = [(source.sql[version], ran.sql), (source.output[version], ran.output)]
    if source.trace:
        said.insert(0, (source.trace[version], ran.trace))
    for passage, seen in said:
        top = passage.line - 1
        end = next(at for at in range(top, len(lines)) if lines[at].startswith("```"))
        lines[top:end] = seen.split("\n") if seen else []
    accepted = "\n".join(lines)
    source.path.write_text(accepted, encoding="utf-8")
    return accepted != text
