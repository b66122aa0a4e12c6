/** Seconds after which whoever met a store that does not answer may try again. Every 503 says so. */
export const STORE_RETRY_AFTER = 5

/** The headers of a 503 that says nothing else. */
export const STORE_UNAVAILABLE = { 'retry-after': String(STORE_RETRY_AFTER), 'cache-control': 'no-store' }
