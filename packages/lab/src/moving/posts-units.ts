/**
 * The units of 2015, as far as the agents are concerned: the command lines of Registrator, SkyDNS and Logspout with nothing
 * but the image changed.
 */
export const POSTS_UNITS = {
  registrar: unit(
    'registrator',
    '-h %H -v /var/run/docker.sock:/tmp/docker.sock',
    'wharf/registrar -ip ${COREOS_PRIVATE_IPV4} -ttl-refresh 30 -ttl 40 skydns2://${COREOS_PRIVATE_IPV4}:4001/staging.example.local',
  ),
  'dns-server': unit(
    'skydns',
    '-p ${COREOS_PRIVATE_IPV4}:53:53/udp -e ETCD_MACHINES=http://${COREOS_PRIVATE_IPV4}:4001 -e SKYDNS_ADDR=0.0.0.0:53 -e SKYDNS_DOMAIN=staging.example.local',
    'wharf/dns-server',
  ),
  'log-shipper': unit(
    'logspout',
    '-h %H -v /var/run/docker.sock:/tmp/docker.sock --dns ${COREOS_PRIVATE_IPV4}',
    'wharf/log-shipper syslog://docker-rsyslog.staging.example.local:514',
  ),
} as const;

function unit(name: string, options: string, imageAndArguments: string): string {
  return `[Service]
EnvironmentFile=/etc/environment
ExecStartPre=-/usr/bin/docker kill ${name}
ExecStartPre=-/usr/bin/docker rm ${name}
ExecStart=/usr/bin/docker run --name ${name} ${options} ${imageAndArguments}
ExecStop=/usr/bin/docker stop ${name}

[X-Fleet]
Global=true
`;
}
