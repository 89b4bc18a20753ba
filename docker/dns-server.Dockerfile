# Answers DNS from the service records in etcd. Build from the root of the repository:
#   docker build --file docker/dns-server.Dockerfile --tag wharf/dns-server .
# BASE is any image of Debian 12 with Node 24 and npm or pnpm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN sh docker/build.sh

FROM scratch
LABEL org.opencontainers.image.title="Wharf dns-server" \
      org.opencontainers.image.description="Answers DNS from the service records in etcd" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin:/sbin
COPY --from=build /out/runtime/ /
COPY --from=build /out/dns-server/ /
STOPSIGNAL SIGTERM
ENTRYPOINT ["/sbin/tini", "--", "node", "/opt/wharf/dist/main.js"]
