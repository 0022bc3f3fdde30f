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
        end = next(at for at in range(top, len(lines)) if lines[at].startswith("```"))
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


def _fences(opening: str, closing: str, seen: Mapping[str, str]) -> Iterator[str]:
    """The lines of one fence, or of several, for what was seen on the versions that share it."""
    versions_of: dict[str, list[str]] = {}
    for version, did in seen.items():
        versions_of.setdefault(did, []).append(version)
    kind, word, *named = opening.split()
    newest = list(seen.values())[-1]
    for did, versions in versions_of.items():
        if did != newest:
            yield from (" ".join([kind, word, *versions]), *_lines(did), closing, "")
            named = [version for version in named if version not in versions]
    yield from (" ".join([kind, word, *named]), *_lines(newest), closing)


def _lines(did: str) -> list[str]:
    return did.split("\n") if did else []
