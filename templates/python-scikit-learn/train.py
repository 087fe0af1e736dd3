"""Trains a classifier and tracks it: parameters, metrics, a figure, the data and the model."""

import os
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import mlflow
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import RocCurveDisplay, accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import train_test_split

SEED = 7


def load() -> tuple[pd.DataFrame, str]:
    """The input snapshot named `data` when the job has one, else the data that ships with scikit-learn."""
    folder = os.environ.get("PLINTH_INPUT_DATA")
    if folder:
        path = next(Path(folder).rglob("*.csv"))
        return pd.read_csv(path), path.name
    return load_breast_cancer(as_frame=True).frame, "breast-cancer"


def main() -> None:
    frame, name = load()
    features, target = frame.drop(columns="target").astype(float), frame["target"]
    train_x, test_x, train_y, test_y = train_test_split(features, target, test_size=0.25, random_state=SEED, stratify=target)

    with mlflow.start_run(run_name=f"gradient boosting on {name}"):
        parameters = {"learning_rate": 0.08, "max_iter": 150, "max_leaf_nodes": 15, "random_state": SEED}
        mlflow.log_params({**parameters, "rows": len(frame), "features": features.shape[1]})
        mlflow.set_tag("model", "HistGradientBoostingClassifier")
        mlflow.log_input(mlflow.data.from_pandas(frame, name=name, targets="target"), context="training")

        model = HistGradientBoostingClassifier(**parameters).fit(train_x, train_y)
        for step, probabilities in enumerate(model.staged_predict_proba(test_x)):
            mlflow.log_metric("test_log_loss", log_loss(test_y, probabilities), step=step)

        scores = model.predict_proba(test_x)[:, 1]
        mlflow.log_metrics(
            {
                "test_roc_auc": roc_auc_score(test_y, scores),
                "test_accuracy": accuracy_score(test_y, scores > 0.5),
                "train_accuracy": accuracy_score(train_y, model.predict(train_x)),
            }
        )

        figure, axes = plt.subplots(figsize=(5, 4))
        RocCurveDisplay.from_predictions(test_y, scores, ax=axes)
        axes.set_title("Receiver operating characteristic, held-out rows")
        mlflow.log_figure(figure, "figures/roc.png")

        mlflow.sklearn.log_model(model, name="model", input_example=train_x.head(3))
        print(f"ROC AUC on {len(test_y)} held-out rows: {roc_auc_score(test_y, scores):.4f}")


if __name__ == "__main__":
    main()
