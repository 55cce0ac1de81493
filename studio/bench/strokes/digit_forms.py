"""Digits as people write them in many countries, as strokes with random control points.

MNIST was written by Americans: a 1 is a line, a 7 is not crossed, and few digits have flags.
"""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Random = np.random.Generator
Points = list[tuple[float, float]]
Strokes = list[NDArray[np.float64]]  # polylines [n, 2] as (x, y), y downwards
Form = Callable[[Random], Strokes]


def curve(
    points: Points | NDArray[np.float64], random: Random, jitter: float = 0.03
) -> NDArray[np.float64]:
    """A Catmull-Rom spline through the jittered points, 12 points a segment."""
    knots = np.asarray(points, float)
    knots = knots + random.normal(0, jitter, knots.shape)
    p = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, 12, endpoint=False)[:, None]
    parts = [
        0.5
        * (
            2 * p[i]
            + (p[i + 1] - p[i - 1]) * t
            + (2 * p[i - 1] - 5 * p[i] + 4 * p[i + 1] - p[i + 2]) * t**2
            + (3 * p[i] - p[i - 1] - 3 * p[i + 1] + p[i + 2]) * t**3
        )
        for i in range(1, len(p) - 2)
    ]
    return np.concatenate([*parts, knots[-1:]])


def line(points: Points, random: Random, jitter: float = 0.03) -> NDArray[np.float64]:
    """Straight lines between the jittered points, 8 points a segment."""
    knots = np.asarray(points, float)
    knots = knots + random.normal(0, jitter, knots.shape)
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    parts = [a + (b - a) * t for a, b in itertools.pairwise(knots)]
    return np.concatenate([*parts, knots[-1:]])


def arc(
    center: tuple[float, float],
    radii: tuple[float, float],
    start: float,
    end: float,
    random: Random,
) -> NDArray[np.float64]:
    """Part of an ellipse between angles in turns, clockwise from the top; radii vary a little."""
    angles = np.linspace(start, end, max(8, round(abs(end - start) * 40))) * 2 * np.pi
    ripple = (
        1
        + random.normal(0, 0.03) * np.sin(2 * angles)
        + random.normal(0, 0.03) * np.cos(3 * angles)
    )
    x = center[0] + radii[0] * ripple * np.sin(angles)
    y = center[1] - radii[1] * ripple * np.cos(angles)
    return np.stack([x, y], axis=1)


def _between(random: Random, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def zero(random: Random) -> Strokes:
    """An ellipse that may not close or overlap; rarely slashed."""
    start, sign = _between(random, -0.2, 0.2), random.choice([-1, 1, -1])
    turns = _between(random, 0.93, 1.15)
    width = _between(random, 0.22, 0.46)
    body = arc((0.5, 0.5), (width, 0.5), start, start + sign * turns, random)
    if random.random() < 0.06:  # slashed
        return [body, line([(0.5 + width * 0.8, 0.15), (0.5 - width * 0.8, 0.85)], random)]
    return [body]


def one_plain(random: Random) -> Strokes:
    """A line."""
    lean = random.normal(0.08, 0.12)
    bend = random.normal(0, 0.02)
    return [curve([(0.5 + lean / 2, 0), (0.5 + bend, 0.5), (0.5 - lean / 2, 1)], random, 0.01)]


def one_flag(random: Random) -> Strokes:
    """A stem with a flag of any length, and often a base."""
    lean, reach = random.normal(0.05, 0.08), _between(random, 0.1, 0.5)
    drop = _between(random, 0.08, 0.55)
    top, bottom = (0.5 + lean / 2, 0.0), (0.5 - lean / 2, 1.0)
    flag = (top[0] - reach, max(drop, 0.7 * reach))  # flatter it would be a 7
    lines = [line([flag, top, bottom], random, 0.012)]
    if random.random() < 0.15:
        lines = [line([top, bottom], random, 0.012), line([top, flag], random, 0.012)]
    if random.random() < 0.5:
        lines.append(_base(random, bottom[0]))
    return lines


def one_base(random: Random) -> Strokes:
    """A line with a base, without a flag."""
    lean = random.normal(0.04, 0.07)
    return [
        line([(0.5 + lean / 2, 0), (0.5 - lean / 2, 1)], random, 0.01),
        _base(random, 0.5 - lean / 2),
    ]


def _base(random: Random, x: float) -> NDArray[np.float64]:
    left, right = _between(random, 0.12, 0.36), _between(random, 0.12, 0.36)
    return line([(x - left, 1.0), (x + right, 1.0)], random, 0.015)


def two(random: Random) -> Strokes:
    """With a sharp corner, a loop at the base, or like a z."""
    top = [(0.12, 0.28), (0.3, 0.04), (0.65, 0.03), (0.84, 0.27), (0.6, 0.6)]
    end = random.random()
    if end < 0.4:  # a sharp corner and a straight base
        top_part = curve([*top, (0.12, 0.95)], random, 0.03)
        return [np.concatenate([top_part, line([tuple(top_part[-1]), (0.9, 0.95)], random, 0.015)])]
    if end < 0.75:  # a loop at the base
        size = _between(random, 0.5, 1.2)
        loop = [(0.25, 0.9), (0.25 - 0.15 * size, 0.95), (0.25 - 0.13 * size, 0.95 - 0.16 * size)]
        return [curve([*top, *loop, (0.35, 0.84), (0.65, 0.96), (0.95, 0.88)], random, 0.025)]
    if end < 0.88:  # like a z with a round shoulder
        return [
            line([(0.1, 0.08), (0.75, 0.03), (0.82, 0.2), (0.15, 0.97), (0.9, 0.97)], random, 0.02)
        ]
    return [curve([*top, (0.2, 0.92), (0.15, 0.97), (0.5, 0.94), (0.92, 0.97)], random, 0.025)]


def three(random: Random) -> Strokes:
    """With a round or a flat top."""
    bowl = [(0.75, 0.55), (0.86, 0.76), (0.6, 0.99), (0.1, 0.88)]
    if random.random() < 0.35:  # a flat top
        corner = line([(0.12, 0.03), (0.82, 0.03), (0.42, 0.43)], random, 0.025)
        return [np.concatenate([corner, curve([tuple(corner[-1]), *bowl], random, 0.015)])]
    waist = (_between(random, 0.3, 0.55), 0.46)
    upper = curve([(0.12, 0.15), (0.5, 0.0), (0.8, 0.2), (0.65, 0.4), waist], random, 0.025)
    return [np.concatenate([upper, curve([tuple(upper[-1]), *bowl], random, 0.02)])]


def four_open(random: Random) -> Strokes:
    """Open at the top, straight or with a round left side."""
    level, stem = _between(random, 0.48, 0.72), _between(random, 0.55, 0.8)
    high = _between(random, 0.0, 0.35)
    if random.random() < 0.4:
        left = curve(
            [(0.16, 0.02), (0.1, 0.35), (0.22, level), (0.55, level), (stem, level - 0.05)],
            random,
            0.025,
        )
    else:
        left = line([(_between(random, 0.1, 0.4), 0.0), (0.05, level), (0.95, level)], random, 0.02)
    return [
        left,
        line([(stem + random.normal(0.03, 0.03), high), (stem - 0.03, 1.0)], random, 0.015),
    ]


def four_closed(random: Random) -> Strokes:
    """Closed at the top, in one or two strokes."""
    level, stem = _between(random, 0.55, 0.75), _between(random, 0.55, 0.75)
    if random.random() < 0.5:
        return [line([(stem, 1.0), (stem, 0.0), (0.05, level), (0.95, level)], random, 0.02)]
    return [
        line([(stem, 0.0), (0.05, level), (0.95, level)], random, 0.02),
        line([(stem, _between(random, 0.0, 0.3)), (stem, 1.0)], random, 0.015),
    ]


def five(random: Random) -> Strokes:
    """In one stroke, with a bar of its own, or like an s."""
    bowl = [(0.5, 0.36), (0.86, 0.62), (0.62, 0.97), (0.1, 0.9)]
    variant = random.random()
    if variant < 0.15:  # one curve like an s
        return [curve([(0.82, 0.03), (0.3, 0.06), (0.22, 0.42), *bowl], random, 0.025)]
    stem = line([(0.24, 0.03), (0.2, 0.44)], random, 0.02)
    body = np.concatenate([stem, curve([tuple(stem[-1]), *bowl], random, 0.02)])
    bar = line([tuple(stem[0]), (_between(random, 0.7, 0.98), 0.03)], random, 0.02)
    if variant < 0.6:
        return [np.concatenate([bar[::-1], body])]
    return [body, bar + random.normal(0, 0.02, 2)]


def six(random: Random) -> Strokes:
    """With a straight or a curved stem."""
    if random.random() < 0.35:  # a straight stem
        stem = [(_between(random, 0.45, 0.75), 0.0), (0.28, 0.4), (0.15, 0.7)]
    else:
        stem = [(_between(random, 0.6, 0.8), 0.02), (0.35, 0.2), (0.15, 0.65)]
    top = _between(random, 0.42, 0.58)
    loop = [(0.4, 0.99), (0.82, 0.76), (0.55, top), (0.2, 0.68)]
    return [curve([*stem, *loop], random, 0.025)]


def seven(random: Random) -> Strokes:
    """Plain or crossed, with or without a serif."""
    foot, right = _between(random, 0.2, 0.55), _between(random, 0.78, 0.95)
    if random.random() < 0.4:
        top = line([(0.08, 0.04), (right, 0.04)], random, 0.02)
        stem = curve([tuple(top[-1]), (0.58, 0.45), (foot, 1.0)], random, 0.02)
        body = np.concatenate([top, stem])
    else:
        body = line([(0.08, 0.04), (right, 0.04), (foot, 1.0)], random, 0.02)
    if random.random() < 0.25:  # a serif
        body = np.concatenate(
            [line([tuple(body[0] + (0.0, 0.16)), tuple(body[0])], random, 0.01), body]
        )
    if random.random() < 0.5:  # crossed
        level = _between(random, 0.38, 0.6)
        middle = right + (foot - right) * level
        reach = _between(random, 0.15, 0.34)
        tilt = random.normal(0, 0.04)
        return [
            body,
            line([(middle - reach, level + tilt), (middle + reach, level - tilt)], random, 0.015),
        ]
    return [body]


def eight(random: Random) -> Strokes:
    """In one stroke, or two circles."""
    if random.random() < 0.3:  # two circles
        upper, start = _between(random, 0.2, 0.26), _between(random, 0, 1)
        return [
            arc((0.5, upper), (_between(random, 0.2, 0.32), upper), start, start + 1.03, random),
            arc(
                (0.5, 0.5 + upper),
                (_between(random, 0.26, 0.38), 0.5 - upper),
                start + 0.4,
                start + 1.43,
                random,
            ),
        ]
    x = _between(random, 0.62, 0.85)
    points = [(x, 0.14), (0.5, 0.0), (0.2, 0.2), (0.5, 0.47), (0.8, 0.75), (0.5, 1.0), (0.18, 0.76)]
    return [curve([*points, (0.48, 0.49), (0.8, 0.25), (x - 0.02, 0.1)], random, 0.025)]


def nine(random: Random) -> Strokes:
    """With a straight or a curled stem."""
    loop = [(0.78, 0.18), (0.5, 0.0), (0.16, 0.25), (0.42, 0.5), (0.78, 0.22)]
    stem = random.random()
    if stem < 0.45:  # straight
        end: Points = [(0.77, 0.55), (_between(random, 0.55, 0.8), 1.0)]
    elif stem < 0.8:  # curled
        end = [(0.78, 0.6), (0.66, 0.93), (0.4, 1.0), (_between(random, 0.1, 0.25), 0.87)]
    else:
        end = [(0.72, 0.55), (_between(random, 0.3, 0.5), 1.0)]
    head = curve(loop, random, 0.025)
    return [np.concatenate([head, curve([tuple(head[-1]), *end], random, 0.015)])]


FORMS: dict[int, tuple[Form, ...]] = {
    0: (zero,),
    1: (one_plain, one_flag, one_flag, one_base),
    2: (two,),
    3: (three,),
    4: (four_open, four_closed),
    5: (five,),
    6: (six,),
    7: (seven,),
    8: (eight,),
    9: (nine,),
}


def digit(label: int, random: Random) -> Strokes:
    """Strokes of a digit in a random form."""
    forms = FORMS[label]
    return forms[int(random.integers(len(forms)))](random)
