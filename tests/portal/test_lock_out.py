"""Lock-out after failed log-ins: who is locked, for how long, and that two processes of the real server share it."""

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client

from audit.models import AuditEvent
from tests.browser.conftest import ROOT, Site, free_port, run_manage, wait_until_healthy
from tests.desk import person

LOGIN = "/admin/accounts/login/"
PASSWORD = "made-up-word-4-tests"


@pytest.fixture
def _fast(settings: Any, db: None) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def attempt(name: str, password: str, **more: Any) -> tuple[bool, str]:
    """Whether somebody got in, and what the page said."""
    client = Client(**more)
    response = client.post(LOGIN, {"login": name, "password": password})
    errors = response.context["form"].errors.get("__all__", []) if response.status_code == 200 else []
    return "_auth_user_id" in client.session, " ".join(str(error) for error in errors)


def trail() -> list[tuple[str, str]]:
    return list(AuditEvent.objects.order_by("number").values_list("event", "person"))


# --- one process ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_fast")
def test_the_fifth_failure_locks_and_the_right_password_no_longer_opens() -> None:
    person("writer", "view_article", password=PASSWORD)
    for _ in range(4):
        attempt("writer", "wrong")
    assert attempt("writer", PASSWORD)[0]
    attempt("writer", "wrong")
    got_in, told = attempt("writer", PASSWORD)
    assert not got_in and "过多" in told
    kinds = [event for event, name in trail() if name == "writer"]
    assert kinds == ["login_failed"] * 4 + ["login", "login_failed", "locked", "login_failed"]


@pytest.mark.usefixtures("_fast")
def test_another_name_is_not_locked_with_it() -> None:
    for name in ("writer", "other"):
        person(name, "view_article", password=PASSWORD)
    for _ in range(5):
        attempt("writer", "wrong")
    assert attempt("other", PASSWORD)[0]


@pytest.mark.usefixtures("_fast")
def test_neither_other_letters_nor_another_host_name_nor_another_address_counts_anew() -> None:
    person("writer", "view_article", password=PASSWORD)
    attempt("WRITER", "wrong")
    attempt("Writer ", "wrong")
    attempt("writer", "wrong", HTTP_HOST="localhost")
    attempt("writer", "wrong", REMOTE_ADDR="192.0.2.7")
    attempt("writer", "wrong")
    assert not attempt("writer", PASSWORD, HTTP_HOST="localhost", REMOTE_ADDR="192.0.2.8")[0]


@pytest.mark.usefixtures("_fast")
def test_one_address_that_tries_many_names_has_to_wait() -> None:
    person("writer", "view_article", password=PASSWORD)
    for number in range(10):
        attempt(f"name{number}", "wrong")
    assert not attempt("writer", PASSWORD)[0]
    assert attempt("writer", PASSWORD, REMOTE_ADDR="192.0.2.7")[0]


@pytest.mark.usefixtures("_fast")
def test_a_name_that_does_not_exist_is_locked_like_one_that_does_and_is_not_written_down() -> None:
    person("writer", "view_article", password=PASSWORD)
    answers = {name: [attempt(name, "wrong")[1] for _ in range(7)] for name in ("writer",)}
    cache.clear()
    answers["nobody"] = [attempt("nobody", "wrong")[1] for _ in range(7)]
    assert answers["writer"] == answers["nobody"] and len(set(answers["nobody"])) == 2
    assert "nobody" not in str(trail()) and ("locked", "（没有这个账户）") in trail()


@pytest.mark.usefixtures("_fast")
def test_an_unknown_name_costs_as_much_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """One password is hashed for either, by the slowest hasher there is."""
    person("writer", "view_article", password=PASSWORD)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *given: hashed.append(1) or encode(self, *given)
    )
    counts = []
    for name in ("writer", "nobody", "writer", "nobody"):
        hashed.clear()
        attempt(name, "wrong")
        counts.append(len(hashed))
    assert counts == [1, 1, 1, 1]


@pytest.mark.usefixtures("_fast")
def test_the_lock_opens_by_itself(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/2s/key"}
    person("writer", "view_article", password=PASSWORD)
    for _ in range(5):
        attempt("writer", "wrong")
    assert not attempt("writer", PASSWORD)[0]
    time.sleep(2.1)
    assert attempt("writer", PASSWORD)[0]


# --- two processes of the real server ---------------------------------------------------------------------

MAKE = f"""
from tests.desk import person
person("writer", "view_article", password="{PASSWORD}")
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Gunicorn with two processes of four threads, and the database and cache of production."""
    data, port = tmp_path_factory.mktemp("lock-out"), free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
    }
    # So that each client may come from an address of its own.
    environment |= {"DATA_DIR": str(data), "HOST": "127.0.0.1", "PORT": str(port), "PROXIES": "1"}
    run_manage(environment, "migrate", "-v0")
    run_manage(environment, "collectstatic", "--noinput", "-v0")
    run_manage(environment, "shell", "-c", MAKE)
    gunicorn = Path(sys.executable).parent / "gunicorn"
    with (data / "server.log").open("wb") as log:
        running = subprocess.Popen(
            [str(gunicorn), "-c", "portal/gunicorn.py", "portal.wsgi"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", running)
            yield Site(f"http://127.0.0.1:{port}", environment, {})
        finally:
            running.terminate()
            running.wait(timeout=20)


def knock(site: Site, password: str, number: int, name: str = "writer") -> str:
    """A log-in as a browser does it, from an address of its own: "in", "wrong" or "locked"."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
    )
    opener.addheaders = [("X-Forwarded-For", f"192.0.2.{number}"), ("Referer", site.url + LOGIN)]
    page = opener.open(site.url + LOGIN, timeout=30).read().decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    given = urllib.parse.urlencode({"login": name, "password": password, "csrfmiddlewaretoken": token})
    answer = opener.open(site.url + LOGIN, given.encode(), timeout=60)
    if not answer.url.endswith(LOGIN):
        return "in"
    return "locked" if "过多" in answer.read().decode() else "wrong"


def test_two_processes_count_together(server: Site) -> None:
    """Twenty wrong passwords at the same moment: no more than five are looked at, whichever process has them."""
    assert knock(server, PASSWORD, 1) == "in"
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: knock(server, "wrong", number), range(2, 22)))
    assert "in" not in answers and answers.count("wrong") <= 5 and answers.count("locked") >= 15
    # Whoever waited too long for a count was refused uncounted: what is left of the five is used up one by one.
    for number in range(30, 35):
        knock(server, "wrong", number)
    assert [knock(server, PASSWORD, number) for number in range(40, 48)] == ["locked"] * 8
    told = server.manage("shell", "-v0", "-c", COUNT)
    assert re.search(r"looked at 5\b", told), told


COUNT = """
from audit.models import AuditEvent
print("looked at", AuditEvent.objects.filter(person="writer", detail__startswith="用户名或密码不对").count())
"""


def test_the_trail_of_both_processes_is_one_whole_chain(server: Site) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: knock(server, "wrong", 100 + number, f"name{number}"), range(16)))
    assert "审计链完整" in server.manage("audit", "verify")


def test_public_pages_of_the_real_server_set_no_cookie(server: Site) -> None:
    for path in ("/", "/news/", "/healthz"):
        request = urllib.request.Request(server.url + path, headers={"X-Forwarded-For": "192.0.2.1"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["Set-Cookie"] is None
