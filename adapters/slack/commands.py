"""What can be asked about Slack on the command line: `python -m bot slack`."""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

import click

from adapters.slack.manifest import link, manifest
from adapters.slack.scopes import OPTIONAL

_WHY = "; ".join(f"{scope}: {reason}" for scope, reason in OPTIONAL.items())


@click.group(epilog="Start with: python -m bot slack manifest --link")
def slack() -> None:
    """Describe the app to Slack."""


@slack.command("manifest")
@click.option(
    "--mode",
    type=click.Choice(["socket", "http"]),
    default="socket",
    show_default=True,
    help="socket: one workspace, no public address. http: Slack calls the address of --url.",
)
@click.option("--url", metavar="URL", help="The public address of --mode http, for example https://quiz.example.org.")
@click.option(
    "--scope", "also", type=click.Choice([*OPTIONAL]), multiple=True, help=f"Ask for one more, may be repeated. {_WHY}."
)
@click.option("--rotate", is_flag=True, help="Have tokens expire, with many workspaces only. Slack never undoes it.")
@click.option("--org", is_flag=True, help="Let a whole Enterprise organisation install it.")
@click.option("--link", "as_link", is_flag=True, help="Print the address of a form with all of it filled in.")
def print_manifest(mode: str, url: str | None, also: Sequence[str], rotate: bool, org: bool, as_link: bool) -> None:
    """Print the app manifest that belongs to this release, ready to paste.

    For a new app: https://api.slack.com/apps → Create New App → From a manifest. For one that is there: the app → App
    Manifest → replace all of it → Save Changes, then install it again if Slack asks for that.
    """
    described = manifest(_public(mode, url), also=also, rotate=rotate, org=org)
    click.echo(link(described) if as_link else json.dumps(described, indent=2, ensure_ascii=False))


def _public(mode: str, url: str | None) -> str | None:
    if mode == "socket":
        if url is not None:
            raise click.UsageError("--url is for --mode http; in Socket Mode Slack needs no address")
        return None
    if url is None:
        raise click.UsageError("--mode http needs the public address: --url https://quiz.example.org")
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise click.BadParameter("must be like https://quiz.example.org: Slack calls https alone", param_hint="--url")
    return url.rstrip("/")
