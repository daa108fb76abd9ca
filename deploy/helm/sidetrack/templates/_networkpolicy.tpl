{{/*
A workload's policy. Probes need no rule: they come from the pod's own node. The ports of the brokers are those of
bootstrapServers unless values name others.
*/}}
{{- define "sidetrack.networkPolicy" -}}
{{- $n := .root.Values.networkPolicy -}}
{{- $kafka := $n.kafkaPorts -}}
{{- if not $kafka -}}
{{- range splitList "," .root.Values.kafka.bootstrapServers -}}
{{- $kafka = append $kafka (regexFind "[0-9]+$" (trim .) | int64) -}}
{{- end -}}
{{- end -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
  {{- with .hook }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels: {{- include "sidetrack.selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  {{- if eq .component "provision" }}
  ingress: []
  {{- else }}
  ingress:
    - from: {{- toYaml $n.metricsFrom | nindent 8 }}
      ports:
        - port: metrics
    {{- with $n.extraIngress }}{{ toYaml . | nindent 4 }}{{- end }}
  {{- end }}
  egress:
    - ports:
        - {port: 53, protocol: UDP}
        - {port: 53, protocol: TCP}
    - ports:
        {{- range uniq $kafka }}
        - port: {{ int64 . }}
        {{- end }}
      {{- with $n.kafkaTo }}
      to: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- /* DynamoDB, or what MSK's IAM needs in addition to the brokers: STS. */}}
    {{- if or (eq .component "writer") (eq (toString (dig "KAFKA_SASL_MECHANISM" "" (merge (dict) .settings .root.Values.kafka.settings))) "AWS_MSK_IAM") }}
    - ports:
        {{- range $n.awsPorts }}
        - port: {{ int64 . }}
        {{- end }}
      {{- with $n.awsTo }}
      to: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
    {{- with $n.extraEgress }}{{ toYaml . | nindent 4 }}{{- end }}
{{- end -}}
