#!/bin/sh
# Everything that `make test` checks, in the order of how soon it fails; with "quick", what `make check` checks of it.
set -eu
bin=.venv/bin
pytest="$bin/python -m pytest -n logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder"
quick=${1:-}
say() { printf '── %s\n' "$1"; }
told() {
  printf '\n  ────────────────────────────────────────────────────────────\n'
  printf '  THE %s TESTS DID NOT RUN: there is none on this machine.\n' "$1"
  printf '  sudo apt-get install %s, then: make test\n' "$2"
  printf '  ────────────────────────────────────────────────────────────\n'
}
say "format" && $bin/ruff format --check .
say "lint" && $bin/ruff check .
say "types" && $bin/mypy
say "import rules" && $bin/lint-imports
if [ "$quick" = quick ]; then
  say "quick tests" && exec $pytest -m "not browser and not postgres and not slow"
fi
say "Dockerfile" && $bin/hadolint Dockerfile
say "stories" && RASA_TELEMETRY_ENABLED=false $bin/rasa test core --model build/model.tar.gz --stories tests/stories \
  --out results/stories --no-plot --fail-on-prediction-errors
say "tests" && $pytest
if ! command -v chromium >/dev/null; then
  told BROWSER "chromium fonts-noto-cjk"
fi
if ! command -v initdb >/dev/null && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  told POSTGRESQL postgresql
fi
