#!/usr/bin/env bash
# Checks that every edge host serves the certificates of the 2026 rotation.
# usage: scripts/verify-rotation.sh HOST...
set -euo pipefail

names=(checkout.acme.example pay.acme.example api.acme.example static.acme.example)
issuer="Acme Internal Issuing R2"
minimum_days=30
failed=0

served() {
  local host=$1 name=$2
  openssl s_client -connect "$host:443" -servername "$name" </dev/null 2>/dev/null
}

check_issuer() {
  local host=$1 name=$2
  if ! served "$host" "$name" | openssl x509 -noout -issuer | grep -qF "$issuer"; then
    echo "$host: $name is not issued by $issuer"
    failed=1
  fi
}

check_end() {
  local host=$1 name=$2
  if ! served "$host" "$name" | openssl x509 -noout -checkend $((minimum_days * 86400)) >/dev/null; then
    echo "$host: $name ends within $minimum_days days"
    failed=1
  fi
}

for host in "$@"; do
  for name in "${names[@]}"; do
    check_issuer "$host" "$name"
    check_end "$host" "$name"
  done
  echo "$host: checked ${#names[@]} names"
done

exit "$failed"
