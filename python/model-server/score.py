"""
Answers stored requests with a model, one by one, and writes what it answered: `python score.py <model folder> <requests folder> <answers file>`.

A request is two files of one name, `.json` ({"id", "form", "contentType"}) and `.body` (the bytes that once came). The answers file holds one
JSON line a request: {"id", "status", "outputs"}. Bodies are read and predicted by the same code that serves them.
"""

import json
import os
import sys
from pathlib import Path

from plinth_serving import answers, inference
from plinth_serving import requests as mlflow_requests
from plinth_serving.model import ServedModel
from plinth_serving.refusals import as_refusal


def score(model, head, body):
    try:
        parser = inference if head["form"] == "v2" else mlflow_requests
        parsed = parser.parse(model, head["contentType"], body)
        outputs = answers.jsonable(model.predict(parsed.data_for(model), parsed.params))
        _, _, values, _ = answers.log_parts(parsed, outputs)
        return {"id": head["id"], "status": 200, "outputs": json.loads(values)}
    except BaseException as error:
        return {"id": head["id"], "status": as_refusal(error).status, "outputs": []}


def main(model_folder, requests_folder, answers_path):
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ["_MLFLOW_IS_IN_SERVING_ENVIRONMENT"] = "true"
    model = ServedModel(model_folder)
    with open(answers_path, "w", encoding="utf8") as file:
        for path in sorted(Path(requests_folder).glob("*.json")):
            head = json.loads(path.read_text(encoding="utf8"))
            file.write(json.dumps(score(model, head, path.with_suffix(".body").read_bytes())) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:4])
