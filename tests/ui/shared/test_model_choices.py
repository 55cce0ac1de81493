"""What the picker offers and says about each network."""

from datetime import datetime
from pathlib import Path

from studio.runs import RunStatus, RunSummary
from studio.ui.shared.model_choices import model_choices


def summary(**values):
    plain = {
        "key": "20260102-030405-simple-vgg-mnist-abcd",
        "path": Path("runs/20260102-030405-simple-vgg-mnist-abcd"),
        "recipe": "simple-vgg-mnist",
        "variant": "simple-vgg",
        "dataset": "mnist",
        "dataset_title": "MNIST",
        "status": RunStatus.FINISHED,
        "started": datetime(2026, 1, 2, 3, 4),
        "seconds": 1.0,
        "epochs_done": 1,
        "epochs": 1,
        "best_epoch": 1,
        "train_accuracy": 0.99,
        "val_accuracy": 0.98,
        "test_accuracy": 0.9871,
        "images_per_second": 1000.0,
        "device": "cpu",
        "precision": "float32",
        "reason": "",
        "seed": 0,
        "parameters": 1,
        "has_weights": True,
    }
    return RunSummary(**(plain | values))


def test_a_run_without_weights_cannot_answer():
    choices = model_choices([summary(has_weights=False), summary()])
    assert [choice.key for choice in choices] == [summary().id, "bundled"]


def test_a_run_has_the_title_it_has_everywhere():
    choice = model_choices([summary()])[0]
    assert choice.title == summary().title == "Simple VGG on MNIST abcd"
    assert choice.description.endswith("on MNIST, 98.7 % test accuracy")
    assert choice.drawing_warning == ""


def test_what_is_not_known_is_said():
    nothing = dict.fromkeys(("recipe", "variant", "dataset", "dataset_title"), "")
    unknown = summary(**nothing, started=None, test_accuracy=None, val_accuracy=None)
    choice = model_choices([unknown])[0]
    assert choice.title == "Simple VGG on MNIST abcd"
    assert choice.description == "Model, accuracy not measured"


def test_a_stopped_run_has_its_validation_accuracy():
    assert "98.0 % validation" in model_choices([summary(test_accuracy=None)])[0].description


def test_clothes_are_outside_of_drawing():
    clothes = summary(dataset="fashion_mnist", dataset_title="Fashion-MNIST")
    assert "Fashion-MNIST" in model_choices([clothes])[0].drawing_warning


def test_own_pictures_have_the_name_of_their_folder_and_are_no_drawings():
    choice = model_choices([summary(dataset="folder", dataset_title="cats")])[0]
    assert choice.description.endswith("on cats, 98.7 % test accuracy")
    assert choice.drawing_warning.startswith("Trained on cats, not on drawings")
