#!/usr/bin/env bash
# Splits a jar of Sidetrack into two for an image: the libraries, which rarely change, and Sidetrack's own classes.
#   scripts/image-layers.sh JAR DIRECTORY    creates libraries.jar and sidetrack.jar in DIRECTORY
#   scripts/image-layers.sh --help           prints this text
# The same libraries always become the same file, so that registries and hosts need to transfer that layer only once.
set -eu
if [ $# -ne 2 ]; then
  sed -n '2,5s/^# //p' "$0"
  [ "${1:-}" = --help ] || exit 2
  exit 0
fi
tool="${JAVA_HOME:+$JAVA_HOME/bin/}jar"
jar="$(realpath "$1")"
mkdir -p "$2"
target="$(realpath "$2")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/content"
cd "$work/content"
"$tool" --extract --file "$jar"
rm META-INF/MANIFEST.MF
find . -type f \( -path './io/sidetrack/*' -o -path './META-INF/maven/io.sidetrack/*' -o -name logback.xml \) | LC_ALL=C sort > "$work/sidetrack"
find . -type f | LC_ALL=C sort | LC_ALL=C comm -23 - "$work/sidetrack" > "$work/libraries"
for part in libraries sidetrack; do
  "$tool" --create --file "$target/$part.jar" --date 2026-01-01T00:00:00Z "@$work/$part"
done
