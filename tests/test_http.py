"""The web server on a real port: a sign of life, the platforms' routes, and nothing that is too big."""

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from bot.http import serve
from bot.ports import Request, Response, Route

LARGEST = 256 * 1024


class Echo:
    """A route that keeps what it was asked."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.asked: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        """Answer with the body, or not at all."""
        self.asked.append(request)
        if request.body == b"fail":
            raise RuntimeError("the platform's own defect")
        return Response(202, request.body[::-1], "application/x-echo")


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def web(echo: Echo) -> AsyncIterator[ClientSession]:
    """A browser of a server with one route."""
    runner = await serve(0, [Route("POST", "/echo", echo)])
    port = next(port for host, port, *_ in runner.addresses if host == "0.0.0.0")  # noqa: S104  # where it listens
    async with ClientSession(f"http://127.0.0.1:{port}") as session:
        yield session
    await runner.cleanup()


async def parts() -> AsyncIterator[bytes]:
    """A body whose length nobody announces."""
    for _ in range(5):
        yield b"x" * (LARGEST // 4)


async def test_it_says_that_it_is_alive(web: ClientSession) -> None:
    async with web.get("/healthz") as answer:
        assert (answer.status, await answer.text()) == (200, "alive\n")


async def test_a_route_hears_everything_and_its_answer_is_sent_as_it_is(web: ClientSession, echo: Echo) -> None:
    async with web.post("/echo?a=1&b=%C3%A9", data=b"\x00body", headers={"X-Signature": "v0=abc"}) as answer:
        assert (answer.status, await answer.read(), answer.content_type) == (202, b"ydob\x00", "application/x-echo")
    [request] = echo.asked
    assert request.body == b"\x00body"
    assert request.query == {"a": "1", "b": "é"}
    assert request.headers["X-Signature"] == "v0=abc"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/", 404), ("GET", "/echo", 405), ("POST", "/healthz", 405)]
)
async def test_nothing_else_is_served(web: ClientSession, echo: Echo, method: str, path: str, status: int) -> None:
    async with web.request(method, path) as answer:
        assert answer.status == status
    assert echo.asked == []


async def test_a_body_of_the_largest_size_is_taken_and_one_byte_more_is_not(web: ClientSession, echo: Echo) -> None:
    async with web.post("/echo", data=b"x" * LARGEST) as answer:
        assert answer.status == 202
    async with web.post("/echo", data=b"x" * (LARGEST + 1)) as answer:
        assert answer.status == 413
    assert [len(request.body) for request in echo.asked] == [LARGEST]


async def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_all_the_same(web: ClientSession, echo: Echo) -> None:
    async with web.post("/echo", data=parts()) as answer:
        assert answer.status == 413
    assert echo.asked == []


async def test_a_route_that_fails_fails_alone(web: ClientSession, caplog: pytest.LogCaptureFixture) -> None:
    async with web.post("/echo", data=b"fail") as answer:
        assert answer.status == 500
        assert "defect" not in await answer.text()
    assert "the platform's own defect" in caplog.text
    async with web.post("/echo", data=b"on") as answer:
        assert await answer.read() == b"no"


async def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("", 0)) as taken, pytest.raises(OSError, match="address already in use"):
        await serve(taken.getsockname()[1], [])
