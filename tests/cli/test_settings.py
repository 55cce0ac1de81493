"""vgg-studio settings: the table of settings as a table, as JSON and as a page."""

from pathlib import Path

import pytest

from studio.cli.settings import settings_page
from studio.config import TrainConfig, settings
from studio.config.setting_field import Section, read_settings, setting_field

PAGE = Path(__file__).parents[2] / ".github" / "settings.md"


def test_all_settings_are_listed(cli):
    code, output, _ = cli("settings")
    assert code == 0
    assert all(name in output for name in settings())
    assert "> 0, ≤ 10" in output


def test_one_setting_is_explained(cli):
    _, output, _ = cli("settings", "optim.schedule")
    assert "Learning-rate schedule" in output
    assert "constant, cosine, onecycle, exponential" in output
    assert "first step to the last" in output


def test_settings_as_json(ask):
    entries = ask("settings")[1]["settings"]
    assert [entry["name"] for entry in entries] == list(settings())
    (rate,) = ask("settings", "optim.lr")[1]["settings"]
    assert rate["label"] == "Learning rate"
    assert (rate["minimum"], rate["maximum"], rate["default"]) == (0, 10, 0.001)
    names = [entry["name"] for entry in ask("settings", "augment")[1]["settings"]]
    assert len(names) == 12
    assert all(name.startswith("augment.") for name in names)


def test_an_unknown_setting_is_refused_with_the_nearest(cli):
    code, _, error = cli("settings", "optim.epoch")
    assert code == 2
    assert "optim.epochs" in error


def test_the_page_of_the_documentation_is_up_to_date():
    command = "vgg-studio settings --markdown > .github/settings.md"
    assert PAGE.read_text("utf-8") == settings_page(settings().values()), command


class ExtraConfig(Section):
    clip: float = setting_field(
        0, "Gradient clipping", "Largest norm of the gradient. 0 turns it off.", ge=0, le=100
    )


class ExtendedTrainConfig(TrainConfig):
    extra: ExtraConfig = setting_field(ExtraConfig(), "Extra", "")


@pytest.fixture
def extended_table(monkeypatch):
    table = read_settings(ExtendedTrainConfig)
    monkeypatch.setattr("studio.cli.settings.all_settings", lambda: table)
    return table


def test_a_new_setting_appears_in_command_and_page_without_another_change(cli, ask, extended_table):
    assert "Gradient clipping" in cli("settings", "extra")[1]
    assert ask("settings", "extra")[1]["settings"][0]["maximum"] == 100
    page = cli("settings", "--markdown")[1]
    assert "| `extra.clip` | Gradient clipping | 0 | ≥ 0, ≤ 100 | Largest norm" in page
