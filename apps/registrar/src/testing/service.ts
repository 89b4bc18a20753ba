import { registrarDefaults } from '../config.ts';
import type { LayoutRules } from '../records/layout.ts';
import type { Service } from '../services/service.ts';

/** A plain service, with what a test says about it. */
export function sketchService(sketch: Partial<Service> = {}): Service {
  return {
    containerId: '0123456789abcdef'.repeat(4),
    containerName: 'web',
    id: 'node-1:web:80',
    name: 'web',
    address: '10.0.0.5',
    port: 8080,
    containerPort: 80,
    protocol: 'tcp',
    tags: [],
    attributes: new Map(),
    ttlSeconds: 40,
    ...sketch,
  };
}

/** The rules that hold unless an operator says otherwise. */
export const layoutRules: LayoutRules = registrarDefaults;
