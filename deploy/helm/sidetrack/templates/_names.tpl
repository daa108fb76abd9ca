{{/* The prefix of all names. */}}
{{- define "sidetrack.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}{{ .Release.Name }}{{- else -}}{{ printf "%s-%s" .Release.Name $name }}{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The name of a workload. KEDA's autoscaler adds 9 characters to it, and a label must not exceed 63. It is not shortened, because two
writers could then have the same name.
*/}}
{{- define "sidetrack.name" -}}
{{- $name := printf "%s-%s" (include "sidetrack.fullname" .root) .suffix -}}
{{- if gt (len $name) 52 -}}
{{- fail (printf "the name %s has more than 52 characters: use a shorter release name, fullnameOverride or name of the writer" $name) -}}
{{- end -}}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" $name) -}}
{{- fail (printf "the name %s is not a DNS label: set fullnameOverride to lower-case letters, digits and hyphens" $name) -}}
{{- end -}}
{{- $name -}}
{{- end -}}

{{/* The labels by which a workload's pods are selected. They cannot change. */}}
{{- define "sidetrack.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- if .writer }}
sidetrack.io/writer: {{ .writer }}
{{- end }}
{{- end -}}

{{- define "sidetrack.labels" -}}
{{ include "sidetrack.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "sidetrack.image" -}}
{{- $global := .root.Values.image -}}
{{- $repository := .w.image.repository -}}
{{- if $global.registry -}}{{- $repository = printf "%s/%s" (trimSuffix "/" $global.registry) $repository -}}{{- end -}}
{{- if .w.image.digest -}}
{{- printf "%s@%s" $repository .w.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .root.Chart.AppVersion $global.tag) -}}
{{- end -}}
{{- end -}}

{{- define "sidetrack.serviceAccountName" -}}
{{- if .w.serviceAccount.create -}}{{ default .name .w.serviceAccount.name }}{{- else -}}{{ default "default" .w.serviceAccount.name }}{{- end -}}
{{- end -}}

{{/* No program calls the Kubernetes API. IRSA mounts a token of its own. */}}
{{- define "sidetrack.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "sidetrack.serviceAccountName" . }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
  {{- $annotations := merge (dict) (default (dict) .hook) .w.serviceAccount.annotations }}
  {{- if .w.serviceAccount.roleArn }}
  {{- $annotations = set $annotations "eks.amazonaws.com/role-arn" .w.serviceAccount.roleArn }}
  {{- end }}
  {{- with $annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{/* A lane's topic and partitions. */}}
{{- define "sidetrack.liveTopic" -}}
{{- default (printf "%s-live" .Values.topics.source) .Values.topics.live -}}
{{- end -}}
{{- define "sidetrack.backfillTopic" -}}
{{- default (printf "%s-backfill" .Values.topics.source) .Values.topics.backfill -}}
{{- end -}}
{{/* Both lanes can be one topic: the router only repartitions its source then. */}}
{{- define "sidetrack.livePartitions" -}}
{{- if eq (include "sidetrack.liveTopic" .) (include "sidetrack.backfillTopic" .) -}}
{{- int64 .Values.topics.backfillPartitions -}}
{{- else -}}
{{- default .Values.topics.sourcePartitions .Values.topics.livePartitions | int64 -}}
{{- end -}}
{{- end -}}
