"""A database as full as an office's after some years."""

from news.models import Article, Column
from portal.demonstration import bulk


def fill(number: int, characters: int = 1000) -> Column:
    """Add so many synthetic articles; return the column that holds them."""
    bulk.add_articles(number, characters)
    return Column.objects.get(slug="yaliceshi")


def middle_article(column: Column) -> Article:
    """An article in the middle of a column's list."""
    rows = Article.objects.published().filter(column=column).newest_first()
    return rows[rows.count() // 2]
