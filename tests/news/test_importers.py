"""Columns from a file: their level of review, which older files do not name."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from news.importers import load_columns
from news.models import Column
from publishing import workflow
from tests.makers import colleague, make_draft

pytestmark = pytest.mark.django_db

HEAD = "slug,name,parent_slug,column_type,description,keywords,order,update_days,home_position"
ROW = "zhengce,政策,,政策文件,发布政策。,政策,10,14,"


def load(folder: Path, head: str, row: str) -> dict[str, int]:
    path = folder / "columns.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    return load_columns(path)


@pytest.mark.parametrize(("level", "expected"), [("A", "A"), ("B", "B"), ("C", "C"), ("", "B")])
def test_a_file_says_the_level_of_a_new_column(tmp_path: Path, level: str, expected: str) -> None:
    assert load(tmp_path, f"{HEAD},review_level", f"{ROW},{level}")["created"] == 1
    assert Column.objects.get().review_level == expected


def test_a_file_without_levels_leaves_those_that_stand(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD, ROW)["created"] == 1
    assert Column.objects.get().review_level == "B"
    Column.objects.update(review_level="C")
    assert load(tmp_path, HEAD, ROW)["unchanged"] == 1
    assert load(tmp_path, f"{HEAD},review_level", f"{ROW},")["unchanged"] == 1
    assert Column.objects.get().review_level == "C"
    assert load(tmp_path, f"{HEAD},review_level", f"{ROW},A")["updated"] == 1


def test_an_unknown_level_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ValidationError) as refusal:
        load(tmp_path, f"{HEAD},review_level", f"{ROW},D")
    assert set(refusal.value.error_dict) == {"review_level"} and not Column.objects.exists()


def test_a_file_lowers_no_level_under_an_article_in_review(tmp_path: Path) -> None:
    load(tmp_path, HEAD, ROW)
    workflow.submit(make_draft(column=Column.objects.get()), by=colleague("撰稿人"))
    with pytest.raises(ValidationError, match="正在审核"):
        load(tmp_path, f"{HEAD},review_level", f"{ROW},A")
    assert Column.objects.get().review_level == "B"
