#!/bin/sh
# Puts uv into .tools/uv, by pip; brings pip where the system has none and we may.
set -eu
printf '── uv\n'
if ! python3 -m pip --version >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q && apt-get install -qy --no-install-recommends python3-pip
  else
    echo "python3 has no pip, and uv is installed by it. Run 'sudo apt-get install python3-pip' and try again." >&2
    exit 1
  fi
fi
python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target .tools/uv 'uv>=0.9'
