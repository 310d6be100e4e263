{{- /* The file that the operator reads with --config. It names files and holds no secret. */ -}}
{{- define "mtls-operator.config" -}}
{{- include "mtls-operator.checks" . -}}
gateways:
{{- range .Values.gateways }}
  - name: {{ .name | quote }}
    type: {{ .type }}
    adminUrl: {{ .adminUrl | quote }}
    tokenFile: /var/run/secrets/gateways/{{ .name }}/token
    {{- if .caConfigMap }}
    caFile: /etc/mtls-operator/gateways/{{ .name }}/ca.crt
    {{- end }}
    {{- if .clientCertificateSecret }}
    clientCertificateFile: /var/run/secrets/gateway-clients/{{ .name }}/tls.crt
    clientKeyFile: /var/run/secrets/gateway-clients/{{ .name }}/tls.key
    {{- end }}
    {{- if .insecureSkipVerify }}
    insecureSkipVerify: true
    {{- end }}
    {{- with .group }}
    group: {{ . | quote }}
    {{- end }}
    {{- with .serverName }}
    serverName: {{ . | quote }}
    {{- end }}
    {{- with .dataPlane }}
    dataPlane:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .longestConnection }}
    longestConnection: {{ . }}
    {{- end }}
    {{- with .allowedNamespaces }}
    allowedNamespaces:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .tenants }}
    tenants:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .adoption }}
    adoption:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}
driftInterval: {{ .Values.driftInterval }}
livenessInterval: {{ .Values.livenessInterval }}
proofInterval: {{ .Values.proofInterval }}
orphans: {{ .Values.orphans }}
deletionDeadline: {{ .Values.deletionDeadline }}
gracePeriod: {{ .Values.gracePeriodSeconds }}s
stateDirectory: /var/lib/mtls-operator
healthAddress: ":8081"
{{- if .Values.metrics.enabled }}
metricsAddress: ":8080"
{{- end }}
{{- with .Values.upstreamAddresses }}
upstreamAddresses:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.managedNginx }}
{{- if .enabled }}
managedNginx:
  agentImage: {{ include "mtls-operator.image" $ | quote }}
  image: {{ .image | quote }}
  {{- with .allowedImages }}
  allowedImages:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
workers: {{ .Values.workers }}
leaderElection:
  namespace: {{ .Release.Namespace }}
  name: {{ include "mtls-operator.fullname" . }}
  {{- toYaml .Values.leaderElection | nindent 2 }}
watchNamespaces: {{ .Values.watchNamespaces | toJson }}
logLevel: {{ .Values.logLevel }}
{{- end -}}

{{- /* Whether a tenant is known by the labels of its namespaces, which the operator then watches. */ -}}
{{- define "mtls-operator.selectsNamespaces" -}}
{{- range .Values.gateways }}{{ range .tenants }}{{ if .namespaceSelector }}true{{ end }}{{ end }}{{ end }}
{{- end -}}
