"""The quiz's core, which knows no platform."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 -- who starts an older one is told so, instead of an error somewhere below
    sys.exit(f"sqla-quiz needs Python 3.11 or newer, and this is {sys.version.split()[0]}: run it with another")
