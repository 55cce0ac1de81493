"""Digits are found on synthetic photographs: ruled paper, shadows, colors, tables, noise, JPEG."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from studio.data.drawing.digit_groups import find_digits, reading_order, remove_rules
from studio.data.drawing.foreground import extract_foreground

SIDE = 400

# The strokes of digits in a unit square.
STROKES = {
    "1": [[(0.35, 0.25), (0.55, 0.05), (0.55, 0.95)]],
    "4": [[(0.45, 0.05), (0.1, 0.65), (0.9, 0.65)], [(0.65, 0.35), (0.65, 0.95)]],
    "5": [
        [(0.2, 0.08), (0.18, 0.45), (0.6, 0.4), (0.8, 0.65), (0.6, 0.92), (0.15, 0.88)],
        [(0.32, 0.05), (0.85, 0.05)],  # its bar is a stroke of its own
    ],
    "7": [[(0.1, 0.08), (0.9, 0.08), (0.4, 0.95)]],
}


def page(*digits, size=(SIDE, SIDE), pen=(30, 30, 60), paper=(225, 222, 210), width=9):
    """A sheet with (name, left, top, side) written on it, in fractions of its width."""
    image = Image.new("RGB", size, paper)
    draw = ImageDraw.Draw(image)
    for name, left, top, side in digits:
        for stroke in STROKES[name]:
            points = [((left + side * x) * size[0], (top + side * y) * size[0]) for x, y in stroke]
            draw.line(points, fill=pen, width=width, joint="curve")
    return image.filter(ImageFilter.GaussianBlur(0.8))


def photographed(image, seed=0, shade=0.35, sigma=4.0, quality=60):
    """The page in uneven light, with the noise of a camera, saved as JPEG."""
    pixels = np.asarray(image, np.float64)
    y, x = np.mgrid[0 : 1 : pixels.shape[0] * 1j, 0 : 1 : pixels.shape[1] * 1j]
    pixels = pixels * (1 - shade * (0.6 * x + 0.4 * y))[..., None]
    pixels = pixels + np.random.default_rng(seed).normal(0, sigma, pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def ruled(image, color=(120, 150, 200), distance=40, slant=0.0):
    """The page with lines under the writing."""
    lines = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(lines)
    for top in range(distance // 2, image.height, distance):
        draw.line([(0, top), (image.width, top + slant * image.width)], fill=color, width=2)
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(lines)))


def on_table(image, color=(70, 50, 40)):
    """The page on a dark table that is seen above and to the left."""
    table = Image.new("RGB", (image.width + 70, image.height + 50), color)
    table.paste(image, (70, 50))
    return table


def boxes(image):
    return [found.box for found in find_digits(extract_foreground(image))]


SCENES = {
    "scan": lambda image: image,
    "photo": photographed,
    "dim": lambda image: photographed(image, shade=0.6, sigma=6),
    "ruled": lambda image: photographed(ruled(image)),
    "dark rules": lambda image: photographed(ruled(image, (70, 80, 120))),
    "slanted rules": lambda image: photographed(ruled(image, slant=0.03)),
    "bad jpeg": lambda image: photographed(image, quality=15),
}
PENS = {
    "blue": ((30, 40, 150), (225, 222, 210)),
    "red": ((190, 40, 40), (240, 240, 240)),
    "chalk": ((235, 235, 225), (40, 70, 55)),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("pen", PENS)
def test_one_digit_is_found_where_it_is(scene, pen):
    if "rules" in scene and pen == "chalk":
        pytest.skip("there are no dark rules on a blackboard")
    ink, paper = PENS[pen]
    image = SCENES[scene](page(("4", 0.35, 0.3, 0.35), pen=ink, paper=paper))
    found = boxes(image)
    assert len(found) == 1
    assert found[0] == pytest.approx((0.385, 0.3175, 0.665, 0.6325), abs=0.035)


@pytest.mark.parametrize("table", [(70, 50, 40), (20, 20, 25), (105, 75, 50)])
def test_the_table_around_the_paper_is_no_handwriting(table):
    image = photographed(on_table(page(("5", 0.35, 0.3, 0.35)), table), shade=0.2)
    found = boxes(image)
    assert len(found) == 1
    width, height = image.size
    left, top = 70 + 0.35 * SIDE, 50 + 0.3 * SIDE
    expected = (left / width, top / height)
    assert found[0][:2] == pytest.approx(expected, abs=0.09)
    assert found[0][2] - found[0][0] < 0.36 * SIDE / width


@pytest.mark.parametrize("scene", ["scan", "photo", "ruled"])
def test_several_digits_are_found_in_reading_order_after_the_main_one(scene):
    written = [("1", 0.08, 0.1, 0.2), ("5", 0.4, 0.12, 0.2), ("4", 0.72, 0.1, 0.2),
               ("7", 0.1, 0.55, 0.2), ("5", 0.4, 0.52, 0.2)]  # fmt: skip
    digits = find_digits(extract_foreground(SCENES[scene](page(*written, width=7))))
    centers = [((d.box[0] + d.box[2]) / 2, (d.box[1] + d.box[3]) / 2) for d in digits]
    expected = [(left + 0.1, top + 0.1) for _, left, top, _ in written]
    main = min(expected, key=lambda at: (at[0] - 0.5) ** 2 + (at[1] - 0.5) ** 2)
    ordered = [main, *(center for center in expected if center != main)]
    assert len(centers) == 5
    assert np.abs(np.subtract(centers, ordered)).max() < 0.06
    for digit in digits:  # each is cut out, without its neighbors
        assert digit.drawing.max() > 200
        assert max(digit.drawing.shape) < 0.4 * SIDE


def test_dirt_beside_a_digit_is_no_digit():
    image = page(("7", 0.3, 0.3, 0.4))
    ImageDraw.Draw(image).ellipse([40, 340, 56, 352], fill=(40, 40, 40))
    assert len(boxes(image)) == 1


def test_a_clean_drawing_is_returned_as_it_is():
    foreground = extract_foreground(page(("5", 0.2, 0.2, 0.6), paper=(255, 255, 255), width=22))
    found = find_digits(foreground)
    assert len(found) == 1
    assert found[0].drawing is foreground
    assert remove_rules(foreground) is foreground


@pytest.mark.parametrize("name", ["1", "7"])
def test_a_thin_digit_that_fills_the_image_is_no_rule(name):
    foreground = extract_foreground(page((name, 0.05, 0.05, 0.9), width=6))
    assert remove_rules(foreground) is foreground


def test_small_images_hold_one_digit():
    foreground = np.zeros((28, 28), np.uint8)
    foreground[4:20, 4:7] = foreground[4:20, 20:24] = 255
    found = find_digits(foreground)
    assert len(found) == 1
    assert found[0].drawing is foreground
    assert find_digits(np.zeros((28, 28), np.uint8)) == []


def test_a_page_of_dirt_takes_no_digit_apart():
    rng = np.random.default_rng(1)
    foreground = (rng.random((300, 300)) > 0.97).astype(np.uint8) * 255
    assert len(find_digits(foreground)) <= 60


def squared(image, color=(90, 110, 150), distance=26):
    """The page with the squares of a school exercise book under the writing."""
    lines = Image.new("RGB", image.size, (255, 255, 255))
    draw = ImageDraw.Draw(lines)
    for place in range(distance // 2, max(image.size), distance):
        draw.line([(0, place), (image.width, place)], fill=color)
        draw.line([(place, 0), (place, image.height)], fill=color)
    return Image.fromarray(np.minimum(np.asarray(image), np.asarray(lines)))


@pytest.mark.parametrize("color", [(90, 110, 150), (150, 170, 205)])
def test_squared_paper_is_no_handwriting(color):
    found = boxes(photographed(squared(page(("4", 0.35, 0.3, 0.35)), color)))
    assert len(found) == 1
    assert found[0] == pytest.approx((0.385, 0.3175, 0.665, 0.6325), abs=0.035)


def test_a_line_that_a_stroke_runs_along_is_removed_beside_it():
    image = ruled(page(("5", 0.1, 0.3, 0.35), width=14), (70, 80, 120))
    ImageDraw.Draw(image).line([(60, 258), (150, 262)], fill=(30, 30, 60), width=24)
    found = boxes(photographed(image))
    assert len(found) == 1
    assert found[0][2] < 0.5  # not as wide as the line


def test_boxes_are_read_line_by_line():
    left, right = (0.1, 0.1, 0.2, 0.3), (0.6, 0.15, 0.7, 0.35)
    below = (0.3, 0.6, 0.4, 0.8)
    assert reading_order([below, right, left]) == [2, 1, 0]
    assert reading_order([]) == []
