# Ships the output of all containers to syslog. Build from the root of the repository:
#   docker build --file docker/log-shipper.Dockerfile --tag wharf/log-shipper .
# BASE is any image of Debian 12 with Node 24 and npm or pnpm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN sh docker/build.sh

FROM scratch
LABEL org.opencontainers.image.title="Wharf log-shipper" \
      org.opencontainers.image.description="Ships the output of all containers to syslog" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production PATH=/usr/local/bin:/usr/bin:/bin:/sbin
COPY --from=build /out/runtime/ /
COPY --from=build /out/log-shipper/ /
STOPSIGNAL SIGTERM
ENTRYPOINT ["/sbin/tini", "--", "node", "/opt/wharf/dist/main.js"]
