"""The house: a package imports only from packages below it (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Reading order is import order: each may import from those after it.
LAYERS = ["portal", "news", "partnerships", "honors", "publishing", "audit"]
TOP_LEVEL = {
    "manage.py", "pyproject.toml", "requirements.txt", "requirements-dev.txt", "README.md", "CHANGELOG.md", "LICENSE",
    "Makefile", "portal", "news", "honors", "partnerships", "publishing", "audit", "templates", "static", "tests", "docs", ".ci",
    ".gitignore",
}  # fmt: skip
BY_HAND = {".git", ".venv", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def imports(path: Path) -> set[str]:
    """The first names of all modules that a file imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def wrong_imports(layer: str, root: Path = ROOT) -> list[str]:
    above = set(LAYERS[: LAYERS.index(layer)])
    # Migrations name other apps by label; they import validators and fields of their own app only.
    files = sorted((root / layer).rglob("*.py"))
    return [f"{path.relative_to(root)}: {name}" for path in files for name in sorted(imports(path) & above)]


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_run_downwards(layer: str) -> None:
    assert wrong_imports(layer) == []


def test_the_rule_can_fail(tmp_path: Path) -> None:
    (tmp_path / "publishing").mkdir()
    (tmp_path / "publishing" / "x.py").write_text("def f():\n    from news.models import Article\n")
    assert wrong_imports("publishing", tmp_path) == ["publishing/x.py: news"]


def test_publishing_names_no_content_app() -> None:
    """Its templates and migrations included: it knows no content, only Publishable.

    The table of roles names permissions, as words, for a role goes through all apps.
    """
    named = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "publishing").rglob("*.py")
        if any(f'"{app}.' in path.read_text(encoding="utf-8") for app in ("news", "honors", "partnerships"))
    ]
    assert named == ["publishing/permissions.py"]


def test_every_top_level_name_is_one_of_the_house() -> None:
    assert {path.name for path in ROOT.iterdir()} - BY_HAND - TOP_LEVEL == set()


def test_no_signals_between_apps() -> None:
    """The only receivers of the ORM's signals rebuild triggers, and the groups of the roles, after a migration."""
    users = [
        str(path.relative_to(ROOT))
        for layer in LAYERS
        for path in (ROOT / layer).rglob("*.py")
        if "django.db.models.signals" in path.read_text(encoding="utf-8")
    ]
    assert users == [
        f"{layer}/apps.py" for layer in ("portal", "partnerships", "honors", "publishing", "audit")
    ]
