/** Seconds after which whoever met a store that does not answer may try again. Every 503 says so. */
export const STORE_RETRY_AFTER = 5
