"""A classroom inside the test, on real sockets, and windows in which nothing else exists."""

import threading
import time
from dataclasses import dataclass

import pytest
import uvicorn
from serve.waiting import settled

from hedgerow.classroom.serve.launch import Place, bind, server_of
from hedgerow.classroom.serve.security import Limits


@dataclass
class Running:
    """A server that runs in a thread of its own."""

    place: Place
    server: uvicorn.Server

    @property
    def home(self) -> str:
        return self.place.home.rstrip("/")


def run(place, limits=None, most=None):
    server = server_of(place, limits=limits, most=most)
    thread = threading.Thread(target=server.run, kwargs={"sockets": place.sockets}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)

    def stop():
        server.should_exit = True
        thread.join(20)
        for one in place.sockets:
            one.close()

    return Running(place, server), stop


@pytest.fixture(scope="session")
def classroom():
    """A classroom for this machine alone."""
    running, stop = run(bind(port=0))
    yield running
    stop()


@pytest.fixture
def patient():
    """A classroom that bears any number of requests."""
    running, stop = run(bind(port=0), Limits(rate=1e6, burst=1e9))
    yield running
    stop()


@pytest.fixture
def visit(browser, classroom):
    """Open an address of the classroom in a window of its own, with all other hosts blocked.

    Whatever the page asks elsewhere, and every error it logs, fails the test.
    """
    contexts, outside, errors = [], [], []

    def block(route):
        if route.request.url.startswith((classroom.home, "blob:", "data:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    def opener(address="/", width=1366, height=768, **more):
        context = browser.new_context(viewport={"width": width, "height": height}, **more)
        contexts.append(context)
        context.route("**/*", block)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.goto(classroom.home + address)
        page.wait_for_selector("html[data-runs]")
        settled(page)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []
