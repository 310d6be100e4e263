{{- define "mtls-operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- /* The release's name, unless that already says what it is. */ -}}
{{- define "mtls-operator.fullname" -}}
{{- $name := include "mtls-operator.name" . -}}
{{- $ofRelease := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- .Values.fullnameOverride | default $ofRelease | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "mtls-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "mtls-operator.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "mtls-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "mtls-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "mtls-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "mtls-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- /* Labels and annotations of an object: of a list of the root and, where there are, its own labels and annotations. */ -}}
{{- define "mtls-operator.metadata" -}}
{{- $root := first . -}}
{{- $own := concat (rest .) (list dict dict) -}}
labels:
  {{- mergeOverwrite dict $root.Values.commonLabels (index $own 0) (include "mtls-operator.labels" $root | fromYaml) | toYaml | nindent 2 }}
{{- with mergeOverwrite dict $root.Values.commonAnnotations (index $own 1) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* The Lease of the election, as the operator names it: a shard adds its number. */ -}}
{{- define "mtls-operator.leaseName" -}}
{{- include "mtls-operator.fullname" . -}}
{{- with .Values.shard -}}
{{- $parts := splitList "/" . -}}
{{- printf "-shard-%s-of-%s" (index $parts 0) (index $parts 1) -}}
{{- end -}}
{{- end -}}

{{- define "mtls-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}
