"""Covers drawn by code: two or three flat shapes before one gradient, six families.

Pure: the same family and seed always give the same pixels.
"""

import math
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 900
CREDIT = "程序绘制"

Colour = tuple[int, int, int]
Point = tuple[float, float]
Curve = Callable[[float], float]

# Shapes are drawn at twice the size and halved, which is what makes their edges smooth.
_SCALE = 2
_STEP = 4


def alt_text(family: str) -> str:
    """What a reader who cannot see the cover is told."""
    return f"示意图：{FAMILIES[family][1]}（程序绘制）"


def draw_cover(family: str, seed: str) -> bytes:
    """Return the cover of a family as PNG; ``seed`` moves its shapes a little. KeyError for an unknown family."""
    picture = FAMILIES[family][0](Random(f"{family}/{seed}"))  # noqa: S311 -- a drawing, not a secret
    target = BytesIO()
    picture.save(target, "PNG", compress_level=1)
    return target.getvalue()


# --- the six families --------------------------------------------------------------------------------------


def _grassland(random: Random) -> Image.Image:
    picture = _gradient("#c3d6dc", "#e9eedd", "#f9f0d4", low=0.62)
    _disc(picture, (random.uniform(0.62, 0.84) * WIDTH, 0.27 * HEIGHT), 62, "#fdf8e6")
    _land(picture, _waves(random, base=0.60, height=0.055, length=1.1), "#b7c295")
    _land(picture, _waves(random, base=0.72, height=0.075, length=0.85), "#8fa268")
    _land(picture, _waves(random, base=0.89, height=0.06, length=0.6), "#657b48")
    return picture


def _river(random: Random) -> Image.Image:
    picture = _gradient("#b9cdd2", "#e6e3cf", "#f8e3b8", low=0.46)
    _land(picture, _waves(random, base=0.41, height=0.05, length=0.7), "#b3a488")
    _land(picture, _level(0.47), "#99966a")
    _shape(picture, _river_banks(random), "#d9e4e1")
    return picture


def _dunes(random: Random) -> Image.Image:
    picture = _gradient("#e9c08a", "#f5dcae", "#fdf2da", low=0.62)
    _land(picture, _waves(random, base=0.58, height=0.05, length=0.9), "#e3b679")
    crest = random.uniform(0.40, 0.60)
    _dune(picture, crest * WIDTH, peak=0.46, lit="#d39a58", shaded="#9d6237")
    return picture


def _sea(random: Random) -> Image.Image:
    picture = _gradient("#9fbac4", "#dadfd6", "#fae5bd", low=0.60)
    _disc(picture, (random.uniform(0.28, 0.72) * WIDTH, 0.565 * HEIGHT), 105, "#f2c67f")
    _land(picture, _level(0.60), "#6f93a0")
    _land(picture, _waves(random, base=0.74, height=0.022, length=0.45), "#4b7486")
    _land(picture, _waves(random, base=0.89, height=0.03, length=0.55), "#305767")
    return picture


def _mountain(random: Random) -> Image.Image:
    picture = _gradient("#cfc9c2", "#e9ded0", "#fbecd6", low=0.66)
    _land(picture, _ridge(random, base=0.50, height=0.26, smooth=0.5), "#bdb4a8")
    _land(picture, _ridge(random, base=0.67, height=0.26, smooth=0.48), "#8f867c")
    _land(picture, _ridge(random, base=0.86, height=0.24, smooth=0.46), "#5a534c")
    return picture


def _sun(random: Random) -> Image.Image:
    picture = _gradient("#f2cb70", "#ea923f", "#bd3d20", low=0.80)
    side = random.choice((-1, 1))
    _disc(picture, ((0.5 + side * random.uniform(0.16, 0.26)) * WIDTH, 0.36 * HEIGHT), 118, "#fff0cd")
    _land(picture, _dome((0.5 - side * random.uniform(0.05, 0.18)) * WIDTH), "#7c0f14")
    return picture


FAMILIES: dict[str, tuple[Callable[[Random], Image.Image], str]] = {
    "grassland": (_grassland, "起伏的草地和淡淡的日光"),
    "river": (_river, "一条河在平原上弯曲流过"),
    "dunes": (_dunes, "阳光下的沙丘"),
    "sea": (_sea, "太阳贴近海平线的大海"),
    "mountain": (_mountain, "层层远山"),
    "sun": (_sun, "红色霞光中的太阳和山丘"),
}


# --- shapes ------------------------------------------------------------------------------------------------


def _gradient(top: str, between: str, bottom: str, low: float) -> Image.Image:
    """Three colours from the top down to ``low`` (a share of the height); below it the last one goes on."""
    stops = [_rgb(top), _rgb(between), _rgb(bottom)]
    column = Image.new("RGB", (1, HEIGHT))
    column.putdata([_between(stops, min(y / (low * HEIGHT), 1)) for y in range(HEIGHT)])
    return column.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)


def _between(stops: list[Colour], share: float) -> Colour:
    """A quadratic blend, so that no line shows where two gradients would meet."""
    weights = ((1 - share) ** 2, 2 * share * (1 - share), share**2)
    red, green, blue = (
        round(sum(w * c for w, c in zip(weights, part, strict=True))) for part in zip(*stops, strict=True)
    )
    return red, green, blue


def _rgb(colour: str) -> Colour:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _shape(picture: Image.Image, points: list[Point], colour: str) -> None:
    mask = Image.new("L", (WIDTH * _SCALE, HEIGHT * _SCALE))
    ImageDraw.Draw(mask).polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=255)
    picture.paste(_rgb(colour), mask=mask.reduce(_SCALE))


def _disc(picture: Image.Image, centre: Point, radius: float, colour: str) -> None:
    x, y = centre
    turns = [2 * math.pi * step / 180 for step in range(180)]
    _shape(picture, [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns], colour)


def _land(picture: Image.Image, curve: Curve, colour: str) -> None:
    """Fill everything below a curve (y as a share of the height for x in pixels)."""
    horizon = [(float(x), curve(x) * HEIGHT) for x in range(-_STEP, WIDTH + 2 * _STEP, _STEP)]
    _shape(picture, [*horizon, (WIDTH + _STEP, HEIGHT + _STEP), (-_STEP, HEIGHT + _STEP)], colour)


def _level(share: float) -> Curve:
    return lambda x: share


def _waves(random: Random, base: float, height: float, length: float) -> Curve:
    """A gentle line: two sines; ``length`` is that of the longer one as a share of the width."""
    first, second = random.uniform(0, 2 * math.pi), random.uniform(0, 2 * math.pi)
    turn = 2 * math.pi / (length * WIDTH)
    return lambda x: (
        base + height * (0.72 * math.sin(turn * x + first) + 0.28 * math.sin(1.9 * turn * x + second))
    )


def _ridge(random: Random, base: float, height: float, smooth: float) -> Curve:
    """A mountain line by midpoint displacement; each halving is ``smooth`` times as rough as the one before."""
    heights = [random.uniform(0.2, 0.6), random.uniform(0.5, 1.0), random.uniform(0.2, 0.6)]
    rough = 0.5
    while len(heights) < 65:
        middles = [(a + b) / 2 + random.uniform(-rough, rough) / 2 for a, b in pairwise(heights)]
        heights = [value for pair in zip(heights, middles, strict=False) for value in pair] + heights[-1:]
        rough *= smooth

    def curve(x: float) -> float:
        place = min(max(x / WIDTH, 0), 0.9999) * (len(heights) - 1)
        left, part = int(place), place % 1
        return base - height * (heights[left] * (1 - part) + heights[left + 1] * part - 0.35)

    return curve


def _dome(centre: float) -> Curve:
    """The upper part of a very wide hill."""
    return lambda x: 0.60 + 0.20 * ((x - centre) / (0.62 * WIDTH)) ** 2


def _dune(picture: Image.Image, crest: float, peak: float, lit: str, shaded: str) -> None:
    """A dune with its crest at ``crest``: the lit slope to the left, the shaded one to the right."""
    top = peak * HEIGHT
    left = [(crest * t, HEIGHT - (HEIGHT * 0.80 - top) * _eased(t) - 0.20 * HEIGHT) for t in _shares()]
    right = [
        (crest + (WIDTH - crest) * t, top + (HEIGHT * 0.72 - top) * (1 - _eased(1 - t))) for t in _shares()
    ]
    _shape(picture, [*left, *right, (WIDTH, HEIGHT), (0, HEIGHT)], lit)
    # The ridge swings towards the reader in an S, as wind leaves it.
    ridge = [
        (crest + 0.20 * WIDTH * math.sin(1.35 * math.pi * t) * t - 0.10 * WIDTH * t, top + (HEIGHT - top) * t)
        for t in _shares()
    ]
    _shape(picture, [*right, (WIDTH, HEIGHT), *reversed(ridge)], shaded)


def _river_banks(random: Random) -> list[Point]:
    """A river from the horizon to the reader: bends and width grow as it comes nearer."""
    phase, bend = random.uniform(-0.5, 0.5), random.choice((-1, 1))
    left, right = [], []
    for t in _shares():
        y = (0.47 + 0.55 * t**1.5) * HEIGHT
        middle = WIDTH * (0.5 + bend * (0.04 + 0.24 * t) * math.sin(2 * math.pi * t + phase))
        half = 4 + 0.16 * WIDTH * t**2.2
        left.append((middle - half, y))
        right.append((middle + half, y))
    return [*left, *reversed(right)]


def _shares(steps: int = 160) -> list[float]:
    return [step / steps for step in range(steps + 1)]


def _eased(t: float) -> float:
    return t * t * (3 - 2 * t)
