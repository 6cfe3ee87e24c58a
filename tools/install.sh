#!/bin/sh
# Installs a locked requirements file into .venv, with Python 3.10 (found, or fetched by uv) and bytecode compiled.
set -eu
uv=.tools/uv/bin/uv
[ -x .venv/bin/python ] || "$uv" venv --quiet --python "$(cat .python-version)" .venv
"$uv" pip install --python .venv/bin/python --no-deps --require-hashes --compile-bytecode -r "$1"
