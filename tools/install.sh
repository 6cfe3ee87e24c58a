#!/bin/sh
# Installs locked requirements into .venv with the Python of .python-version (found, or fetched by uv), bytecode compiled: the file named, then
# Rasa's own two wheels, which say that they want an older Python (docs/adr/0012-python-3.12.md). What has no wheel is built with the locked setuptools.
set -eu
uv=.tools/uv/bin/uv
python=$(cat .python-version)
case "$(.venv/bin/python --version 2>/dev/null || :)" in
  "Python $python".*) ;;
  *) "$uv" venv --quiet --clear --python "$python" .venv ;;
esac
install="$uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes --compile-bytecode"
$install --build-constraints "$1" -r "$1"
$install --python-version 3.10 -r requirements/rasa.txt
cp tools/rongce.pth .venv/lib/python"$python"/site-packages/
