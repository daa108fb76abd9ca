#!/usr/bin/env bash
# Creates or repairs the lanes of a shared topic. It runs `sidetrack provision`; --help lists all options.
#   KAFKA_BOOTSTRAP_SERVERS=localhost:9092 scripts/provision-topics.sh --source orders
set -eu
exec "$(dirname "$0")/sidetrack.sh" provision "$@"
