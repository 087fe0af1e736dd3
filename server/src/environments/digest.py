"""Prints the identity of an environment: SHA-256 over everything that decides what runs in it."""
import hashlib
import json
import platform
import sys

with open("declared.json", encoding="utf-8") as declared, open("lock.txt", encoding="utf-8") as lock:
    identity = {
        "kind": "uv",
        "python": sys.argv[1],
        "platform": f"{platform.system().lower()}-{platform.machine()}",
        "lock": lock.read(),
        **json.load(declared),
    }
print(hashlib.sha256(json.dumps(identity, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
