"""The progress of the preparation is shown before the first step."""

from studio.recipes import load_recipe
from tests.ui.train.conftest import child


def test_the_status_line_shows_the_progress_of_the_features(page, qtbot) -> None:
    config = load_recipe("digits-quickstart").config.with_values(
        {
            "model.backbone": "run:bundled",
            "data.normalize": "backbone",
            "data.subset": 300,
            "data.image_size": 28,
            "model.views": 2,
            "engine.max_steps": 1,
            "engine.threads": 1,
        }
    )
    status, bar = child(page, "status_label"), child(page, "train_progress")
    told = []
    page.session.progressed.connect(lambda *_: told.append((status.text(), bar.value())))
    with qtbot.waitSignal(page.idle, timeout=120_000):
        page.setup.show_config(config)
        page.start()
    assert page.session.error is None
    features = [(text, value) for text, value in told if text.startswith("Computing features")]
    assert features[-1][0] == "Computing features 540 of 540"
    assert features[-1][1] == bar.maximum()
    values = [value for _, value in features]
    assert values == sorted(values)
    assert "Finished" in status.text()
