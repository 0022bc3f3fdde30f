"""What one process does of everything, and what is said where that would be nothing."""

import pytest

from bot.errors import NothingToRunError, SettingsError
from bot.ports import Hearing, Request, Response, Route
from bot.process import Part, takes_part
from tests.fakes.memory import Memory


async def page(request: Request) -> Response:
    del request
    return Response(200)


GATEWAY = Memory("gateway", Hearing.SOLE)
SOCKET = Memory("socket", Hearing.SHARED)
PAGES = Memory("pages", Hearing.SHARED, [Route("GET", "/install", page)])
SERVED = Memory("served", Hearing.SERVED, [Route("POST", "/events", page)])
ALL = [GATEWAY, SOCKET, PAGES, SERVED]


@pytest.mark.parametrize(
    ("part", "port", "platforms"),
    [
        (None, 8080, ALL),
        (Part.WEB, 8080, [PAGES, SERVED]),
        (Part.WORKER, 8080, ALL),
        (Part.WORKER, None, ALL),
    ],
)
def test_each_part_has_its_platforms(part: Part | None, port: int | None, platforms: list[Memory]) -> None:
    assert takes_part(ALL, part, port) == platforms


def test_what_is_heard_by_connections_needs_no_port() -> None:
    assert takes_part([GATEWAY, SOCKET], None, None) == [GATEWAY, SOCKET]


@pytest.mark.parametrize("part", [None, Part.WEB])
def test_what_is_reached_over_http_needs_a_port(part: Part | None) -> None:
    with pytest.raises(SettingsError, match="people reach served at /events") as caught:
        takes_part([GATEWAY, SERVED], part, None)
    assert caught.value.variable == "PORT"


@pytest.mark.parametrize("port", [None, 8080])
def test_a_web_process_that_nobody_reaches_is_told_what_to_run_instead(port: int | None) -> None:
    with pytest.raises(NothingToRunError, match=r"nothing reaches gateway nor socket over HTTP.*--only worker"):
        takes_part([GATEWAY, SOCKET], Part.WEB, port)
