#!/usr/bin/env bash
# Checks that every line of the given log files is JSON of log format 2.
# usage: scripts/verify-logs.sh FILE...
set -euo pipefail

command -v jq >/dev/null || { echo "jq is not installed"; exit 2; }
[ $# -gt 0 ] || { echo "usage: scripts/verify-logs.sh FILE..."; exit 2; }

required=(time remote_addr method path status request_time)
failed=0

check_fields() {
  local file=$1 number=$2 line=$3
  for field in "${required[@]}"; do
    if ! jq -e --arg field "$field" 'has($field)' <<<"$line" >/dev/null; then
      echo "$file:$number: no field $field"
      failed=1
    fi
  done
}

check_time() {
  local file=$1 number=$2 line=$3
  if ! jq -e '.time | test("^\\d{4}-\\d{2}-\\d{2}T")' <<<"$line" >/dev/null; then
    echo "$file:$number: time is not ISO 8601"
    failed=1
  fi
}

for file in "$@"; do
  number=0
  while IFS= read -r line; do
    number=$((number + 1))
    if ! jq -e . <<<"$line" >/dev/null 2>&1; then
      echo "$file:$number: not JSON"
      failed=1
      continue
    fi
    check_fields "$file" "$number" "$line"
    check_time "$file" "$number" "$line"
  done < <(tail -n 200 "$file")
done

exit "$failed"
