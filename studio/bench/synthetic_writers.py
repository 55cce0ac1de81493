"""Invented writers of digits: strokes with lasting habits, to measure how well a model adapts.

Nobody's handwriting is stored or needed. A writer has a form of each digit (a flagged or based 1, a
crossed 7, an open 4, wide loops), a slant, proportions, a pen, and the same distortion of a form
each time; single drawings differ from it by less.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Points = NDArray[np.float64]
Form = tuple[tuple[tuple[float, float], ...], ...]  # strokes of points, x right and y down, 0..1

SIDE = 280
_RENDER_SIDE = 560  # reduced to SIDE, so that edges are smooth
_HABIT, _TREMOR = 0.055, 0.016  # standard deviations of the distortions, fractions of the height
_STEPS = 8  # points of a curve for each segment

_TOP_LOOP = ((0.6, 0.1), (0.3, 0.02), (0.15, 0.25), (0.35, 0.45), (0.65, 0.4), (0.75, 0.15))
FORMS: tuple[tuple[Form, ...], ...] = (
    (  # 0: closed, open at the top, with a slash, begun on the left
        (((0.5, 0), (0.1, 0.2), (0.05, 0.7), (0.5, 1), (0.9, 0.7), (0.9, 0.25), (0.5, 0)),),
        (((0.75, 0.1), (0.3, 0), (0.05, 0.5), (0.4, 1), (0.85, 0.7), (0.85, 0.2), (0.5, 0.08)),),
        (
            ((0.5, 0), (0.1, 0.25), (0.1, 0.75), (0.5, 1), (0.9, 0.7), (0.9, 0.25), (0.5, 0)),
            ((0.95, 0), (0.05, 1)),
        ),
        (((0.2, 0.15), (0.0, 0.6), (0.3, 1), (0.8, 0.9), (1, 0.4), (0.6, 0), (0.1, 0.2)),),
    ),
    (  # 1: a stroke, flagged, with a long flag, based, flagged and based
        (((0.5, 0), (0.5, 1)),),
        (((0.2, 0.25), (0.55, 0)), ((0.55, 0), (0.5, 1))),
        (((0.0, 0.5), (0.6, 0)), ((0.6, 0), (0.55, 1))),
        (((0.5, 0), (0.5, 1)), ((0.15, 1), (0.85, 1))),
        (((0.15, 0.3), (0.5, 0)), ((0.5, 0), (0.5, 1)), ((0.1, 1), (0.9, 1))),
    ),
    (  # 2: plain, with a loop, angular
        (((0.1, 0.25), (0.4, 0), (0.85, 0.15), (0.7, 0.5), (0.1, 1)), ((0.1, 1), (0.95, 1))),
        (
            (
                (0.1, 0.2),
                (0.5, 0),
                (0.85, 0.25),
                (0.5, 0.7),
                (0.15, 0.95),
                (0.1, 0.75),
                (0.4, 0.8),
                (0.95, 0.95),
            ),
        ),
        (((0.1, 0.05), (0.8, 0.05)), ((0.8, 0.05), (0.1, 1)), ((0.1, 1), (0.9, 1))),
    ),
    (  # 3: round, with a flat top, with a loop in the middle
        (
            (
                (0.1, 0.1),
                (0.6, 0),
                (0.8, 0.25),
                (0.4, 0.45),
                (0.85, 0.65),
                (0.6, 1),
                (0.05, 0.9),
            ),
        ),
        (((0.1, 0), (0.85, 0)), ((0.85, 0), (0.4, 0.4)), ((0.4, 0.4), (0.95, 0.7), (0.1, 1))),
        (
            (
                (0.15, 0.1),
                (0.7, 0.05),
                (0.7, 0.35),
                (0.35, 0.5),
                (0.5, 0.4),
                (0.8, 0.6),
                (0.7, 0.95),
                (0.1, 0.95),
            ),
        ),
    ),
    (  # 4: open, closed, open and wide with a low bar
        (((0.3, 0), (0.1, 0.6), (0.9, 0.6)), ((0.7, 0.2), (0.65, 1))),
        (((0.75, 1), (0.7, 0)), ((0.7, 0), (0.0, 0.65)), ((0.0, 0.65), (1, 0.65))),
        (((0.1, 0), (0.1, 0.5), (0.8, 0.5)), ((0.85, 0), (0.8, 1))),
        (((0.2, 0.1), (0.15, 0.75), (0.95, 0.7)), ((0.6, 0.5), (0.6, 1))),
    ),
    (  # 5: two strokes, one stroke, a wide belly
        (
            ((0.25, 0), (0.2, 0.4), (0.7, 0.4), (0.85, 0.75), (0.4, 1), (0.05, 0.9)),
            ((0.25, 0), (0.9, 0)),
        ),
        (((0.9, 0.02), (0.3, 0.05), (0.2, 0.45), (0.75, 0.5), (0.7, 0.95), (0.1, 0.95)),),
        (
            ((0.3, 0.1), (0.25, 0.4), (0.9, 0.35), (1, 0.8), (0.4, 1.02), (0.0, 0.8)),
            ((0.45, 0.05), (0.95, 0.0)),
        ),
    ),
    (  # 6: plain, with a wide loop, curled in
        (((0.7, 0), (0.2, 0.4), (0.15, 0.85), (0.6, 1), (0.8, 0.7), (0.4, 0.55), (0.15, 0.75)),),
        (((0.5, 0), (0.05, 0.6), (0.3, 1), (0.95, 0.9), (0.9, 0.55), (0.3, 0.55), (0.1, 0.75)),),
        (((0.85, 0.05), (0.35, 0.1), (0.1, 0.6), (0.4, 1), (0.8, 0.8), (0.5, 0.6), (0.3, 0.8)),),
    ),
    (  # 7: plain, crossed, with a serif, crossed with a serif
        (((0.1, 0), (0.9, 0)), ((0.9, 0), (0.4, 1))),
        (((0.1, 0), (0.9, 0)), ((0.9, 0), (0.4, 1)), ((0.3, 0.5), (0.9, 0.5))),
        (((0.1, 0.2), (0.1, 0), (0.9, 0)), ((0.9, 0), (0.3, 1))),
        (
            ((0.05, 0.15), (0.4, 0), (0.95, 0.05)),
            ((0.95, 0.05), (0.3, 1)),
            ((0.2, 0.6), (0.9, 0.5)),
        ),
    ),
    (  # 8: one stroke, two circles, open at the top
        (
            (
                (0.8, 0.1),
                (0.3, 0.02),
                (0.2, 0.3),
                (0.8, 0.65),
                (0.6, 1),
                (0.15, 0.85),
                (0.3, 0.55),
                (0.8, 0.2),
                (0.8, 0.1),
            ),
        ),
        (
            ((0.5, 0), (0.2, 0.2), (0.5, 0.45), (0.8, 0.2), (0.5, 0)),
            ((0.5, 0.45), (0.1, 0.75), (0.5, 1), (0.9, 0.75), (0.5, 0.45)),
        ),
        (
            (
                (0.95, 0.0),
                (0.3, 0.1),
                (0.3, 0.35),
                (0.8, 0.7),
                (0.5, 1),
                (0.15, 0.8),
                (0.5, 0.45),
                (0.8, 0.1),
            ),
        ),
    ),
    (  # 9: straight stem, curved stem, hooked, with a small loop
        (_TOP_LOOP, ((0.75, 0.1), (0.7, 1))),
        (((0.8, 0.15), (0.4, 0), (0.15, 0.3), (0.5, 0.5), (0.8, 0.2), (0.8, 0.6), (0.3, 1)),),
        (_TOP_LOOP, ((0.75, 0.1), (0.75, 0.8), (0.5, 1), (0.1, 0.85))),
        (((0.75, 0.1), (0.5, 0.0), (0.45, 0.2), (0.7, 0.25), (0.78, 0.1), (0.6, 1)),),
    ),
)


@dataclass(frozen=True)
class Writer:
    """The habits of one invented writer; `forms` are the ten strokes lists that they draw."""

    forms: tuple[tuple[Points, ...], ...]
    slant: float  # tangent
    aspect: float  # width / height
    pen: float  # width as a fraction of the canvas

    @classmethod
    def invent(cls, seed: int) -> "Writer":
        """A writer whose habits depend on the seed only."""
        rng = np.random.default_rng((15, seed))
        forms = []
        for candidates in FORMS:
            form = candidates[rng.integers(len(candidates))]
            forms.append(tuple(_distort(np.array(s, float), _HABIT, rng) for s in form))
        slant = math.tan(math.radians(rng.uniform(-32, 40)))
        return cls(tuple(forms), slant, rng.uniform(0.4, 1.05), rng.uniform(0.025, 0.11))

    def draw(self, digit: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """One drawing of a digit, uint8 [280, 280], 255 = stroke."""
        strokes = [_distort(stroke, _TREMOR, rng) for stroke in self.forms[digit]]
        angle = math.radians(rng.normal(0, 3))
        slant, aspect = self.slant + rng.normal(0, 0.05), self.aspect * rng.uniform(0.9, 1.1)
        shape = np.array([[aspect, 0], [-slant, 1]]) @ np.array(
            [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
        )
        size, center = rng.uniform(0.5, 0.68), rng.uniform(0.46, 0.54, 2)
        placed = [(stroke - 0.5) @ shape * size + center for stroke in strokes]
        return _render(placed, self.pen * rng.uniform(0.9, 1.1))

    def draw_all(
        self, per_digit: int, rng: np.random.Generator
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Drawings uint8 [10 * per_digit, 280, 280] and their digits."""
        digits = np.repeat(np.arange(10), per_digit)
        return np.stack([self.draw(int(digit), rng) for digit in digits]), digits


def _distort(points: Points, deviation: float, rng: np.random.Generator) -> Points:
    return points + rng.normal(0, deviation, points.shape)


def _smooth(points: Points) -> Points:
    """Points along the Catmull-Rom spline through `points`; two points stay a line."""
    if len(points) < 3:
        return points
    padded = np.concatenate((points[:1], points, points[-1:]))
    t = np.linspace(0, 1, _STEPS, endpoint=False)[:, None]
    curves = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        cubic = 3 * b - a - 3 * c + d
        square = 2 * a - 5 * b + 4 * c - d
        curves.append(b + t * (c - a) / 2 + t**2 * square / 2 + t**3 * cubic / 2)
    return np.concatenate([*curves, points[-1:]])


def _render(strokes: list[Points], pen: float) -> NDArray[np.uint8]:
    image = Image.new("L", (_RENDER_SIDE, _RENDER_SIDE))
    draw, radius = ImageDraw.Draw(image), max(1.0, pen * _RENDER_SIDE / 2)
    for stroke in strokes:
        pixels = _smooth(stroke) * _RENDER_SIDE
        draw.line([tuple(p) for p in pixels], fill=255, width=max(1, round(2 * radius)))
        for x, y in pixels:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))
