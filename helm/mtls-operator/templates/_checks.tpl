{{- /* What no schema can say: values that must fit each other, and durations that the operator takes. */ -}}
{{- define "mtls-operator.checks" -}}
{{- if not .Values.gateways }}
{{- fail "gateways is empty: name at least one gateway that resources may use" }}
{{- end }}
{{- $names := list }}
{{- range .Values.gateways }}
{{- if has .name $names }}
{{- fail (printf "gateways has the name %s twice: a resource could not say which of them it means" .name) }}
{{- end }}
{{- $names = append $names .name }}
{{- include "mtls-operator.checkGateway" . }}
{{- end }}
{{- include "mtls-operator.checkDurations" . }}
{{- if and .Values.metrics.serviceMonitor.enabled .Values.metrics.podMonitor.enabled }}
{{- fail "metrics has serviceMonitor and podMonitor, which would scrape every pod twice: enable one of them" }}
{{- end }}
{{- with .Values.shard }}
{{- $parts := splitList "/" . }}
{{- if ge (atoi (first $parts)) (atoi (last $parts)) }}
{{- fail (printf "shard is %s: I in I/N counts from 0 and must be less than N" .) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "mtls-operator.checkGateway" -}}
{{- if and (not .allowedNamespaces) (not .tenants) }}
{{- fail (printf "gateway %s is for nobody: give allowedNamespaces, with \"*\" for all namespaces as before, or tenants" .name) }}
{{- else if and .allowedNamespaces .tenants }}
{{- fail (printf "gateway %s has allowedNamespaces and tenants: give one of them" .name) }}
{{- end }}
{{- if and .insecureSkipVerify .caConfigMap }}
{{- fail (printf "gateway %s has insecureSkipVerify and caConfigMap, which would have no effect then: give one of them" .name) }}
{{- end }}
{{- $name := .name }}
{{- range $index, $tenant := .tenants }}
{{- if eq (empty .namespaces) (empty .namespaceSelector) }}
{{- fail (printf "gateway %s, tenants[%d]: give either namespaces or namespaceSelector" $name $index) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "mtls-operator.checkDurations" -}}
{{- $election := .Values.leaderElection }}
{{- range list
  (list "driftInterval" .Values.driftInterval "10s" "24h")
  (list "livenessInterval" .Values.livenessInterval "1s" "5m")
  (list "proofInterval" .Values.proofInterval "1m" "168h")
  (list "deletionDeadline" .Values.deletionDeadline "1m" "8760h")
  (list "leaderElection.leaseDuration" $election.leaseDuration "1s" "10m")
  (list "leaderElection.renewDeadline" $election.renewDeadline "1s" "10m")
  (list "leaderElection.retryPeriod" $election.retryPeriod "1s" "10m")
}}
{{- include "mtls-operator.checkDuration" . }}
{{- end }}
{{- range .Values.gateways }}
{{- with .longestConnection }}
{{- include "mtls-operator.checkDuration" (list "gateways[].longestConnection" . "1s" "8760h") }}
{{- end }}
{{- end }}
{{- range list (list "renewDeadline" "leaseDuration") (list "retryPeriod" "renewDeadline") }}
{{- $shorter := get $election (first .) }}
{{- $longer := get $election (last .) }}
{{- if ge (include "mtls-operator.seconds" $shorter | atoi) (include "mtls-operator.seconds" $longer | atoi) }}
{{- fail (printf "leaderElection.%s is %s: it must be shorter than %s, which is %s" (first .) $shorter (last .) $longer) }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* Name, value, and its bounds. */ -}}
{{- define "mtls-operator.checkDuration" -}}
{{- $seconds := include "mtls-operator.seconds" (index . 1) | atoi }}
{{- if or (lt $seconds (include "mtls-operator.seconds" (index . 2) | atoi)) (gt $seconds (include "mtls-operator.seconds" (index . 3) | atoi)) }}
{{- fail (printf "%s is %s: the operator takes %s to %s" (index . 0) (index . 1) (index . 2) (index . 3)) }}
{{- end }}
{{- end -}}

{{- /* Of a duration such as 1h30m, as a number. */ -}}
{{- define "mtls-operator.seconds" -}}
{{- $hours := regexFind "[0-9]+h" . | trimSuffix "h" | atoi -}}
{{- $minutes := regexFind "[0-9]+m" . | trimSuffix "m" | atoi -}}
{{- $seconds := regexFind "[0-9]+s" . | trimSuffix "s" | atoi -}}
{{- add (mul $hours 3600) (mul $minutes 60) $seconds -}}
{{- end -}}
