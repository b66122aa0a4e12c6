/** Every lifetime in one place, in seconds. A server may configure its own token lifetimes; the rest is fixed. */

/** An authorization request and its PKCE challenge, from authorize to consent; Allow re-arms both. */
export const AUTHORIZATION_REQUEST_LIFETIME = 600

/** A pushed authorization request, until the browser brings its URI: RFC 9126 §2.2 thinks of 5 to 600 seconds. */
export const PUSHED_REQUEST_LIFETIME = 90

/** Our state towards the identity provider: a slow user and a second factor must fit. */
export const UPSTREAM_STATE_LIFETIME = 600

/** How long a browser is known to have been a user: a working day, after which the consent page is shown again. */
export const BROWSER_SESSION_LIFETIME = 12 * 3600

/** RFC 6749 §4.1.2 recommends ten minutes at most; the client redeems within a second or two. */
export const AUTHORIZATION_CODE_LIFETIME = 60

/** How long a redeemed code is remembered, so that a replay is known as one (RFC 6749 §4.1.2). */
export const SPENT_CODE_LIFETIME = 600

/** RFC 8628 §3.2: time to find another screen, type a code and log in. */
export const DEVICE_CODE_LIFETIME = 600

/** Between two polls of a device, to begin with, and how much longer it is after each that came too early (§3.5). */
export const DEVICE_POLL_INTERVAL = 5
export const DEVICE_POLL_PENALTY = 5

/** Requests of a device that keeps the interval may still arrive a little closer to one another. */
export const DEVICE_POLL_TOLERANCE = 1

/** How long wrong user codes count against their source. */
export const DEVICE_GUESS_WINDOW = 600

/** An access token verified offline lives this long even after a revocation, so it is short. */
export const ACCESS_TOKEN_LIFETIME = 3600

/** An ID token says who logged in; its client looks at it once, when it arrives. */
export const ID_TOKEN_LIFETIME = 3600

/** No server may configure a longer one: a retired key stays published for as long as a token it signed may live. */
export const ACCESS_TOKEN_MAX_LIFETIME = 24 * 3600

/** Refresh tokens slide: each use moves the end of the family this far ahead. */
export const REFRESH_TOKEN_LIFETIME = 30 * 24 * 3600

/** And no family outlives this, however often it is used. */
export const REFRESH_TOKEN_MAX_LIFETIME = 180 * 24 * 3600

/** A retry of a refresh within this window gets the same successor; later it counts as theft (RFC 9700 §4.14). */
export const REFRESH_GRACE = 60

/** How long a verifier may keep a server's key set without asking again (RFC 7517 §5). */
export const KEY_SET_MAX_AGE = 300

/** The revocation feed goes on from whole minutes, so that all who follow it ask for the same documents. */
export const FEED_STEP = 60

/** Who has not asked for so long is told everything again: of each server there are a few documents, and not a thousand. */
export const FEED_MEMORY = 15 * 60

/** So far back it tells again what may not have been visible yet when it was read last. */
export const FEED_OVERLAP = 120

/** How long a shared cache may keep a document of the feed. */
export const FEED_MAX_AGE = 1

/** How long a follower of the feed may wait for something new, however long it is willing to. */
export const FEED_WAIT = 5

/** How many revocations a document of the feed lists; those before are told as one. A number, not seconds. */
export const FEED_LIMIT = 20_000

/** How long a process sends a public document as it made it: metadata, or a key set. */
export const DOCUMENT_CACHE = 1

/** How long a process signs with a key without looking whether there is another. */
export const SIGNING_KEY_CACHE = 60

/** Tolerated clock difference: between our instances, and between us and other signers and verifiers. */
export const CLOCK_TOLERANCE = 60

/** A metadata document counts as fresh for this long at the token endpoint, whatever its own headers say. */
export const DOCUMENT_TRUST_LIFETIME = 24 * 3600

/** And for this long it stands in when it cannot be fetched any more. */
export const DOCUMENT_STALE_LIFETIME = 7 * 24 * 3600

/**
 * Seconds after its issue for which an identity assertion is accepted, however long it says it lives (MCP
 * Enterprise-Managed Authorization §7.4.2): the client presents it at once.
 */
export const ID_JAG_MAX_AGE = 900

/** Seconds after its issue for which a token is accepted that an identity provider sends by itself: it comes at once. */
export const SENT_TOKEN_MAX_AGE = 600

/** The same for security events: a transmitter that could not deliver them tries again for a while. */
export const SIGNAL_MAX_AGE = 24 * 3600

/** An unknown key id has a client's key set fetched again, but not sooner than this after the last time. */
export const KEY_SET_COOL_DOWN = 30

/** An upstream token that expires sooner than this is refreshed before it is exchanged. */
export const HANDOFF_MARGIN = 60

/** Who waits for the identity provider to refresh a token waits this long; the refresh itself may take longer. */
export const UPSTREAM_PATIENCE = 4

/** How long one instance may refresh a grant's upstream tokens before another may try: longer than it can take. */
export const UPSTREAM_LEASE = 60

/** After so long the identity provider is asked again, whatever its token says: the claims of its user are that old. */
export const UPSTREAM_MAX_AGE = 24 * 3600

/** After an upstream refresh that got no answer the next is tried so much later, then doubling, up to the second. */
export const UPSTREAM_RETRY_FIRST = 30
export const UPSTREAM_RETRY_LAST = 900

/** For so long after the first of them our own refreshes succeed without the identity provider. */
export const UPSTREAM_OUTAGE_GRACE = 24 * 3600

/** A registered client that got no token within this time is expired by clean-up; one that ever did never is. */
export const UNUSED_REGISTRATION_LIFETIME = 24 * 3600

/** So long an unused registration is safe even when its server's quota is full; then the oldest make room. */
export const UNUSED_REGISTRATION_MINIMUM = 3600

/** How long a client stays in the list of those that wait for an administrator, unless it comes again. */
export const WAITING_LIFETIME = 14 * 24 * 3600

/** How many of them a server has at most, and how many of one network. Numbers, not seconds. */
export const WAITING_CLIENTS = 100
export const WAITING_OF_NETWORK = 10

/** Unused registrations that a server has at most, unless it is configured otherwise. A number, not seconds. */
export const REGISTRATION_QUOTA = 10_000

/** How long the operator can see how a login went. */
export const TIMELINE_LIFETIME = 30 * 24 * 3600

/** How long an operator can see how a test of a connection went, with the claims of who made it. */
export const CONNECTION_TEST_LIFETIME = 7 * 24 * 3600

/** How long an operator can see that a setup link was there, after it expired. */
export const SETUP_LINK_MEMORY = 30 * 24 * 3600

/** How long before its end a key, secret or certificate needs attention. */
export const ENDS_SOON = 14 * 24 * 3600

/** How long an API key or an invitation that has ended is kept, and counts for its organization's quota. */
export const ENDED_MEMORY = 30 * 24 * 3600

/** From a login on, after which nobody brings its code or device code any more. */
export const REDEEMED_WITHIN = 900

/** How long it is known what became of a mail. */
export const MAIL_MEMORY = 30 * 24 * 3600

/** How long tokens of a revoked grant are kept, so that their use is still recognized. */
export const LEFTOVER_LIFETIME = 24 * 3600

/** How long an operator can see that an entry was delivered to a webhook, and how long one that could not be. */
export const DELIVERED_LIFETIME = 7 * 24 * 3600
export const DEAD_LETTER_LIFETIME = 30 * 24 * 3600
