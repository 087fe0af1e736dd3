"""
The queue in front of the model. What waits while the model is busy is taken together: requests with the same columns, kinds and
parameters become one predict where the model is row-wise. When that fails, each is predicted alone, so that one bad row never fails its
neighbours. Nothing waits for company: a lone request is predicted at once.
"""

from __future__ import annotations

import threading
import time
from collections import deque

from . import answers, inference
from . import requests as mlflow_requests
from .refusals import Refusal, as_refusal, body_of
from .tables import Table

MOST_TOGETHER = 256


class Waiting:
    """A request in the queue, with the way to answer it."""

    __slots__ = ("answer", "body", "cancelled", "content_type", "deadline", "form", "identifier", "parsed")

    def __init__(self, identifier, form, content_type, body, deadline, answer):
        self.identifier = identifier
        self.form = form
        self.content_type = content_type
        self.body = body
        self.deadline = deadline
        self.answer = answer
        self.cancelled = False
        self.parsed = None


class Batcher:
    def __init__(self, model, name: str, version: str):
        self._model = model
        self._name = name
        self._version = version
        self._queue: deque = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._busy = False

    def put(self, waiting: Waiting) -> None:
        with self._changed:
            self._queue.append(waiting)
            self._changed.notify()

    def cancel(self, identifier) -> None:
        with self._changed:
            for waiting in self._queue:
                if waiting.identifier == identifier:
                    waiting.cancelled = True

    def waiting(self) -> int:
        return len(self._queue) + (1 if self._busy else 0)

    def close(self) -> None:
        """Lets what is queued finish; `run` then returns."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def run(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closing:
                    self._busy = False
                    self._changed.wait()
                if not self._queue:
                    return
                self._busy = True
                taken = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_TOGETHER))]
            self._serve(taken)

    def _serve(self, taken) -> None:
        groups: dict = {}
        for number, waiting in enumerate(taken):
            if waiting.cancelled:
                continue
            if waiting.deadline is not None and time.monotonic() > waiting.deadline:
                self._refuse(waiting, Refusal("The request waited longer than its deadline.", 504, "DEADLINE_EXCEEDED"), 0.0)
                continue
            try:
                parser = inference if waiting.form == "v2" else mlflow_requests
                waiting.parsed = parser.parse(self._model, waiting.content_type, waiting.body)
            except BaseException as error:
                self._refuse(waiting, as_refusal(error), 0.0)
                continue
            key = waiting.parsed.key
            groups.setdefault(("alone", number) if key is None else key, []).append(waiting)
        for together in groups.values():
            if len(together) == 1 or not self._predict_together(together):
                for waiting in together:
                    self._predict_alone(waiting)

    def _predict_together(self, together) -> bool:
        """Returns False, with nothing answered, when they must be predicted one by one."""
        began = time.perf_counter()
        first = together[0].parsed
        rows = [row for waiting in together for row in waiting.parsed.table.rows]
        try:
            merged = mlflow_requests.Parsed(table=Table(first.table.columns, rows), params=first.params)
            predictions = self._model.predict(merged.data_for(self._model), merged.params)
            parts = answers.split_outputs(predictions, [len(waiting.parsed.table.rows) for waiting in together])
        except BaseException:
            return False
        if parts is None:
            return False
        elapsed = (time.perf_counter() - began) * 1000
        for waiting, outputs in zip(together, parts):
            self._give(waiting, outputs, predictions, elapsed, len(together))
        return True

    def _predict_alone(self, waiting) -> None:
        began = time.perf_counter()
        try:
            predictions = self._model.predict(waiting.parsed.data_for(self._model), waiting.parsed.params)
            outputs = answers.jsonable(predictions)
        except BaseException as error:
            self._refuse(waiting, as_refusal(error), (time.perf_counter() - began) * 1000)
            return
        self._give(waiting, outputs, predictions, (time.perf_counter() - began) * 1000, 1)

    def _give(self, waiting, outputs, predictions, elapsed: float, together: int) -> None:
        parsed = waiting.parsed
        try:
            if waiting.form == "v2":
                body = inference.answer(self._model, self._name, self._version, parsed, outputs, predictions)
            else:
                body = answers.predictions_body(outputs, parsed.unwrapped)
            columns, rows, values, count = answers.log_parts(parsed, outputs)
        except BaseException as error:
            self._refuse(waiting, as_refusal(error), elapsed)
            return
        header = {
            "id": waiting.identifier,
            "status": 200,
            "lengths": [len(body), len(columns), len(rows), len(values)],
            "rowCount": count,
            "milliseconds": round(elapsed, 3),
            "together": together,
        }
        waiting.answer(header, body + columns + rows + values)

    def _refuse(self, waiting, refusal: Refusal, elapsed: float) -> None:
        body = body_of(refusal, waiting.form)
        parts = (b"[]", b"[]", b"[]", 0)
        if waiting.parsed is not None:
            try:
                columns, rows, _, count = answers.log_parts(waiting.parsed, [])
                parts = (columns, rows, b"[]", count)
            except BaseException:
                pass
        columns, rows, values, count = parts
        header = {
            "id": waiting.identifier,
            "status": refusal.status,
            "lengths": [len(body), len(columns), len(rows), len(values)],
            "rowCount": count,
            "milliseconds": round(elapsed, 3),
            "together": 1,
            "error": refusal.message,
        }
        waiting.answer(header, body + columns + rows + values)
