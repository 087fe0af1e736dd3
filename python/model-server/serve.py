"""Starts the model server: `python serve.py <model folder> <socket> <failure file>`. See plinth_serving/__init__.py."""

import sys

from plinth_serving.main import main

if __name__ == "__main__":
    main(*sys.argv[1:4])
