#!/usr/bin/env bash
# Runs the sidetrack command of a built checkout: scripts/sidetrack.sh --help
set -eu
jar="$(dirname "$0")/../ops/target/sidetrack-ops.jar"
if [ ! -f "$jar" ]; then
  echo "sidetrack: $jar does not exist. Build it: mvn -DskipTests package" >&2
  exit 2
fi
exec java -jar "$jar" "$@"
