"""The model: loaded once, with what is known of it."""

from __future__ import annotations

import inspect
import json
import os
import sys

# Models of these loaders predict each row by itself, so rows of several requests may be predicted together.
ROW_WISE_LOADERS = {"mlflow.sklearn", "mlflow.xgboost", "mlflow.lightgbm", "mlflow.catboost"}


class ServedModel:
    def __init__(self, folder: str, coalescing: str = "auto"):
        import mlflow
        from mlflow import pyfunc

        self.folder = folder
        self.mlflow_version = mlflow.__version__
        self.pyfunc = pyfunc.load_model(folder)
        metadata = self.pyfunc.metadata
        self.input_schema = metadata.get_input_schema()
        self.output_schema = metadata.get_output_schema()
        get_params = getattr(metadata, "get_params_schema", None)
        self.params_schema = get_params() if get_params else None
        self.flavors = sorted(metadata.flavors)
        loader = (metadata.flavors.get("python_function") or {}).get("loader_module", "")
        self.row_wise = coalescing == "on" or (coalescing == "auto" and loader in ROW_WISE_LOADERS)
        from_hint = getattr(metadata, "_is_signature_from_type_hint", None)
        self.takes_raw_inputs = bool(from_hint and from_hint())
        self._takes_params = "params" in inspect.signature(self.pyfunc.predict).parameters
        self.columns = named_columns(self.input_schema)

    def predict(self, data, params=None):
        return self.pyfunc.predict(data, params=params) if self._takes_params else self.pyfunc.predict(data)

    def describe(self) -> dict:
        """What the platform shows of it; plain JSON."""
        signature = self.pyfunc.metadata.signature
        return {
            "flavors": self.flavors,
            "rowWise": self.row_wise,
            "mlflowVersion": self.mlflow_version,
            "pythonVersion": ".".join(map(str, sys.version_info[:3])),
            "signature": None if signature is None else plain_signature(signature),
            "inputExample": self.input_example(),
        }

    def input_example(self):
        """The example that was logged with the model, as a body for /invocations, or None."""
        serving = self._json_of("serving_input_example.json")
        if serving is not None:
            return serving
        info = self.pyfunc.metadata.saved_input_example_info or {}
        example = self._json_of(info.get("artifact_path", "input_example.json"))
        if not isinstance(example, dict):
            return None
        if info.get("type") == "dataframe" and info.get("pandas_orient", "split") == "split":
            return {"dataframe_split": example}
        return example if set(example) & {"inputs", "instances", "dataframe_split", "dataframe_records"} else None

    def _json_of(self, name: str):
        try:
            with open(os.path.join(self.folder, name), encoding="utf8") as file:
                return json.load(file)
        except (OSError, ValueError):
            return None


def named_columns(schema):
    """Name to column of a signature made of simple named columns, else None."""
    if schema is None or schema.is_tensor_spec() or not schema.has_input_names():
        return None
    from mlflow.types import DataType

    if not all(isinstance(column.type, DataType) for column in schema.inputs):
        return None
    return {column.name: column for column in schema.inputs}


def plain_signature(signature) -> dict:
    plain = {}
    for name in ("inputs", "outputs", "params"):
        part = getattr(signature, name, None)
        plain[name] = None if part is None else part.to_dict()
    return plain
