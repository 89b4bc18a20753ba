# The syslog server that log-shippers send to: Debian's rsyslog with UDP, TCP and RELP. Build from the root of the repository:
#   docker build --file docker/central-rsyslog.Dockerfile --tag wharf/central-rsyslog .
# BASE is any Debian-like image; of the agents' own base nothing is needed but Debian.
ARG BASE=debian:bookworm-slim

FROM ${BASE}
LABEL org.opencontainers.image.title="Wharf central-rsyslog" \
      org.opencontainers.image.description="Takes syslog over UDP, TCP and RELP, and keeps a file a host and program" \
      org.opencontainers.image.licenses="MIT"
RUN apt-get update \
 && apt-get install -y --no-install-recommends rsyslog rsyslog-relp rsyslog-elasticsearch \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
 && install -d -o 514 -g 514 /var/log/hosts /var/spool/rsyslog
COPY docker/central-rsyslog/ /etc/central-rsyslog/
# Where a copy of everything goes besides the files: http://elasticsearch.staging.example.local:9200
ENV ELASTICSEARCH=""
USER 514:514
VOLUME ["/var/log/hosts", "/var/spool/rsyslog"]
EXPOSE 5514/udp 5514/tcp 2514/tcp
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/etc/central-rsyslog/is-listening.sh"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["rsyslogd", "-n", "-iNONE", "-f", "/etc/central-rsyslog/rsyslog.conf"]
