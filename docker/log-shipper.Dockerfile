# Ships the output of all containers to syslog. Build from the root of the repository:
#   docker build --file docker/log-shipper.Dockerfile --tag wharf/log-shipper .
# BASE is any Debian-like image with Node 24 and npm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN npx --yes pnpm@10.34.9 install --frozen-lockfile \
 && npx --yes pnpm@10.34.9 --filter-prod "@wharf/log-shipper..." run build \
 && npx --yes pnpm@10.34.9 --filter @wharf/log-shipper deploy --prod --legacy /image

FROM ${BASE}
LABEL org.opencontainers.image.title="Wharf log-shipper" \
      org.opencontainers.image.description="Ships the output of all containers to syslog" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
COPY --from=build /image /opt/wharf
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/wharf/dist/main.js"]
