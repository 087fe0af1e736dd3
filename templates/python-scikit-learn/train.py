"""Train a classifier on a table, measure it on rows it has not seen, and track all of it."""

import argparse
import os
import warnings
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # figures go to files, there is no screen

import matplotlib.pyplot as plt
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import ConfusionMatrixDisplay, RocCurveDisplay, accuracy_score, f1_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OrdinalEncoder

# Types inside the saved model that its loader does not take on trust from strangers. This model is our own.
TRUSTED_TYPES = [
    "sklearn.compose._column_transformer.make_column_selector",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
]


def load_data(target: str) -> tuple[pd.DataFrame, str]:
    """The table and its name: the job's input `data` if there is one, else the data that ships with scikit-learn."""
    folder = os.environ.get("PLINTH_INPUT_DATA")
    if folder is None:
        return load_breast_cancer(as_frame=True).frame, "breast-cancer"
    files = sorted(Path(folder).rglob("*.csv"))
    if len(files) != 1:
        raise SystemExit(f"The input 'data' must hold one CSV file; it holds {len(files)}.")
    table = pd.read_csv(files[0])
    if target not in table.columns:
        raise SystemExit(f"{files[0].name} has no column '{target}'; name it with --target. It has: {', '.join(table.columns)}.")
    return table.dropna(subset=[target]), files[0].stem


def split(table: pd.DataFrame, target: str, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series, pd.Series]:
    """Three quarters to learn from and a quarter to be judged by, with the same share of each class."""
    features = table.drop(columns=target)
    numbers = features.select_dtypes(include=["number", "bool"]).columns
    return train_test_split(
        features.astype(dict.fromkeys(numbers, "float64")), table[target], test_size=0.25, stratify=table[target], random_state=seed
    )


def build_model(learning_rate: float, max_iter: int, seed: int) -> Pipeline:
    """Boosted trees: strong on tables, at ease with missing values, no scaling needed. Words become numbers on the way in."""
    words = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan)
    trees = HistGradientBoostingClassifier(
        learning_rate=learning_rate, max_iter=max_iter, max_leaf_nodes=15, l2_regularization=1.0, random_state=seed
    )
    return make_pipeline(
        make_column_transformer((words, make_column_selector(dtype_exclude=["number", "bool"])), remainder="passthrough"), trees
    )


def measure(model: Pipeline, features: pd.DataFrame, truth: pd.Series) -> dict[str, float]:
    """How good the model is on rows that it has not learned from."""
    probabilities = model.predict_proba(features)
    binary = len(model.classes_) == 2
    return {
        "test_roc_auc": roc_auc_score(truth, probabilities[:, 1] if binary else probabilities, multi_class="ovr"),
        "test_accuracy": accuracy_score(truth, model.predict(features)),
        "test_f1": f1_score(truth, model.predict(features), average="macro"),
        "test_log_loss": log_loss(truth, probabilities, labels=model.classes_),
    }


def draw(model: Pipeline, features: pd.DataFrame, truth: pd.Series) -> dict[str, plt.Figure]:
    """The figures that people ask for first."""
    figures = {}
    figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
    ConfusionMatrixDisplay.from_estimator(model, features, truth, ax=axes, colorbar=False)
    axes.set_title("What was said, and what was true")
    figures["figures/confusion-matrix.png"] = figure
    if len(model.classes_) == 2:
        figure, axes = plt.subplots(figsize=(5, 5), layout="constrained")
        RocCurveDisplay.from_estimator(model, features, truth, ax=axes, plot_chance_level=True)
        axes.set_title("Found against falsely alarmed")
        figures["figures/roc.png"] = figure
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="target", help="the column to predict")
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--max-iter", type=int, default=150)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    warnings.filterwarnings("ignore", message=".*Inferred schema contains integer column")  # the class is never missing
    warnings.filterwarnings("ignore", message=".*`y_pred` was renamed", category=FutureWarning)  # by autolog's own call

    # Parameters and the score on the training rows are recorded by themselves; the model is logged below, with its signature.
    mlflow.sklearn.autolog(log_models=False, log_datasets=False, silent=True)

    table, name = load_data(options.target)
    train_features, test_features, train_truth, test_truth = split(table, options.target, options.seed)

    with mlflow.start_run(run_name=f"boosted trees on {name}"):
        mlflow.set_tags({"data": name, "model": "HistGradientBoostingClassifier"})
        for rows, context in ((train_truth.index, "training"), (test_truth.index, "testing")):
            data = mlflow.data.from_pandas(table.loc[rows], name=name, targets=options.target)
            mlflow.log_input(data, context=context)

        model = build_model(options.learning_rate, options.max_iter, options.seed)
        model.fit(train_features, train_truth)

        stages = model[-1].staged_predict_proba(model[:-1].transform(test_features))
        for step, probabilities in enumerate(stages, start=1):
            mlflow.log_metric("learning_curve_log_loss", log_loss(test_truth, probabilities, labels=model.classes_), step=step)
        metrics = measure(model, test_features, test_truth)
        mlflow.log_metrics(metrics)
        for path, figure in draw(model, test_features, test_truth).items():
            mlflow.log_figure(figure, path)
            plt.close(figure)

        mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(test_features, model.predict(test_features)),
            input_example=test_features.head(3),
            skops_trusted_types=TRUSTED_TYPES,
        )

    print(f"{len(train_truth)} rows learned, {len(test_truth)} rows judged, classes: {', '.join(map(str, np.asarray(model.classes_)))}")
    for key, value in metrics.items():
        print(f"{key:>14}  {value:.4f}")


if __name__ == "__main__":
    main()
