#!/usr/bin/env bash
# Builds, runs, tests and measures wallet-checkout. Needs Rust and Node; installs the rest by itself.
# The work is done by crates/xtask; this script only finds its way there.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
./build.sh COMMAND [OPTIONS]

  build     compile the wasm package into pkg/dist, and the servers
  run       start the shop, the merchant server and the wallet on this machine
              --port N       first of four ports in a row (default 8700)
              --fresh        forget what earlier runs stored
              --catalog C    coffee (PHP, default) or stationery (JPY)
              --wallet W     which wallet is played: generic-v2 (default), generic-v1,
                             gcash, touch-n-go, super-qi, antom, dana
  test      run every check; a name runs one of them, --list names them
  bench     measure, as ratios within one run
  mutants   break the code that decides about money, and see whether a test notices (an hour)
  size      weigh what is shipped, and fail over budget
  postgres  start a PostgreSQL server for tests and print its address, until Ctrl-C
  doctor    say what this machine has, what is missing and how to get it

COMMAND --help tells more. Every command installs what it needs and is missing, and does no work twice.
TEXT
}

stop() { printf '%s\n' "$*" >&2; exit 1; }

case "${1:-}" in
  build|run|test|bench|mutants|size|postgres|doctor) ;;
  ''|-h|--help|help) usage; exit 0 ;;
  *) usage >&2; stop "'$1' is not a command of build.sh." ;;
esac

command -v cargo >/dev/null || stop "Rust is missing: install rustup (https://rustup.rs), then call this again."
command -v node >/dev/null || stop "Node is missing: install Node 20 or newer (https://nodejs.org), then call this again."
command -v npm >/dev/null || stop "npm is missing: it comes with Node (on Debian, install the package npm), then call this again."

if [ ! -x "${CARGO_TARGET_DIR:-target}/debug/xtask" ]; then
  echo "Compiling the build tool; the first time this takes a minute or two …" >&2
  cargo build --locked --package xtask
fi
exec cargo run --quiet --locked --package xtask -- "$@"
