"""A question file → its `Source`. Every refusal names the line and says how to mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.bank.blocks import Block
from bot.bank.front import FormatError, Front, height, line_of
from bot.bank.options import options
from bot.bank.page import known, parts, within, words
from bot.bank.source import Passage, Source, shown
from bot.domain.question import CODE, EXPLANATION, HINT, OUTPUT, SETUP, SQL, STEM, TRACE, TWIN, WHOLE
from bot.errors import ContentError


@dataclass(frozen=True, slots=True)
class _Fence:
    """A fenced block and the versions in its info string (none: it speaks for every version not named elsewhere)."""

    versions: tuple[str, ...]
    passage: Passage


def read(path: Path, topics: Mapping[str, str]) -> Source:
    """The question in a file. Raises `ContentError` for the first thing that is not as `content/README.md` has it."""
    try:
        return _source(path, path.read_text(encoding="utf-8"), topics)
    except FormatError as error:
        raise ContentError(shown(path), error.line, error.why) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(shown(path), 1, f"cannot be read: {error}") from None


def _source(path: Path, text: str, topics: Mapping[str, str]) -> Source:
    lines = text.split("\n")
    front = Front.read(lines, topics)
    if front.id != path.stem:
        why = f"id {front.id!r} is not the file's name: rename the file to {front.id}.md, or mend the id"
        raise FormatError(line_of(lines, "id"), why)
    top = height(lines)
    found = parts([""] * top + lines[top:])  # so that every line keeps its number
    fences = {
        name: [_fence(node, front) for node in found[name]]
        for name in ("setup", "code", "output", "sql", "trace", "twin")
    }
    if bool(front.trace) != bool(fences["trace"]):
        raise FormatError(line_of(lines, "trace"), "`trace` in the front matter and a fence ```text trace go together")
    code = within(fences["code"][0].passage, "the code", CODE)
    source = Source(
        path=path,
        front=front,
        stem=words(found["stem"][0].children[0], "the stem", STEM),
        setup=_only(fences["setup"], "the setup", SETUP),
        code=code,
        output=_by_version("output", fences["output"], front, OUTPUT),
        sql=_by_version("sql", fences["sql"], front, SQL),
        trace=_by_version("trace", fences["trace"], front, TRACE) if front.trace else {},
        options=options(found["options"][0], front, code),
        hint=words(found["hint"][0].children[0], "the hint", HINT) if found["hint"] else None,
        explanation=_explanation(found["explanation"]),
        twin=_only(fences["twin"], "the program under `## Async`", TWIN),
    )
    _whole(source)
    return source


def _whole(source: Source) -> None:
    for version in source.front.versions:
        if (length := sum(map(len, source.told(version)))) > WHOLE:
            why = f"all that is told has {length} characters on {version}: shorten any part of it, to {WHOLE} in all"
            raise FormatError(source.explanation.line, why)


def _fence(node: Block, front: Front) -> _Fence:
    versions = tuple(node.info.split()[2:])
    known(versions, front, node.line)
    return _Fence(versions, Passage(node.content.rstrip(), node.line + 1))


def _only(fences: list[_Fence], what: str, limit: int) -> Passage | None:
    """What stands in an optional fence, such as `python setup`."""
    return within(fences[0].passage, what, limit) if fences else None


def _by_version(name: str, fences: list[_Fence], front: Front, limit: int) -> dict[str, Passage]:
    """What each version of the front matter emits: the fence that names it, else the one that names none."""
    found: dict[str, Passage] = {}
    for version in front.versions:
        fitting = [fence for fence in fences if version in fence.versions]
        fitting = fitting or [fence for fence in fences if not fence.versions]
        if len(fitting) != 1:
            raise FormatError(fences[0].passage.line - 1, f"{len(fitting)} {name} fences speak for {version}: keep one")
        found[version] = within(fitting[0].passage, f"the {name}", limit)
    return found


def _explanation(paragraphs: Iterable[Block]) -> Passage:
    said = [words(paragraph.children[0], "the explanation", EXPLANATION) for paragraph in paragraphs]
    return within(Passage("\n\n".join(passage.text for passage in said), said[0].line), "the explanation", EXPLANATION)
