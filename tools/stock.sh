#!/bin/sh
# Puts a stock Rasa with all that it requires into .stock, on the Python that benchmarks/stock/.python-version names: `make bench` measures it.
set -eu
cd benchmarks/stock
uv=../../.tools/uv/bin/uv
"$uv" venv --quiet --clear --python "$(cat .python-version)" ../../.stock
"$uv" pip install --quiet --python ../../.stock/bin/python --no-deps --require-hashes --compile-bytecode -r requirements.txt
