export { createLogShipper, type LogShipperDependencies } from './app.ts';
export { type LogShipperConfig, logShipperDefaults } from './config.ts';
export { needsInspection } from './encoding-options.ts';
export { readOwnContainerId } from './io/read-own-container-id.ts';
export { program } from './program.ts';
export { parseRoutes } from './routes/parse-routes.ts';
export type { Destination, Route, RouteFilter } from './routes/route.ts';
export type { TcpFraming } from './syslog/frame-message.ts';
export type { SyslogFormat } from './syslog/syslog-settings.ts';
