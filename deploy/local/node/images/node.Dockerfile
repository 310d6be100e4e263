# Where distroless has it.
ARG BASE
FROM ${BASE}
COPY node /nodejs/bin/node
