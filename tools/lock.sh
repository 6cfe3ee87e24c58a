#!/bin/sh
# Resolves the dependencies anew, with hashes. `--universal` ignores that Rasa's Requires-Python ends before 3.11, which installing does not: its
# two wheels have a file of their own, resolved for the Python that they name (docs/adr/0012-python-3.12.md).
set -eu
compile=".tools/uv/bin/uv pip compile --quiet --generate-hashes --no-header"
$compile --no-deps --python-version 3.10 requirements/rasa.in -o requirements/rasa.txt
lock="$compile --universal --python-version $(cat .python-version) --override requirements/overrides.txt
  --no-emit-package rasa --no-emit-package rasa-sdk requirements/run.in"
$lock -o requirements/run.txt
$lock requirements/dev.in -o requirements/dev.txt
$compile --python-version 3.10 benchmarks/stock/requirements.in -o benchmarks/stock/requirements.txt
