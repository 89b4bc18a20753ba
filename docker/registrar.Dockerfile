# Follows Docker and keeps each container's services registered in etcd. Build from the root of the repository:
#   docker build --file docker/registrar.Dockerfile --tag wharf/registrar .
# BASE is any Debian-like image with Node 24 and npm.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /wharf
COPY . .
RUN npx --yes pnpm@10.34.9 install --frozen-lockfile \
 && npx --yes pnpm@10.34.9 --filter-prod "@wharf/registrar..." run build \
 && npx --yes pnpm@10.34.9 --filter @wharf/registrar deploy --prod --legacy /image

FROM ${BASE}
LABEL org.opencontainers.image.title="Wharf registrar" \
      org.opencontainers.image.description="Follows Docker and keeps each container's services registered in etcd" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
COPY --from=build /image /opt/wharf
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/wharf/dist/main.js"]
