export { InstanceEntity } from './instance.entity.js';
export * from './instances.module.js';
export * from './instances.service.js';
