# NGINX as Debian has it, for any user.
ARG BASE
FROM ${BASE}
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends nginx-light && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/nginx/*
USER 65532:65532
# Requests that are under way are answered.
STOPSIGNAL SIGQUIT
ENTRYPOINT ["nginx", "-e", "stderr", "-g", "daemon off;"]
