"""Tell a model that has learned something from one that guesses."""

# Of the way from guessing to a perfect model. Below it, an accuracy is of no use however many
# samples confirm it.
_USEFUL_SHARE = 0.1
_SIGNIFICANCE = 0.01


def is_near_chance(accuracy: float, classes: int, samples: int | None = None) -> bool:
    """Whether an accuracy (0..1) is hardly better than guessing one of `classes` at random.

    With `samples`, the number of samples behind the accuracy, also whether guessing reaches it in
    more than 1 % of cases (one-sided binomial test).
    """
    if classes < 2:  # one class is always predicted correctly: there is nothing to learn
        return False
    guess = 1 / classes
    if accuracy < guess + _USEFUL_SHARE * (1 - guess):
        return True
    if not samples:
        return False
    from scipy.special import bdtrc  # here, because the window opens faster without scipy

    correct = round(accuracy * samples)
    return bool(bdtrc(correct - 1, samples, guess) > _SIGNIFICANCE)
