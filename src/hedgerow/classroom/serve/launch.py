"""Start the server: addresses, class code, and what is printed for the teacher."""

import secrets
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from ...errors import NoAddress
from .app import LOOPBACK, application, hosts
from .protocol import IDLE, protocol_of

if TYPE_CHECKING:
    import uvicorn

    from .connections import Most
    from .security import Limits

PORT = 8765
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""None that are mistaken for another when read from a projector."""

_SWITCH = 1e-4  # seconds
_TRIES = 20  # ports after the first that are tried


@dataclass(frozen=True)
class Place:
    """Where the classroom is.

    Attributes:
        sockets: bound, one for each address.
        host: address for others, or that of this machine alone.
        port: of all addresses.
        code: class code; empty where none is needed.
    """

    sockets: list[socket.socket]
    host: str
    port: int
    code: str

    @property
    def home(self) -> str:
        """Address of the page."""
        return f"http://{self.host}:{self.port}/"

    @property
    def join(self) -> str:
        """Address that lets a browser in."""
        return f"{self.home}join?code={self.code}" if self.code else self.home


def new_code(length: int = 6) -> str:
    """Return a class code that nobody guesses in a lesson."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def lan_address() -> str:
    """Return this machine's address in its network. Nothing is sent.

    Raises:
        NoAddress: it is in none.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation
            found = str(probe.getsockname()[0])
        except OSError:
            found = ""
    if not found or found.startswith("127.") or found == "0.0.0.0":
        raise NoAddress(
            "--lan: this machine is in no network; join the classroom's network first, or leave "
            "--lan out"
        )
    return found


def bind(lan: bool = False, port: int | None = None) -> Place:
    """Bind to this machine alone, or with `lan` to its network as well.

    Args:
        lan: whether other machines may come.
        port: 1–65535, or 0 for any; by default the first free one from `PORT` on.

    Raises:
        NoAddress: the port is taken, or there is no network.
    """
    hosts = ["127.0.0.1", lan_address()] if lan else ["127.0.0.1"]
    code = new_code() if lan else ""
    wanted = range(PORT, PORT + _TRIES) if port is None else [port]
    for number in wanted:
        bound = _bound(hosts, number)
        if bound:
            return Place(bound, hosts[-1], bound[0].getsockname()[1], code)
    if port is None:
        raise NoAddress(f"ports {PORT} to {PORT + _TRIES - 1} are all taken; name one with --port")
    raise NoAddress(f"--port {port}: taken, or not allowed; name another, or leave --port out")


def _bound(hosts: list[str], port: int) -> list[socket.socket]:
    """Return listening sockets, all at one port; none where one of them cannot be."""
    made: list[socket.socket] = []
    for host in hosts:
        # asyncio sends without delay (TCP_NODELAY) only where the protocol is named.
        made.append(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP))
        made[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made[-1].bind((host, made[0].getsockname()[1] if len(made) > 1 else port))
            made[-1].listen(256)  # who comes early waits for the server to be ready
        except OSError:
            for one in made:
                one.close()
            return []
    return made


def announce(place: Place, out: TextIO) -> None:
    """Tell the teacher where the page is; in a network also how to join, with a QR code."""
    print(f"The classroom is open at {place.home}", file=out)
    if place.code:
        import segno

        print(f"Class code: {place.code}", file=out)
        print(f"To join: {place.join}\n", file=out)
        segno.make(place.join, error="m").terminal(out, border=2, compact=out.isatty())
    print("Ctrl-C ends the lesson; nothing is stored.", file=out, flush=True)


def server_of(
    place: Place, workers: int = 2, limits: "Limits | None" = None, most: "Most | None" = None
) -> "uvicorn.Server":
    """Return a server for a place, ready to run on its sockets; see `app.application`.

    Args:
        place: where it is. workers: threads that play runs. limits: of clients.
        most: connections that there may be.
    """
    import uvicorn

    names = [*LOOPBACK, place.host] if place.code else list(LOOPBACK)
    app = application(hosts(names, place.port), place.code, limits, workers)
    app.connections.most = most or app.connections.most
    config = uvicorn.Config(
        app,
        http=protocol_of(app.connections),
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=2,
        backlog=256,
        h11_max_incomplete_event_size=16_384,
    )
    return uvicorn.Server(config)


def allow_files(wanted: int = 1024) -> None:
    """Let this process open that many files and connections, if the system lets it (Unix)."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def serve(lan: bool = False, port: int | None = None, workers: int = 2) -> None:
    """Serve the classroom until interrupted.

    Raises:
        NoAddress: there is no address to serve at.
        KeyboardInterrupt: when the lesson is over.
    """
    # NumPy hands the interpreter back and forth with every step: with the usual 5 ms to wait for
    # it, two threads would be as slow as one.
    sys.setswitchinterval(_SWITCH)
    allow_files()
    place = bind(lan, port)
    server = server_of(place, workers)
    announce(place, sys.stderr)
    try:
        server.run(sockets=place.sockets)
    finally:
        for one in place.sockets:
            one.close()
