"""Predictions of bundled and trained models for drawings, images and arrays."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from studio.config import DataConfig
from studio.data import load_dataset
from studio.data.drawing import DrawingFlaw
from studio.errors import CheckpointError, ImageError
from studio.inference import Predictor
from studio.insight.calibration import expected_calibration_error
from studio.insight.saliency import compute_saliency
from studio.runs.checkpoints import load_model, save_weights, weights_path


@pytest.fixture(scope="module")
def bundled():
    return Predictor.load("bundled")


def seven(size=200, width=14, paper=0, ink=255):
    image = Image.new("L", (size, size), paper)
    corners = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.8)]
    points = [(int(x * size), int(y * size)) for x, y in corners]
    ImageDraw.Draw(image).line(points, fill=ink, width=width, joint="curve")
    return image


def test_the_bundled_model_recognizes_a_drawn_seven(bundled):
    answer = bundled.predict_drawing(np.asarray(seven()))
    assert bundled.class_names[answer.probabilities.argmax()] == "7"
    assert answer.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert answer.network_input.shape == (1, 28, 28)
    assert answer.network_input.dtype == np.uint8


def test_an_empty_canvas_has_no_prediction(bundled):
    assert bundled.predict_drawing(np.zeros((100, 100), np.uint8)) is None


@pytest.mark.parametrize(("paper", "ink"), [(0, 255), (255, 0), (230, 40)])
@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_images_of_drawings_are_predicted_in_either_polarity(bundled, tmp_path, paper, ink, suffix):
    path = tmp_path / f"seven.{suffix}"
    seven(paper=paper, ink=ink).save(path)
    answer = bundled.predict_picture(path)
    assert bundled.class_names[answer.probabilities.argmax()] == "7"


def test_a_file_that_is_no_image_is_an_error(bundled, tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("no image")
    with pytest.raises(ImageError, match=r"notes\.png"):
        bundled.predict_picture(path)


def test_predictions_do_not_depend_on_the_batch(bundled):
    images = np.random.default_rng(0).integers(0, 256, (5, 1, 28, 28)).astype(np.uint8)
    together = bundled.predict(images)
    alone = np.concatenate([bundled.predict(image[None]) for image in images])
    assert np.allclose(together, alone, atol=1e-5)


@pytest.fixture
def every_warning():
    """Let torch repeat warnings that it otherwise gives once per process."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    yield
    torch.set_warn_always(before)


def test_read_only_pixels_cause_no_warning(bundled, every_warning):
    images = np.random.default_rng(0).integers(0, 256, (2, 1, 28, 28)).astype(np.uint8)
    probabilities, heat = bundled.predict(images), compute_saliency(bundled, images[0], (3,))
    images.flags.writeable = False  # as in a memory map
    # A warning is an error in every test of this project.
    np.testing.assert_array_equal(bundled.predict(images), probabilities)
    again = compute_saliency(bundled, images[0], (3,))
    np.testing.assert_array_equal(again.values, heat.values)


def test_a_run_without_weights_is_an_error(tmp_path):
    with pytest.raises(CheckpointError, match="has no weights"):
        weights_path(tmp_path)
    assert weights_path("bundled").stat().st_size < 2_000_000


def test_the_bundled_model_on_drawings_of_other_people(bundled, data_dir):
    path = data_dir / "hwd1000.npz"
    if not path.exists():
        pytest.skip("hwd1000.npz is not in the data folder")
    from studio.data.drawing.foreground import extract_foreground

    with np.load(path) as kept:
        images, labels = kept["x"][::5], kept["y"][::5]
    answers = [
        bundled.predict_drawing(extract_foreground(Image.fromarray(image))) for image in images
    ]
    right = [a.probabilities.argmax() == label for a, label in zip(answers, labels, strict=True)]
    assert np.mean(right) >= 0.99


def test_the_bundled_model_is_calibrated_on_real_mnist(bundled, data_dir):
    mnist = load_dataset(DataConfig(source="mnist"), data_dir)
    part = mnist.splits["test"][::2]
    probabilities = bundled.predict(mnist.images[part])
    assert expected_calibration_error(probabilities, mnist.labels[part]) <= 0.01


def test_the_bundled_model_has_a_temperature_and_no_warning(bundled):
    # Label smoothing made it underconfident.
    assert 0.4 < bundled.card.temperature < 0.8
    assert bundled.warning == ""


def test_probabilities_are_those_of_the_logits_at_the_temperature(bundled):
    images = np.random.default_rng(0).integers(0, 256, (5, 1, 28, 28)).astype(np.uint8)
    expected = (bundled.logits(images) / bundled.card.temperature).softmax(1).numpy()
    assert np.allclose(bundled.predict(images), expected, atol=1e-6)


def test_a_dot_is_predicted_with_its_flaw(bundled):
    dot = np.zeros((200, 200), np.uint8)
    dot[90:106, 90:106] = 255
    assert bundled.predict_drawing(dot).flaw is DrawingFlaw.DOT
    assert bundled.predict_drawing(np.asarray(seven())).flaw is None


def test_an_opened_image_is_predicted_as_its_file(bundled, tmp_path):
    path = tmp_path / "seven.png"
    seven().save(path)
    answers = [bundled.predict_picture(source) for source in (path, Image.open(path))]
    assert np.array_equal(answers[0].network_input, answers[1].network_input)


def test_the_bundled_model_on_real_mnist(bundled, data_dir):
    mnist = load_dataset(DataConfig(source="mnist"), data_dir)
    part = mnist.splits["test"][::10]
    predicted = bundled.predict(mnist.images[part]).argmax(1)
    assert (predicted == mnist.labels[part]).mean() >= 0.99


def test_weights_that_overflow_are_an_error_instead_of_no_number(tmp_path):
    path = tmp_path / "huge.safetensors"
    model, card = load_model(weights_path("bundled"))
    save_weights(path, {name: tensor * 1e30 for name, tensor in model.state_dict().items()}, card)
    size = card.model.image_size
    with pytest.raises(CheckpointError, match="not finite"):
        Predictor.load(path).predict(np.full((1, 1, size, size), 255, np.uint8))
