#!/usr/bin/env bash
# Builds Sidetrack and runs all of it on this machine. Needs a JDK 17 or later and Maven.
#   scripts/demo.sh                      live traffic, then a backfill of 100,000 records beside it
#   scripts/demo.sh --input FILE.jsonl   the same with your own records (--key /FIELD names the table's key)
#   scripts/demo.sh --incident           the incident at small scale: three ways to write, side by side
#   scripts/demo.sh --html FILE          writes the report to FILE, instead of sidetrack-demo.html here
#   scripts/demo.sh --keep               leaves everything running at the end
#   scripts/demo.sh --help               lists all options
set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
path="$root/sandbox/target/class-path"
if [ "${1:-}" != "--help" ] || [ ! -f "$path" ]; then
  echo "building (mvn package, without tests)"
  mvn -q -B -f "$root/pom.xml" -DskipTests package
fi
exec java -Xmx1g -Dlogback.configurationFile=sandbox-logback.xml \
  -cp "$root/sandbox/target/classes:$(cat "$path")" \
  io.sidetrack.sandbox.demo.DemoMain "$@"
