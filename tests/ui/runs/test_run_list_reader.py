"""Runs are read with whatever their folders still have."""

import json

import numpy as np

from studio.runs import RunStatus
from studio.ui.runs.run_list_reader import RunListReader
from studio.ui.shared.run_reader import RunReader


def read_rows(store):
    return RunListReader(store).read().rows


def read_details(store, *run_ids):
    return RunReader(store).read(run_ids).runs


def test_rows_are_newest_first_with_names_people_use(writer):
    writer.write("digits-quickstart")
    writer.write("tiny-vgg-fashion")
    rows = read_rows(writer.store)
    assert [row.summary.recipe for row in rows] == ["tiny-vgg-fashion", "digits-quickstart"]
    assert rows[0].variant == "Tiny VGG"
    assert rows[0].dataset == "Fashion-MNIST"
    assert [row.name for row in rows] == [
        "Tiny VGG on Fashion-MNIST 0002",
        "Digits quickstart 0001",
    ]


def test_no_folder_means_no_rows(writer):
    assert read_rows(writer.store) == []


def test_a_folder_with_nothing_in_it_is_still_a_row(writer):
    (writer.store.runs_dir / "20260101-000000-lost-beef").mkdir(parents=True)
    (row,) = read_rows(writer.store)
    assert row.summary.status is RunStatus.INTERRUPTED
    assert (row.name, row.variant, row.dataset, row.tag) == ("Lost beef", "", "", "beef")


def test_details_have_the_curves_by_epoch(writer):
    run = writer.write(epochs=4)
    (detail,) = read_details(writer.store, run.id)
    np.testing.assert_array_equal(detail.epochs, [1, 2, 3, 4])
    np.testing.assert_allclose(detail.metrics["train_loss"], [1, 1 / 2, 1 / 3, 1 / 4])
    assert detail.settings["optim.epochs"] == 4
    assert detail.recipe_settings["optim.epochs"] != 4
    assert detail.problem == ""


def test_details_come_in_the_order_asked_for_without_those_that_are_gone(writer):
    first, second = writer.write(), writer.write()
    details = read_details(writer.store, second.id, "20200101-000000-gone-0000", first.id)
    assert [detail.id for detail in details] == [second.id, first.id]


def test_a_damaged_configuration_is_a_problem_said_in_words(writer):
    run = writer.write()
    (run.path / "config.toml").write_text("seed = = 3", encoding="utf-8")
    (detail,) = read_details(writer.store, run.id)
    assert "config.toml” is damaged" in detail.problem
    assert len(detail.epochs) == 5


def test_missing_metrics_make_empty_curves(writer):
    run = writer.write()
    run.metrics_path.unlink()
    (detail,) = read_details(writer.store, run.id)
    assert detail.epochs.shape == (0,)


def test_a_figure_that_is_no_number_is_a_gap(writer):
    run = writer.write(epochs=2)
    lines = '{"event": "EpochEnd", "epoch": 1, "val_loss": null}\n{"event": "EpochEnd", "epoch"'
    run.metrics_path.write_text(lines, encoding="utf-8")
    (detail,) = read_details(writer.store, run.id)
    np.testing.assert_array_equal(detail.epochs, [1])
    assert np.isnan(detail.metrics["val_loss"]).all()


def test_a_run_of_no_known_recipe_has_nothing_to_compare_with(writer):
    run = writer.write()
    run.write_config(run.config.model_copy(update={"recipe": "mine"}), {})
    (detail,) = read_details(writer.store, run.id)
    assert detail.recipe_settings == {}
    assert detail.problem == ""


def test_the_best_epoch_is_the_one_whose_weights_were_kept(writer):
    """Of epochs with the same accuracy the trainer keeps that with the lowest loss."""
    run = writer.write(epochs=3)
    ends = [
        {"event": "EpochEnd", "epoch": e, "val_accuracy": 1.0, "best": e < 3} for e in (1, 2, 3)
    ]
    run.metrics_path.write_text("".join(f"{json.dumps(end)}\n" for end in ends), encoding="utf-8")
    (detail,) = read_details(writer.store, run.id)
    assert detail.best_epoch == 2
