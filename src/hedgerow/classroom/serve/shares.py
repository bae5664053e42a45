"""Who is next: of those who wait, whoever has had the least, whatever how much each asks for.

This is fair queueing: everybody has an account of the work that was done for them. Who was idle
does not save up for later, but begins where those who are served now stand.
"""

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """Who asks.

    Attributes:
        address: of the machine, or of the router that a class sits behind.
        seat: what the page was given when it joined; empty without a class code.
    """

    address: str
    seat: str = ""


class Shares:
    """Accounts of work by name, in seconds."""

    def __init__(self) -> None:
        self._had: dict[Hashable, float] = {}
        self._level = 0.0

    def had(self, name: Hashable) -> float:
        """Return what counts as had."""
        return max(self._had.get(name, 0.0), self._level)

    def wait(self, names: Iterable[Hashable]) -> None:
        """Note who waits: who comes later begins where the least of these stands."""
        self._level = min(map(self.had, names), default=self._level)

    def charge(self, name: Hashable, seconds: float) -> None:
        """Add work to an account."""
        self._had[name] = self.had(name) + seconds


class Turns:
    """Turns by address, and among the seats of one address.

    A machine gains nothing by taking many seats; pupils behind one address share its part.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all accounts: nobody waits any more."""
        self._addresses = Shares()
        self._seats: dict[str, Shares] = {}

    def address(self, client: Client) -> float:
        """Return what the address of a client has had; the least is next."""
        return self._addresses.had(client.address)

    def seat(self, client: Client) -> float:
        """Return what a client has had, to be held against others of its address only."""
        seats = self._seats.get(client.address)
        return seats.had(client.seat) if seats else 0.0

    def wait(self, clients: Collection[Client]) -> None:
        """Note who waits: who comes later begins where the least of these stands."""
        seats: dict[str, set[str]] = {}
        for client in clients:
            seats.setdefault(client.address, set()).add(client.seat)
        self._addresses.wait(seats)
        for address, names in seats.items():
            self._seats.setdefault(address, Shares()).wait(names)

    def charge(self, client: Client, seconds: float) -> None:
        """Add work to the accounts of a client."""
        self._addresses.charge(client.address, seconds)
        self._seats.setdefault(client.address, Shares()).charge(client.seat, seconds)
