"""Predictions as JSON, and what the prediction log keeps of a request: columns, rows and outputs."""

from __future__ import annotations

import json
import math

from .refusals import Refusal

COMPACT = (",", ":")


def jsonable(predictions):
    from mlflow.utils.proto_json_utils import _get_jsonable_obj

    return _get_jsonable_obj(predictions, pandas_orient="records")


def dump(value) -> bytes:
    from mlflow.utils.proto_json_utils import NumpyEncoder

    try:
        return json.dumps(value, cls=NumpyEncoder).encode()
    except (TypeError, ValueError) as error:
        raise Refusal(f"The model answered with something that JSON has no word for: {error}") from None


def predictions_body(outputs, unwrapped: bool) -> bytes:
    """As MLflow writes it: not-a-number stays `NaN`."""
    return dump(outputs) if unwrapped else dump({"predictions": outputs})


def split_outputs(predictions, counts):
    """The predictions of each request of a batch, or None when they cannot be told apart."""
    whole = jsonable(predictions)
    if not isinstance(whole, list) or len(whole) != sum(counts):
        return None
    parts, start = [], 0
    for count in counts:
        parts.append(whole[start : start + count])
        start += count
    return parts


def log_parts(parsed, outputs):
    """(columns, rows, outputs, row count) as strict JSON bytes: not-a-number and infinities as text."""
    if parsed.table is not None:
        columns, rows = [str(name) for name in parsed.table.columns], parsed.table.rows
    else:
        columns, rows = rows_of(parsed.data)
    values = outputs if isinstance(outputs, list) else [outputs]
    return strict(columns), strict(rows), strict(values), len(rows)


def rows_of(data):
    import numpy
    import pandas

    if isinstance(data, pandas.DataFrame):
        return [str(name) for name in data.columns], data.astype(object).where(data.notna(), None).values.tolist()
    if isinstance(data, dict):
        values = [value.tolist() if isinstance(value, numpy.ndarray) else value for value in data.values()]
        if values and all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1:
            return [str(name) for name in data], [list(row) for row in zip(*values)]
        return [str(name) for name in data], [values]
    if isinstance(data, numpy.ndarray):
        data = data.tolist()
    if isinstance(data, list):
        if data and all(isinstance(item, dict) and item.keys() == data[0].keys() for item in data):
            return [str(name) for name in data[0]], [list(item.values()) for item in data]
        if data and all(isinstance(item, list) and len(item) == len(data[0]) for item in data):
            return [str(number) for number in range(len(data[0]))], data
        return ["input"], [[item] for item in data]
    return ["input"], [[data]]


def strict(value) -> bytes:
    from mlflow.utils.proto_json_utils import NumpyEncoder

    try:
        return json.dumps(value, cls=NumpyEncoder, separators=COMPACT, allow_nan=False).encode()
    except ValueError:
        return json.dumps(worded(json.loads(json.dumps(value, cls=NumpyEncoder))), separators=COMPACT).encode()
    except TypeError:
        return json.dumps(str(value)[:10_000]).encode()


def worded(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list):
        return [worded(item) for item in value]
    if isinstance(value, dict):
        return {name: worded(item) for name, item in value.items()}
    return value
