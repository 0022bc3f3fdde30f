"""The few pages that a browser sees while somebody adds the quiz to their workspace."""

from collections.abc import Sequence
from html import escape
from string import Template

from adapters.slack.scopes import NEEDED, OPTIONAL
from bot.grammar import NAME

_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #1d1c1d; --paper: #fbfaf8; --soft: #5c5a5e; --line: #d9d6d0; --go: #4a154b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f0ed; --paper: #1b1a1d; --soft: #b4b0b8; --line: #3a383d; --go: #7c3f7e; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 17px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; padding: 1.5rem; }
main { max-width: 36rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .8rem; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.2rem; }
code { font-family: ui-monospace, monospace; font-size: .95em; padding: .1em .35em; border: 1px solid var(--line);
  border-radius: .3em; white-space: nowrap; }
.go { display: inline-block; padding: .7rem 1.3rem; border-radius: .5rem; background: var(--go); color: #fff;
  text-decoration: none; font-weight: 600; }
.go:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
.small { color: var(--soft); font-size: .85rem; }
</style>
</head>
<body><main>
<h1>$title</h1>
$body
</main></body>
</html>
"""
)


def landing(begin: str, scopes: Sequence[str]) -> str:
    """What the quiz is, what it asks for, and the button that adds it."""
    known = {**NEEDED, **OPTIONAL}
    rights = "".join(f"<li><code>{scope}</code> for {escape(known[scope])}</li>" for scope in scopes)
    return _PAGE.substitute(
        title="A daily question about SQLAlchemy’s Session",
        body=f"""<p>Every day one question in the channels that want it. Everybody answers in private; then the
explanation comes, with code that really ran, its output and its SQL.</p>
<p><a class="go" href="{escape(begin)}">Add to Slack</a></p>
<p>Afterwards <code>/invite</code> it into a channel and say <code>/{NAME} setup</code> there.</p>
<p>It asks for</p>
<ul>{rights}</ul>
<p class="small">Removing the app in Slack stops it at once; what belongs to the workspace is erased 30 days
later.</p>""",
    )


def added(into_slack: str) -> str:
    """It worked, and what comes next."""
    return _PAGE.substitute(
        title="The quiz is in your workspace",
        body=f"""<p>Two steps to the first question:</p>
<ul>
<li>In the channel that wants it, <code>/invite</code> the app.</li>
<li>Say <code>/{NAME} setup</code> there: time, days and topics are filled in already.</li>
</ul>
<p><a class="go" href="{escape(into_slack)}">Open Slack</a></p>""",
    )


def failed(why: str, again: str) -> str:
    """It did not work, why, and the way back to the beginning."""
    return _PAGE.substitute(
        title="The quiz was not added",
        body=f"""<p>{escape(why)}</p>
<p><a class="go" href="{escape(again)}">Begin again</a></p>""",
    )
