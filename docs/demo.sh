#!/usr/bin/env bash
# The main job on the real record, in a scratch place: `make demo` runs it with the installed program.
set -euo pipefail
ledger=$1
scratch=$(mktemp -d)
export LEDGER_DB=$scratch/ledger.db LEDGER_BY=${LEDGER_BY:-demo}

run() { # show a command as a person would type it, then run it
  printf '\n$ ledger'; printf ' %q' "$@"; printf '\n'
  "$ledger" "$@"
}

run init --record brussels
run status
run replay --from 20 --to 26
run diff 2025-06-01 2025-08-01
run report --since 2025-09-01 -o "$scratch/report.md"
printf '\n'; head -n 24 "$scratch/report.md"; printf '…\n'
cat <<TEXT

The ledger and the report are in $scratch. Next, try:

  export LEDGER_DB=$LEDGER_DB LEDGER_BY=you PATH=$(dirname "$ledger"):\$PATH
  ledger show trilateral-meetings
  ledger reaffirm trilateral-meetings --on 2026-03-01 --source-title "A paper" --source-url https://example.org/a
  ledger retract EVENT-ID --reason "an exercise"       # the id that the command before printed
  ledger status JPN --as-of 2025-06-01                 # what was true on that day
  ledger status JPN --known-at 40                      # what the ledger said when it had 40 events
TEXT
