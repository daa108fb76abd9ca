{{/* What every installation must say. */}}
{{- define "sidetrack.requireTopics" -}}
{{- $_ := required "kafka.bootstrapServers is required: host:port,host:port" .Values.kafka.bootstrapServers -}}
{{- $_ := required "topics.source is required: the topic that live traffic and backfills share" .Values.topics.source -}}
{{- if not .Values.topics.sourcePartitions -}}{{- fail "topics.sourcePartitions is required: the partitions of topics.source" -}}{{- end -}}
{{- include "sidetrack.requireOwnAccounts" . -}}
{{- end -}}

{{/* Each service account is created by one workload only: Helm cannot create an object twice. */}}
{{- define "sidetrack.requireOwnAccounts" -}}
{{- $accounts := list -}}
{{- if .Values.router.enabled -}}
{{- $accounts = append $accounts (list "the router" "router" (mergeOverwrite (deepCopy .Values.defaults) (deepCopy .Values.router))) -}}
{{- end -}}
{{- range .Values.writers -}}
{{- $w := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy $.Values.writerDefaults) (deepCopy .) -}}
{{- $accounts = append $accounts (list (printf "writer %s" .name) (printf "writer-%s" .name) $w) -}}
{{- end -}}
{{- if .Values.provision.enabled -}}{{- $accounts = append $accounts (list "the job" "provision" .Values.provision) -}}{{- end -}}
{{- $creators := dict -}}
{{- range $accounts -}}
{{- $w := index . 2 -}}
{{- if $w.serviceAccount.create -}}
{{- $name := include "sidetrack.serviceAccountName" (dict "w" $w "name" (printf "%s-%s" (include "sidetrack.fullname" $) (index . 1))) -}}
{{- /* Two writers of one name are refused elsewhere. */ -}}
{{- if and (hasKey $creators $name) (ne (get $creators $name) (first .)) -}}
{{- fail (printf "the service account %s is created twice, for %s and %s: set serviceAccount.create to false for %s" $name (get $creators $name) (first .) (get $creators $name)) -}}
{{- end -}}
{{- $_ := set $creators $name (first .) -}}
{{- end -}}
{{- end -}}
{{- $job := .Values.provision -}}
{{- if and $job.enabled $job.hook (not $job.serviceAccount.create) (hasKey $creators $job.serviceAccount.name) -}}
{{- fail (printf "the job runs before the service account %s exists: let the job create it, and set serviceAccount.create to false for %s" $job.serviceAccount.name (get $creators $job.serviceAccount.name)) -}}
{{- end -}}
{{- end -}}

{{/*
The settings by which writers of the router's backfill lane find named backfills, as the router has them: writers with other names
would not recognise a paused backfill, or park its records elsewhere.
*/}}
{{- define "sidetrack.backfillSettings" -}}
{{- $settings := dict -}}
{{- $defaults := dict "BACKFILL_HEADER" "x-backfill" "PARKED_TOPIC" (printf "%s-parked" (include "sidetrack.backfillTopic" .root)) "CONTROL_TOPIC" "sidetrack-control" "STATUS_TOPIC" "sidetrack-status" -}}
{{- range $name, $default := $defaults -}}
{{- $ofRouter := get $.root.Values.router.settings (printf "ROUTER_%s" $name) | toString -}}
{{- $ofWriter := get $.w.settings (printf "WRITER_%s" $name) | toString -}}
{{- if and $ofWriter (ne $ofWriter (default $default $ofRouter)) -}}
{{- fail (printf "writer %s: WRITER_%s is %s, but ROUTER_%s is %s: set it for the router only" $.w.name $name $ofWriter $name (default $default $ofRouter)) -}}
{{- end -}}
{{- if $ofRouter -}}{{- $_ := set $settings (printf "WRITER_%s" $name) $ofRouter -}}{{- end -}}
{{- end -}}
{{- toYaml $settings -}}
{{- end -}}

{{/* The variables that both services share and that the chart itself depends on. */}}
{{- define "sidetrack.ownEnv" -}}
{{- $own := dict -}}
{{- $_ := set $own "KAFKA_BOOTSTRAP_SERVERS" .root.Values.kafka.bootstrapServers -}}
{{- if .root.Values.aws.region }}{{- $_ := set $own "AWS_REGION" .root.Values.aws.region }}{{- end -}}
{{- $_ := set $own "KAFKA_NUM_STREAM_THREADS" (int64 .w.streamThreads | toString) -}}
{{- $_ := set $own (printf "%sPOLL_BYTES" .prefix) (int64 .w.pollBytes | toString) -}}
{{- $_ := set $own (printf "%sSHUTDOWN_TIMEOUT_MS" .prefix) (int64 .w.shutdownTimeoutMs | toString) -}}
{{- $_ := set $own (printf "%sHTTP_PORT" .prefix) (int64 .w.http.port | toString) -}}
{{- $_ := set $own (printf "%sHTTP_METRICS_PORT" .prefix) (int64 .w.http.metricsPort | toString) -}}
{{- if eq (int64 .w.http.port) (int64 .w.http.metricsPort) -}}
{{- fail "http.port and http.metricsPort must differ" -}}
{{- end -}}
{{- toYaml $own -}}
{{- end -}}

{{/*
All writers with every default, checked. Each has "derived": topic, partitions, group and maxReplicas. A writer without a
topic reads the one of its lane.
*/}}
{{- define "sidetrack.writers" -}}
{{- include "sidetrack.requireTopics" . -}}
{{- $names := dict -}}
{{- $groups := dict -}}
{{- $all := list -}}
{{- range .Values.writers -}}
{{- $w := mergeOverwrite (deepCopy $.Values.defaults) (deepCopy $.Values.writerDefaults) (deepCopy .) -}}
{{- $at := printf "writer %s" $w.name -}}
{{- if hasKey $names $w.name -}}{{- fail (printf "%s: two writers have this name" $at) -}}{{- end -}}
{{- $_ := set $names $w.name true -}}
{{- if not $w.table -}}{{- fail (printf "%s: table is required" $at) -}}{{- end -}}
{{- $backfill := eq $w.lane "backfill" -}}
{{- $topic := default (ternary (include "sidetrack.backfillTopic" $) (include "sidetrack.liveTopic" $) $backfill) $w.topic -}}
{{- $ofLane := ternary (int64 $.Values.topics.backfillPartitions) (include "sidetrack.livePartitions" $ | int64) $backfill -}}
{{- $partitions := default $ofLane (int64 $w.partitions) -}}
{{- if and $w.topic (not $w.partitions) -}}{{- fail (printf "%s: partitions is required with a topic" $at) -}}{{- end -}}
{{- $group := default (printf "sidetrack-writer-%s~%s" $topic (regexReplaceAll "^arn:.*:table/" $w.table "")) $w.applicationId -}}
{{- if hasKey $groups $group -}}
{{- fail (printf "%s: the writer %s has the same consumer group, %s, so that each would get only some of the records" $at (get $groups $group) $group) -}}
{{- end -}}
{{- $_ := set $groups $group $w.name -}}
{{- if and $backfill (not $w.topic) $.Values.router.enabled -}}
{{- $_ := set $w "settings" (merge (include "sidetrack.backfillSettings" (dict "root" $ "w" $w) | fromYaml) $w.settings) -}}
{{- end -}}
{{- $threads := int64 $w.streamThreads -}}
{{- $most := div (add $partitions (sub $threads 1)) $threads -}}
{{- if gt (int64 $w.replicas) $most -}}
{{- fail (printf "%s: %d replicas with %d stream threads are more than its %d partitions" $at (int64 $w.replicas) $threads $partitions) -}}
{{- end -}}
{{- if lt (int64 $w.maxInFlight) $threads -}}
{{- fail (printf "%s: maxInFlight is less than streamThreads" $at) -}}
{{- end -}}
{{- $a := $w.autoscaling -}}
{{- $maxReplicas := default $most (int64 $a.maxReplicas) -}}
{{- if $a.enabled -}}
{{- if not $backfill -}}{{- fail (printf "%s: only a backfill lane can be autoscaled; the replicas of a live lane are fixed" $at) -}}{{- end -}}
{{- if gt $maxReplicas $most -}}
{{- fail (printf "%s: autoscaling.maxReplicas is %d, but %d partitions occupy no more than %d replicas" $at $maxReplicas $partitions $most) -}}
{{- end -}}
{{- if gt (int64 $a.minReplicas) $maxReplicas -}}{{- fail (printf "%s: autoscaling.minReplicas is more than maxReplicas" $at) -}}{{- end -}}
{{- if and (hasKey $w.settings "WRITER_MAX_WRITE_UNITS") (not $w.laneWriteUnits) -}}
{{- fail (printf "%s: WRITER_MAX_WRITE_UNITS limits each replica, so autoscaling would multiply it; set laneWriteUnits" $at) -}}
{{- end -}}
{{- if and $a.authenticationRef $a.authentication -}}
{{- fail (printf "%s: give either autoscaling.authenticationRef or autoscaling.authentication" $at) -}}
{{- end -}}
{{- end -}}
{{- $_ := set $w "derived" (dict "topic" $topic "partitions" $partitions "group" $group "maxReplicas" $maxReplicas) -}}
{{- $all = append $all $w -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}
