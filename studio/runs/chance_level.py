"""Tells a model that has learned something from one that guesses, and says why it may guess."""

from math import exp, lgamma, log

from studio.config import TrainConfig, setting
from studio.formatting import percent

# Fraction of the way from guessing to a perfect model below which a model counts as guessing,
# however many samples confirm its accuracy.
_USEFUL_FRACTION = 0.1
_SIGNIFICANCE = 0.01

# By optimizer: the range of learning rates that usually train, and one to try.
_USUAL_RATES = {
    "sgd": (1e-4, 0.2, 0.01),
    "adam": (1e-5, 0.02, 0.001),
    "adamw": (1e-5, 0.02, 0.001),
    "muon": (1e-5, 0.1, 0.002),
}
_FEW_EPOCHS = 3

UNTRAINED = "Untrained model: stopped within its first epoch"


def is_near_chance(accuracy: float, classes: int, samples: int | None = None) -> bool:
    """Whether an accuracy (0..1) is hardly better than guessing one of `classes` at random.

    With `samples`, the number of samples it was measured on, it is also near chance if guessing
    reaches it in more than 1 % of cases (one-sided binomial test).
    """
    if classes < 2:  # a single class is always predicted correctly
        return False
    guess = 1 / classes
    if accuracy < guess + _USEFUL_FRACTION * (1 - guess):
        return True
    if not samples:
        return False
    if exp(-2 * samples * (accuracy - guess) ** 2) <= _SIGNIFICANCE:
        return False  # the bound of Hoeffding (1963) saves the sum over many samples
    return _binomial_tail(round(accuracy * samples), samples, guess) > _SIGNIFICANCE


def explain_chance(
    config: TrainConfig,
    *,
    test_accuracy: float | None,
    val_accuracy: float | None,
    train_accuracy: float | None,
    test_images: int = 0,
    val_images: int = 0,
) -> str:
    """Explain a run at chance level: its accuracy, the most likely reason, and what to do next.

    Empty for a run that is better than guessing or was not evaluated. Accuracies are fractions; the
    test accuracy is used if there is one, else the validation accuracy.
    """
    split, accuracy, samples = "test", test_accuracy, test_images
    if accuracy is None:
        split, accuracy, samples = "validation", val_accuracy, val_images
    classes = config.model.num_classes
    if accuracy is None or not is_near_chance(accuracy, classes, samples or None):
        return ""
    found = (
        f"Chance level: {percent(accuracy)} {split} accuracy, and guessing among "
        f"{classes} classes gives {percent(1 / classes)}."
    )
    return f"{found} {_likely_reason(config, train_accuracy)}"


def usual_rates(config: TrainConfig) -> tuple[float, float, float]:
    """Return the lowest and highest learning rate that usually train, and one to try."""
    return _USUAL_RATES[config.optim.optimizer]


def _likely_reason(config: TrainConfig, train_accuracy: float | None) -> str:
    optim = config.optim
    low, high, usual = usual_rates(config)
    name = setting("optim.optimizer").choices[optim.optimizer]
    if not low <= optim.lr <= high:
        wrong = "high" if optim.lr > high else "low"
        return f"The learning rate {optim.lr:g} is probably too {wrong} for {name}. Try {usual:g}."
    if train_accuracy and not is_near_chance(train_accuracy, config.model.num_classes):
        return (
            f"Training accuracy is {percent(train_accuracy)}, so the model only memorized the "
            "training samples. Check the labels of the other splits, or use more samples."
        )
    if config.planned_epochs and config.planned_epochs < _FEW_EPOCHS:
        return "The training was probably too short. Train for more epochs."
    return "Try a lower learning rate or more epochs, and check the labels of the dataset."


def model_warning(val_accuracy: float | None, classes: int, epoch: int) -> str:
    """Warning about a model that guesses or was hardly trained, empty for a useful one.

    `val_accuracy` (0..1) and `epoch`, the number of finished epochs, are those of its card.
    """
    if val_accuracy is None:
        return "" if epoch else UNTRAINED
    if is_near_chance(val_accuracy, classes):
        return f"This model guesses: {percent(val_accuracy)} validation accuracy"
    return ""


def _binomial_tail(least: int, trials: int, chance: float) -> float:
    """Probability of at least `least` successes among `trials`."""
    terms = (
        exp(
            lgamma(trials + 1)
            - lgamma(k + 1)
            - lgamma(trials - k + 1)
            + k * log(chance)
            + (trials - k) * log(1 - chance)
        )
        for k in range(least, trials + 1)
    )
    return sum(terms)
