{{- /*
Whether to install the policies: where the API server has them. `helm template` without a cluster knows no kind at all,
not even Secret; what it renders is for a cluster of 1.31 or newer, which has them.
*/ -}}
{{- define "mtls-operator.admissionPolicies" -}}
{{- $has := .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy" -}}
{{- $isKnown := .Capabilities.APIVersions.Has "v1/Secret" -}}
{{- if and .Values.admissionPolicies.enabled (or $has (not $isKnown)) -}}
true
{{- end -}}
{{- end -}}

{{- /* Who may write Secrets with the marks of the operator, as JSON. */ -}}
{{- define "mtls-operator.secretWriters" -}}
{{- $account := printf "system:serviceaccount:%s:%s" .Release.Namespace (include "mtls-operator.serviceAccountName" .) -}}
{{- $writers := .Values.admissionPolicies.secretWriters -}}
{{- $isOneOfSeveral := and .Values.shard (not (hasSuffix "/1" .Values.shard)) .Values.serviceAccount.create -}}
{{- if and $isOneOfSeveral (not $writers.users) -}}
{{- fail "shard: name the service accounts of the other shards in admissionPolicies.secretWriters.users, or let all shards use one account (serviceAccount.create: false)" -}}
{{- end -}}
{{- dict "users" (prepend $writers.users $account) "groups" $writers.groups | toJson -}}
{{- end -}}
