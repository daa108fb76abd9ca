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
refuse() {
  echo "image-layers.sh: $1" >&2
  exit 2
}
tool="${JAVA_HOME:+$JAVA_HOME/bin/}jar"
[ -f "$1" ] || refuse "$1: there is no such file; build it with mvn package"
"$tool" --list --file "$1" META-INF/MANIFEST.MF 2> /dev/null | grep -q . || refuse "$1: not a jar, or it cannot be read"
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
[ -s "$work/sidetrack" ] || refuse "$1: not a jar of Sidetrack"
for part in libraries sidetrack; do
  "$tool" --create --file "$target/$part.jar" --date 2026-01-01T00:00:00Z "@$work/$part"
done
