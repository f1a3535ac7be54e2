"""The studio as a web server on this computer alone."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from sim.scenario.errors import COMMAND_LINE, ConfigError

LOOPBACK = "127.0.0.1"
NAMES = ("127.0.0.1", "localhost")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ThisComputerOnly:
    """Refuses a request that names another host, or that a page from elsewhere makes (DNS rebinding, forgery)."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self._ours(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await send(
                {"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]}
            )
            await send({"type": "http.response.body", "body": b"This page is for this computer alone."})
            return
        await self.app(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        heads = {name: value.decode("latin-1") for name, value in scope.get("headers", [])}
        host, origin = heads.get(b"host", ""), heads.get(b"origin", "")
        named = host.rpartition(":")[0] if ":" in host else host
        return named in NAMES and origin in ("", f"http://{host}")


def make_app(out: Path, config_dir: str | None) -> Any:
    """The application. Uploads and runs stay in `out`. Raises ConfigError where the library is not installed."""
    try:
        from shiny import App
    except ModuleNotFoundError as error:
        hint = "pip install 'secure-placement-sim[app]'"
        raise ConfigError("shiny", "", "this library is not installed", allowed=hint) from error
    from sim.studio.page import page
    from sim.studio.server import make_server

    uploads = out / ".uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(uploads)  # where the server puts what is uploaded
    return ThisComputerOnly(App(page(config_dir), make_server(out, config_dir)))


def serve(out: Path, config_dir: str | None, port: int, told: Callable[[str], None]) -> int:
    """Serve until stopped; `told` is given the address. Raises ConfigError for a port that is taken."""
    app = make_app(out.resolve(), config_dir)
    import uvicorn

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError as error:
            raise ConfigError(COMMAND_LINE, "port", f"cannot be used ({error.strerror})", given=str(port),
                              allowed="another port, or port=0 for any") from error  # fmt: skip
        listener.listen(64)  # who comes before the server is up waits
        told(f"http://{LOOPBACK}:{listener.getsockname()[1]}/")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        server.run(sockets=[listener])
    return 0
