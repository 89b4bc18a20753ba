#!/bin/sh
# Whether rsyslogd listens for syslog and RELP, by the kernel's tables: to imrelp a connection that says nothing is an error.
for port in 5514 2514; do
  grep -qs ":$(printf %04X "$port") 0*:0000 0A " /proc/net/tcp /proc/net/tcp6 || exit 1
done
