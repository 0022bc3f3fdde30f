"""The commands that carry questions to other programs and from them: `python -m bot question export` and `import`."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from bot.bank import CONTENT
from bot.bank.checking import read_all
from bot.bank.folder import releases, topics
from bot.bank.reading import read
from bot.bank.source import Source
from bot.domain.question import Kind
from bot.domain.words import visible
from bot.errors import ContentError
from bot.exchange import anki, gift, gift_reading, mdbook, mdbook_reading, plain
from bot.exchange.draft import Draft, Imported, Reader
from bot.exchange.numbering import free
from bot.exchange.parcel import Parcel, Shelf
from bot.exchange.skeleton import Heading, skeleton

DRAFTS = Path("drafts")
"""Where imported questions wait for their proof, from where one stands."""

LEVEL = click.IntRange(1, 4)
KIND = click.Choice([kind.value for kind in Kind])

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
content = click.option("--content", "folder", type=_FOLDER, default=CONTENT, help="Another bank than the shipped one.")

_FORMATS: Mapping[str, Callable[[Shelf], Parcel]] = {
    "gift": gift.export,
    "mdbook": mdbook.export,
    "anki": anki.export,
    "json": plain.export,
}
_READERS: Mapping[str, Reader] = {"gift": gift_reading.read, "mdbook": mdbook_reading.read}
_BINARY = {"anki"}
_SUFFIXES = {".gift": "gift", ".txt": "gift", ".toml": "mdbook"}


@contextmanager
def told() -> Iterator[None]:
    """What an author can mend is one line on standard error and exit status 1."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads us has had enough, which click knows how to end
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    except (ContentError, anki.NoGenankiError) as error:
        raise click.ClickException(str(error)) from None


def one_of(option: str, said: str, known: Iterable[str]) -> str:
    """The word itself, if there is such a one; else the words there are."""
    listed = list(known)
    if said not in listed:
        raise click.BadParameter(f"{said!r} is not one of {', '.join(listed)}", param_hint=option)
    return said


@click.command(name="export")
@click.argument("format_", metavar="FORMAT", type=click.Choice(list(_FORMATS)))
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option("--version", metavar="2.1", help="As they are on that SQLAlchemy; else on the newest one.")
@click.option("--topic", "named", metavar="TOPIC", multiple=True, help="Only this topic. May be said again.")
@click.option("--level", "levels", type=LEVEL, multiple=True, help="Only this level. May be said again.")
@click.option("--kind", "kinds", type=KIND, multiple=True, help="Only this kind. May be said again.")
@content
def export_questions(
    format_: str,
    target: Path | None,
    version: str | None,
    named: Sequence[str],
    levels: Sequence[int],
    kinds: Sequence[str],
    folder: Path,
) -> None:
    """Write questions for another program: GIFT (Moodle), mdBook, Anki, or JSON.

    What the format cannot carry is said on standard error, with the ids. Nothing is left out in silence.
    """
    if format_ in _BINARY and target is None and sys.stdout.isatty():
        raise click.UsageError(f"{format_} is no text for a terminal: say where with --to questions.apkg")
    with told():
        version, wanted = _wanted(folder, version, named, lambda source: _fits(source, named, levels, kinds))
        there = [source for source in wanted if version in source.front.versions]
        if not there:
            raise click.ClickException("no question fits: ask for another topic, level, kind or version")
        parcel = _FORMATS[format_](_shelf(there, version, folder))
        _put(parcel.data, target)
    for loss in parcel.losses:
        click.echo(str(loss), err=True)
    if absent := [source.front.id for source in wanted if source not in there]:
        click.echo(f"these do not hold on {version} and are left out: {', '.join(absent)}", err=True)
    where = f": {target}" if target else ""
    click.echo(f"{_count(len(there), 'question')} as {format_}, on SQLAlchemy {version}{where}", err=True)


def _wanted(
    folder: Path, version: str | None, named: Iterable[str], fits: Callable[[Source], bool]
) -> tuple[str, list[Source]]:
    """The version that is asked for, and the questions that fit. An unreadable one is never left out in silence."""
    known, titles = releases(folder), topics(folder)
    version = one_of("--version", version or list(known)[-1], known)
    for topic in named:
        one_of("--topic", topic, titles)
    sources, unreadable = read_all(folder)
    if unreadable:
        raise click.ClickException("\n".join(["some questions cannot be read", *map(str, unreadable)]))
    return version, [source for source in sources if fits(source)]


def _fits(source: Source, named: Sequence[str], levels: Sequence[int], kinds: Sequence[str]) -> bool:
    front = source.front
    return (
        (not named or bool(set(named) & set(front.topics)))
        and (not levels or front.level in levels)
        and (not kinds or front.kind in kinds)
    )


def _shelf(sources: Sequence[Source], version: str, folder: Path) -> Shelf:
    changed = int(max(source.path.stat().st_mtime for source in sources))
    return Shelf([source.question(version, releases(folder)[version]) for source in sources], topics(folder), changed)


def _put(data: bytes, target: Path | None) -> None:
    if target:
        target.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format_", type=click.Choice(list(_READERS)), help="Else by the name: .gift, .txt or .toml.")
@click.option("--topic", "named", metavar="TOPIC", multiple=True, help="Their topic, the area first. At most thrice.")
@click.option("--level", type=LEVEL, help="Their level, where the file does not say it.")
@click.option("--to", "target", type=click.Path(file_okay=False, path_type=Path), default=DRAFTS, help="A folder.")
@content
def import_questions(
    file: Path, format_: str | None, named: Sequence[str], level: int | None, target: Path, folder: Path
) -> None:
    """Make drafts of another program's questions, from GIFT or mdbook-quiz.

    Drafts get ids of their own and go to the folder `drafts`: the bank takes a question once it is proved. What could
    not be carried over is said on standard error, with file and line. Exit status 1 if a question could not be read.
    """
    format_ = format_ or _SUFFIXES.get(file.suffix.lower())
    if format_ is None:
        raise click.UsageError(f"what is {file.name} written in? Say --format {' or --format '.join(_READERS)}")
    with told():
        titles = topics(folder)
        if len(named) > 3:
            raise click.BadParameter("a question has one to three topics", param_hint="--topic")
        for topic in named:
            one_of("--topic", topic, titles)
        found = _READERS[format_](_text_of(file))
        target.mkdir(parents=True, exist_ok=True)
        for draft, slug in zip(found.drafts, free(folder, target), strict=False):
            said = tuple(topic for topic in draft.topics if topic in titles)[:3]
            heading = Heading(slug, draft.level or level, named or said, list(releases(folder)))
            path = _draft(target, draft, heading)
            click.echo(f"{path}: {' '.join(visible(draft.name or draft.stem).split())[:60]}{_first(path, titles)}")
    _report(file, found)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise ContentError(str(file), line, "this is not UTF-8: save it so, and try again") from None


def _draft(target: Path, draft: Draft, heading: Heading) -> Path:
    path = target / f"{heading.slug}.md"
    with path.open("x", encoding="utf-8") as file:
        file.write(skeleton(draft, heading))
    return path


def _first(path: Path, titles: Mapping[str, str]) -> str:
    """The first thing that keeps a draft from being a question, beside its missing proof."""
    try:
        read(path, titles)
    except ContentError as error:
        return f"\n  line {error.line}: {error.why}"
    return ""


def _report(file: Path, found: Imported) -> None:
    for remark in found.remarks:
        click.echo(f"{file}:{remark.line}: {'not read: ' if remark.fault else ''}{remark.why}", err=True)
    faults = sum(remark.fault for remark in found.remarks)
    click.echo(f"{_count(len(found.drafts), 'draft')} written, {faults} not read", err=True)
    if found.drafts:
        click.echo("Next: mend each TODO, move the file to content/questions, and run: python -m bot check", err=True)
    if faults or not found.drafts:
        sys.exit(1)
