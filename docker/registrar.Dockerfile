# Follows Docker and keeps each container's services registered in etcd. Build from the root of the repository:
#   docker build --file docker/registrar.Dockerfile --tag wharf/registrar .
# BASE is any image of Debian 12 with Node 24 and npm or pnpm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN sh docker/build.sh

FROM scratch
LABEL org.opencontainers.image.title="Wharf registrar" \
      org.opencontainers.image.description="Follows Docker and keeps each container's services registered in etcd" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin:/sbin
COPY --from=build /out/runtime/ /
COPY --from=build /out/registrar/ /
STOPSIGNAL SIGTERM
ENTRYPOINT ["/sbin/tini", "--", "node", "/opt/wharf/dist/main.js"]
