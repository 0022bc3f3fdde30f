"""Writes what a question's program did into the fences of its file."""

from collections.abc import Iterator, Mapping

from bot.bank.running import Run
from bot.bank.source import Source


def accepted(source: Source, text: str, runs: Mapping[str, Run]) -> str:
    """A question's text with what its program did on each version. A failed run is never accepted.

    Where versions that share a fence did not do the same, the newest keeps it, and each other gets a fence of its own.
    """
    lines = text.split("\n")
    # The lowest fence first, so that those above it keep their numbers.
    for top, seen in sorted(_by_fence(source, runs).items(), reverse=True):
        end = next(at for at in range(top, len(lines)) if _closes(lines[at], lines[top - 1]))
        lines[top - 1 : end + 1] = _fences(lines[top - 1], lines[end], seen)
    return "\n".join(lines)


def _by_fence(source: Source, runs: Mapping[str, Run]) -> Mapping[int, Mapping[str, str]]:
    """The line under which each fence begins, counted from 0 → what belongs into it, by version."""
    found: dict[int, dict[str, str]] = {}
    for version, run in runs.items():
        if run.error:
            continue
        said = [(source.output, run.output), (source.sql, run.sql), (source.trace, run.trace)]
        for passages, seen in said:
            if version in passages:
                found.setdefault(passages[version].line - 1, {})[version] = seen
    return found


def _markup(line: str) -> str:
    """The back-ticks or tildes that a fence's line begins with."""
    bare = line.strip()
    return bare[: len(bare) - len(bare.lstrip(bare[:1]))]


def _closes(line: str, opening: str) -> bool:
    """Whether a line ends the fence of another one: the same sign, as often or more often, and nothing else."""
    return line.strip().startswith(_markup(opening)) and not line.strip().strip(_markup(opening)[0])


def _fences(opening: str, closing: str, seen: Mapping[str, str]) -> Iterator[str]:
    """The lines of one fence, or of several, for what was seen on the versions that share it."""
    versions_of: dict[str, list[str]] = {}
    for version, did in seen.items():
        versions_of.setdefault(did, []).append(version)
    kind, word, *named = opening.split()
    newest = list(seen.values())[-1]
    if any(_closes(line, opening) for did in versions_of for line in did.split("\n")):
        longer = _markup(opening)[0] * (1 + max(len(line.strip()) for did in versions_of for line in did.split("\n")))
        kind, closing = longer + kind.lstrip(_markup(opening)[0]), longer
    for did, versions in versions_of.items():
        if did != newest:
            yield from (" ".join([kind, word, *versions]), *_lines(did), closing, "")
            named = [version for version in named if version not in versions]
    yield from (" ".join([kind, word, *named]), *_lines(newest), closing)


def _lines(did: str) -> list[str]:
    return did.split("\n") if did else []
