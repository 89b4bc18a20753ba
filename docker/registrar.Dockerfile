# Follows Docker and keeps each container's services registered in etcd. Build from the root of the repository:
#   docker build --file docker/registrar.Dockerfile --tag wharf/registrar .
# BASE is any image of Debian 12 with Node 24 and npm or pnpm. All that is above "FROM scratch" is the same in the
# Dockerfiles of all agents, so that it is done once.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN sh docker/build.sh

FROM scratch
COPY --from=build /out/runtime/ /
COPY --from=build /out/registrar/ /
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin
# Root, because the engine's socket is root's; README.md says how it runs without.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["node", "/opt/wharf/dist/healthcheck.js"]
ENTRYPOINT ["/sbin/tini", "--", "node", "--max-semi-space-size=2", "/opt/wharf/dist/main.js"]
ARG VERSION=""
ARG REVISION=""
ARG SOURCE=""
LABEL org.opencontainers.image.title="Wharf registrar" \
      org.opencontainers.image.description="Follows Docker and keeps each container's services registered in etcd" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
