#!/usr/bin/env bash
# Builds Sidetrack and measures it against the alternatives on this machine. Needs a JDK 17 or later and Maven.
#   scripts/bench.sh writer              throughput against four other ways to write; about half an hour
#   scripts/bench.sh incident            the incident at its real size, every key verified; about six minutes
#   scripts/bench.sh compare --jar before=PATH --jar after=PATH
#                                        two builds of the writer alternately, medians of 3 rounds; half an hour
#   scripts/bench.sh guard               what the version guard costs; about ten minutes
#   scripts/bench.sh isolation           live records beside a backfill into a table of limited capacity; a quarter of an hour
#   scripts/bench.sh quiet               latency of a lane with 5 records a second
#   scripts/bench.sh memory              live heap while the table does not respond
#   scripts/bench.sh router              the router against loops and Kafka Streams; about a quarter of an hour
#   scripts/bench.sh router-quiet        what the router adds to the latency of 5 records a second
#   scripts/bench.sh rescue              live records behind a backlog that the router takes over
#   scripts/bench.sh faults              routers on three brokers through 60 faults, audited; about a quarter of an hour
#   scripts/bench.sh --help              lists all benchmarks and options
set -eu
root="$(cd "$(dirname "$0")/.." && pwd)"
path="$root/bench/target/class-path"
if [ "${1:-}" != "--help" ] || [ ! -f "$path" ]; then
  echo "building (mvn package, without tests)" >&2
  mvn -q -B -f "$root/pom.xml" -DskipTests package >&2
fi
exec java -Xmx512m -Dlogback.configurationFile=bench-logback.xml \
  -cp "$root/bench/target/classes:$(cat "$path")" \
  io.sidetrack.bench.BenchMain "$@"
