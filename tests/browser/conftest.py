"""The real site in a real browser: gunicorn with production settings, the demonstration, Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

# As long as Playwright waits for clicks and pages: its five seconds for expectations are few on a busy machine.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if not CHROMIUM and os.environ.get("PORTAL_BROWSER") != "required":
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is not installed: apt-get install chromium")
                )


@dataclass
class Site:
    """A running demonstration: where it is, who may log in, how to run its commands."""

    url: str
    environment: dict[str, str]
    accounts: dict[str, str]

    def manage(self, *arguments: str, given: str | None = None) -> str:
        return run_manage(self.environment, *arguments, given=given)


def run_manage(environment: dict[str, str], *arguments: str, given: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, input=given, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_healthy(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(150):
        assert server.poll() is None, "the server ended at its start"
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within 30 seconds")


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    data = tmp_path_factory.mktemp("site")
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    environment |= {"DATA_DIR": str(data), "HOST": "127.0.0.1"}
    for command in (["migrate", "-v0"], ["demo"], ["collectstatic", "--noinput", "-v0"]):
        run_manage(environment, *command)
    accounts = dict(
        line.split()[:2]
        for line in (data / "demo-accounts.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    )
    # Only now: what is free may be another's when the demonstration stands, half a minute later.
    port = free_port()
    environment["PORT"] = str(port)
    gunicorn = Path(sys.executable).parent / "gunicorn"
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [str(gunicorn), "-c", "portal/gunicorn.py", "portal.wsgi"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", server)
            yield Site(f"http://127.0.0.1:{port}", environment, accounts)
        finally:
            server.terminate()
            # Longer than its graceful_timeout.
            server.wait(timeout=60)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    # Closed before other packages run: Playwright's event loop would make Django refuse the database.
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


def watch(context: BrowserContext) -> list[str]:
    """Collect everything that a page complains of: console messages, CSP refusals, errors, failed requests."""
    messages: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        # Said of pages that are themselves 404 or 410, too; on_response names every other one.
        if not message.text.startswith("Failed to load resource"):
            messages.append(f"{message.type}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            messages.append(f"{response.status}: {response.url} for {response.frame.url}")

    def on_failed(request: Request) -> None:
        # A page that is left takes with it what it was still loading.
        if "net::ERR_ABORTED" not in (request.failure or ""):
            messages.append(f"failed: {request.url} {request.failure}")

    context.on("console", on_console)
    context.on("response", on_response)
    context.on("weberror", lambda error: messages.append(f"error: {error.error}"))
    context.on("requestfailed", on_failed)
    return messages


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A visitor at a desk. Whatever the console says during a test fails it."""
    made = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    messages = watch(made)
    yield made
    made.close()
    assert messages == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
