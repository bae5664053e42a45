"""HTTP for people and not for hangers-on: a connection that does not ask is closed."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from .connections import Connections

SECONDS = 10.0
"""A client may take so long from its connection, or the first byte after an answer, to a whole
request head."""

IDLE = 30
"""Seconds that a connection stays open after an answer, while nothing comes."""

LINGER = 5.0
"""Seconds that a client has to take what was sent, once its connection is to be closed."""


class Patient(H11Protocol):
    """uvicorn's protocol, with an end to its patience.

    uvicorn itself waits for ever for the first request, for the rest of one that has begun, and for
    a client to take the last of an answer; and it cannot tell who holds how many connections.

    Attributes:
        lines: all open connections of the server.
    """

    lines: Connections
    _waiting: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def drop(self) -> None:
        """End the connection; what was not sent yet of an answer is lost."""
        if self.busy:
            self.transport.abort()
        else:
            self._hang_up()

    def connection_made(self, transport: Any) -> None:
        """Start to wait for a request."""
        super().connection_made(transport)
        self._wait()
        if self.client is not None:
            self.lines.add(self.client, self)

    def data_received(self, data: bytes) -> None:
        """Stop waiting once the head of a request is whole; go on where it is only a part."""
        super().data_received(data)
        if self.busy:
            self._stop()
            if self.client is not None:
                self.lines.spoke(self.client)
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        if self.client is not None:
            self.lines.remove(self.client)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        super().send_400_response(msg)
        self._hang_up()

    def on_response_complete(self) -> None:
        """Go on to the next request, or end where this was the last."""
        super().on_response_complete()
        if self.transport.is_closing():
            self._hang_up()
        elif not self.busy and self._waiting is None and self.conn.trailing_data[0]:
            self._wait()  # the next head has begun already

    def timeout_keep_alive_handler(self) -> None:
        """End a connection on which nothing more was asked."""
        super().timeout_keep_alive_handler()
        self._hang_up()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(SECONDS, self._hang_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _hang_up(self) -> None:
        """Close, and do not wait for ever until the client has taken what was sent."""
        self._stop()
        if not self.transport.is_closing():
            self.transport.close()
        self.loop.call_later(LINGER, self.transport.abort)


def protocol_of(connections: Connections) -> type[Patient]:
    """Return the protocol of a server with these connections."""
    return type("Patient", (Patient,), {"lines": connections})
