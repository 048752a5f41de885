"""The chat's server: the address it listens on and what it lets through. Knows nothing of Gradio but its routes."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wenju.errors import WenjuError

FIRST_PORT, PORTS_TRIED = 7860, 100

# Gradio writes its configuration into an inline script and compiles templates with Function(), so both must stay
# allowed; inline event handlers (onerror=…), which an injection would need, are not, nor is any other server.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
    )
)

# What the page needs of Gradio's many routes. Left out: files, uploads, proxying, monitoring, deep links, recordings.
ROUTES = (
    "/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt", "/login", "/login/", "/logout",
    "/gradio_api/info", "/gradio_api/login_check", "/gradio_api/startup-events", "/gradio_api/queue/join",
    "/gradio_api/queue/data", "/gradio_api/cancel", "/gradio_api/reset",
)  # fmt: skip
ROUTE_FOLDERS = ("/assets/", "/static/", "/gradio_api/heartbeat/", "/gradio_api/run/", "/gradio_api/call/")


def address(host: str, port: str | int | None, open_to_others: bool) -> tuple[str, int]:
    """The host and a free port to listen on: loopback for a `host` of "", the first free one from 7860 for None.

    Raises WenjuError where it can't be listened on, and for a host that other computers reach unless `open_to_others`.
    """
    host = host.strip("[] ") or "127.0.0.1"
    if isinstance(port, str):
        if not port.isdecimal():
            raise WenjuError(f"The port is “{port}”: give a number such as {FIRST_PORT}.")
        port = int(port)
    if not (open_to_others or _is_loopback(host)):
        raise WenjuError(
            f"Other computers can reach a chat on {host}: it needs --password, or --no-password to let everybody in."
        )
    return host, _free_port(host, port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _free_port(host: str, port: int | None) -> int:
    """`port` if it is free, the first free one if None. Checked here since Gradio would quietly take another."""
    if port is not None and not 0 <= port <= 65535:
        raise WenjuError(f"There is no port {port}: choose a number from 1 to 65535.")
    for candidate in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else [port]:
        try:
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                if os.name == "posix":  # elsewhere the option would let two servers share a port
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, candidate))
                return int(probe.getsockname()[1])
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise WenjuError(f"The chat can't listen on {host}, port {candidate} ({error.strerror}).") from error
    taken = f"Port {port} is" if port is not None else f"All ports from {FIRST_PORT} on are"
    raise WenjuError(f"{taken} taken by another program: choose another with --port or GRADIO_SERVER_PORT.")


def keep_off_proxies(host: str) -> None:
    """Gradio looks whether its own server answers; a configured proxy must not be asked for that."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost,::1", host)))


class Guard:
    """ASGI middleware: lets through the routes that the page needs, and adds the Content-Security-Policy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path not in ROUTES and not path.startswith(ROUTE_FOLDERS):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self.app(scope, receive, send_guarded)
