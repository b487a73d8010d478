export * from './ping.module.js';
