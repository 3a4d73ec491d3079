"""The server of `urbsim explore`: on loopback alone, for the page that it serves alone.

Other machines cannot reach it; other pages of the same browser are refused: a name that somebody points at 127.0.0.1
by the Host header, a form or script of another page by Origin. No request names a file.
"""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from urbsim.emulator.answer import answer
from urbsim.emulator.model import Emulator
from urbsim.errors import InputError, Problem
from urbsim.explore import asked
from urbsim.explore.exact import Job
from urbsim.explore.page import page, policy
from urbsim.explore.saved import scenario_text
from urbsim.explore.sliders import Sliders

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LOOPBACK = "127.0.0.1"
_NEEDED = ("starlette", "uvicorn")
_SETTING = ("doses", "conditions")


def problems_of(port: str | None) -> tuple[int, list[Problem]]:
    """The port asked for, 0 for a free one, and what keeps the page from being served."""
    problems = []
    if any(find_spec(name) is None for name in _NEEDED):
        message = (
            "the page needs Starlette and uvicorn, which are not installed: pip install 'urbsim[explore]'"
        )
        problems.append(Problem(message, key="explore", allowed="--train without them"))
    number = 0
    if port is not None:
        number = int(port) if port.isascii() and port.isdecimal() and len(port) < 6 else -1
        if not 1024 <= number <= 65535:
            problems.append(Problem(f"{port!r} is refused", key="--port", allowed="1024 to 65535"))
    return number, problems


def bound(port: int) -> socket.socket:
    """A socket on loopback. Raises InputError where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs have one port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((LOOPBACK, port))
    except OSError as error:
        found.close()
        message = f"port {port} cannot be used: {error.strerror}"
        raise InputError(
            [Problem(message, key="--port", allowed="another port, or none for a free one")]
        ) from None
    return found


class Explorer:
    """What the server knows: the emulator, and the exact run in hand. folder: of the emulator."""

    def __init__(self, sliders: Sliders, emulator: Emulator, folder: Path) -> None:
        self.sliders, self.emulator, self.folder = sliders, emulator, folder / "exact"
        self.page = page(emulator).encode("utf-8")
        self.job: Job | None = None
        self.lock = threading.Lock()

    def start(self, content: dict[str, Any]) -> dict[str, Any] | None:
        """Begins an exact run; None where another is under way. Raises InputError."""
        size, at = asked.size_of(content), asked.setting_of(self.emulator, content)
        with self.lock:
            if self.job is not None and self.job.is_running:
                return None
            if self.job is not None:
                self.job.stop()
            self.job = Job(self.sliders, self.emulator, at, size, self.folder)
            return self.job.state()

    def state(self) -> dict[str, Any]:
        """Of the exact run in hand, or of the last."""
        return self.job.state() if self.job else {"state": "idle"}

    def stop(self) -> dict[str, Any]:
        """Ends the exact run in hand."""
        with self.lock:
            if self.job is not None:
                self.job.stop()
        return self.state()


def application(explorer: Explorer, port: int) -> Starlette:
    """The routes, behind the guard."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.middleware import Middleware
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    emulator = explorer.emulator

    def refusal(problems: list[str], status: int = 400) -> Response:
        return JSONResponse({"errors": problems}, status)

    def asks(
        *keys: str,
    ) -> Callable[[Callable[[dict[str, Any]], Response]], Callable[[Request], Awaitable[Response]]]:
        """Hands a function the object of the request; says what is wrong with it."""

        def around(
            function: Callable[[dict[str, Any]], Response],
        ) -> Callable[[Request], Awaitable[Response]]:
            async def handle(request: Request) -> Response:
                if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                    return refusal(["the request is to be application/json"], 415)
                body = b""
                async for piece in request.stream():
                    body += piece
                    if len(body) > asked.MOST_BYTES:
                        return refusal(["the request is too large"], 413)
                try:
                    return await run_in_threadpool(lambda: function(asked.content_of(body, keys)))
                except InputError as error:
                    return refusal([str(problem) for problem in error.problems])
                except OSError as error:
                    return refusal([f"failed: {error.strerror or error}"], 500)

            return handle

        return around

    async def index(request: Request) -> Response:
        return Response(explorer.page, media_type="text/html; charset=utf-8")

    async def of_emulator(request: Request) -> Response:
        return JSONResponse(emulator.plain())

    @asks(*_SETTING)
    def answered(content: dict[str, Any]) -> Response:
        said = answer(emulator, asked.setting_of(emulator, content))
        errors = {outcome.id: outcome.errors.model_dump(mode="json") for outcome in emulator.outcomes}
        full = emulator.full.model_dump(mode="json") if emulator.full else None
        return JSONResponse(
            {
                "answer": {name: asdict(each) for name, each in said.items()},
                "errors": errors,
                "full_size": full,
            }
        )

    @asks(*_SETTING, "name")
    def saved(content: dict[str, Any]) -> Response:
        name, at = asked.name_of(content), asked.setting_of(emulator, content)
        text = scenario_text(explorer.sliders, at, name)
        head = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
        return Response(text.encode("utf-8"), media_type="application/yaml", headers=head)

    @asks(*_SETTING, "size")
    def started(content: dict[str, Any]) -> Response:
        state = explorer.start(content)
        if state is None:
            return refusal(["an exact run is under way: stop it first"], 409)
        return JSONResponse(state, 202)

    @asks()
    def stopped(content: dict[str, Any]) -> Response:
        return JSONResponse(explorer.stop())

    async def state(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(explorer.state))

    async def missing(request: Request, error: Exception) -> Response:
        return refusal(
            [f"there is no such page, or not by {request.method}"], getattr(error, "status_code", 404)
        )

    @asynccontextmanager
    async def lifespan(app: Starlette):
        try:
            yield
        finally:
            await run_in_threadpool(explorer.stop)

    return Starlette(
        routes=[
            Route("/", index),
            Route("/emulator.json", of_emulator),
            Route("/answer", answered, methods=["POST"]),
            Route("/scenario", saved, methods=["POST"]),
            Route("/run", started, methods=["POST"]),
            Route("/run", state, methods=["GET"]),
            Route("/stop", stopped, methods=["POST"]),
        ],
        middleware=[Middleware(Guard, port=port, policy=policy())],
        exception_handlers={404: missing, 405: missing},
        lifespan=lifespan,
    )


class Guard:
    """Refuses what is not asked by this page under its own address, and says to browsers what the page may do."""

    def __init__(self, app: Callable[..., Awaitable[None]], port: int, policy: str) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}" for name in (LOOPBACK, "localhost", "[::1]")}
        self.origins = {f"http://{host}" for host in self.hosts}
        self.heads = [
            (b"content-security-policy", policy.encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cache-control", b"no-store"),
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return

        async def with_heads(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.heads]
            await send(message)

        refused = self._refused(scope)
        if refused:
            from starlette.responses import JSONResponse

            await JSONResponse({"errors": [refused]}, 403)(scope, receive, with_heads)
        else:
            await self.app(scope, receive, with_heads)

    def _refused(self, scope: Any) -> str | None:
        heads: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            heads.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        if len(heads.get("host", ())) != 1 or heads["host"][0] not in self.hosts:
            return "this address is not that of the page"
        if any(origin not in self.origins for origin in heads.get("origin", ())):
            return "another page may not ask here"
        if any(site not in ("same-origin", "none") for site in heads.get("sec-fetch-site", ())):
            # A link from elsewhere may open the page itself, which tells that site nothing.
            if scope["method"] != "GET" or scope["path"] != "/":
                return "another page may not ask here"
        return None


def serve(explorer: Explorer, listening: socket.socket, ready: Callable[[str], None]) -> None:
    """Serves the page until Ctrl-C or a request to end; an exact run in hand is ended, too.

    ready: called with the address when the page answers.
    """
    import uvicorn

    port = listening.getsockname()[1]
    app = application(explorer, port)
    config = uvicorn.Config(
        app, log_level="error", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=3,
        limit_concurrency=64,
    )  # fmt: skip

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready(f"http://{LOOPBACK}:{port}/")

    try:
        Server(config).run([listening])
    finally:
        explorer.stop()
        listening.close()
