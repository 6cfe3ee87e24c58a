#!/bin/sh
# Brings Chromium and a font with Chinese characters for the browser tests, where that is allowed.
set -eu
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  printf '── Chromium and a Chinese font\n'
  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium fonts-noto-cjk fontconfig
fi
