"""Drawings that are no digit: dots, lines, blobs, scribbles, faces, hearts, stars, waves, signs."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.bench.strokes.digit_forms import Points, Random, arc, curve, digit, line

Strokes = list[NDArray[np.float64]]


def dot(random: Random) -> Strokes:
    """A filled circle, hardly stretched."""
    angles = np.linspace(0, 2 * np.pi * 12, 300)
    radius = np.linspace(0, 0.5, 300)
    stretch = np.exp(random.normal(0, 0.12))
    return [np.stack([radius * np.cos(angles) * stretch, radius * np.sin(angles)], axis=1)]


def dots(random: Random) -> Strokes:
    """Two to six dots."""
    return [
        random.uniform(0, 1, 2) + random.normal(0, 0.01, (2, 2))
        for _ in range(random.integers(2, 7))
    ]


def flat_line(random: Random) -> Strokes:
    """A line that is no 1: at least 50 degrees from the vertical."""
    angle = np.radians(random.uniform(50, 130))
    way = np.array([np.sin(angle), np.cos(angle)])
    return [line([(0.0, 0.0), tuple(way / 2), tuple(way)], random, 0.02)]


def lines(random: Random) -> Strokes:
    """Parallel lines: equal signs, pauses, hashes."""
    count = int(random.integers(2, 5))
    gap = random.uniform(0.25, 0.5)
    rows = [line([(0, i * gap), (1, i * gap)], random, 0.03) for i in range(count)]
    columns = [line([(i * gap, 0), (i * gap, 1)], random, 0.03) for i in range(count)]
    return [rows, columns, rows[:2] + columns[:2]][int(random.integers(3))]


def polyline(random: Random) -> Strokes:
    """Random corners."""
    return [line(list(map(tuple, random.uniform(0, 1, (int(random.integers(4, 9)), 2)))), random)]


def scribble(random: Random) -> Strokes:
    """A random walk that crosses itself."""
    count = int(random.integers(7, 40))
    steps = random.normal(0, 1, (count, 2)).cumsum(0) * 0.6
    points = random.uniform(0, 1, (count, 2)) * 3 if random.random() < 0.6 else steps
    return [curve(points, random, 0.02)]


def zigzag(random: Random) -> Strokes:
    """Lines to and fro that cover an area."""
    count = int(random.integers(4, 22))
    x = np.linspace(0, random.uniform(0.5, 2), count)
    points = np.stack([x, np.arange(count) % 2 * 1.0], axis=1)
    angle = random.uniform(0, 6.3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    draw = curve if random.random() < 0.5 else line
    return [draw(points @ turn.T, random, 0.04)]


def blob(random: Random) -> Strokes:
    """A filled area of irregular outline: a spiral that is closer than the pen is wide."""
    angles = np.linspace(0, 2 * np.pi * 9, 260)
    ripple = 1 + sum(
        random.normal(0, 0.12) * np.sin(k * angles + random.uniform(0, 6)) for k in (1, 2, 3)
    )
    radius = np.linspace(0, 0.5, 260) * ripple
    stretch = np.exp(random.normal(0, 0.25))
    return [np.stack([radius * np.cos(angles) * stretch, radius * np.sin(angles)], axis=1)]


def spiral(random: Random) -> Strokes:
    """Several turns, either way round."""
    turns = random.uniform(1.6, 5)
    angles = np.linspace(0, turns * 2 * np.pi, 120) * random.choice([-1, 1]) + random.uniform(0, 6)
    radius = np.linspace(random.uniform(0, 0.15), 1, 120)
    return [np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1)]


def smiley(random: Random) -> Strokes:
    """A face, smiling or sad, sometimes without its outline."""
    face = arc((0.5, 0.5), (0.5, 0.5), 0, random.uniform(0.95, 1.05), random)
    eyes: Strokes = []
    for x in (0.33, 0.67):
        y = 0.35 + random.normal(0, 0.02)
        if random.random() < 0.5:
            eyes.append(np.array([[x, y], [x + 0.01, y + 0.01]]))
        else:
            eyes.append(line([(x, y - 0.06), (x, y + 0.06)], random, 0.01))
    bend = 0.14 if random.random() < 0.75 else -0.12
    mouth = curve([(0.27, 0.68), (0.5, 0.68 + bend), (0.73, 0.68)], random, 0.015)
    result = [face, *eyes, mouth]
    if random.random() < 0.3:
        result.append(line([(0.5, 0.45), (0.5, 0.58)], random, 0.02))
    return result[1:] if random.random() < 0.1 else result


def heart(random: Random) -> Strokes:
    """A heart, drawn in one or two strokes."""
    dip = random.uniform(0.15, 0.3)
    left = [(0.5, dip), (0.38, 0.03), (0.12, 0.06), (0.02, 0.32), (0.22, 0.65)]
    points = np.array(left)
    if random.random() < 0.5:
        one = curve([*left, (0.5, 1.0)], random, 0.015)
        two = curve([*[(1 - x, y) for x, y in left], (0.5, 1.0)], random, 0.015)
        return [one, two]
    mirrored = points[::-1] * (-1, 1) + (1, 0)
    return [curve(np.concatenate([points, [[0.5, 1.0]], mirrored]), random, 0.012)]


def star(random: Random) -> Strokes:
    """A star, as an outline or with crossing lines."""
    count = int(random.choice([5, 5, 5, 6, 7]))
    turn = random.uniform(-0.05, 0.05)
    if random.random() < 0.5:  # drawn in one go, lines cross
        angles = (
            np.arange(count + 1) * 2 % count if count % 2 else np.arange(count + 1)
        ) / count + turn
        radius = np.ones(count + 1)
    else:
        angles = np.arange(2 * count + 1) / (2 * count) + turn
        radius = np.where(np.arange(2 * count + 1) % 2, random.uniform(0.35, 0.55), 1.0)
    points = np.stack(
        [radius * np.sin(angles * 2 * np.pi), -radius * np.cos(angles * 2 * np.pi)], 1
    )
    return [line(list(map(tuple, points)), random, 0.03)]


def wave(random: Random) -> Strokes:
    """One or two waves."""
    x = np.linspace(0, 1, 60)
    waves = random.uniform(1, 4.5)
    y = np.sin(x * waves * 6.28 + random.uniform(0, 6)) * random.uniform(0.05, 0.25)
    wave_line = np.stack([x, y], axis=1)
    if random.random() < 0.3:
        return [wave_line, wave_line + np.array((0, random.uniform(0.2, 0.4)))]
    return [wave_line]


def polygon(random: Random) -> Strokes:
    """Triangles, boxes, diamonds, houses."""
    count = int(random.integers(3, 6))
    angles = (np.arange(count + 1) / count + random.choice([0, 0.5 / count])) * 2 * np.pi
    points = np.stack([np.sin(angles), -np.cos(angles)], axis=1) * (
        np.exp(random.normal(0, 0.25)),
        1,
    )
    outline = line(list(map(tuple, points)), random, 0.05)
    if random.random() < 0.3:
        return [outline, line([tuple(points[0]), tuple(points[count // 2])], random, 0.05)]
    return [outline]


def cross(random: Random) -> Strokes:
    """Plus, times, asterisk."""
    count = int(random.choice([2, 2, 3, 4]))
    start = random.choice([0.0, 0.5 / count]) + random.normal(0, 0.03)
    result = []
    for i in range(count):
        angle = (start + i / count) * np.pi
        way = np.array([np.cos(angle), np.sin(angle)]) * random.uniform(0.8, 1.1)
        result.append(line([tuple(-way), tuple(way)], random, 0.04))
    return result


def arrow(random: Random) -> Strokes:
    """An arrow in any direction."""
    head = random.uniform(0.15, 0.4)
    strokes = [
        line([(0, 0), (1, 0)], random, 0.02),
        line([(1 - head, -head), (1, 0), (1 - head, head)], random, 0.02),
    ]
    angle = random.uniform(0, 6.3)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return [stroke @ turn.T for stroke in strokes]


def check_mark(random: Random) -> Strokes:
    """A check mark."""
    return [
        line([(0, 0.6), (random.uniform(0.2, 0.4), 1), (1, random.uniform(0, 0.3))], random, 0.04)
    ]


def _infinity(random: Random) -> Strokes:
    angles = np.linspace(0, 6.5, 60)
    return [np.stack([np.sin(angles), np.sin(2 * angles) * random.uniform(0.3, 0.5)], axis=1)]


def _percent(random: Random) -> Strokes:
    rings = [arc(c, (0.15, 0.17), 0, 1.02, random) for c in ((0.2, 0.2), (0.8, 0.8))]
    return [*rings, line([(0.9, 0), (0.1, 1)], random, 0.03)]


def _question_mark(random: Random) -> Strokes:
    hook = curve([(0, 0.2), (0.25, 0), (0.5, 0.2), (0.27, 0.45), (0.25, 0.7)], random, 0.02)
    return [hook, np.array([[0.25, 0.95], [0.26, 0.96]])]


def _exclamation_mark(random: Random) -> Strokes:
    return [line([(0.1, 0), (0.1, 0.65)], random, 0.02), np.array([[0.1, 0.98], [0.11, 0.99]])]


def _at(random: Random) -> Strokes:
    inner = arc((0.5, 0.5), (0.2, 0.2), 0.25, 1.25, random)
    return [inner, arc((0.5, 0.5), (0.45, 0.45), 0.3, -0.6, random)]


def _ampersand(random: Random) -> Strokes:
    points = [(0.9, 1), (0.2, 0.2), (0.4, 0), (0.55, 0.2), (0.1, 0.7), (0.35, 1), (0.9, 0.6)]
    return [curve(points, random, 0.03)]


_DRAWN_SIGNS = (_infinity, _percent, _question_mark, _exclamation_mark, _at, _ampersand)
_ANGULAR_SIGNS: tuple[Points, ...] = (
    [(0, 1), (0.4, 0), (0.8, 1)],
    [(0.5, 0), (0, 0.5), (0.5, 1)],
    [(0, 0), (0.5, 0.5), (0, 1)],
    [(0.3, 0), (0, 0), (0, 1), (0.3, 1)],
    [(0, 0), (0.3, 0), (0.3, 1), (0, 1)],
)


def sign(random: Random) -> Strokes:
    """Brackets, carets, angles, infinity, percent, at, ampersand, question and exclamation mark."""
    variant = int(random.integers(len(_ANGULAR_SIGNS) + len(_DRAWN_SIGNS)))
    if variant < len(_ANGULAR_SIGNS):
        return [line(_ANGULAR_SIGNS[variant], random, 0.04)]
    return _DRAWN_SIGNS[variant - len(_ANGULAR_SIGNS)](random)


def digits_in_a_row(random: Random) -> Strokes:
    """More than one digit is no digit."""
    result: Strokes = []
    for place in range(int(random.integers(2, 4))):
        result += [
            s * (0.7, 1) + (place * 0.85, 0) for s in digit(int(random.integers(10)), random)
        ]
    return result


def face_or_flower(random: Random) -> Strokes:
    """A ring with things in it or around it: sun, flower, target, wheel."""
    ring = arc((0, 0), (0.4, 0.4), 0, 1.02, random)
    count = int(random.integers(3, 9))
    inner, outer = [(0.0, 0.4), (0.5, 0.9), (0.45, 0.7)][int(random.integers(3))]
    rays = []
    for i in range(count):
        angle = i / count * 2 * np.pi
        way = np.array([np.cos(angle), np.sin(angle)])
        rays.append(line([tuple(way * inner), tuple(way * outer)], random, 0.03))
    if random.random() < 0.3:
        return [ring, ring * random.uniform(0.3, 0.6)]
    return [ring, *rays]


SHAPES: tuple[Callable[[Random], Strokes], ...] = (
    *(dot, dots, flat_line, lines, polyline, scribble, zigzag, blob, spiral, smiley, heart, star),
    *(wave, polygon, cross, arrow, check_mark, sign, digits_in_a_row, face_or_flower),
)
