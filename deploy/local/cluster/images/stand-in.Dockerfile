# The stand-in of a gateway, with the NGINX of Debian that plays its data plane.
ARG BASE
FROM ${BASE}
RUN apt-get update -qq && \
    apt-get install -y -qq --no-install-recommends nginx-light libnginx-mod-http-lua lua-resty-core openssl && \
    rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/nginx/*
COPY . /opt/stand-in/
USER 65532:65532
ENV PATH=/nodejs/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENTRYPOINT ["node", "/opt/stand-in/program/main.js"]
