#!/usr/bin/env bash
# Write requirements.lock again from setup.cfg: for every platform, with hashes, naming no index and no path.
# Needs uv on the PATH. `tools/lock.sh --upgrade` takes the newest versions that setup.cfg allows.
set -euo pipefail
cd "$(dirname "$0")/.."
uv pip compile setup.cfg --all-extras --universal --python-version 3.11 \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet \
    --output-file requirements.lock "$@"
if grep -nE '://|file:|^-' requirements.lock; then
    echo 'lock: names an index or a path' >&2
    exit 1
fi
