#!/bin/sh
# Everything that `make test` checks, in the order of how soon it fails.
set -eu
bin=.venv/bin
say() { printf '── %s\n' "$1"; }
say "format" && $bin/ruff format --check .
say "lint" && $bin/ruff check .
say "types" && $bin/mypy
say "import rules" && $bin/lint-imports
say "Dockerfile" && $bin/hadolint Dockerfile
say "stories" && RASA_TELEMETRY_ENABLED=false $bin/rasa test core --model build/model.tar.gz --stories tests/stories \
  --out results/stories --no-plot --fail-on-prediction-errors
say "tests" && $bin/python -m pytest
if ! command -v chromium >/dev/null; then
  cat <<'EOF'

  ┌──────────────────────────────────────────────────────────────────────────────────────┐
  │ THE BROWSER TESTS DID NOT RUN: there is no Chromium on this machine.                   │
  │ sudo apt-get install chromium fonts-noto-cjk        then: make test                   │
  └──────────────────────────────────────────────────────────────────────────────────────┘
EOF
fi
