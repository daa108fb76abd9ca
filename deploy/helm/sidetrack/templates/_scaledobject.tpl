{{/*
KEDA asks the brokers for the lag of the writer's group. A partition without a commit counts from the beginning, as the writer
reads it, and not as "one record" (offsetResetPolicy, scaleToZeroOnInvalidOffset). A lag that stays equal counts too, because an
outage of the table or a pause is no reason to stop (excludePersistentLag). Any lag starts a writer (activationLagThreshold):
records below a threshold would otherwise stay unread until Kafka deletes them.
*/}}
{{- define "sidetrack.scaledObject" -}}
{{- $a := .w.autoscaling -}}
{{- $authentication := default .name $a.authenticationRef -}}
{{- if $a.authentication -}}
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  name: {{ .name }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
spec:
  secretTargetRef: {{- toYaml $a.authentication | nindent 4 }}
---
{{ end -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ .name }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    name: {{ .name }}
  minReplicaCount: {{ int64 $a.minReplicas }}
  maxReplicaCount: {{ int64 .maxReplicas }}
  pollingInterval: {{ int64 $a.pollingInterval }}
  cooldownPeriod: {{ int64 $a.cooldownPeriod }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleUp:
          stabilizationWindowSeconds: {{ int64 $a.scaleUpStabilizationSeconds }}
        # All at once: each step is a rebalance.
        scaleDown:
          stabilizationWindowSeconds: {{ int64 $a.scaleDownStabilizationSeconds }}
  triggers:
    - type: {{ $a.triggerType }}
      metadata:
        {{- $metadata := dict
          "bootstrapServers" (regexReplaceAll "\\s" .root.Values.kafka.bootstrapServers "")
          "consumerGroup" .group
          "topic" .topic
          "lagThreshold" (int64 $a.lagThreshold | toString)
          "activationLagThreshold" "0"
          "offsetResetPolicy" "earliest"
          "allowIdleConsumers" "false"
          "scaleToZeroOnInvalidOffset" "false"
          "excludePersistentLag" "false"
          "limitToPartitionsWithLag" (toString $a.limitToPartitionsWithLag) }}
        {{- range $name, $value := $a.triggerMetadata }}
        {{- if hasKey $metadata $name }}
        {{- fail (printf "writer %s: autoscaling.triggerMetadata must not set %s" $.writer $name) }}
        {{- end }}
        {{- $_ := set $metadata $name (include "sidetrack.text" $value) }}
        {{- end }}
        {{- toYaml $metadata | nindent 8 }}
      {{- if or $a.authentication $a.authenticationRef }}
      authenticationRef:
        name: {{ $authentication }}
      {{- end }}
{{- end -}}
