"""The codebase about itself: what a reviewer would otherwise have to remember."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

ROOT = Path(__file__).resolve().parent.parent
TEXT = {".py", ".html", ".txt", ".css", ".js", ".md", ".csv", ".json", ".toml", ".po", ".svg", ""}
OURS = ["portal", "news", "partnerships", "honors", "publishing", "audit"]


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in tracked()
        if path.suffix in TEXT and "vendor" not in path.parts
    ]


def test_no_cover_number_but_the_made_up_one() -> None:
    found = [
        (name, number)
        for name, text in texts()
        for number in re.findall(r"(?<!\d)[1-9]\d{4}部队", text)
        if number != "12345部队"
    ]
    assert found == []


def test_no_mobile_number_anywhere() -> None:
    made_up = {"13800138000", "13800138001"}
    found = [
        (name, number)
        for name, text in texts()
        for number in re.findall(r"(?<![\w.])1[3-9]\d{9}(?![\w.])", text)
        if number not in made_up
    ]
    assert found == []


def test_no_registry_host_in_any_file() -> None:
    hosts = re.compile(
        "|".join([r"pypi\.o" + "rg", r"npmjs\.(com|o" + "rg)", r"deb\.debian\.o" + "rg", "/opt/p" + "ypi"])
    )
    assert [name for name, text in texts() if hosts.search(text)] == []


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_has_a_name_that_tells_its_story() -> None:
    names = [path.stem for layer in OURS for path in (ROOT / layer / "migrations").glob("0*.py")]
    assert names and [name for name in names if re.search(r"auto_\d|_initial$", name)] == []


def test_readme_names_every_command_and_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = [name for name, app in get_commands().items() if app in OURS]
    assert commands and [name for name in commands if f"manage.py {name}" not in readme] == []
    settings = (ROOT / "portal" / "settings.py").read_text(encoding="utf-8")
    variables = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    assert variables and [name for name in sorted(variables) if f"`{name}`" not in readme] == []


def test_modules_stay_readable() -> None:
    """A file that grows past this tells more than one story."""
    long = {
        name: text.count("\n")
        for name, text in texts()
        if name.startswith(tuple(OURS)) and text.count("\n") > 400
    }
    assert {
        name: lines for name, lines in long.items() if name.endswith(".py") and "/migrations/" not in name
    } == {}
