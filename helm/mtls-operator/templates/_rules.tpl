{{- /* What the operator may do in a namespace that it watches; deploy/base/rbac says the same, a test compares them. */ -}}
{{- define "mtls-operator.rules" -}}
- apiGroups: [mtls-operator.dev]
  resources: [mtlsgateways, mtlsupstreams]
  # patch is for the finalizer in the metadata; spec is never written.
  verbs: [get, list, watch, patch]
- apiGroups: [mtls-operator.dev]
  resources: [mtlsgateways/status, mtlsupstreams/status]
  verbs: [patch]
- apiGroups: [mtls-operator.dev]
  # For blockOwnerDeletion, where the admission plugin OwnerReferencesPermissionEnforcement is on.
  resources: [mtlsgateways/finalizers, mtlsupstreams/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [secrets, configmaps]
  # delete is for what a spec no longer asks for; the rest goes with its owner, by garbage collection.
  verbs: [get, list, watch, create, patch, delete]
{{- if .Values.managedNginx.enabled }}
- apiGroups: [apps]
  # For spec.nginx.deployment. They are made and changed by server-side apply.
  resources: [deployments]
  verbs: [get, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, create, patch, delete]
{{- end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
