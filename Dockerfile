# The program alone, with Debian's root certificates. It is built from a folder that
# holds both: GoReleaser makes it for a release, and .ci/image for a check.
FROM scratch
ARG TARGETPLATFORM
ARG CERTIFICATES=ca-certificates.crt
LABEL io.modelcontextprotocol.server.name="io.github.OWNER/scenario-mcp"
COPY $CERTIFICATES /etc/ssl/certs/
COPY $TARGETPLATFORM/scenario-mcp /
# There is no home, and so no cache folder.
ENV SCENARIO_CACHE_DIR=off
USER 65532:65532
ENTRYPOINT ["/scenario-mcp"]
