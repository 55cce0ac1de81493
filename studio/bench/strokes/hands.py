"""Distort strokes as different hands would, and place them on the canvas."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Strokes = Sequence[NDArray[np.float64]]  # polylines [n, 2] as (x, y), y downwards
Random = np.random.Generator


def normalize(strokes: Strokes) -> list[NDArray[np.float64]]:
    """Center strokes, and scale them so that the longer side of their box is 1."""
    points = np.concatenate(list(strokes))
    low, high = points.min(0), points.max(0)
    scale = max(float((high - low).max()), 1e-6)
    return [(line - (low + high) / 2) / scale for line in strokes]


def distort(strokes: Strokes, random: Random, strength: float = 1.0) -> list[NDArray[np.float64]]:
    """Slant, turn, stretch and bend strokes smoothly; a tremor, and gaps in some of them."""
    strokes = normalize(strokes)
    angle, shear = random.normal(0, np.radians(6) * strength), random.normal(0, 0.16 * strength)
    stretch = np.exp(random.normal(0, 0.13 * strength))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[1.0, -shear], [0.0, 1.0]]) @ np.diag([stretch, 1 / stretch])
    points = np.concatenate(strokes)
    extent = 0.3 + 0.7 * (points.max(0) - points.min(0))  # narrow digits bend less sideways
    waves = [
        (
            random.normal(0, 1.0, 2),
            random.uniform(0, 6.3),
            random.normal(0, 0.028 * strength, 2) * extent,
        )
        for _ in range(4)
    ]
    result = []
    for line in strokes:
        line = resample(line, random)
        bent = line.copy()
        for direction, phase, amplitude in waves:
            bent = bent + np.sin(line @ (direction * 4) + phase)[:, None] * amplitude
        result.append(bent @ matrix.T)
    if random.random() < 0.3:  # a tremor of the hand
        result = [line + random.normal(0, 0.008, line.shape) for line in result]
    if random.random() < 0.2:
        result = _interrupt(result, random)
    return normalize(result)


def resample(line: NDArray[np.float64], random: Random) -> NDArray[np.float64]:
    """Points at even distances; a quick mouse reports few of them."""
    steps = np.linalg.norm(np.diff(line, axis=0), axis=1)
    length = float(steps.sum())
    if length < 1e-6:
        return line
    spacing = random.uniform(0.02, 0.09)
    count = max(3, int(np.ceil(length / spacing)) + 1)
    positions = np.concatenate([[0.0], np.cumsum(steps)])
    targets = np.linspace(0, length, count)
    return np.stack([np.interp(targets, positions, line[:, axis]) for axis in (0, 1)], axis=1)


def _interrupt(strokes: Strokes, random: Random) -> list[NDArray[np.float64]]:
    """Leave a short gap in the longest stroke, or take a little off its end."""
    strokes = sorted(strokes, key=len)
    *others, line = strokes
    if len(line) < 12:
        return list(strokes)
    gap = max(1, round(len(line) * random.uniform(0.03, 0.09)))
    if random.random() < 0.4:
        return [*others, line[gap:]]
    at = int(random.integers(3, len(line) - gap - 2))
    return [*others, line[:at], line[at + gap :]]


def place(strokes: Strokes, size: float, width: float, random: Random) -> Strokes:
    """Put normalized strokes anywhere on the canvas where they fit."""
    points = np.concatenate(list(strokes)) * size
    low, high = points.min(0) - width / 2, points.max(0) + width / 2
    room = np.maximum(1 - (high - low), 0)
    offset = -low + random.uniform(0, 1, 2) * room
    return [line * size + offset for line in strokes]
