"""Uploaded pictures: judged by content, then turned into clean renditions for visitors.

Everything here is pure: bytes in, values out. The uploaded bytes themselves are never shown to a visitor;
what visitors get are the renditions, which carry nothing but pixels (no EXIF, GPS, XMP, comment, profile).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image, ImageCms, ImageOps
from PIL.ImageFile import ImageFile

from publishing.signatures import IMAGE_CONTENTS, content_name, content_of

MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 30_000
WIDTHS = (400, 800, 1600)
JPEG_QUALITY = 82
WEBP_QUALITY = 80

# WebP cannot hold more lines than this; a longer picture is made narrower until it fits.
_MAX_RENDITION_HEIGHT = 16_383

ImageKind = Literal["jpeg", "png", "webp", "gif"]
Size = tuple[int, int]


class ImageRefused(ValueError):
    """The upload is not taken. str() is a Chinese sentence for the editor: what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an accepted picture is. Width and height are pixels as a visitor sees it, orientation honoured."""

    kind: ImageKind
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoded copy of a picture, `width` × `height` pixels."""

    width: int
    height: int
    format: Literal["webp", "jpeg"]
    data: bytes

    @property
    def name(self) -> str:
        """File name within the picture's folder, such as 800.webp or 800.jpg."""
        return f"{self.width}.{'jpg' if self.format == 'jpeg' else 'webp'}"


def recognise(data: bytes) -> ImageFacts:
    """Return what the picture is, or raise `ImageRefused`.

    Size limits are judged from the header before any pixel is decoded; then the first frame is decoded once,
    because only that tells a whole file from a broken one.
    """
    kind, image = _open(data)
    # JPEG can be decoded at an eighth of its size, which finds the same faults with a fraction of the memory.
    size = image.size
    image.draft(None, (1, 1))
    _decode(kind, image)
    width, height = size[::-1] if _is_turned(image) else size
    return ImageFacts(kind, width, height)


def make_renditions(data: bytes) -> list[Rendition]:
    """Return the picture in each width of `WIDTHS` it can fill, narrow first, each as WebP and JPEG.

    It is never scaled up: a picture narrower than the widest rendition gets its own width as the last one.
    The same bytes always give the same renditions. Raises `ImageRefused` as `recognise` does.
    """
    kind, image = _open(data)
    image.draft(None, (WIDTHS[-1], WIDTHS[-1]))
    _decode(kind, image)
    picture = _upright(_in_srgb(image), _orientation(image))
    widths = rendition_widths(_usable_width(picture.size))
    largest = _resized(picture, widths[-1])
    return [rendition for width in widths for rendition in _encoded(_resized(largest, width))]


def rendition_widths(width: int) -> list[int]:
    """Return the widths in which a picture `width` pixels wide is kept: never wider than it is."""
    widest = min(width, WIDTHS[-1])
    return [candidate for candidate in WIDTHS if candidate < widest] + [widest]


# --- judging the bytes -------------------------------------------------------------------------------------


def _open(data: bytes) -> tuple[ImageKind, ImageFile]:
    """Return the kind and the picture, opened but not decoded; raise `ImageRefused` unless sound."""
    if not data:
        raise ImageRefused("文件是空的（0 字节），可能没有传完。请检查原文件后重新上传。")
    if len(data) > MAX_BYTES:
        raise ImageRefused(
            f"图片文件有 {len(data) / 1024 / 1024:.1f} MB，超过 {MAX_BYTES // 1024 // 1024} MB 的上限。"
            "请用看图软件缩小尺寸或另存为 JPG 后再上传。"
        )
    kind = _accepted_kind(content_of(data))
    size = _size_in_header(kind, data)
    if size is None or 0 in size:
        raise _broken(kind)
    _refuse_oversize(size)
    try:
        image = Image.open(BytesIO(data), formats=[kind])
    except Exception as error:  # hostile bytes make decoders raise anything; for the editor it is one case
        raise _broken(kind) from error
    # A second header further on must not smuggle in another size.
    if image.size != size:
        raise _broken(kind)
    return kind, image


def _accepted_kind(content: str) -> ImageKind:
    match content:
        case "jpeg" | "png" | "webp" | "gif":
            return content
        case "svg":
            raise ImageRefused("这是 SVG 图形，里面可能带有脚本，不能上传。请把它导出为 PNG 图片后再上传。")
        case "html" | "xml" | "text":
            raise ImageRefused(
                f"这个文件的内容是{content_name(content)}，不是图片，只改扩展名不会变成图片。"
                "请选择真正的 JPG 或 PNG 图片。"
            )
        case _ if content in IMAGE_CONTENTS:
            raise ImageRefused(
                f"这是{content_name(content)}，多数浏览器打不开。请另存为 JPG 或 PNG 后再上传。"
            )
        case _:
            raise ImageRefused(
                f"这个文件的内容是{content_name(content)}，不是图片。请选择 JPG、PNG、WebP 或 GIF 图片。"
            )


def _broken(kind: ImageKind) -> ImageRefused:
    return ImageRefused(
        f"这个{content_name(kind)}已损坏或没有传完，无法读取。请打开原图检查，另存一份后重新上传。"
    )


def _refuse_oversize(size: Size) -> None:
    width, height = size
    if max(size) > MAX_SIDE:
        raise ImageRefused(
            f"图片为 {width}×{height} 像素，有一边超过 {MAX_SIDE} 像素。请裁切成几张或缩小后再上传。"
        )
    if width * height > MAX_PIXELS:
        raise ImageRefused(
            f"图片为 {width}×{height} 像素，共 {_pixels_label(width * height)}，"
            f"超过 {_pixels_label(MAX_PIXELS)}的上限。请用看图软件缩小（宽度 4000 像素足够）后再上传。"
        )


def _pixels_label(pixels: int) -> str:
    if pixels >= 100_000_000:
        return f"{pixels / 100_000_000:.4g} 亿像素"
    return f"{round(pixels / 10_000)} 万像素"


# --- sizes from headers, without a decoder -----------------------------------------------------------------


def _size_in_header(kind: ImageKind, data: bytes) -> Size | None:
    """Return (width, height) as the file declares them, or None when the header is cut off or nonsense."""
    readers = {"jpeg": _jpeg_size, "png": _png_size, "gif": _gif_size, "webp": _webp_size}
    try:
        return readers[kind](data)
    except (struct.error, IndexError):
        return None


def _png_size(data: bytes) -> Size | None:
    if data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _gif_size(data: bytes) -> Size | None:
    """Return the screen, grown to hold the first frame: a decoder allocates for both."""
    width, height = struct.unpack_from("<HH", data, 6)
    position = 13 + _gif_palette_bytes(data[10])
    while data[position] == 0x21:  # extension: label, then sub-blocks up to an empty one
        position += 2
        while data[position]:
            position += 1 + data[position]
        position += 1
    if data[position] != 0x2C:
        return None
    left, top, frame_width, frame_height = struct.unpack_from("<4H", data, position + 1)
    return max(width, left + frame_width), max(height, top + frame_height)


def _gif_palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _webp_size(data: bytes) -> Size | None:
    match data[12:16]:
        case b"VP8X":
            width = int.from_bytes(data[24:27], "little") + 1
            height = int.from_bytes(data[27:30], "little") + 1
            return width, height
        case b"VP8L" if data[20] == 0x2F:
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", data, 26)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None


def _jpeg_size(data: bytes) -> Size | None:
    """Walk the marker segments to the first frame header (SOF)."""
    position = 2
    while position < len(data):
        if data[position] != 0xFF:
            position += 1
            continue
        marker = data[position + 1]
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in (0xD9, 0xDA):  # end of image or start of scan: no frame header came before
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", data, position + 5)
            return width, height
        (length,) = struct.unpack_from(">H", data, position + 2)
        position += 2 + length
    return None


# --- pixels ------------------------------------------------------------------------------------------------


def _decode(kind: ImageKind, image: ImageFile) -> None:
    try:
        image.load()
    except Exception as error:  # as in `_open`
        raise _broken(kind) from error


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation 1–8; 1 when there is none or the EXIF block is damaged."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        return 1
    return value if value in range(1, 9) else 1


def _is_turned(image: Image.Image) -> bool:
    return _orientation(image) >= 5


def _upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn the picture as its EXIF said; `picture` itself carries no EXIF any more."""
    picture.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(picture)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return the pixels as sRGB in mode RGB, or RGBA where the picture has transparency, and no metadata."""
    colour = _without_alpha(image)
    picture = _through_profile(colour, image.info.get("icc_profile")) or colour.convert("RGB")
    if image.has_transparency_data:
        picture.putalpha(image.convert("RGBA").getchannel("A"))
    picture.info = {}
    return picture


def _without_alpha(image: Image.Image) -> Image.Image:
    """Return the colours alone in the mode that matches the picture's colour profile: L, CMYK or RGB."""
    if image.mode.startswith("I"):
        # 16-bit grey: `convert` would clip every value above 255 to white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("L", "CMYK"):
        return image
    return image.convert("L" if image.mode in ("LA", "1") else "RGB")


def _through_profile(colour: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Return the picture converted from its colour profile to sRGB, or None without a usable profile."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(colour, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _usable_width(size: Size) -> int:
    """Return the greatest width at which the picture is not too tall for WebP."""
    width, height = size
    return min(width, max(1, _MAX_RENDITION_HEIGHT * width // height))


def _resized(picture: Image.Image, width: int) -> Image.Image:
    if width == picture.width:
        return picture
    height = min(_MAX_RENDITION_HEIGHT, max(1, round(picture.height * width / picture.width)))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encoded(picture: Image.Image) -> Iterator[Rendition]:
    webp, jpeg = BytesIO(), BytesIO()
    picture.save(webp, "WEBP", quality=WEBP_QUALITY, method=4)
    _on_white(picture).save(jpeg, "JPEG", quality=JPEG_QUALITY, progressive=True, optimize=True)
    yield Rendition(picture.width, picture.height, "webp", webp.getvalue())
    yield Rendition(picture.width, picture.height, "jpeg", jpeg.getvalue())


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper
