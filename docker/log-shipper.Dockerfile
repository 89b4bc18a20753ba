# Ships the output of all containers to syslog. Build from the root of the repository:
#   docker build --file docker/log-shipper.Dockerfile --tag wharf/log-shipper .
# BASE is any image of Debian 12 with Node 24 and npm or pnpm. All that is above "FROM scratch" is the same in the
# Dockerfiles of all agents, so that it is done once.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN sh docker/build.sh

FROM scratch
COPY --from=build /out/runtime/ /
COPY --from=build /out/log-shipper/ /
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin
# Root, because the engine's socket and its log files are root's.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "/opt/wharf/dist/healthcheck.js"]
ENTRYPOINT ["/sbin/tini", "--", "node", "--max-semi-space-size=16", "/opt/wharf/dist/main.js"]
ARG VERSION=""
ARG REVISION=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="Wharf log-shipper" \
      org.opencontainers.image.description="Ships the output of all containers to syslog" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
