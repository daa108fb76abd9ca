#!/usr/bin/env bash
# Creates or mends the lanes of a shared topic: the front of `sidetrack provision`, which --help describes.
#   KAFKA_BOOTSTRAP_SERVERS=localhost:9092 scripts/provision-topics.sh --source orders
set -eu
exec "$(dirname "$0")/sidetrack.sh" provision "$@"
