#!/usr/bin/env bash
# The Neon kernels against the reference, cross-compiled and run under qemu-user. usage: neon.sh SOURCE_DIR WORK_DIR
# Exit 77 (skipped) where the Debian packages gcc-aarch64-linux-gnu, libc6-dev-arm64-cross or qemu-user are missing.
set -u
source=$1 work=$2
if ! command -v aarch64-linux-gnu-gcc >/dev/null || ! command -v qemu-aarch64 >/dev/null; then
    echo "skipped: needs gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user"
    exit 77
fi
mkdir -p "$work" || exit 1
cd "$source" || exit 1
aarch64-linux-gnu-gcc -std=gnu17 -D_GNU_SOURCE -O2 -static -ffp-contract=off -fno-math-errno -Wall -Wextra \
    -Iinclude -Isrc -Itests -Itests/reference/neon src/compare/*.c src/base/base64.c src/base/memory.c src/base/status.c src/base/text.c \
    tests/reference/similarity.c tests/reference/test_similarity.c -lm -o "$work/test_similarity" || exit 1
qemu-aarch64 "$work/test_similarity" neon
