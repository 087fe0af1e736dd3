"""Scores two model versions on the reference and on the recent rows, and logs what came out as comparison.json.

compare-models.py CURRENT CANDIDATE TABLE REFERENCE_ROWS TARGET, with the table under $PLINTH_INPUT_DATA: its first rows are the reference.
"""

import math
import os
import sys

import mlflow
import pandas as pd


def read(path):
    if path.lower().endswith(".parquet"):
        return pd.read_parquet(path)
    if ".jsonl" in path.lower() or ".ndjson" in path.lower():
        return pd.read_json(path, lines=True)
    return pd.read_csv(path, sep="\t" if ".tsv" in path.lower() else ",")


def cast(model, rows):
    """Whole numbers read from text are numbers to the model where it expects numbers."""
    schema = model.metadata.get_input_schema()
    if schema is None or not schema.has_input_names():
        return rows
    kinds = {"double": "float64", "float": "float32", "string": "str"}
    rows = rows[[name for name in schema.input_names() if name in rows.columns]].copy()
    for column in schema.inputs:
        kind = kinds.get(getattr(column.type, "name", ""))
        if kind and column.name in rows.columns:
            rows[column.name] = rows[column.name].astype(kind)
    return rows


def answers(model, rows):
    said = model.predict(cast(model, rows))
    said = getattr(said, "values", said)
    if getattr(said, "ndim", 1) == 2:
        said = said[:, 0] if said.shape[1] == 1 else said.argmax(axis=1)
    return list(said)


def scores(task, said, truth):
    if task == "regression":
        errors = [float(a) - float(b) for a, b in zip(said, truth)]
        return {
            "rmse": math.sqrt(sum(e * e for e in errors) / len(errors)),
            "mae": sum(abs(e) for e in errors) / len(errors),
        }
    said, truth = [label(one) for one in said], [label(one) for one in truth]
    hits = sum(a == b for a, b in zip(said, truth))
    f1 = []
    for one in sorted(set(said) | set(truth)):
        both = sum(a == one and b == one for a, b in zip(said, truth))
        f1.append(2 * both / (said.count(one) + truth.count(one)))
    return {"accuracy": hits / len(truth), "f1": sum(f1) / len(f1)}


def label(value):
    """1, 1.0 and True are one class, however the table and the model write it."""
    if isinstance(value, str):
        return value
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


def main():
    current, candidate, table, reference_rows, target = sys.argv[1:]
    rows = read(os.path.join(os.environ["PLINTH_INPUT_DATA"], table))
    split = int(reference_rows)
    truth = rows[target]
    numeric = pd.api.types.is_numeric_dtype(truth) and not pd.api.types.is_bool_dtype(truth)
    whole = numeric and (truth.dropna() % 1 == 0).all()
    task = "regression" if numeric and (not whole or truth.nunique() > 20) else "classification"
    models = {name: mlflow.pyfunc.load_model(uri) for name, uri in (("current", current), ("candidate", candidate))}
    result = {"task": task}
    for window, part in (("reference", rows.iloc[:split]), ("recent", rows.iloc[split:])):
        part = part.dropna(subset=[target])
        features = part.drop(columns=[target])
        result[window] = {"rowCount": len(part)}
        for name, model in models.items():
            result[window][name] = scores(task, answers(model, features), list(part[target]))
    with mlflow.start_run(run_name="comparison"):
        mlflow.log_dict(result, "comparison.json")
    print(result)


main()
