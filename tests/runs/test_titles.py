from studio.config import TrainConfig
from studio.recipes import load_recipe
from studio.runs import RunStore, run_title


def test_a_title_is_that_of_the_recipe_and_the_tag():
    folder = "20261126-134300-digits-quickstart-33fb"
    assert run_title(folder) == run_title(folder, "digits-quickstart") == "Digits quickstart 33fb"


def test_an_unknown_recipe_is_titled_by_its_id():
    assert run_title("20261126-134300-custom-33fb", "custom") == "Custom 33fb"
    assert run_title("20261126-134300-my-first-33fb") == "My-first 33fb"


def test_a_renamed_folder_still_has_a_title():
    assert run_title("favourite", "digits-quickstart") == "Digits quickstart favourite"
    assert run_title("favourite") == "Run favourite"


def test_a_listed_run_has_the_title_of_its_folder(tmp_path):
    store = RunStore(tmp_path)
    run = store.create(load_recipe("digits-quickstart").config)
    custom = store.create(TrainConfig())
    titles = {summary.id: summary.title for summary in store.list()}
    assert titles == {run.id: f"Digits quickstart {run.id[-4:]}", custom.id: run_title(custom.id)}
