"""Places labels beside their lines without letting them overlap."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Move label centres apart until they are at least `height` apart, inside low..high.

    Returns centres in the order of `wanted`. Labels keep their vertical order. When there is no
    room for all of them they stay evenly spaced from `low` and run out at the far end.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places: list[float] = []
    for index in order:
        floor = places[-1] + height if places else low + height / 2
        places.append(max(wanted[index], floor))
    ceiling = max(high - height / 2, low + height * (len(wanted) - 0.5))
    for position in reversed(range(len(places))):
        places[position] = min(places[position], ceiling)
        ceiling = places[position] - height
    result = [0.0] * len(wanted)
    for index, place in zip(order, places, strict=True):
        result[index] = place
    return result
