#!/bin/sh
# Runs a command unless its inputs are what they were when it last succeeded: by content, not by time stamp.
# Usage: step.sh NAME STAMP INPUT... -- COMMAND...      (an input is a file or a folder)
set -eu
name=$1 stamp=$2
shift 2
inputs=
while [ "$1" != "--" ]; do
  inputs="$inputs $1"
  shift
done
shift
# shellcheck disable=SC2086  # inputs are our own names, without spaces
now=$(find $inputs -type f ! -name '*.pyc' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
  exit 0
fi
printf '── %s\n' "$name"
"$@"
mkdir -p "$(dirname "$stamp")"
printf '%s\n' "$now" >"$stamp"
