"""Connections of gateways, health, and the end of the process when its socket or parent goes."""

from __future__ import annotations

import os
import socket
import threading
import time

from .batching import Batcher, Waiting
from .frames import FrameError, FrameReader, encode

WATCH_SECONDS = 1.0


def bind(path: str) -> socket.socket:
    """Listens on a path of any length: sockets take only short ones, so it is bound by its name from within its folder."""
    folder, name = os.path.split(path)
    os.chdir(folder or ".")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.unlink(name)
    except FileNotFoundError:
        pass
    # Bound under another name and moved, so that whoever sees the socket can connect to it.
    listener.bind(f"{name}.new")
    listener.listen(128)
    os.rename(f"{name}.new", name)
    return listener


class Server:
    def __init__(self, path: str, batcher: Batcher, description: dict):
        self._path = path
        self._batcher = batcher
        self._description = description
        self._listener = bind(path)
        self._identity = os.stat(path).st_ino

    def serve(self, parent: int) -> None:
        """Answers until `close` or the end of the parent process, then until what was taken is answered."""
        threading.Thread(target=self._accept, daemon=True).start()
        threading.Thread(target=self._watch, args=(parent,), daemon=True).start()
        self._batcher.run()

    def close(self) -> None:
        """No new connections; what is queued is still answered. Callable from a signal handler."""
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self) -> None:
        try:
            os.unlink(self._path)
        except OSError:
            pass
        self._batcher.close()

    def _watch(self, parent: int) -> None:
        while True:
            time.sleep(WATCH_SECONDS)
            try:
                there = os.stat(self._path).st_ino == self._identity
            except OSError:
                there = False
            if os.getppid() != parent:
                os._exit(0)
            if not there:
                self._batcher.close()
                time.sleep(WATCH_SECONDS * 5)
                os._exit(0)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        lock = threading.Lock()

        def send(header: dict, body: bytes = b"") -> None:
            frame = encode(header, body)
            try:
                with lock:
                    connection.sendall(frame)
            except OSError:
                # Whoever asked is gone.
                pass

        reader = FrameReader(connection)
        try:
            while True:
                frame = reader.read()
                if frame is None:
                    return
                header, body = frame
                operation = header.get("operation")
                if operation == "predict":
                    limit = header.get("deadlineMilliseconds")
                    deadline = None if limit is None else time.monotonic() + limit / 1000
                    self._batcher.put(Waiting(header["id"], header.get("form", "mlflow"), header.get("contentType", ""), body, deadline, send))
                elif operation == "cancel":
                    self._batcher.cancel(header["id"])
                else:
                    state = {"id": header.get("id"), "status": 200, "waiting": self._batcher.waiting(), "processId": os.getpid()}
                    send({**state, **self._description} if operation == "describe" else state)
        except (OSError, FrameError, ValueError, KeyError):
            return
        finally:
            connection.close()
