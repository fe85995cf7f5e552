"""How often articles are read: apart from them, so that counting changes nothing public."""

from django.db import models

from news.models.articles import Article


class ArticleViews(models.Model):
    """How often an article was read: apart from the article, so that counting changes nothing public."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, primary_key=True, related_name="views")
    count = models.PositiveIntegerField("浏览次数", default=0)

    class Meta:
        verbose_name = "浏览次数"
        verbose_name_plural = "浏览次数"

    def __str__(self) -> str:
        return str(self.count)


class ViewMark(models.Model):
    """That somebody read an article within the last half hour; who it was cannot be told from it."""

    digest = models.CharField(max_length=64, primary_key=True)
    counted_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:8]
