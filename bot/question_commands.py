"""The commands for authors: `python -m bot question new` and `show`, with `export` and `import` beside them."""

import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from bot.bank import CONTENT
from bot.bank.docs import missing
from bot.bank.folder import questions, releases, topics
from bot.bank.reading import read
from bot.bank.source import Source
from bot.cards import text
from bot.cards.model import Card
from bot.cards.practice import explained, practise
from bot.dispute_commands import disputes
from bot.domain.question import Kind, Question
from bot.errors import ContentError
from bot.exchange.draft import Draft
from bot.exchange.numbering import ID, free
from bot.exchange.skeleton import DOCS, Heading, begun, skeleton
from bot.exchange_commands import DRAFTS, KIND, LEVEL, content, export_questions, import_questions, one_of, told
from bot.play.practice import Explained, ToPractise
from bot.plugs import plugs
from bot.ports import Preview, Previewer

_PREVIEWS = "sqla_quiz.previews"
_CORE = "text"  # what the core itself can draw, for logs and tests
_LEVELS = "1 name it, 2 predict it, 3 debug it, 4 edge case or version"


@click.group(epilog="Start with: python -m bot question new")
def question() -> None:
    """Write questions, look at them, and carry them to other programs and from them."""


question.add_command(export_questions)
question.add_command(import_questions)
question.add_command(disputes)


@question.command()
@click.option("--kind", type=KIND, help="How it is asked and judged.")
@click.option("--level", type=LEVEL, help=f"{_LEVELS}.")
@click.option("--topics", "named", metavar="A,B", help="One to three topics; the first is the question's area.")
@click.option("--versions", metavar="2.0,2.1", help="The versions of SQLAlchemy on which all of it holds.")
@click.option("--stem", metavar="TEXT", help="The question itself, in one sentence.")
@click.option("--docs", "cited", multiple=True, metavar="ANCHOR", help="What to read on, such as api:Session.close.")
@click.option("--id", "slug", metavar="ID", help="An id of your own choice instead of the next free one.")
@content
def new(folder: Path, slug: str | None, cited: Sequence[str], **said: str | None) -> None:
    """Begin a question: asks what it needs to know, and writes a file to go on with.

    Every answer can be given as an option too. Nothing that is there is ever overwritten.
    """
    with told():
        titles, known = topics(folder), list(releases(folder))
        slug = _id(slug, folder)
        kind = said["kind"] or _ask("Kind", _kinds(folder), KIND, Kind.CHOICE)
        level = said["level"] or _ask("Level", [_LEVELS], LEVEL, 2)
        named = said["named"] or _ask("Topics (the first is the area)", _listed(titles))
        versions = said["versions"] or _ask("Versions", ["on which all of it holds"], default=",".join(known))
        stem = said["stem"] or _ask("The question", ["one sentence: plain words, `code` and **strong**"])
        on = _among("--versions", versions, known)
        heading = Heading(slug, int(level), _among("--topics", named, titles), on, _anchors(cited, on) or DOCS)
        path = _written(folder / "questions", heading, begun(Kind(kind), stem), titles)
    click.echo(f"Written: {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    click.echo("1. Edit it: the program first, then every line that says TODO.")
    elsewhere = "" if folder == CONTENT else f" --content {folder}"
    click.echo(f"2. Run it and prove it: python -m bot check --question {slug} --accept{elsewhere}")


def _ask(what: str, help_: Iterable[str], kind: Any = str, default: str | int | None = None) -> str:
    """One answer, after a few words about what it may be."""
    click.echo()
    for line in help_:
        click.secho(f"  {line}", dim=True)
    return str(click.prompt(what, type=kind, default=default, show_choices=False))


def _listed(titles: Mapping[str, str]) -> Iterable[str]:
    wide = max(map(len, titles))
    return (f"{name:<{wide}}  {title}" for name, title in titles.items())


def _kinds(folder: Path) -> Iterable[str]:
    return _listed(tomllib.loads((folder / "topics.toml").read_text(encoding="utf-8"))["kinds"])


def _among(option: str, said: str, known: Iterable[str]) -> tuple[str, ...]:
    """The words of a list such as `a, b`, each of which there is."""
    words = tuple(dict.fromkeys(said.replace(",", " ").split()))
    if not words:
        raise click.BadParameter("say at least one", param_hint=option)
    return tuple(one_of(option, word, known) for word in words)


def _anchors(cited: Sequence[str], versions: Sequence[str]) -> tuple[str, ...]:
    for anchor in cited:
        try:
            why = missing(anchor, versions)
        except ValueError as error:
            why = str(error)
        if why:
            raise click.BadParameter(why, param_hint="--docs")
    return tuple(cited)


def _id(slug: str | None, folder: Path) -> str:
    if slug is None:
        return next(free(folder, DRAFTS))
    if not ID.fullmatch(slug):
        raise click.BadParameter(f"{slug!r} is not like sess-0051", param_hint="--id")
    if any(slug == path.stem for path in questions(folder)):
        raise click.BadParameter(f"{slug} is there already, and an id is never used twice", param_hint="--id")
    return slug


def _written(into: Path, heading: Heading, draft: Draft, titles: Mapping[str, str]) -> Path:
    """Write the file, once it is known that it can be read."""
    text_ = skeleton(draft, heading)
    with tempfile.TemporaryDirectory() as aside:
        trial = Path(aside) / f"{heading.slug}.md"
        trial.write_text(text_, encoding="utf-8")
        try:
            read(trial, titles)
        except ContentError as error:
            raise click.ClickException(f"nothing was written: {error.why}") from None
    path = into / trial.name
    with path.open("x", encoding="utf-8") as file:
        file.write(text_)
    return path


@question.command()
@click.argument("slug", metavar="ID")
@click.option("--on", "only", metavar="NAME", help="One platform instead of all of them; `text` is for the logs.")
@click.option("--version", metavar="2.1", help="As it is on that SQLAlchemy; else on the newest that it holds on.")
@click.option("--answer", is_flag=True, help="Its explanation as well.")
@content
def show(slug: str, only: str | None, version: str | None, answer: bool, folder: Path) -> None:
    """Show a question as each platform would, and how much of a message it takes there.

    What is shown is read off what would be sent. Nothing is sent, and no token is needed.
    """
    with told():
        asked = _question(slug, version, folder)
    previewers = _previewers()
    for name in [one_of("--on", only, previewers)] if only else previewers:
        for title, card in _cards(asked)[: 2 if answer else 1]:
            preview = previewers[name](card)
            head = f"{name}: {_used(preview)}{title}"
            click.secho(f"── {head} {'─' * (76 - len(head))}", bold=True)
            click.echo(f"\n{preview.text}\n")


def _question(slug: str, version: str | None, folder: Path) -> Question:
    """A question on a version. Only its own file is read: another one may be broken just now."""
    paths = {path.stem: path for path in questions(folder)}
    if slug not in paths:
        near = get_close_matches(slug, paths, n=3, cutoff=0.0)
        raise ContentError(folder.name, 1, f"there is no question {slug}: perhaps {', '.join(near)}?")
    source: Source = read(paths[slug], topics(folder))
    pinned = releases(folder)
    newest = [known for known in pinned if known in source.front.versions] or list(source.front.versions)
    wanted = one_of("--version", version or newest[-1], source.front.versions)
    return source.question(wanted, pinned.get(wanted, wanted))


def _previewers() -> Mapping[str, Previewer]:
    """What can draw a card: every platform that says so, and the core itself."""
    return {plug.name: plug.load() for plug in plugs(_PREVIEWS)} | {_CORE: lambda card: Preview(text.render(card))}


def _cards(asked: Question) -> list[tuple[str, Card]]:
    """A question and its explanation, as one person gets them."""
    return [("question", practise(ToPractise(asked, None, None))), ("answer", explained(Explained(asked)))]


def _used(preview: Preview) -> str:
    counts = ", ".join(f"{number:,} of {most:,} {what}" for what, number, most in preview.used)
    return f"{counts} · " if counts else ""
