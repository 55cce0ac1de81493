"""Filters and orders against a plain reference, one sample after the other."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.overlay.sample_fix import SampleFix
from studio.data.sample_ids import SampleIds
from studio.insight import Evaluation
from studio.ui.mistakes.samples.name_index import NameIndex
from studio.ui.mistakes.samples.sample_columns import (
    SampleColumns,
    align_predictions,
    fix_columns,
)
from studio.ui.mistakes.samples.sample_filter import (
    FixState,
    Outcome,
    SampleFilter,
    SortKey,
    Subset,
)
from studio.ui.mistakes.samples.sample_selection import select

NAMES = ("cat", "Straße", "dog", "cattle")
# Few values, so that equal ones are common.
PROBABILITIES = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=4, max_size=4)
FIXES = st.builds(
    SampleFix,
    label=st.sampled_from([None, "dog"]),
    excluded=st.booleans(),
    ambiguous=st.booleans(),
    tags=st.sampled_from([(), ("blurry",), ("a", "blurry")]),
)
UNKNOWN = st.sampled_from([0.0, 1.0, 2.0, math.inf, math.nan])


def build_evaluation(rows, files=()):
    """Make an evaluation of (label, probabilities) rows."""
    weights = np.array([weights for _, weights in rows], np.float32).reshape(-1, 4) + 0.25
    return Evaluation(
        run="run",
        dataset="digits",
        split="test",
        class_names=NAMES,
        images=np.zeros((len(rows), 1, 2, 2), np.uint8),
        indices=np.arange(len(rows)) * 3 + 100,
        labels=np.array([label for label, _ in rows], np.int64),
        probabilities=weights / weights.sum(1, keepdims=True),
        files=files,
        ids=SampleIds(published=(("train", 100), ("test", 3 * len(rows)))),
    )


@st.composite
def populations(draw):
    """Columns with fixes, another run, forgetting and label issues; and the same as plain lists."""
    rows = draw(st.lists(st.tuples(st.integers(0, 3), PROBABILITIES), max_size=12))
    count = len(rows)
    files = tuple(f"{NAMES[label]}/IMG_{n}.png" for n, (label, _) in enumerate(rows))
    evaluation = build_evaluation(rows, files if draw(st.booleans()) else ())
    columns = SampleColumns(evaluation)
    several = st.lists(UNKNOWN, min_size=count, max_size=count)
    for key in (SortKey.FORGETTING, SortKey.ISSUE):
        if draw(st.booleans()):
            columns.set_values(key, np.array(draw(several), np.float32))
    fixes = draw(st.dictionaries(st.integers(0, count + 2), FIXES.filter(bool), max_size=6))
    named = {
        evaluation.sample_id(n) if n < count else f"elsewhere:{n}": fix for n, fix in fixes.items()
    }
    columns.fixes = fix_columns(named, columns)
    other = draw(st.lists(st.integers(-2, 3), min_size=count, max_size=count))
    columns.others["other"] = np.array(other, np.int64)
    return columns, fixes, other


def filters(count):
    """Any filter for so many samples."""
    chosen = st.lists(st.integers(0, max(0, count - 1)), max_size=count)
    subsets = chosen.map(lambda positions: Subset(np.array(positions, np.int64), "chosen"))
    maybe_class = st.none() | st.integers(0, 3)
    fractions = st.sampled_from([0.0, 0.25, 0.4, 0.5, 0.8, 1.0])
    return st.builds(
        SampleFilter,
        true=maybe_class,
        predicted=maybe_class,
        outcome=st.sampled_from(Outcome),
        sort=st.sampled_from(SortKey),
        reverse=st.booleans(),
        second=st.none() | st.none() | st.integers(0, 3),
        true_in_top2=st.sampled_from([None, None, True, False]),
        min_confidence=fractions,
        max_confidence=fractions | st.just(1.0),
        text=st.sampled_from(["", "", "CAT", "strasse", "img_1", "test:3", "dog 1", "zebra"]),
        tag=st.sampled_from(["", "", "blurry", "unknown"]),
        fix=st.none() | st.none() | st.sampled_from(FixState),
        differs_from=st.sampled_from(["", "", "other", "not evaluated"]),
        subset=st.none() | (subsets if count else st.none()),
    )


class Reference:
    """The same rules in plain Python, for one sample at a time."""

    def __init__(self, columns, fixes, other):
        self.columns, self.fixes, self.other = columns, fixes, other
        self.evaluation = columns.evaluation

    def ranked(self, position):
        """Class numbers, most probable first, of equal ones the first."""
        shares = self.evaluation.probabilities[position].tolist()
        return sorted(range(4), key=lambda number: (-shares[number], number))

    def matches(self, position, wanted):
        label = int(self.evaluation.labels[position])
        first, second = self.ranked(position)[:2]
        correct = first == label
        confidence = self.evaluation.probabilities[position, first]
        diagonal = wanted.true is not None and wanted.true == wanted.predicted
        return all(
            [
                wanted.true in (None, label),
                wanted.predicted in (None, first),
                wanted.outcome is not Outcome.CORRECT or correct,
                wanted.outcome is not Outcome.MISTAKES or not correct or diagonal,
                wanted.second in (None, second),
                wanted.true_in_top2 in (None, label in (first, second)),
                np.float32(wanted.min_confidence) <= confidence,
                confidence <= np.float32(wanted.max_confidence),
                all(self.contains(position, word, label, first) for word in wanted.text.split()),
                self.has_fix(self.fixes.get(position), wanted),
                self.differs(position, first, wanted.differs_from),
                wanted.subset is None or position in wanted.subset.positions,
            ]
        )

    def contains(self, position, word, label, first):
        texts = [self.evaluation.sample_id(position), NAMES[label], NAMES[first]]
        return any(word.casefold() in text.casefold() for text in texts)

    def has_fix(self, fix, wanted):
        if wanted.tag and (fix is None or wanted.tag not in fix.tags):
            return False
        has = {
            None: True,
            FixState.CHANGED: fix is not None,
            FixState.UNCHANGED: fix is None,
            FixState.RELABELED: fix is not None and fix.label is not None,
            FixState.EXCLUDED: fix is not None and fix.excluded,
            FixState.AMBIGUOUS: fix is not None and fix.ambiguous,
        }
        return has[wanted.fix]

    def differs(self, position, first, run):
        if not run:
            return True
        return run == "other" and self.other[position] not in (-1, first)

    def value(self, position, key):
        shares = np.sort(self.evaluation.probabilities[position].astype(np.float64))
        computed = {
            SortKey.LOSS: self.evaluation.losses[position],
            SortKey.CONFIDENCE: shares[-1],
            SortKey.MARGIN: shares[-1] - shares[-2],
            SortKey.ENTROPY: -(shares * np.log(shares)).sum(),
            SortKey.INDEX: self.evaluation.indices[position],
        }
        return float(computed[key] if key in computed else self.columns.values(key)[position])


@given(st.data())
def test_the_same_samples_match_as_in_the_reference(data):
    columns, fixes, other = data.draw(populations())
    wanted = data.draw(filters(len(columns)))
    reference = Reference(columns, fixes, other)
    shown = select(columns, wanted).tolist()
    columns.prepare()
    assert select(columns, wanted).tolist() == shown  # as with the orders kept
    assert sorted(shown) == [n for n in range(len(columns)) if reference.matches(n, wanted)]
    key = SortKey.LOSS if wanted.sort in columns.unavailable else wanted.sort
    values = [reference.value(position, key) for position in shown]
    known = [value for value in values if not math.isnan(value)]
    assert known == values[: len(known)]  # unknown values come last
    steps = [(b - a) * (-1 if wanted.is_descending else 1) for a, b in itertools.pairwise(known)]
    assert all(math.isnan(step) or step >= -1e-6 for step in steps)


@given(populations(), st.sampled_from(SortKey), st.booleans())
def test_equal_values_keep_the_order_of_the_data(population, sort, reverse):
    columns = population[0]
    wanted = SampleFilter(outcome=Outcome.ALL, sort=sort, reverse=reverse)
    shown = select(columns, wanted).tolist()
    values = columns.values(SortKey.LOSS if sort in columns.unavailable else sort)
    pairs = [(a, b) for a, b in itertools.pairwise(shown) if values[a] == values[b]]
    assert all(a < b for a, b in pairs)


@given(populations())
def test_each_cell_shows_as_many_samples_as_the_matrix_counts(population):
    columns = population[0]
    for true, predicted in np.ndindex(4, 4):
        shown = select(columns, SampleFilter(true, predicted))
        assert len(shown) == columns.evaluation.confusion[true, predicted]


def test_mistakes_come_highest_loss_first(make_evaluation):
    evaluation = make_evaluation([(0, 0, 0.9), (0, 1, 0.6), (0, 1, 0.8), (1, 2, 0.7)])
    columns = SampleColumns(evaluation)
    assert select(columns, SampleFilter()).tolist() == evaluation.mistakes().tolist() == [2, 3, 1]


@pytest.mark.parametrize("key", SortKey)
def test_each_order_begins_with_the_most_useful_samples(key):
    assert SampleFilter(sort=key).is_descending is (key not in (SortKey.MARGIN, SortKey.INDEX))


def test_columns_of_many_rows_are_computed_in_chunks(monkeypatch):
    monkeypatch.setattr("studio.ui.mistakes.samples.sample_columns._CHUNK_CELLS", 8)
    rows = [(n % 4, [n % 3, n % 5, n % 7, 1.0]) for n in range(11)]
    columns = SampleColumns(build_evaluation(rows))
    whole = columns.evaluation.probabilities
    assert columns.second.tolist() == np.argsort(-whole, axis=1, kind="stable")[:, 1].tolist()
    assert columns.entropy == pytest.approx(-(whole * np.log(whole)).sum(1), rel=1e-5)


def test_a_single_class_has_no_second_choice(make_evaluation):
    one = replace(
        make_evaluation([(0, 0, 1.0)] * 2, "ab"),
        class_names=("a",),
        probabilities=np.ones((2, 1), np.float32),
    )
    columns = SampleColumns(one)
    assert columns.second.tolist() == [-1, -1]
    assert columns.margin.tolist() == [1.0, 1.0]
    assert len(select(columns, SampleFilter(outcome=Outcome.ALL, true_in_top2=True))) == 2


def test_only_what_is_quick_is_ready_before_large_columns_are_prepared(monkeypatch):
    monkeypatch.setattr("studio.ui.mistakes.samples.sample_columns.SMALL_CELLS", 0)
    columns = SampleColumns(build_evaluation([(0, [1.0, 2.0, 0.0, 0.0])]))
    slow = [SampleFilter(sort=SortKey.ENTROPY), SampleFilter(text="x"), SampleFilter(second=1)]
    assert columns.is_ready(SampleFilter(true=1))
    assert not any(map(columns.is_ready, slow))
    columns.prepare()
    columns.is_prepared = True
    assert all(map(columns.is_ready, slow))


def test_predictions_of_another_run_are_found_by_sample_and_class_name():
    here = build_evaluation([(0, [3.0, 0, 0, 0])] * 4, ("a.png", "b.png", "c.png", "d.png"))
    rows = [(0, [0, 3.0, 0, 0]), (0, [0, 0, 3.0, 0]), (0, [3.0, 0, 0, 0])]
    there = build_evaluation(rows, ("c.png", "x.png", "a.png"))
    there = replace(there, class_names=("bird", "cat", "dog", "cattle"))
    assert align_predictions(here, there).tolist() == [-2, -1, 0, -1]


@given(st.lists(st.text(max_size=6), max_size=8), st.text(min_size=1, max_size=2))
def test_names_contain_what_they_contain_in_python(names, word):
    # Trailing zero characters are padding in an array of numpy.
    names, word = [name.replace("\0", "") for name in names], word.replace("\0", "o")
    found = NameIndex(names).contains(word)
    assert found.tolist() == [word.casefold() in name.casefold() for name in names]
