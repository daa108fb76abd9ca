{{/* Heap of a router in bytes, by the formula in docs/sizing.md. One instance can own all partitions, because others can fail. */}}
{{- define "sidetrack.routerHeap" -}}
{{- $threads := int64 .w.streamThreads -}}
{{- $mb := int64 1048576 -}}
{{- $largest := int64 .w.records.largestBytes -}}
{{- $read := add (int64 .w.pollBytes) (mul 2 $largest) -}}
{{- $producer := max (mul 32 $mb) $largest -}}
{{- $fetched := mul (int64 .root.Values.topics.sourcePartitions) (max $mb $largest) -}}
{{- add (mul 96 $mb) (mul $threads (add $read $producer)) $fetched -}}
{{- end -}}

{{/* The same for a writer. */}}
{{- define "sidetrack.writerHeap" -}}
{{- $threads := int64 .w.streamThreads -}}
{{- $mb := int64 1048576 -}}
{{- $record := int64 .w.records.bytes -}}
{{- $item := int64 .w.itemBytes -}}
{{- if not $item -}}{{- $item = div (mul $record 16) 10 -}}{{- end -}}
{{- if eq .w.mode "newest-wins" -}}{{- $item = add $item 110 -}}{{- end -}}
{{- $perThread := div (int64 .w.maxInFlight) $threads -}}
{{- $records := int64 .w.bufferRecords -}}
{{- if not $records -}}{{- $records = max 1000 (mul 2 $perThread (int64 .w.batchSize)) -}}{{- end -}}
{{- $buffered := mul $threads (min (mul $records (add $record $item 400)) (int64 .w.bufferBytes)) -}}
{{- $requests := min (mul (int64 .w.maxInFlight) (int64 .w.batchSize) $item) $buffered -}}
{{- if ne .w.mode "overwrite" -}}
{{- $requests = add (mul 3 $requests) (mul (int64 .w.maxInFlight) 80000) -}}
{{- end -}}
{{- $read := mul $threads (add (int64 .w.pollBytes) (mul 2 (int64 .w.records.largestBytes))) -}}
{{- $fetched := mul (int64 .partitions) 262144 -}}
{{- /* Of dead letters and, in a backfill lane, of parked records. */ -}}
{{- $producers := mul (ternary 2 1 (eq .w.lane "backfill")) 32 $mb -}}
{{- add (mul 96 $mb) $buffered $requests $read $fetched $producers -}}
{{- end -}}

{{/* Heap in MiB: a quarter more than the formula, so that the garbage collector has less to do, in steps of 16 MiB. */}}
{{- define "sidetrack.heapMiB" -}}
{{- $bytes := div (mul 5 (int64 .heap)) 4 -}}
{{- mul 16 (div (add $bytes 16777215) 16777216) -}}
{{- end -}}

{{/*
Memory outside the heap, in MiB: the JVM itself, native libraries, and 64 KiB for each connection to DynamoDB, in steps of 16 MiB. In the modes with
conditions, the items of a batch can need calls of their own.
*/}}
{{- define "sidetrack.nativeMiB" -}}
{{- $connections := int64 0 -}}
{{- if .writer -}}
{{- $connections = int64 .w.maxInFlight -}}
{{- if ne .w.mode "overwrite" -}}{{- $connections = max $connections (min 2000 (mul 25 $connections)) -}}{{- end -}}
{{- end -}}
{{- add 256 (mul 16 (div (add (div (add $connections 15) 16) 15) 16)) -}}
{{- end -}}

{{/* The resources of a service, and its memory limit, unless values set them. Without a CPU limit, which would throttle. */}}
{{- define "sidetrack.resources" -}}
{{- $limit := printf "%dMi" (add (include "sidetrack.heapMiB" . | int64) (include "sidetrack.nativeMiB" . | int64)) -}}
{{- $memory := dig "limits" "memory" $limit .w.resources -}}
{{- $own := dict "requests" (dict "cpu" .cpu "memory" $memory) "limits" (dict "memory" $memory) -}}
{{- toYaml (mergeOverwrite $own (deepCopy .w.resources)) -}}
{{- end -}}

{{- define "sidetrack.javaOptions" -}}
{{- $heap := printf "-Xmx%sm" (include "sidetrack.heapMiB" .) -}}
{{- if dig "limits" "memory" "" .w.resources -}}{{- $heap = "-XX:MaxRAMPercentage=75" -}}{{- end -}}
{{- trim (printf "%s -XX:+ExitOnOutOfMemoryError %s" $heap .w.javaOptions) -}}
{{- end -}}
