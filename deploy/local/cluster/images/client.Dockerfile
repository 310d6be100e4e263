# curl, for any user.
ARG BASE
FROM ${BASE}
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends curl && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*
USER 65532:65532
