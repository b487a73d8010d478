import { USAGE_PERIODS, type UsagePeriodName } from '../../usage/index.js';
import { textOf, type FormBody } from '../forms/form-body.js';

/** Returns the period in a page's query. An unknown or missing one is the last 24 hours. */
export const requestedPeriod = (query: FormBody): UsagePeriodName =>
  USAGE_PERIODS.find((name) => name === textOf(query, 'period')) ?? '24h';
