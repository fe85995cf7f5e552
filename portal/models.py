"""The site as a whole: its identity, its navigation, its friendly links."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal.accounts.models import PasswordRecord  # noqa: F401 -- so that Django finds it
from publishing.links import is_web_address, leave_href
from publishing.models import validate_own_path


def validate_address(value: str) -> None:
    """A page of this site (``/news/``) or a full http address."""
    try:
        (validate_own_path if value.startswith("/") else is_web_address)(value)
    except ValidationError as error:
        raise ValidationError(
            "请填写本站地址（如 /news/）或以 http:// 、https:// 开头的完整网址。"
        ) from error


class SiteIdentity(models.Model):
    """What the site is and who answers for it: one row. An empty mark is not shown to visitors."""

    name = models.CharField(
        "网站名称", max_length=60, help_text="规范名称，显示在每一页，写入网页标签 SiteName。"
    )
    slogan = models.CharField("标语", max_length=60, blank=True)
    description = models.CharField(
        "网站简介", max_length=300, blank=True, help_text="显示在“关于”页和网页标签里。"
    )
    domain = models.CharField(
        "域名",
        max_length=100,
        blank=True,
        validators=[RegexValidator(r"^[a-z0-9.-]+$", "只填域名，例如 www.example.gov.cn，不带 http:// 。")],
        help_text="不带 http:// 。写入网页标签 SiteDomain，也用于分享的完整网址。",
    )
    site_id_code = models.CharField(
        "政府网站标识码",
        max_length=20,
        blank=True,
        help_text="地方网站一般为 10 位数字，部委为 bm 加 8 位数字。",
    )
    icp = models.CharField("ICP备案编号", max_length=60, blank=True)
    police_filing = models.CharField("公安备案号", max_length=60, blank=True)
    party_mark_url = models.CharField(
        "党政机关网站标识的网址",
        max_length=500,
        blank=True,
        validators=[validate_address],
        help_text="机构编制部门发放的标识页网址。",
    )
    error_report_url = models.CharField(
        "“我为政府网站找错”的网址", max_length=500, blank=True, validators=[validate_address]
    )
    sponsor = models.CharField("主办单位", max_length=100, blank=True)
    organiser = models.CharField("承办单位", max_length=100, blank=True)
    maintainer = models.CharField("维护单位", max_length=100, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    postcode = models.CharField(
        "邮编", max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$", "邮编为 6 位数字。")]
    )
    report_phone = models.CharField(
        "有害信息举报电话", max_length=40, blank=True, help_text="公开显示在页脚。"
    )
    report_mailbox = models.EmailField("有害信息举报邮箱", blank=True, help_text="公开显示在页脚。")
    partner_name = models.CharField(
        "合作链接名称", max_length=40, blank=True, help_text="文章页底部工具栏最后一项。"
    )
    partner_url = models.CharField("合作链接网址", max_length=500, blank=True, validators=[validate_address])
    home_place = models.ForeignKey(
        "honors.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="本地",
        help_text="网站所属的市、县（区、旗）。",
    )
    is_demonstration = models.BooleanField(
        "演示站点",
        default=False,
        editable=False,
        help_text="由 manage.py demo 设置：每页标明演示，不让搜索引擎收录。",
    )

    history = HistoricalRecords(verbose_name="网站信息修改记录")

    class Meta:
        verbose_name = "网站信息"
        verbose_name_plural = "网站信息"
        constraints = [
            # A site has one identity; a second row would make two truths.
            models.CheckConstraint(condition=Q(pk=1), name="portal_identity_is_one_row"),
            models.CheckConstraint(condition=~Q(name=""), name="portal_identity_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "SiteIdentity":
        """The site's identity in one query; before it is entered, a nameless-but-honest one that is not saved."""
        stored = cls.objects.select_related("home_place").first()
        return stored or cls(name="双拥门户（尚未设置网站名称）")

    def missing_marks(self) -> list[str]:
        """Names of the marks that inspectors look for on every page and that are still empty (STANDARDS §1.1, §1.2)."""
        empty = {name for name in REQUIRED_MARKS if not getattr(self, name)}
        return [str(field.verbose_name) for field in self._meta.fields if field.name in empty]


REQUIRED_MARKS = [
    "domain",
    "site_id_code",
    "party_mark_url",
    "error_report_url",
    "sponsor",
    "report_phone",
    "report_mailbox",
    "icp",
    "police_filing",
]


class SiteLink(models.Model):
    """A named link in a fixed order."""

    label = models.CharField("名称", max_length=30)
    url = models.CharField(
        "网址", max_length=500, validators=[validate_address], help_text="本站地址如 /news/，或完整网址。"
    )
    order = models.PositiveSmallIntegerField("次序", default=100, help_text="小的在前。")

    class Meta:
        abstract = True
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def href(self) -> str:
        return leave_href(self.url)


class NavigationItem(SiteLink):
    class Meta(SiteLink.Meta):
        verbose_name = "导航项"
        verbose_name_plural = "导航"

    def is_current_at(self, path: str) -> bool:
        """Whether a page of the site belongs under this item; the home page only under itself."""
        return path == self.url or (self.url != "/" and path.startswith(self.url))


class FriendlyLink(SiteLink):
    class Meta(SiteLink.Meta):
        verbose_name = "友情链接"
        verbose_name_plural = "友情链接"
