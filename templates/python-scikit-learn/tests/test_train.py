"""What must hold before a model is worth looking at."""

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

import train


@pytest.fixture(scope="module")
def parts():
    table, _ = train.load_data("target")
    return train.split(table, "target", seed=7)


def test_no_row_is_both_learned_and_judged(parts):
    train_features, test_features, *_ = parts
    assert set(train_features.index).isdisjoint(test_features.index)


def test_both_parts_have_the_same_share_of_each_class(parts):
    *_, train_truth, test_truth = parts
    assert train_truth.mean() == pytest.approx(test_truth.mean(), abs=0.01)


def test_the_model_is_far_better_than_guessing(parts):
    train_features, test_features, train_truth, test_truth = parts
    model = train.build_model(learning_rate=0.1, max_iter=60, seed=7).fit(train_features, train_truth)
    assert train.measure(model, test_features, test_truth)["test_roc_auc"] > 0.97


def test_the_same_seed_gives_the_same_model(parts):
    train_features, test_features, train_truth, _ = parts
    first, second = (train.build_model(0.1, 20, seed=7).fit(train_features, train_truth) for _ in range(2))
    assert (first.predict_proba(test_features) == second.predict_proba(test_features)).all()


def test_own_data_may_have_words_and_gaps(tmp_path, monkeypatch):
    rows = pd.DataFrame({"colour": ["red", "blue", None, "red"] * 20, "size": [1.0, 2.0, None, 4.0] * 20, "target": ["a", "b", "b", "c"] * 20})
    rows.to_csv(tmp_path / "own.csv", index=False)
    monkeypatch.setenv("PLINTH_INPUT_DATA", str(tmp_path))
    table, name = train.load_data("target")
    train_features, test_features, train_truth, test_truth = train.split(table, "target", seed=7)
    model = train.build_model(0.1, 20, seed=7).fit(train_features, train_truth)
    assert name == "own"
    assert train.measure(model, test_features, test_truth)["test_accuracy"] > 0.9


def test_a_missing_column_is_named(tmp_path, monkeypatch):
    (tmp_path / "own.csv").write_text("a,b\n1,2\n")
    monkeypatch.setenv("PLINTH_INPUT_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="no column 'target'.*a, b"):
        train.load_data("target")
