"""The guides name only what there is: variables, commands with their options, words of the quiz, scopes."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from adapters.slack.gate import EVENTS
from adapters.slack.oauth import CALLBACK
from adapters.slack.probing import _REFUSALS
from adapters.slack.scopes import CONNECTING, NEEDED, OPTIONAL
from bot.__main__ import cli
from bot.grammar import NAME, word
from bot.settings import Variables

ROOT = Path(__file__).parent.parent
GUIDES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("deploy", "discord", "slack")}
PLATFORMS = ("discord", "slack")
SLACK = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", GUIDES["slack"], re.MULTILINE | re.DOTALL))

_OTHERS = {"HTTPS_PROXY", "NO_PROXY"}  # which are everybody's


def groups(above: type[Variables] = Variables) -> Iterator[type[Variables]]:
    for group in above.__subclasses__():
        yield group
        yield from groups(group)


def variables() -> set[str]:
    """Those that the program reads."""
    for path in [*(ROOT / "bot").glob("*.py"), *(ROOT / "adapters").glob("*/*.py")]:
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    ours = [group for group in groups() if group.__module__.startswith(("bot.", "adapters."))]
    return {field.upper() for group in ours for field in group.model_fields} | _OTHERS


def named(text: str) -> set[str]:
    return {*re.findall(r"(?:`|export )([A-Z]+(?:_[A-Z]+)+|PORT)\b", text)}


@pytest.mark.parametrize(
    ("guide", "section"),
    [
        ("deploy", None),
        ("discord", None),
        *(("slack", title) for title in SLACK if named(SLACK[title])),
    ],
)
def test_every_variable_is_read(guide: str, section: str | None) -> None:
    asked = named(SLACK[section] if section else GUIDES[guide])
    assert asked
    assert asked - variables() == set()


def calls(text: str) -> Iterator[list[str]]:
    """What is said behind `python -m bot`, in a line of its own or within a sentence."""
    for said in re.findall(r"python -m bot ?([^`\n]*)", text):
        yield shlex.split(said)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_and_option_is_there(guide: str) -> None:
    found = [*calls(GUIDES[guide])]
    assert found
    for words in found:
        command: click.Command = cli
        left = [*words]
        while isinstance(command, click.Group) and left:
            under = command.get_command(click.Context(command), left.pop(0))
            assert under is not None, words
            command = under
        if left:
            command.make_context("told", left)  # which complains of an option that is not there


@pytest.mark.parametrize("guide", PLATFORMS)
def test_every_option_that_is_told_apart_is_one_of_the_doctor_or_the_manifest(guide: str) -> None:
    context = click.Context(cli)
    doctor, slack = (cli.get_command(context, name) for name in ("doctor", "slack"))
    assert doctor is not None
    assert isinstance(slack, click.Group)
    known = [option for command in (doctor, slack.commands["manifest"]) for option in command.params]
    assert {*re.findall(r"`(--[a-z]+)", GUIDES[guide])} <= {opt for option in known for opt in option.opts}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_target_of_make_is_there(guide: str) -> None:
    targets = {*re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)}
    assert {*re.findall(r"`make ([a-z]+)", GUIDES[guide])} <= targets


@pytest.mark.parametrize("guide", PLATFORMS)
def test_every_word_of_the_quiz_is_one(guide: str) -> None:
    said = {*re.findall(rf"`/{NAME} ([a-z]+)[`\s]", GUIDES[guide])}
    assert "setup" in said
    assert {one for one in said if word(one) is None} - {"failed", "is"} == set()


def test_every_scope_of_slack_is_explained_and_no_other() -> None:
    rows = re.findall(r"^\| `([\w:.]+)` \|", SLACK["What each scope is for"], re.MULTILINE)
    assert rows == [*NEEDED, *OPTIONAL, CONNECTING]
    for scope, reason in NEEDED.items():
        assert f"| `{scope}` | {reason} | always |" in GUIDES["slack"]


def test_slacks_addresses_are_those_of_the_manifest() -> None:
    paths = {*re.findall(r"https://quiz\.example\.org(/[\w/]+)", GUIDES["slack"])}
    assert paths == {EVENTS, CALLBACK, "/slack/install"}


def test_every_refusal_that_is_known_is_in_the_table() -> None:
    told = {*re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", SLACK["When Slack says"], re.MULTILINE)))}
    assert {*_REFUSALS} <= told
