"""The colours of ``static/css/tokens.css``: every pair that carries text can be read by old eyes."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKEN = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\b")
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b")

TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "white"),
    ("ink", "sand"),
    ("ink-second", "paper"),
    ("ink-second", "white"),
    ("ink-second", "sand"),
    ("red", "paper"),
    ("red", "white"),
    ("red", "sand"),
    ("red-deep", "paper"),
    ("red-deep", "white"),
    ("red-deep", "sand"),
    ("gold", "paper"),
    ("gold", "white"),
    ("gold-light", "red"),
    ("gold-light", "red-deep"),
    ("on-red", "red"),
    ("on-red", "red-deep"),
    ("paper", "ink"),
    ("on-dark", "dark"),
    ("on-dark-second", "dark"),
]
# Frames of fields and buttons, focus rings, the bar under the current entry: 3:1 (WCAG 1.4.11).
SHAPE_PAIRS = [
    ("line-strong", "paper"),
    ("line-strong", "white"),
    ("line-strong", "sand"),
    ("red", "paper"),
    ("red-deep", "paper"),
    ("red-deep", "white"),
    ("gold-light", "red-deep"),
    ("gold-light", "dark"),
    ("on-dark-second", "dark"),
]


def tokens() -> dict[str, str]:
    return dict(TOKEN.findall((CSS / "tokens.css").read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` as WCAG 2 defines it, 0 to 1."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#777777", "#ffffff") < 4.5


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_pair(text: str, ground: str) -> None:
    colours = tokens()
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shape_pair(shape: str, ground: str) -> None:
    colours = tokens()
    assert contrast(colours[shape], colours[ground]) >= 3


def test_every_colour_is_in_a_pair_or_is_a_hairline() -> None:
    paired = {name for pair in TEXT_PAIRS + SHAPE_PAIRS for name in pair}
    assert set(tokens()) - paired == {"line", "dark-line"}


def test_public_styles_take_colours_from_tokens_only() -> None:
    """Except print.css, which knows black on white, and offline.css, which is read alone."""
    sheets = [CSS / "base.css", *(CSS / "components").glob("*.css"), *(CSS / "pages").glob("*.css")]
    found = {path.name: LITERAL.findall(path.read_text(encoding="utf-8")) for path in sheets}
    assert len(found) > 10
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_offline_file_uses_the_same_colours() -> None:
    """offline.css cannot read tokens.css, so it repeats their values; a changed token must change there too."""
    used = set(LITERAL.findall((CSS / "offline.css").read_text(encoding="utf-8")))
    assert used - set(tokens().values()) == {"#fff", "#000"}
