#!/bin/sh
# Brings PostgreSQL for the tests of what is kept, where that is allowed; each run of the tests starts a cluster of its own.
set -eu
if command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  printf '── PostgreSQL\n'
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql
fi
