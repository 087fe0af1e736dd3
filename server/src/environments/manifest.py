"""Prints what an environment consists of: SHA-256 and path of every file, the target of every link, and the interpreter behind it.

Usage: manifest.py FOLDER. One line each, sorted, so that two manifests are equal exactly when the environments are.
"""
import hashlib
import os
import sys


def digest(path):
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else hash_in_parts(content)


def hash_in_parts(content):
    total = hashlib.sha256()
    while part := content.read(1 << 20):
        total.update(part)
    return total.hexdigest()


def lines(folder):
    for parent, folders, files in os.walk(folder):
        for name in files + [name for name in folders if os.path.islink(os.path.join(parent, name))]:
            path = os.path.join(parent, name)
            shown = os.path.relpath(path, folder)
            if shown == ".ready":
                continue
            yield f"-> {os.readlink(path)}  {shown}" if os.path.islink(path) else f"{digest(path)}  {shown}"
    interpreter = os.path.realpath(os.path.join(folder, "bin", "python"))
    yield f"{digest(interpreter)}  interpreter {interpreter}"


sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
for line in sorted(lines(sys.argv[1])):
    print(line)
