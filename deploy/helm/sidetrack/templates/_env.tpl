{{/* A value as text. Helm reads numbers as floating-point, which would print 67108864 as 6.7108864e+07. */}}
{{- define "sidetrack.text" -}}
{{- if and (kindIs "float64" .) (eq (float64 (int64 .)) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* Non-empty if a setting of this name holds a secret, as io.sidetrack.common.log.Secrets decides. */}}
{{- define "sidetrack.isSecret" -}}
{{- $plain := lower . | replace "_" "" | replace "." "" | replace "-" "" -}}
{{- $secret := "" -}}
{{- range list "password" "passwd" "passphrase" "secret" "token" "credential" "jaas" "privatekey" "apikey" "accesskey" "keystorekey" "authorization" -}}
{{- if contains . $plain -}}{{- $secret = "yes" -}}{{- end -}}
{{- end -}}
{{- range list "file" "location" "path" "url" "uri" "class" "provider" "providers" "ms" "seconds" "accesskeyid" -}}
{{- if hasSuffix . $plain -}}{{- $secret = "" -}}{{- end -}}
{{- end -}}
{{- $secret -}}
{{- end -}}

{{/*
Non-empty if a setting, a list of its name and its text, contains a secret: neither a reference to a config provider, nor a JAAS
configuration without options.
*/}}
{{- define "sidetrack.isSecretText" -}}
{{- $name := first . -}}
{{- $text := last . -}}
{{- $reference := regexMatch "^\\$\\{[^}]+\\}$" $text -}}
{{- if and (include "sidetrack.isSecret" $name) (not $reference) (or (contains "=" $text) (not (contains "JAAS" $name))) -}}yes{{- end -}}
{{- end -}}

{{/*
The environment of a container, as its env: the chart's own variables (.own), settings from values, references to secrets and
further variables, each name once, in alphabetical order except for the last. Values are literal: Kubernetes would replace $(NAME), so it is escaped.
*/}}
{{- define "sidetrack.env" -}}
{{- $variables := dict -}}
{{- range $name, $value := .own -}}
{{- $_ := set $variables $name (dict "name" $name "value" (toString $value | replace "$(" "$$(")) -}}
{{- end -}}
{{- $taken := concat (keys .own) (list "ROUTER_LIVE_TOPIC" "ROUTER_BACKFILL_TOPIC" "ROUTER_HTTP_HOST" "WRITER_APPLICATION_ID" "WRITER_HTTP_HOST") -}}
{{- $settings := dict -}}
{{- range list .root.Values.kafka.settings .w.settings -}}
{{- range $name, $value := . -}}{{- $_ := set $settings $name $value -}}{{- end -}}
{{- end -}}
{{- $extra := list -}}
{{- range .w.extraEnv -}}{{- $extra = append $extra .name -}}{{- end -}}
{{- range $name := concat (keys $settings) (keys .w.secretSettings) $extra -}}
{{- if has $name $taken -}}
{{- fail (printf "%s: %s is set by the chart: set the value that stands for it (values.yaml)" $.component $name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $settings -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $text := include "sidetrack.text" $value -}}
{{- if include "sidetrack.isSecretText" (list $name $text) -}}
{{- fail (printf "%s: the setting %s is a secret: put it into a Secret, and reference it in secretSettings" $.component $name) -}}
{{- end -}}
{{- $_ := set $variables $name (dict "name" $name "value" (replace "$(" "$$(" $text)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $key := .w.secretSettings -}}
{{- if hasKey $variables $name -}}
{{- fail (printf "%s: %s is both in settings and in secretSettings" $.component $name) -}}
{{- end -}}
{{- $_ := set $variables $name (dict "name" $name "valueFrom" (dict "secretKeyRef" $key)) -}}
{{- end -}}
{{- $all := list -}}
{{- range $name, $variable := $variables -}}{{- $all = append $all $variable -}}{{- end -}}
{{- range .w.extraEnv -}}
{{- if and .value (include "sidetrack.isSecretText" (list .name .value)) -}}
{{- fail (printf "%s: %s in extraEnv is a secret: put it into a Secret, and reference it in secretSettings" $.component .name) -}}
{{- end -}}
{{- if hasKey $variables .name -}}
{{- fail (printf "%s: %s in extraEnv is set already" $.component .name) -}}
{{- end -}}
{{- $_ := set $variables .name true -}}
{{- $all = append $all . -}}
{{- end -}}
{{- toYaml $all -}}
{{- end -}}
