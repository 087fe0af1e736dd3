"""Errors that a caller is meant to read."""

from __future__ import annotations

import json


class Refusal(Exception):
    """What was sent cannot be predicted. `message` says what and where, `status` is the HTTP status of the answer."""

    def __init__(self, message: str, status: int = 400, code: str = "BAD_REQUEST"):
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


def as_refusal(error: BaseException) -> Refusal:
    """Any error as a refusal. As in MLflow's own server, what a model raises on an input is a fault of the input (400)."""
    if isinstance(error, Refusal):
        return error
    message = str(getattr(error, "message", "") or error) or type(error).__name__
    if type(error).__name__ == "MlflowException" or hasattr(error, "get_http_status_code"):
        status = error.get_http_status_code() if hasattr(error, "get_http_status_code") else 400
        code = getattr(error, "error_code", "BAD_REQUEST")
        if 400 <= status < 500:
            return Refusal(shorten(message), status, code)
        return Refusal(shorten(message))
    if isinstance(error, RecursionError):
        return Refusal("The body is nested too deep.")
    if isinstance(error, MemoryError):
        return Refusal("The request needs more memory than this deployment has. Send fewer rows.", 413)
    return Refusal(shorten(f"The model could not predict these rows: {type(error).__name__}: {message}"))


def body_of(refusal: Refusal, form: str) -> bytes:
    """The answer in the form of the protocol that was spoken."""
    if form == "v2":
        return json.dumps({"error": refusal.message}).encode()
    return json.dumps({"error_code": refusal.code, "message": refusal.message}).encode()


def shorten(text: str, length: int = 2000) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
