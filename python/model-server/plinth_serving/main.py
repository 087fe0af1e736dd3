"""The life of the process: load, warm up, listen, drain, end."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback

from .refusals import as_refusal


def main(folder: str, socket_path: str, failure_path: str) -> None:
    began = time.perf_counter()
    parent = os.getppid()
    try:
        server = prepare(folder, socket_path, began)
    except BaseException as error:
        traceback.print_exc()
        tell_failure(failure_path, error)
        sys.exit(1)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.close())
    server.serve(parent)
    # Threads of libraries must not keep the process.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def prepare(folder: str, socket_path: str, began: float):
    from . import inference
    from . import requests as mlflow_requests
    from .batching import Batcher
    from .model import ServedModel
    from .server import Server

    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
    say(f"loading the model with Python {sys.version.split()[0]}")
    model = ServedModel(folder, os.environ.get("PLINTH_COALESCING", "auto"))
    say(f"loaded ({', '.join(model.flavors)}) after {time.perf_counter() - began:.1f} s, mlflow {model.mlflow_version}")
    example = model.input_example()
    if example is not None:
        try:
            parsed = mlflow_requests.parse(model, "application/json", json.dumps(example).encode())
            model.predict(parsed.data_for(model), parsed.params)
        except BaseException as error:
            traceback.print_exc()
            raise RuntimeError(f"The input example that was logged with the model cannot be predicted: {as_refusal(error).message}") from error
    description = {**model.describe(), "v2": inference.metadata(model)}
    name, version = os.environ.get("PLINTH_MODEL_NAME", "model"), os.environ.get("PLINTH_MODEL_VERSION", "")
    server = Server(socket_path, Batcher(model, name, version), description)
    say(f"ready after {time.perf_counter() - began:.1f} s")
    return server


def tell_failure(path: str, error: BaseException) -> None:
    """The last line of the traceback, for whoever asks why it did not start."""
    line = traceback.format_exception_only(type(error), error)[-1].strip()
    if isinstance(error, RuntimeError):
        line = str(error)
    try:
        with open(path, "w", encoding="utf8") as file:
            file.write(line[:2000])
    except OSError:
        pass


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
