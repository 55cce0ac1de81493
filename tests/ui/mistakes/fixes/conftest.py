"""A view of hand-made samples whose fixes can be changed."""

import dataclasses

import pytest

SAMPLES = [(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 1, 0.5), (1, 2, 0.7), (2, 2, 0.99)]


@pytest.fixture
def view(qtbot, make_session, make_evaluation):
    """A samples view; its grid shows positions 2, 4, 1, of the worst mistakes."""
    from studio.ui.mistakes.samples.samples_view import SamplesView

    view = SamplesView(make_session())
    qtbot.addWidget(view)
    view.resize(1100, 700)
    view.show()
    view.session.show(dataclasses.replace(make_evaluation(SAMPLES), source_key="made"))
    qtbot.waitUntil(lambda: view.session.fixes.is_ready)
    view.grid.setFocus()
    return view
