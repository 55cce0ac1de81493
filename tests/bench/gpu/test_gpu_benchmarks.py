"""Every GPU benchmark that also runs on the CPU, in tiny sizes."""

import dataclasses

import pytest
import torch

from studio.bench.gpu import (
    cifar,
    cuda_graph,
    cuda_tests,
    dataset_loading,
    fashion,
    gradients,
    out_of_memory,
    recipes,
    resume,
    streaming,
    torchrun,
    window,
)
from studio.bench.gpu.context import Reporter, SkippedError
from studio.bench.gpu.experiment import find_experiment, train
from studio.errors import StudioError
from studio.training.input.streaming import StreamedSamples


def test_the_archive_serves_as_cifar_10_and_as_an_image_folder(context, archive):
    experiment = find_experiment("vgg19-cifar10", context)
    assert experiment.images == "CIFAR-10 as JPEG files of cifar10_images.tar.gz"
    data = experiment.config.data
    assert (data.source, data.image_size, data.scale) == ("folder", 32, 225)
    assert find_experiment("my-pictures", context).config.data.image_size == 64


@pytest.mark.parametrize("recipe", ["vgg19-cifar10", "my-pictures"])
def test_missing_images_are_a_reason_to_skip(context, recipe):
    with pytest.raises(SkippedError, match=r"cifar10_images\.tar\.gz"):
        find_experiment(recipe, context)


def test_published_data_are_read_from_the_data_folder(context, data_dir):
    with_data = dataclasses.replace(context, data_dir=data_dir)
    assert find_experiment("tiny-vgg-fashion", with_data).images == "Fashion-MNIST"
    synthetic = find_experiment("tiny-vgg-fashion", context)
    assert synthetic.images == "synthetic images in the shape of Fashion-MNIST"


def test_data_are_reported_recipe_by_recipe(rehearse, archive):
    loaded = rehearse(dataset_loading).values["recipes"]
    assert loaded["vgg19-cifar10"]["count"] == 100
    assert loaded["digits-quickstart"]["count"] == 1797


def test_without_time_data_are_not_loaded(context, rehearse, archive):
    late = dataclasses.replace(context, deadline=context.started)
    loaded = rehearse(dataset_loading, late).values["recipes"]
    assert "no time" in loaded["vgg19-cifar10"]["missing"]


def test_tiny_vgg_is_compared_with_the_plain_loop(rehearse):
    report = rehearse(fashion)
    values = report.values
    assert values["first"]["status"] == values["again"]["status"] == "finished"
    assert values["plain"]["epochs"] == 2
    assert values["ratio"] > 0
    assert values["complete"]
    assert "validation accuracy" in report.texts["plain loop"]


def test_a_slow_plain_loop_is_projected(context):
    experiment = find_experiment("tiny-vgg-fashion", context, {"optim.batch_size": 2})
    assert fashion.run_plain_loop(experiment, lambda: True).epochs == 0
    answers = iter([False])
    plain = fashion.run_plain_loop(experiment, lambda: next(answers, True))
    assert plain.epochs == 0
    assert 40 < plain.images < 108
    assert plain.projected_s > 9 * plain.seconds
    assert plain.val_accuracy is None
    assert "projected from" in plain.description


def test_vgg_19_is_trained_and_its_accuracy_measured(rehearse, archive):
    values = rehearse(cifar).values
    assert values["finished"]
    assert len(values["epochs"]) == 1
    assert 0 <= values["test_accuracy"] <= 1
    assert values["projected_s"] > 0


def test_a_stopped_vgg_19_neither_meets_nor_misses_its_goal(context, archive):
    settings = {
        "model.filters": [[4]],
        "model.hidden": [8],
        "optim.epochs": 3,
        "optim.batch_size": 8,
    }
    experiment = find_experiment("vgg19-cifar10", context, settings)
    stop = resume.StopAfter(14)
    training = train(experiment, context, on_event=stop.on_event, should_stop=stop)
    assert training.ended.status == "stopped"
    messages = []
    cifar.report_training(experiment, context, Reporter(messages.append), training)
    figures = [message["figure"] for message in messages if "figure" in message]
    (figure,) = [figure for figure in figures if "so far" in figure["what"]]
    assert figure["met"] is None
    assert figure["goal"] == "≥ 0.90 at its end"


def test_gradients_are_compared_layer_by_layer(rehearse):
    report = rehearse(gradients)
    assert all(report.checks.values())
    measured = report.values["Tiny VGG, bfloat16"]
    assert 0.9 < measured["cosine"] < 1
    assert "layers.conv1_1.weight" in measured["layers"]
    with_norm = report.values["six convolutions, batch norm, bfloat16"]["layers"]
    assert "layers.conv1_1.bias" not in with_norm  # its gradient is only rounding


def test_a_wrong_gradient_is_detected(rehearse, monkeypatch):
    compute = gradients.compute_gradients

    def compute_wrong(config, batch_size, device, precision):
        computed = compute(config, batch_size, device, precision)
        if precision == torch.bfloat16:
            computed["layers.conv2_1.weight"].neg_()
        return computed

    monkeypatch.setattr(gradients, "compute_gradients", compute_wrong)
    monkeypatch.setattr(gradients, "CASES", gradients.CASES[:1])
    texts = rehearse(gradients).texts
    assert "lowest of a layer -" in texts["Tiny VGG, bfloat16 against float32"]


def test_without_a_graph_two_eager_runs_are_compared(rehearse):
    report = rehearse(cuda_graph)
    assert all(report.checks.values())
    assert len(report.checks) == 4
    assert report.values["SGD"]["loss_difference"] == 0
    assert not report.values["SGD"]["recorded"]


def test_a_graph_that_computes_something_else_is_detected(rehearse, monkeypatch):
    train_steps = cuda_graph.train_steps

    def train_wrong(config, batches, device, use_cuda_graph):
        batches = batches[::-1] if use_cuda_graph else batches
        return train_steps(config, batches, device, use_cuda_graph)

    monkeypatch.setattr(cuda_graph, "train_steps", train_wrong)
    assert not rehearse(cuda_graph).checks["SGD"]


def test_out_of_memory_splits_the_batch(rehearse):
    report = rehearse(out_of_memory)
    assert all(report.checks.values())
    assert report.values["attempts"][-1]["micro_batches"] == 2


def test_a_training_that_never_recovers_is_detected(rehearse, monkeypatch):
    monkeypatch.setattr(
        "studio.training.gradient_accumulation.is_out_of_memory", lambda error: False
    )
    assert not any(rehearse(out_of_memory).checks.values())


def test_a_resumed_training_equals_an_uninterrupted_one(rehearse):
    report = rehearse(resume)
    assert all(report.checks.values())
    assert report.values["weights_difference"] == 0
    assert 0 < report.values["stopped_at"] < report.values["steps"]


def test_a_resumed_training_with_other_random_numbers_is_detected(rehearse, monkeypatch):
    monkeypatch.setattr("studio.training.train_step.torch.set_rng_state", lambda state: None)
    monkeypatch.setattr(resume, "MAX_DIFFERENCE", 1e-6)
    assert not any(rehearse(resume).checks.values())


def test_streamed_batches_are_the_same(rehearse):
    report = rehearse(streaming)
    assert all(report.checks.values())
    assert "do not fit" in report.values["reason"]
    assert report.values["loss_difference"] == 0


def test_a_wrongly_filled_buffer_is_detected(rehearse, monkeypatch):
    fill_buffer = StreamedSamples.fill_buffer

    def fill_wrong(self, positions, buffer):
        fill_buffer(self, positions, buffer)
        buffer[0] += 1

    monkeypatch.setattr(StreamedSamples, "fill_buffer", fill_wrong)
    assert not rehearse(streaming).checks["batches"]


@pytest.mark.timeout(400)
def test_two_processes_train_like_one(rehearse):
    report = rehearse(torchrun)
    assert all(report.checks.values())
    assert report.values["reason"] == "chosen, 2 processes"


@pytest.mark.timeout(400)
def test_the_window_is_measured(rehearse):
    statistics = ("median", "p99", "max")
    labels = [f"event loop lateness, {statistic}" for statistic in statistics]
    assert list(rehearse(window).texts) == ["speed", *labels]


def test_without_qt_the_window_is_skipped(rehearse, monkeypatch):
    monkeypatch.setattr(window, "find_spec", lambda name: None)
    with pytest.raises(SkippedError, match="PySide6 is not installed"):
        rehearse(window)


@pytest.mark.timeout(300)
def test_every_recipe_is_measured_or_skipped_with_a_reason(rehearse, archive, monkeypatch):
    measure_recipe = recipes.measure_recipe

    def measure_smaller_models(recipe, context):
        if recipe == "vgg19-cifar10":  # another test trains it
            raise SkippedError("not in this test")
        return measure_recipe(recipe, context)

    monkeypatch.setattr(recipes, "measure_recipe", measure_smaller_models)
    report = rehearse(recipes)
    assert report.values["tiny-vgg-fashion"]["images_per_second"] > 0
    assert report.values["my-pictures"]["images"].endswith("as an image folder")
    assert "ImageNet" in report.values["vgg16-transfer-mnist"]["skipped"]
    assert len(report.figures) == 9


def test_a_failing_recipe_does_not_affect_the_others(rehearse, monkeypatch):
    def measure(recipe, context):
        if recipe == "mnist-best":
            raise RuntimeError("CUDA error: an illegal memory access was encountered")
        raise SkippedError("not in this test")

    monkeypatch.setattr(recipes, "measure_recipe", measure)
    with pytest.raises(StudioError, match="mnist-best"):
        rehearse(recipes)


@pytest.mark.timeout(300)
def test_the_cuda_tests_run_without_qt(rehearse):
    report = rehearse(cuda_tests)
    assert all(report.checks.values())
    assert sum(report.values["counts"].values()) >= 15


def test_without_a_checkout_the_cuda_tests_are_skipped(rehearse, monkeypatch, tmp_path):
    monkeypatch.setattr(cuda_tests.studio, "__file__", str(tmp_path / "studio" / "__init__.py"))
    with pytest.raises(SkippedError, match="checkout"):
        rehearse(cuda_tests)
