import type { Server } from '@/lib/oauth/model'

/** Something whose access tokens are over before their time, by the claim that names it. */
export type Ended = {
  readonly claim: 'gid' | 'jti' | 'sub' | 'client_id'
  readonly value: string
  /** When it was ended, or was kept out. */
  readonly at: Date
}

export type Revocations = {
  /** Seconds that an access token of the server may live, also one that was issued before the configuration changed. */
  tokenLifetime(server: Pick<Server, 'id'>, now: Date): Promise<number>
  /**
   * The latest `limit` grants and tokens of the server that were ended after `since`, and its users and clients that are
   * kept out since; the latest first, and always in the same order.
   */
  list(server: Pick<Server, 'id' | 'organizationId'>, since: Date, limit: number): Promise<readonly Ended[]>
}
