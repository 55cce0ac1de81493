"""The reasons of label issues in words."""

from studio.insight.label_issues.reasons import LearningFacts, describe_issue
from studio.insight.learning import NEVER_LEARNED


def describe(learning=None, suggested=0.981, cross_validated=True):
    return describe_issue("cat", "dog", 0.002, suggested, learning, cross_validated)


def test_who_predicts_what():
    assert describe() == (
        "Models that were not trained on this sample predict “dog” with 98.1 % and its label “cat” "
        "with 0.2 %."
    )
    assert describe(cross_validated=False).startswith(
        "The model, which was not trained on this sample, predicts “dog”"
    )


def test_how_the_label_was_learned():
    assert describe(LearningFacts(5, NEVER_LEARNED, 0)).endswith("never learned in 5 epochs.")
    assert describe(LearningFacts(5, 2, 1)).endswith("learned, and forgotten 1 time.")
    assert describe(LearningFacts(5, 4, 0)).endswith("learned late, in epoch 4 of 5.")
    assert describe(LearningFacts(5, 1, 0)) == describe()
    assert describe(LearningFacts(1, 1, 0)) == describe()


def test_an_unsure_suggestion_may_be_ambiguous():
    assert "ambiguous" in describe(suggested=0.4)
    assert "ambiguous" not in describe(suggested=0.7)
