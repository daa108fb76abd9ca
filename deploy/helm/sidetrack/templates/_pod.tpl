{{- define "sidetrack.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
# For files from secrets, which are readable by the group only.
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "sidetrack.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* /tmp must be writable and allow execution: native libraries are unpacked there. */}}
{{- define "sidetrack.mounts" -}}
- name: tmp
  mountPath: /tmp
{{- range .w.files }}
- name: {{ printf "file-%s" .name }}
  mountPath: {{ .mountPath }}
  readOnly: true
{{- end }}
{{- end -}}

{{- define "sidetrack.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .tmpSizeLimit }}
{{- range .w.files }}
{{- if eq (empty .secret) (empty .configMap) }}
{{- fail (printf "files: %s needs either a secret or a configMap" .name) }}
{{- end }}
- name: {{ printf "file-%s" .name }}
  {{- if .secret }}
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
  {{- else }}
  configMap:
    name: {{ .configMap }}
    defaultMode: 0440
  {{- end }}
{{- end }}
{{- end -}}

{{/* The parts of a pod that values set as they are. */}}
{{- define "sidetrack.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .w.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .w.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .w.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .w.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "sidetrack.spread" -}}
{{- if .w.topologySpread.enabled }}
topologySpreadConstraints:
{{- if .w.topologySpread.constraints }}
{{- toYaml .w.topologySpread.constraints | nindent 2 }}
{{- else }}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "sidetrack.selector" $ | nindent 8 }}
    # So that the pods of an old version do not count in an update.
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* How long a pod has to stop: the delay before SIGTERM, the service's own limit, and time for the JVM to end. */}}
{{- define "sidetrack.gracePeriod" -}}
{{- add (int64 .w.preStopSleepSeconds) (div (add (int64 .w.shutdownTimeoutMs) 999) 1000) 15 -}}
{{- end -}}

{{/*
A Deployment and not a StatefulSet: no state belongs to an instance, and static membership would keep the partitions of a pod that
does not return unread for the session timeout (README).
*/}}
{{- define "sidetrack.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
spec:
  {{- if not .autoscaled }}
  replicas: {{ int64 .w.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  selector:
    matchLabels: {{- include "sidetrack.selector" . | nindent 6 }}
  strategy:
    {{- if .w.strategy }}
    {{- toYaml .w.strategy | nindent 4 }}
    {{- else }}
    type: RollingUpdate
    rollingUpdate:
      maxSurge: {{ ternary 0 1 .surplus }}
      maxUnavailable: {{ ternary 1 0 .surplus }}
    {{- end }}
  template:
    metadata:
      labels:
        {{- include "sidetrack.selector" . | nindent 8 }}
        app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
        {{- with .w.podLabels }}{{ toYaml . | nindent 8 }}{{- end }}
      {{- with .w.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "sidetrack.serviceAccountName" . }}
      automountServiceAccountToken: false
      # Otherwise a Service named kafka would add variables such as KAFKA_PORT, which are client properties here.
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ include "sidetrack.gracePeriod" . }}
      {{- with include "sidetrack.placement" . | trim }}{{ . | nindent 6 }}{{- end }}
      {{- with include "sidetrack.spread" . | trim }}{{ . | nindent 6 }}{{- end }}
      securityContext: {{- include "sidetrack.podSecurity" . | nindent 8 }}
      containers:
        - name: {{ .component }}
          image: {{ include "sidetrack.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          securityContext: {{- include "sidetrack.containerSecurity" . | nindent 12 }}
          env: {{- include "sidetrack.env" . | nindent 12 }}
          ports:
            - name: http
              containerPort: {{ int64 .w.http.port }}
            - name: metrics
              containerPort: {{ int64 .w.http.metricsPort }}
          # A start can wait 30 s for brokers, and then ends by itself with exit code 2.
          startupProbe:
            httpGet: {path: /livez, port: http}
            periodSeconds: 2
            timeoutSeconds: 5
            failureThreshold: 60
          # Fails only if a restart helps: not in a rebalance, nor in an outage of DynamoDB.
          livenessProbe:
            httpGet: {path: /livez, port: http}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: {path: /readyz, port: http}
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 3
          {{- if .w.preStopSleepSeconds }}
          lifecycle:
            preStop:
              exec: {command: [sleep, {{ int64 .w.preStopSleepSeconds | quote }}]}
          {{- end }}
          # A service that cannot start prints the setting and the remedy in its last line.
          terminationMessagePolicy: FallbackToLogsOnError
          resources: {{- include "sidetrack.resources" . | nindent 12 }}
          volumeMounts: {{- include "sidetrack.mounts" . | nindent 12 }}
      volumes: {{- include "sidetrack.volumes" (set . "tmpSizeLimit" .w.tmpSizeLimit) | nindent 8 }}
{{- end -}}

{{- define "sidetrack.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  labels: {{- include "sidetrack.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .w.podDisruptionBudget.maxUnavailable }}
  # A pod is not ready while its group rebalances; without this, that could prevent a node from being drained.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "sidetrack.selector" . | nindent 6 }}
{{- end -}}
