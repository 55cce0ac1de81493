"""Undo and redo of settings: steps, merged edits, and what follows from an edit."""

from dataclasses import dataclass, field

from studio.ui.train.form.settings_history import MAX_STEPS, MERGE_S, SettingsHistory


@dataclass(frozen=True)
class State:
    values: dict = field(default_factory=dict)
    title: str = "Digits"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def state(**values) -> State:
    return State({f"optim.{name}": value for name, value in values.items()})


def make(clock=None) -> SettingsHistory:
    history = SettingsHistory(clock or Clock())
    history.clear(state(lr=0.1, epochs=5))
    return history


def test_edits_are_undone_and_made_again() -> None:
    history = make()
    history.record(state(lr=0.2, epochs=5), "optim.lr")
    history.record(state(lr=0.2, epochs=9), "optim.epochs")
    assert (history.undo_text, history.redo_text) == ("Epochs", "")
    assert history.undo() == state(lr=0.2, epochs=5)
    assert history.undo() == state(lr=0.1, epochs=5)
    assert history.undo() is None
    assert (history.undo_text, history.redo_text) == ("", "Learning rate")
    assert history.redo() == state(lr=0.2, epochs=5)
    history.record(state(lr=0.3, epochs=5), "optim.lr")
    assert history.redo() is None


def test_typing_is_one_step_until_a_pause() -> None:
    clock = Clock()
    history = make(clock)
    for epochs in (1, 12, 123):
        history.record(state(lr=0.1, epochs=epochs), "optim.epochs")
        clock.now += MERGE_S / 2
    clock.now += MERGE_S
    history.record(state(lr=0.1, epochs=4), "optim.epochs")
    assert history.undo() == state(lr=0.1, epochs=123)
    assert history.undo() == state(lr=0.1, epochs=5)
    assert history.undo() is None


def test_what_is_typed_back_is_no_step() -> None:
    history = make()
    history.record(state(lr=0.1, epochs=7), "optim.epochs")
    history.record(state(lr=0.1, epochs=5), "optim.epochs")
    assert history.undo() is None


def test_what_follows_from_an_edit_belongs_to_it() -> None:
    history = make()
    history.record(state(lr=0.2, epochs=5), "optim.lr")
    history.amend(state(lr=0.2, epochs=6))
    history.record(state(lr=0.2, epochs=6), "")
    assert history.undo() == state(lr=0.1, epochs=5)
    assert history.redo() == state(lr=0.2, epochs=6)


def test_another_recipe_and_many_changes_are_named() -> None:
    history = make()
    history.record(State({"optim.lr": 0.1}, "MNIST"), "")
    assert history.undo_text == "Recipe"
    history = make()
    history.record(state(lr=1, epochs=1, batch_size=3), "")
    assert history.undo_text == "Learning rate, Epochs"


def test_the_steps_are_limited() -> None:
    history = make()
    for epochs in range(MAX_STEPS + 50):
        history.record(state(lr=0.1, epochs=epochs))
    steps = 0
    while history.undo() is not None:
        steps += 1
    assert steps == MAX_STEPS
