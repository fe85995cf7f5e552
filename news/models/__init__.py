"""The news: columns, articles, attachments, readings."""

from news.models.articles import Article
from news.models.attachments import Attachment
from news.models.columns import Column, ColumnType, HomePosition
from news.models.readings import ArticleViews, ViewMark

__all__ = ["Article", "ArticleViews", "Attachment", "Column", "ColumnType", "HomePosition", "ViewMark"]
