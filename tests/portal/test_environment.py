"""Every reader of the environment: what it takes, and what it notes as a problem instead of guessing."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import environment as env

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _no_problems_before_or_after() -> Iterator[None]:
    kept = env.problems[:]
    env.problems.clear()
    yield
    env.problems[:] = kept


def problem_variables() -> list[str]:
    return [problem.variable for problem in env.problems]


def test_text_is_stripped_and_has_a_default(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", "  some text ")
    assert env.text("X") == "some text"
    monkeypatch.delenv("X")
    assert env.text("X", "default") == "default"


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_flag_understands_yes(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.flag("X") is True
    assert env.problems == []


@pytest.mark.parametrize("value", ["0", "false", "No", "off", ""])
def test_flag_understands_no(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.flag("X", default=True) is False
    assert env.problems == []


@pytest.mark.parametrize("default", [True, False])
def test_flag_refuses_anything_else_and_keeps_the_default(monkeypatch: Patch, default: bool) -> None:
    monkeypatch.setenv("X", "maybe")
    assert env.flag("X", default=default) is default
    assert problem_variables() == ["X"]


@pytest.mark.parametrize(("value", "number"), [("0", 0), ("12", 12), (" 3 ", 3), ("", 7)])
def test_whole_number_reads(monkeypatch: Patch, value: str, number: int) -> None:
    monkeypatch.setenv("X", value)
    assert env.whole_number("X", 7) == number
    assert env.problems == []


@pytest.mark.parametrize("value", ["-1", "1.5", "two", "２", "1e3"])
def test_whole_number_refuses(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.whole_number("X", 7) == 7
    assert problem_variables() == ["X"]


def test_whole_number_refuses_one_below_the_least(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", "1")
    assert env.whole_number("X", 7, least=2) == 7
    assert "at least 2" in env.problems[0].hint


def test_words_leave_out_empty_ones(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", " a.example , ,b.example,")
    assert env.words("X") == ["a.example", "b.example"]
    monkeypatch.delenv("X")
    assert env.words("X", "c,d") == ["c", "d"]


@pytest.mark.parametrize(
    ("value", "prefix"), [("", ""), ("/", ""), ("/shuangyong", "/shuangyong"), ("/a/b/", "/a/b")]
)
def test_path_prefix_reads(monkeypatch: Patch, value: str, prefix: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.path_prefix("X") == prefix
    assert env.problems == []


@pytest.mark.parametrize(
    "value", ["shuangyong", "//evil.example", "/a//b", "/a b", "/a?b", "/a#b", '/a"b', "/<a>", "/a\\b"]
)
def test_path_prefix_refuses(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.path_prefix("X") == ""
    assert problem_variables() == ["X"]


def test_database_reads_postgresql_and_falls_back_to_the_default(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", "postgres://office@db.example:5433/portal")
    described = env.database("X", default="sqlite:////tmp/a.sqlite3")
    assert described["ENGINE"] == "django.db.backends.postgresql"
    assert (described["NAME"], described["HOST"], described["PORT"]) == ("portal", "db.example", 5433)
    monkeypatch.setenv("X", "")
    assert env.database("X", default="sqlite:////tmp/a.sqlite3")["NAME"] == "/tmp/a.sqlite3"
    assert env.problems == []


@pytest.mark.parametrize(
    "value", ["no address", "http://db.example/portal", "mysql://office@db.example/portal"]
)
def test_database_refuses(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    described = env.database("X", default="sqlite:////tmp/a.sqlite3")
    assert described["ENGINE"] == "django.db.backends.sqlite3"
    assert problem_variables() == ["X"]


def test_a_database_password_never_stands_in_a_message(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", "mysql://office:made-up-password@db.example/portal")
    env.database("X", default="sqlite:////tmp/a.sqlite3")
    assert "made-up-password" not in repr(env.problems)


@pytest.mark.parametrize("value", ["www.example.gov.cn, .example.cn,127.0.0.1,[::1]", "*"])
def test_hosts_reads(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.hosts("X", "localhost") == [host.strip() for host in value.split(",")]
    assert env.problems == []


@pytest.mark.parametrize(
    "value", ["", " , ", "https://example.cn", "example.cn/", "example.cn:8000", "a b", "*.example.cn"]
)
def test_hosts_refuses(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    env.hosts("X", "localhost")
    assert problem_variables() == ["X"]


@pytest.mark.parametrize(
    "value", ["", "redis://127.0.0.1:6379/0", "rediss://cache.example/1", "unix:///run/redis.sock"]
)
def test_redis_address_reads(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.redis_address("X") == value
    assert env.problems == []


@pytest.mark.parametrize("value", ["127.0.0.1:6379", "http://:made-up-password@cache.example"])
def test_redis_address_refuses_without_telling_a_password(monkeypatch: Patch, value: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.redis_address("X") == ""
    assert problem_variables() == ["X"] and "made-up-password" not in repr(env.problems)


def test_secret_notes_a_folder_that_cannot_be_written(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    monkeypatch.delenv("X_FILE", raising=False)
    (tmp_path / "file").write_text("no folder")
    assert len(env.secret("X", kept_in=tmp_path / "file" / "kept")) >= 50
    assert problem_variables() == ["DATA_DIR"]


def test_secret_from_the_environment_is_not_written_down(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.setenv("X", "from the environment")
    assert env.secret("X", kept_in=tmp_path / "kept") == "from the environment"
    assert not (tmp_path / "kept").exists()


def test_secret_from_a_named_file(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    (tmp_path / "named").write_text("from a file\n")
    monkeypatch.setenv("X_FILE", str(tmp_path / "named"))
    assert env.secret("X", kept_in=tmp_path / "kept") == "from a file"


def test_secret_notes_a_file_that_cannot_be_read(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    monkeypatch.setenv("X_FILE", str(tmp_path / "missing"))
    assert env.secret("X", kept_in=tmp_path / "kept")
    assert problem_variables() == ["X_FILE"]


def test_secret_is_made_once_and_kept_for_the_owner_alone(monkeypatch: Patch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    monkeypatch.delenv("X_FILE", raising=False)
    kept = tmp_path / "new folder" / "kept"
    made = env.secret("X", kept_in=kept)
    assert len(made) >= 50
    assert env.secret("X", kept_in=kept) == made
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert env.secret("X", kept_in=tmp_path / "other") != made


@pytest.mark.parametrize(("value", "expected"), [("", "sha256"), ("SM3", "sm3"), (" sha256 ", "sha256")])
def test_choice_takes_a_known_word(monkeypatch: Patch, value: str, expected: str) -> None:
    monkeypatch.setenv("X", value)
    assert env.choice("X", "sha256", ("sha256", "sm3")) == expected and problem_variables() == []


def test_choice_refuses_an_unknown_word(monkeypatch: Patch) -> None:
    monkeypatch.setenv("X", "md5")
    assert env.choice("X", "sha256", ("sha256", "sm3")) == "sha256" and problem_variables() == ["X"]
