"""Pictures are judged by content and leave as clean renditions."""

from __future__ import annotations

import struct
import time
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from publishing.images import (
    MAX_BYTES,
    ImageFacts,
    ImageRefused,
    Rendition,
    make_renditions,
    recognise,
    rendition_widths,
)

RED, GREEN, BLUE, WHITE = (200, 20, 20), (20, 160, 20), (20, 20, 200), (255, 255, 255)


def quarters(width: int = 900, height: int = 600) -> Image.Image:
    """A picture whose corners tell how it was turned: red top left, green top right, blue bottom left."""
    picture = Image.new("RGB", (width, height), WHITE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width // 2, height // 2), RED)
    draw.rectangle((width // 2, 0, width, height // 2), GREEN)
    draw.rectangle((0, height // 2, width // 2, height), BLUE)
    return picture


def encoded(picture: Image.Image, format: str, **options: Any) -> bytes:
    target = BytesIO()
    picture.save(target, format, **options)
    return target.getvalue()


def decoded(rendition: Rendition) -> Image.Image:
    picture = Image.open(BytesIO(rendition.data))
    picture.load()
    return picture


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    width, height = picture.size
    points = [
        (width // 4, height // 4),
        (width * 3 // 4, height // 4),
        (width // 4, height * 3 // 4),
        (width * 3 // 4, height * 3 // 4),
    ]
    return [picture.convert("RGB").getpixel(point) for point in points]  # type: ignore[misc]


def is_near(one: tuple[int, ...], other: tuple[int, ...], by: int = 12) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def white_png(width: int, height: int) -> bytes:
    """A whole, valid one-bit PNG of any size, made row by row without a picture in memory."""
    packer = zlib.compressobj()
    row = b"\x00" + b"\xff" * ((width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as caught:
        recognise(data)
    with pytest.raises(ImageRefused):
        make_renditions(data)
    return str(caught.value)


# --- accepted ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif"])
def test_a_picture_is_recognised_by_its_content(kind: str) -> None:
    assert recognise(encoded(quarters(), kind)) == ImageFacts(kind, 900, 600)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "options", [{"lossless": True}, {"quality": 50}, {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}]
)
def test_every_variant_of_webp_tells_its_size(options: dict[str, Any]) -> None:
    assert recognise(encoded(quarters(321, 123), "webp", **options)) == ImageFacts("webp", 321, 123)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_every_png_mode_gives_renditions(mode: str) -> None:
    source = Image.new("I;16", (450, 30), 40_000) if mode == "I;16" else quarters(450, 30).convert(mode)
    picture = source.convert("RGBA") if mode == "PA" else source
    assert [r.name for r in make_renditions(encoded(picture, "PNG"))] == [
        "400.webp",
        "400.jpg",
        "450.webp",
        "450.jpg",
    ]


def test_a_16_bit_grey_keeps_its_shade() -> None:
    rendition = make_renditions(encoded(Image.new("I;16", (300, 30), 32_768), "PNG"))[1]
    assert is_near(decoded(rendition).convert("RGB").getpixel((5, 5)), (128, 128, 128), by=2)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "expected"),
    [(300, [300]), (400, [400]), (500, [400, 500]), (1000, [400, 800, 1000]), (1600, [400, 800, 1600]),
     (2400, [400, 800, 1600])],
)  # fmt: skip
def test_renditions_are_never_scaled_up(width: int, expected: list[int]) -> None:
    renditions = make_renditions(encoded(quarters(width, width // 2), "JPEG"))
    assert rendition_widths(width) == expected
    assert [r.width for r in renditions] == [w for w in expected for _ in ("webp", "jpeg")]
    assert [r.format for r in renditions] == ["webp", "jpeg"] * len(expected)
    for rendition in renditions:
        picture = decoded(rendition)
        assert picture.size == (rendition.width, rendition.height) == (rendition.width, rendition.width // 2)
        assert picture.format == rendition.format.upper()


def test_names_carry_the_width_and_the_usual_ending() -> None:
    assert [r.name for r in make_renditions(encoded(quarters(300, 200), "PNG"))] == ["300.webp", "300.jpg"]


def test_the_same_bytes_give_the_same_renditions() -> None:
    data = encoded(quarters(), "PNG")
    assert make_renditions(data) == make_renditions(data)


def test_jpegs_are_progressive() -> None:
    assert all(
        decoded(r).info.get("progressive")
        for r in make_renditions(encoded(quarters(), "PNG"))
        if r.format == "jpeg"
    )


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_orientation_is_honoured(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    data = encoded(quarters(), kind, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    facts = recognise(data)
    assert (facts.width, facts.height) == expected.size
    for rendition in make_renditions(data):
        turned = decoded(rendition)
        assert abs(turned.width / turned.height - expected.width / expected.height) < 0.01
        for seen, wanted in zip(corners(turned), corners(expected), strict=True):
            assert is_near(seen, wanted)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_a_damaged_exif_block_does_not_lose_the_picture() -> None:
    data = encoded(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xf0\x01\x02")
    assert recognise(data) == ImageFacts("jpeg", 900, 600)
    assert len(make_renditions(data)) == 6


@pytest.mark.parametrize("value", [0, 9, 77])
def test_a_nonsense_orientation_is_ignored(value: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = value
    assert recognise(encoded(quarters(), "JPEG", exif=exif)) == ImageFacts("jpeg", 900, 600)


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>secret-xmp</rdf:RDF></x:xmpmeta>'


def telling_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Artist], exif[Base.Orientation] = "secret-camera", "secret-artist", 6
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (39.0, 40.0, 12.0)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (106.0, 49.0, 30.0)
    return exif


def telling_picture(kind: str) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": telling_exif(), "icc_profile": profile}
    if kind == "png":
        notes = PngInfo()
        notes.add_text("Author", "secret-text")
        notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return encoded(quarters(), kind, pnginfo=notes, **options)
    if kind == "jpeg":
        return encoded(quarters(), kind, comment=b"secret-comment", xmp=XMP, **options)
    return encoded(quarters(), kind, xmp=XMP, **options)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_no_rendition_carries_metadata(kind: str) -> None:
    data = telling_picture(kind)
    # The upload can leak: place, camera and profile are really in it.
    upload = Image.open(BytesIO(data))
    upload.load()
    assert upload.getexif().get_ifd(IFD.GPSInfo)
    assert upload.info["icc_profile"]
    assert b"secret-xmp" in data
    assert b"secret-camera" in data
    for rendition in make_renditions(data):
        picture = decoded(rendition)
        assert dict(picture.getexif()) == {}
        assert picture.getexif().get_ifd(IFD.GPSInfo) == {}
        assert picture.getxmp() == {}  # type: ignore[attr-defined]
        assert not {"exif", "icc_profile", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"} & set(
            picture.info
        )
        for trace in (b"secret", b"Exif", b"ICC_PROFILE", b"ICCP", b"EXIF", b"XMP ", b"http://ns.adobe.com"):
            assert trace not in rendition.data


def test_a_gif_comment_is_dropped() -> None:
    data = encoded(quarters().quantize(), "GIF", comment=b"secret-comment")
    assert b"secret-comment" in data
    assert all(b"secret-comment" not in r.data for r in make_renditions(data))


def swapped_profile() -> bytes:
    """A valid RGB profile with red and blue in each other's place: whether it is used shows at once."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    tags = [132 + 12 * index for index in range(count)]
    red = next(at for at in tags if profile[at : at + 4] == b"rXYZ")
    blue = next(at for at in tags if profile[at : at + 4] == b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)


def test_colours_are_converted_from_the_pictures_profile() -> None:
    data = encoded(Image.new("RGB", (300, 200), (255, 0, 0)), "PNG", icc_profile=swapped_profile())
    for rendition in make_renditions(data):
        assert is_near(decoded(rendition).convert("RGB").getpixel((9, 9)), (0, 0, 255), by=20)  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", [b"not a profile", swapped_profile()[:200]])
def test_an_invalid_profile_is_ignored_and_dropped(profile: bytes) -> None:
    for rendition in make_renditions(encoded(quarters(), "PNG", icc_profile=profile)):
        assert is_near(corners(decoded(rendition))[0], RED)
        assert "icc_profile" not in decoded(rendition).info


def test_a_grey_picture_with_a_colour_profile_is_still_taken() -> None:
    data = encoded(Image.new("L", (300, 200), 100), "JPEG", icc_profile=swapped_profile())
    assert is_near(decoded(make_renditions(data)[1]).convert("RGB").getpixel((9, 9)), (100,) * 3)  # type: ignore[arg-type]


def test_print_colours_become_screen_colours() -> None:
    data = encoded(Image.new("CMYK", (300, 200), (0, 255, 255, 0)), "JPEG")
    assert Image.open(BytesIO(data)).mode == "CMYK"
    for rendition in make_renditions(data):
        picture = decoded(rendition)
        assert picture.mode == "RGB"
        assert is_near(picture.getpixel((9, 9)), (255, 0, 0), by=20)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_transparency_stays_in_webp_and_is_white_in_jpeg(kind: str) -> None:
    picture = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((150, 0, 300, 200), (*RED, 255))
    webp, jpeg = make_renditions(encoded(picture, kind))
    assert decoded(webp).mode == "RGBA"
    assert decoded(webp).getpixel((20, 100))[3] == 0  # type: ignore[index]
    assert decoded(webp).getpixel((280, 100))[3] == 255  # type: ignore[index]
    assert is_near(decoded(jpeg).getpixel((20, 100)), WHITE, by=3)  # type: ignore[arg-type]
    assert is_near(decoded(jpeg).getpixel((280, 100)), RED)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["gif", "webp", "png"])
def test_an_animation_becomes_its_first_frame(kind: str) -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in (RED, GREEN, BLUE)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert Image.open(BytesIO(data)).n_frames == 3  # type: ignore[attr-defined]
    for rendition in make_renditions(data):
        picture = decoded(rendition)
        assert getattr(picture, "n_frames", 1) == 1
        assert is_near(picture.convert("RGB").getpixel((9, 9)), RED, by=30)  # type: ignore[arg-type]


def test_a_strip_too_tall_for_webp_is_made_narrower() -> None:
    renditions = make_renditions(encoded(Image.new("RGB", (600, 20_000), RED), "PNG"))
    assert [r.width for r in renditions[::2]] == rendition_widths(renditions[-1].width) == [400, 491]
    assert all(decoded(r).height == r.height <= 16_383 for r in renditions)


def test_a_hairline_keeps_at_least_one_line() -> None:
    assert [(r.width, r.height) for r in make_renditions(white_png(20_000, 1))][::2] == [
        (400, 1),
        (800, 1),
        (1600, 1),
    ]


# --- refused -----------------------------------------------------------------------------------------------


def ftyp(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0" + brand + b"miaf" + b"\0" * 64


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><!DOCTYPE svg PUBLIC "x" "y">\n<svg/>', "SVG"),
        ('<?xml version="1.0"?><svg:svg/>'.encode("utf-16"), "SVG"),
        (b"<!DOCTYPE html><title>x</title>", "网页（HTML）"),
        (b"\n  <SCRIPT>alert(1)</SCRIPT>", "网页（HTML）"),
        ("双拥工作简报".encode(), "纯文本"),
        ("双拥工作简报".encode("gb18030"), "纯文本"),
        (b"BM is how this text begins", "纯文本"),
        (ftyp(b"heic"), "HEIC 图片"),
        (ftyp(b"mif1"), "HEIC 图片"),
        (ftyp(b"avif"), "AVIF 图片"),
        (ftyp(b"isom"), "音频或视频"),
        (encoded(quarters(30, 20), "TIFF"), "TIFF 图片"),
        (encoded(quarters(30, 20), "BMP"), "BMP 图片"),
        (encoded(quarters(30, 20), "AVIF"), "AVIF 图片"),
        (encoded(quarters(30, 20), "JPEG2000"), "JPEG 2000 图片"),
        (encoded(quarters(64, 64), "ICO"), "ICO 图标"),
        (b"8BPS\0\x01" + b"\0" * 60, "PSD 图片"),
        (b"%PDF-1.7\n", "PDF 文件"),
        (b"PK\x03\x04" + b"\0" * 60, "ZIP 压缩包"),
        (b"MZ\x90\0" + b"\0" * 60, "可执行程序"),
        (b"\x01\x02\x03\x00\xfe", "无法识别的内容"),
        (b"", "文件是空的"),
    ],
)
def test_what_is_no_usable_picture_is_refused_by_name(data: bytes, says: str) -> None:
    message = refusal(data)
    assert says in message
    assert message.endswith("。")
    assert "请" in message


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_phone_formats_are_told_to_save_as_jpg(brand: bytes) -> None:
    assert "请另存为 JPG 或 PNG" in refusal(ftyp(brand))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("jpeg", {}),
        ("jpeg", {"progressive": True}),
        ("png", {}),
        ("gif", {}),
        ("webp", {}),
        ("webp", {"lossless": True}),
    ],
)
def test_a_file_cut_short_is_refused(kind: str, options: dict[str, Any], share: float) -> None:
    whole = encoded(Image.effect_noise((300, 200), 80).convert("RGB"), kind, **options)
    assert recognise(whole).kind == kind
    assert "没有传完" in refusal(whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    "magic", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x10\0\0\0WEBPVP8 "]
)
@pytest.mark.parametrize("rest", [b"", b"<script>alert(1)</script>", b"\0" * 40, b"\xff" * 4000])
def test_a_signature_alone_is_no_picture(magic: bytes, rest: bytes) -> None:
    assert "已损坏" in refusal(magic + rest)


def test_a_damaged_byte_inside_a_png_is_refused() -> None:
    data = bytearray(encoded(Image.effect_noise((300, 200), 80), "PNG"))
    data[len(data) // 2] ^= 0xFF
    assert "已损坏" in refusal(bytes(data))


def test_more_than_30_megabytes_are_refused_with_both_numbers() -> None:
    message = refusal(b"\xff\xd8\xff" + b"\0" * MAX_BYTES)
    assert "30.0 MB" in message
    assert "30 MB 的上限" in message


def pillow_pictures_made() -> int:
    return Image.core.get_stats()["new_count"]  # type: ignore[attr-defined,no-any-return]


def test_200_megapixels_are_refused_without_a_pixel_decoded() -> None:
    data = white_png(20_000, 10_000)
    assert len(data) < 100_000
    before, start = pillow_pictures_made(), time.perf_counter()
    with pytest.raises(ImageRefused, match="20000×10000 像素，共 2 亿像素，超过 5000 万像素的上限。请.*缩小"):
        recognise(data)
    assert time.perf_counter() - start < 0.05
    assert pillow_pictures_made() == before
    # The same measure does see a picture that is decoded.
    recognise(white_png(200, 100))
    assert pillow_pictures_made() > before


def jpeg_with_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(quarters(64, 64), "JPEG"))
    frame = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, frame + 5, height, width)
    return bytes(data)


def gif_with_frame(width: int, height: int) -> bytes:
    """A tiny screen whose first frame claims to be large."""
    data = bytearray(encoded(quarters(64, 64).quantize(), "GIF"))
    frame = data.index(b",\0\0\0\0\x40\0\x40\0")
    struct.pack_into("<HH", data, frame + 5, width, height)
    return bytes(data)


def webp_with_canvas(width: int, height: int) -> bytes:
    data = bytearray(encoded(quarters(64, 64), "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"))
    assert data[12:16] == b"VP8X"
    data[24:27], data[27:30] = (width - 1).to_bytes(3, "little"), (height - 1).to_bytes(3, "little")
    return bytes(data)


@pytest.mark.parametrize("forge", [white_png, jpeg_with_size, gif_with_frame, webp_with_canvas])
def test_every_kind_is_judged_from_its_header(forge: Any) -> None:
    data = forge(10_000, 6_000)
    before = pillow_pictures_made()
    assert "10000×6000 像素，共 6000 万像素" in refusal(data)
    assert pillow_pictures_made() == before


@pytest.mark.filterwarnings("error::PIL.Image.DecompressionBombWarning")
def test_pillows_own_limit_is_never_reached() -> None:
    assert "亿像素" in refusal(gif_with_frame(10_000, 10_000))
    assert "亿像素" in refusal(white_png(10_000, 10_000))


def test_a_side_beyond_30000_is_refused_even_when_thin() -> None:
    assert "有一边超过 30000 像素" in refusal(white_png(30_001, 1))
    assert recognise(white_png(30_000, 1)) == ImageFacts("png", 30_000, 1)


@pytest.mark.parametrize("size", [(0, 100), (100, 0)])
def test_a_picture_without_extent_is_broken(size: tuple[int, int]) -> None:
    assert "已损坏" in refusal(jpeg_with_size(*size))


def test_a_second_header_cannot_smuggle_in_another_size() -> None:
    data = white_png(100, 100)
    second = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 10_000, 1, 0, 0, 0, 0))
    at = data.index(b"IDAT") - 4
    assert "已损坏" in refusal(data[:at] + second + data[at:])
