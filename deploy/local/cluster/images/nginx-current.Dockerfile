# A current NGINX: one static program, for any user.
ARG BASE
FROM ${BASE}
COPY nginx /usr/sbin/nginx
USER 65532:65532
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx", "-e", "stderr", "-g", "daemon off;"]
