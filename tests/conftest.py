"""For all tests: the quick ones are marked, interrupts are heard, and pages have a real browser."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from quick import QUICK

# No test fails because the computer is busy.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config):
    """Hear interrupts though pytest was started where they are ignored, as after ``nohup … &``.

    Processes inherit that they are ignored, and tests interrupt processes that they start.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items):
    """Mark the tests of the files in `QUICK`."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix() in QUICK:
            item.add_marker("quick")


@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium; in CI it must be there.

    Its event loop is that of this thread, so it is gone before another module starts one.
    """
    from playwright.sync_api import sync_playwright

    path = CHROMIUM if os.access(CHROMIUM, os.X_OK) else shutil.which("chromium")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium: apt-get install -y chromium")
        pytest.skip("no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
