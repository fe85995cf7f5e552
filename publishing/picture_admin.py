"""The picture library in the admin, and the two addresses through which the body's editor uses it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from publishing import images
from publishing.models import Picture
from publishing.pictures import (
    PreparedPicture,
    bound_users,
    checksum,
    is_used,
    keep_picture,
    picture_users,
    prepare_picture,
    remove_picture,
    store_picture,
)

# One page of the editor's dialog: three rows of four at desktop width.
LATEST = 12
FILE_HELP = "JPG、PNG、WebP 或 GIF，不超过 30 MB、5000 万像素。拍摄时间、地点等信息会自动去掉，只保留画面。"


def staff_href(picture: Picture, name: str) -> str:
    """Address under which staff see a picture that nothing public shows yet."""
    return reverse("admin:file", args=[f"p{picture.pk}", name])


def read_upload(upload: UploadedFile) -> bytes:
    """The bytes of an upload. One that is too large is refused before it is read into memory."""
    bytes_sent = upload.size or 0
    if bytes_sent > images.MAX_BYTES:
        size, limit = filesizeformat(bytes_sent), filesizeformat(images.MAX_BYTES)
        raise forms.ValidationError(
            f"图片文件有 {size}，超过 {limit} 的上限。请缩小尺寸或另存为 JPG 后再上传。"
        )
    upload.seek(0)
    return upload.read()


# The words of a picture that visitors read beside a cover.
WORDS = ("alt", "caption", "credit")


def bound_words(picture: Picture) -> str:
    """Why the words of a picture stay as they are: they were reviewed, or are under review; "" where they were not."""
    titles = "、".join(f"“{user}”" for user in bound_users(picture)[:5])
    if not titles:
        return ""
    return (
        f"它是已送审或已公开的内容的封面：{titles}。替代文字、图片说明和拍摄者是审过的，不能在这里改。"
        "要改：没有公开的先收回或退回；公开的用“修订”换一张封面（同一张图另存一份再上传）。"
    )


class PictureForm(forms.ModelForm):
    class Meta:
        model = Picture
        fields = (*WORDS, "focal_x", "focal_y")

    def clean_alt(self) -> str:
        return str(self.cleaned_data["alt"]).strip()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and {*WORDS} & {*self.changed_data} and (told := bound_words(self.instance)):
            raise forms.ValidationError(f"没有保存：{told}")
        return cleaned


class PictureAddForm(PictureForm):
    """A new picture: the file is judged and re-encoded here, so that a refusal is an error of its field."""

    file = forms.FileField(
        label="图片文件",
        help_text=FILE_HELP,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
        error_messages={
            "required": "请选择图片文件。",
            "empty": "文件是空的（0 字节）。请检查原文件后重新上传。",
        },
    )
    prepared: PreparedPicture

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        data = read_upload(upload)
        existing = Picture.objects.filter(sha256=checksum(data)).first()
        if existing is not None:
            raise forms.ValidationError(
                f"这张图片已经在图库里：编号 {existing.pk}，“{existing.alt}”。请直接选用它。"
            )
        try:
            self.prepared = prepare_picture(data)
        except images.ImageRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return upload


class UploadForm(forms.ModelForm):
    """What the editor's dialog sends. The same bytes sent twice are the same picture, not an error."""

    file = forms.FileField(error_messages={"required": "请选择图片文件。", "empty": "文件是空的（0 字节）。"})

    class Meta:
        model = Picture
        fields = WORDS
        error_messages = {"alt": {"required": "请填写替代文字：用一句话说清图里有什么。"}}

    def clean_file(self) -> bytes:
        return read_upload(self.cleaned_data["file"])


class UseFilter(admin.SimpleListFilter):
    title = "是否用到"
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "有内容用到"), ("0", "没有内容用到")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> QuerySet[Picture]:
        match self.value():
            case "1":
                return queryset.filter(is_used())
            case "0":
                return queryset.exclude(is_used())
        return queryset


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):
    list_display = ("thumbnail", "alt", "credit", "size", "in_use", "created_at", "created_by")
    list_display_links = ("thumbnail", "alt")
    list_filter = (UseFilter, "created_at")
    list_select_related = ("created_by",)
    list_per_page = 40
    search_fields = ("alt", "caption", "credit")
    search_help_text = "按替代文字、图片说明或拍摄者查找"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Picture]:
        used = Case(When(is_used(), then=Value(True)), default=Value(False))
        return super().get_queryset(request).annotate(used=used)

    def get_form(
        self, request: HttpRequest, obj: Picture | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        return super().get_form(request, obj, change, form=PictureForm if obj else PictureAddForm, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Picture | None = None) -> Any:
        first = ("preview", "size", "users") if obj else ("file",)
        return [
            (None, {"fields": (*first, *WORDS), "description": escape(bound_words(obj)) if obj else ""}),
            ("裁切时的中心", {"fields": (("focal_x", "focal_y"),), "classes": ("collapse",)}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Picture | None = None) -> tuple[str, ...]:
        return ("preview", "size", "users") if obj else ()

    def save_model(self, request: HttpRequest, obj: Picture, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        obj.created_by = request.user  # type: ignore[assignment]
        keep_picture(form.prepared, obj)

    # --- Deletion: never of a picture that something shows -------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        shown = [f"图片“{picture}”：{user}" for picture in objs for user in picture_users(picture)]
        return deleted, counts, perms_needed, [*protected, *shown]

    def delete_model(self, request: HttpRequest, obj: Picture) -> None:
        remove_picture(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Picture]) -> None:
        for picture in queryset:
            remove_picture(picture)

    # --- What the lists and forms show ---------------------------------------------------------

    @admin.display(description="图片")
    def thumbnail(self, picture: Picture) -> SafeString:
        href = staff_href(picture, f"{picture.widths[0]}.jpg")
        return format_html('<img class="picture-thumbnail" src="{}" alt="" loading="lazy">', href)

    @admin.display(description="图片")
    def preview(self, picture: Picture) -> SafeString:
        return format_html(
            '<img class="picture-preview" src="{}" alt="{}">', staff_href(picture, "800.jpg"), picture.alt
        )

    @admin.display(description="像素")
    def size(self, picture: Picture) -> str:
        return f"{picture.width}×{picture.height}"

    @admin.display(description="已用到", boolean=True)
    def in_use(self, picture: Any) -> bool:
        return bool(picture.used)

    @admin.display(description="用在哪里")
    def users(self, picture: Picture) -> SafeString | str:
        rows = [(self._link(user),) for user in picture_users(picture)]
        if not rows:
            return "还没有用到"
        return format_html('<ul class="picture-users">{}</ul>', format_html_join("", "<li>{}</li>", rows))

    def _link(self, user: Any) -> SafeString | str:
        label = f"{user._meta.verbose_name}：{user}"
        try:
            href = reverse(f"admin:{user._meta.app_label}_{user._meta.model_name}_change", args=[user.pk])
        except NoReverseMatch:
            return label
        return format_html('<a href="{}">{}</a>', href, label)

    # --- For the editor ------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("upload/", self.admin_site.admin_view(self.upload), name="publishing_picture_upload"),
            path("latest/", self.admin_site.admin_view(self.latest), name="publishing_picture_latest"),
        ]
        return [*own, *super().get_urls()]

    def upload(self, request: HttpRequest) -> HttpResponse:
        return require_POST(self._upload)(request)

    def _upload(self, request: HttpRequest) -> HttpResponse:
        """Take in a picture from the editor: its facts as JSON, or 400 with the errors of each field."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                picture = store_picture(
                    form.cleaned_data["file"],
                    alt=form.cleaned_data["alt"],
                    caption=form.cleaned_data["caption"],
                    credit=form.cleaned_data["credit"],
                    by=request.user,  # type: ignore[arg-type]
                )
                return JsonResponse(picture_facts(picture))
            except images.ImageRefused as refusal:
                form.add_error("file", str(refusal))
        # Plain sentences by field; the script shows them beside the fields.
        return JsonResponse({"errors": dict(form.errors)}, status=400)

    def latest(self, request: HttpRequest) -> HttpResponse:
        return require_GET(self._latest)(request)

    def _latest(self, request: HttpRequest) -> HttpResponse:
        """The newest pictures, or those that a word ``q`` finds, for the editor's dialog."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found, _ = self.get_search_results(
            request, Picture.objects.all(), request.GET.get("q", "").replace("\0", "")
        )
        return JsonResponse({"pictures": [picture_facts(picture) for picture in found[:LATEST]]})


def picture_facts(picture: Picture) -> dict[str, Any]:
    return {
        "id": picture.pk,
        "src": staff_href(picture, "800.jpg"),
        "thumbnail": staff_href(picture, f"{picture.widths[0]}.jpg"),
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
        "width": picture.width,
        "height": picture.height,
    }
