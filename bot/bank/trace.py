"""A trace as it stands in a question file: lines such as `sandy: pending`, and the SQL between them."""

import re

from bot.domain.question import Step

_STATE = re.compile(r"(?P<subject>\w+): (?P<state>[a-z]+)")


def steps(text: str) -> tuple[Step, ...]:
    """The steps of a trace: each state with the SQL that was emitted since the one before."""
    found: list[Step] = []
    sql: list[str] = []
    for line in text.splitlines():
        if state := _STATE.fullmatch(line):
            found.append(Step(tuple(sql), state["subject"], state["state"]))
            sql = []
        else:
            sql.append(line)
    return (*found, Step(tuple(sql))) if sql else tuple(found)
