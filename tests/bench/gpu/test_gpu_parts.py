"""Every part that runs without a GPU, in tiny sizes."""

import dataclasses

import pytest
import torch

from studio.bench.gpu import (
    cifar,
    cuda_graph,
    cuda_tests,
    fashion,
    gradients,
    out_of_memory,
    prepare_data,
    recipes,
    resume,
    streaming,
    torchrun,
    window,
)
from studio.bench.gpu.data import find_experiment
from studio.bench.gpu.experiment import train
from studio.bench.gpu.reporter import Reporter, SkippedError
from studio.errors import StudioError
from studio.training.input.streaming import StreamedSamples


def test_the_archive_stands_for_cifar_and_for_images_of_ones_own(task, archive):
    experiment = find_experiment("vgg19-cifar10", task)
    assert experiment.images == "CIFAR-10 as JPEG files of cifar10_images.tar.gz"
    data = experiment.config.data
    assert (data.source, data.image_size, data.scale) == ("folder", 32, 225)
    assert find_experiment("my-pictures", task).config.data.image_size == 64


@pytest.mark.parametrize("recipe", ["vgg19-cifar10", "my-pictures"])
def test_images_that_are_missing_are_a_reason_to_skip(task, recipe):
    with pytest.raises(SkippedError, match=r"cifar10_images\.tar\.gz"):
        find_experiment(recipe, task)


def test_published_data_are_read_from_the_folder(task, data_dir):
    there = dataclasses.replace(task, data_dir=data_dir)
    assert find_experiment("tiny-vgg-fashion", there).images == "Fashion-MNIST"
    made_up = find_experiment("tiny-vgg-fashion", task)
    assert made_up.images == "made-up pictures in the shape of Fashion-MNIST"


def test_data_are_told_recipe_by_recipe(rehearse, archive):
    told = rehearse(prepare_data).values["recipes"]
    assert told["vgg19-cifar10"]["count"] == 100
    assert told["digits-quickstart"]["count"] == 1797


def test_without_time_data_are_not_read(task, rehearse, archive):
    late = dataclasses.replace(task, ends=task.begins)
    told = rehearse(prepare_data, late).values["recipes"]
    assert "no time" in told["vgg19-cifar10"]["missing"]


def test_tiny_vgg_is_trained_beside_the_plain_loop(rehearse):
    told = rehearse(fashion)
    assert told.values["first"]["status"] == told.values["again"]["status"] == "finished"
    assert told.values["plain"]["epochs"] == 2
    assert told.values["ratio"] > 0
    assert told.values["complete"]
    rows = {figure["what"]: figure["figure"] for figure in told.figures}
    assert "validation" in rows["the plain loop"]


def test_a_plain_loop_that_takes_too_long_is_projected(task):
    experiment = find_experiment("tiny-vgg-fashion", task, {"optim.batch_size": 2})
    late = dataclasses.replace(task, ends=task.begins)
    assert fashion.run_plain(experiment, late).epochs == 0

    class Ends:
        """Is over when it is asked for the second time."""

        asked = 0

        def should_stop(self):
            self.asked += 1
            return self.asked > 1

    plain = fashion.run_plain(experiment, Ends())
    assert plain.epochs == 0
    assert 40 < plain.images < 108
    assert plain.projected_s > 9 * plain.seconds
    assert plain.val_accuracy is None
    assert "projected from" in plain.words


def test_vgg_19_is_trained_and_its_accuracy_measured(rehearse, archive):
    told = rehearse(cifar)
    assert told.values["finished"]
    assert len(told.values["epochs"]) == 1
    assert 0 <= told.values["test_accuracy"] <= 1
    assert told.values["projected_s"] > 0


def test_vgg_19_that_is_stopped_is_measured_all_the_same(task, archive):
    """Its schedule is not at its end, so the goal is neither met nor missed."""
    few = {"model.filters": [[4]], "model.hidden": [8], "optim.epochs": 3, "optim.batch_size": 8}
    experiment = find_experiment("vgg19-cifar10", task, few)
    stop = resume.StopAfter(14)
    training = train(experiment, task, on_event=stop.note, should_stop=stop)
    assert training.ended.status == "stopped"
    told = []
    report = Reporter(told.append)
    cifar._conclude(experiment, task, report, training)
    (row,) = [m["figure"] for m in told if "so far" in m.get("figure", {}).get("what", "")]
    assert row["met"] is None
    assert row["goal"] == "≥ 0.90 at its end"


def test_gradients_are_compared_layer_by_layer(rehearse):
    told = rehearse(gradients)
    assert all(told.checks.values())
    measured = told.values["Tiny VGG, bfloat16"]
    assert 0.9 < measured["cosine"] < 1
    assert "layers.conv1_1.weight" in measured["layers"]
    with_norm = told.values["six convolutions, batch norm, bfloat16"]["layers"]
    assert "layers.conv1_1.bias" not in with_norm  # its gradient is rounding


def test_a_wrong_gradient_is_seen(task, rehearse, monkeypatch):
    right = gradients.gradients

    def wrong(config, count, device, precision):
        found = right(config, count, device, precision)
        if precision == torch.bfloat16:
            found["layers.conv2_1.weight"].neg_()
        return found

    monkeypatch.setattr(gradients, "gradients", wrong)
    monkeypatch.setattr(gradients, "CASES", gradients.CASES[:1])
    told = rehearse(gradients)
    assert [one["figure"] for one in told.figures if "least of a layer -" in one["figure"]]


def test_eager_steps_are_compared_with_eager_ones_where_there_is_no_graph(rehearse):
    told = rehearse(cuda_graph)
    assert all(told.checks.values())
    assert len(told.checks) == 4
    assert told.values["SGD"]["loss_difference"] == 0
    assert not told.values["SGD"]["recorded"]


def test_a_graph_that_learns_something_else_is_seen(rehearse, monkeypatch):
    right = cuda_graph.learn

    def wrong(config, batches, device, use_cuda_graph):
        return right(config, batches[::-1] if use_cuda_graph else batches, device, use_cuda_graph)

    monkeypatch.setattr(cuda_graph, "learn", wrong)
    assert not rehearse(cuda_graph).checks["SGD"]


def test_memory_that_runs_out_splits_the_batch(rehearse):
    told = rehearse(out_of_memory)
    assert all(told.checks.values())
    assert told.values["attempts"][-1]["micro_batches"] == 2


def test_a_training_that_never_recovers_is_seen(rehearse, monkeypatch):
    monkeypatch.setattr(
        "studio.training.gradient_accumulation.is_out_of_memory", lambda error: False
    )
    assert not any(rehearse(out_of_memory).checks.values())


def test_a_resumed_training_is_compared_with_an_uninterrupted_one(rehearse):
    told = rehearse(resume)
    assert all(told.checks.values())
    assert told.values["weights_difference"] == 0
    assert 0 < told.values["stopped_at"] < told.values["steps"]


def test_a_resumed_training_that_forgot_its_draws_is_seen(rehearse, monkeypatch):
    monkeypatch.setattr("studio.training.train_step.torch.set_rng_state", lambda state: None)
    monkeypatch.setattr(resume, "_MOST", 1e-6)
    assert not any(rehearse(resume).checks.values())


def test_streamed_batches_are_the_same(rehearse):
    told = rehearse(streaming)
    assert all(told.checks.values())
    assert "do not fit" in told.values["reason"]
    assert told.values["loss_difference"] == 0


def test_a_buffer_that_is_filled_too_early_is_seen(rehearse, monkeypatch):
    right = StreamedSamples.fill_buffer

    def shift(self, positions, buffer):
        right(self, positions, buffer)
        buffer[0] += 1

    monkeypatch.setattr(StreamedSamples, "fill_buffer", shift)
    assert not rehearse(streaming).checks["batches"]


@pytest.mark.timeout(400)
def test_two_processes_learn_what_one_does(rehearse):
    told = rehearse(torchrun)
    assert all(told.checks.values())
    assert told.values["reason"] == "chosen, 2 processes"


@pytest.mark.timeout(400)
def test_the_window_is_measured(rehearse):
    told = rehearse(window)
    rows = [figure["what"] for figure in told.figures]
    assert rows == ["speed", *(f"event loop late, {name}" for name in ("median", "p99", "max"))]


def test_without_qt_the_window_is_skipped(rehearse, monkeypatch):
    monkeypatch.setattr(window, "find_spec", lambda name: None)
    with pytest.raises(SkippedError, match="PySide6 is not installed"):
        rehearse(window)


@pytest.mark.timeout(300)
def test_every_recipe_is_measured_or_says_why_not(rehearse, archive, monkeypatch):
    monkeypatch.setattr(recipes, "measure_recipe", _measured_quickly(recipes))
    told = rehearse(recipes)
    assert told.values["tiny-vgg-fashion"]["images_per_second"] > 0
    assert told.values["my-pictures"]["images"].endswith("as images of one's own")
    assert "ImageNet" in told.values["vgg16-transfer-mnist"]["skipped"]
    assert len(told.figures) == 9


def _measured_quickly(module):
    """Without the largest network, which another test trains."""
    real = module.measure_recipe

    def measure(recipe, task):
        if recipe == "vgg19-cifar10":
            raise SkippedError("not in this test")
        return real(recipe, task)

    return measure


def test_a_recipe_that_fails_leaves_the_others_alone(rehearse, monkeypatch):
    def measure(recipe, task):
        if recipe == "mnist-best":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        raise SkippedError("not in this test")

    monkeypatch.setattr(recipes, "measure_recipe", measure)
    with pytest.raises(StudioError, match="mnist-best"):
        rehearse(recipes)


@pytest.mark.timeout(300)
def test_the_marked_tests_are_run_without_qt(rehearse):
    told = rehearse(cuda_tests)
    assert all(told.checks.values())
    assert sum(told.values["counts"].values()) >= 15


def test_without_a_checkout_the_tests_are_skipped(rehearse, monkeypatch, tmp_path):
    monkeypatch.setattr(cuda_tests.studio, "__file__", str(tmp_path / "studio" / "__init__.py"))
    with pytest.raises(SkippedError, match="checkout"):
        rehearse(cuda_tests)
