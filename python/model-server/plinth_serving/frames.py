"""Length-prefixed frames: two big-endian 32-bit lengths, a JSON header, and raw bytes."""

from __future__ import annotations

import json
import struct

LENGTHS = struct.Struct(">II")
LONGEST_HEADER = 1 << 20
LONGEST_BODY = 1 << 30


class FrameError(Exception):
    """The other side does not speak frames; the connection is of no more use."""


def encode(header: dict, body: bytes = b"") -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body


class FrameReader:
    """Reads whole frames from a socket with few system calls."""

    def __init__(self, connection):
        self._connection = connection
        self._buffer = bytearray()

    def read(self):
        """The next (header, body), or None once the other side has closed."""
        while True:
            if len(self._buffer) >= LENGTHS.size:
                header_length, body_length = LENGTHS.unpack_from(self._buffer)
                if header_length > LONGEST_HEADER or body_length > LONGEST_BODY:
                    raise FrameError("a frame is longer than any that is sent here")
                end = LENGTHS.size + header_length + body_length
                if len(self._buffer) >= end:
                    split = LENGTHS.size + header_length
                    header = json.loads(bytes(self._buffer[LENGTHS.size : split]))
                    body = bytes(self._buffer[split:end])
                    del self._buffer[:end]
                    return header, body
            part = self._connection.recv(1 << 18)
            if not part:
                return None
            self._buffer += part
