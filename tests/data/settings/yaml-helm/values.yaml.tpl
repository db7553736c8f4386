{{- if .Values.enabled }}
apiVersion: v1
metadata:
  name: {{ include "app.name" . }}
  labels:
{{ include "app.labels" . | indent 4 }}
    tier: web
spec:
  {{- with .Values.replicas }}
  replicas: {{ . }}
  {{- end }}
  timeout: {{ .Values.timeout | default 30 }}
  {{ .Values.key }}: fixed
  {{- /*
  a comment: 1
  over lines: 2
  */}}
  args:
    - --size={{ .Values.size }}
    {{- range .Values.more }}
    - {{ . }}
    {{- end }}
  text: |
    max = {{ .Values.max }}
{{- if .Values.extra }}
    extra = 1
{{- end }}
  after: yes
{{- end }}
joined: "{{ tpl (.Values.list | join ",") . }}"
plain: "{{ .Values.a }}" # comment
