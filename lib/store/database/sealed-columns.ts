/** Everything that a key of the installation seals or derives, and so is needed for. Decision 0081. */
import { sql } from 'drizzle-orm'
import type { Database, Transaction } from './database'
import { guarded } from './guarded'
import { transactInTime } from './in-time'
import {
  connectionSecretContext,
  idempotentAnswerContext,
  mailContext,
  signingKeyContext,
  upstreamTokenContext,
  webhookHeadersContext,
  webhookSecretContext,
} from './sealed-contexts'

/** What something is sealed for, as `keys list` counts it. */
export type Sealed =
  | 'connection secrets'
  | 'webhook secrets'
  | 'signing keys'
  | 'upstream tokens'
  | 'answers to idempotent requests'
  | 'mails on their way'
  | 'second factors'
  | 'logins under way'
  | 'connection tests under way'
  | 'linking of logins under way'
  | 'refresh tokens'

/** How the values of a column are sealed. */
export type Codec = {
  /** Which of the keys a value needs. */
  keyOf(value: string, keyIds: readonly string[]): string | undefined
  /** The same, sealed with the current key. */
  renew(value: string, context: string): Promise<string> | string
}

export type Codecs = { readonly sealed: Codec; readonly accounts: Codec }

type Column = {
  readonly what: Sealed
  readonly table: string
  readonly column: string
  /** Identifies the row, and sorts. */
  readonly id: string
  readonly codec: keyof Codecs
  /** What a value is bound to; absent: it ends by itself within minutes, and is never sealed anew. */
  context?(id: string, owner: string): string
  /** Column that the context needs besides. */
  readonly owner?: string
}

const none = () => ''

export const COLUMNS: readonly Column[] = [
  {
    what: 'connection secrets',
    table: 'connections',
    column: 'client_secret',
    id: 'id',
    codec: 'sealed',
    context: connectionSecretContext,
  },
  ...['secret', 'previous_secret'].map((column) => ({
    what: 'webhook secrets' as const,
    table: 'webhooks',
    column,
    id: 'id',
    codec: 'sealed' as const,
    context: webhookSecretContext,
  })),
  {
    what: 'webhook secrets',
    table: 'webhooks',
    column: 'headers',
    id: 'id',
    codec: 'sealed',
    context: webhookHeadersContext,
  },
  {
    what: 'signing keys',
    table: 'signing_keys',
    column: 'private_key',
    id: 'kid',
    owner: 'server_id',
    codec: 'sealed',
    context: (kid, serverId) => signingKeyContext(serverId, kid),
  },
  ...(['access_token', 'refresh_token', 'id_token'] as const).map((column) => ({
    what: 'upstream tokens' as const,
    table: 'upstream_tokens',
    column,
    id: 'grant_id',
    codec: 'sealed' as const,
    context: (grantId: string) => upstreamTokenContext(grantId, column),
  })),
  {
    what: 'answers to idempotent requests',
    table: 'idempotent_requests',
    column: 'answer',
    id: 'id',
    codec: 'sealed',
    context: idempotentAnswerContext,
  },
  {
    what: 'mails on their way',
    table: 'mails',
    column: 'content',
    id: 'id',
    codec: 'sealed',
    context: mailContext,
  },
  ...['secret', 'backup_codes'].map((column) => ({
    what: 'second factors' as const,
    table: 'operator_two_factors',
    column,
    id: 'id',
    codec: 'accounts' as const,
    context: none,
  })),
  {
    what: 'logins under way',
    table: 'authorization_requests',
    column: 'code_verifier',
    id: 'id',
    codec: 'sealed',
  },
  {
    what: 'linking of logins under way',
    table: 'link_ceremonies',
    column: 'code_verifier',
    id: 'id',
    codec: 'sealed',
  },
  {
    what: 'connection tests under way',
    table: 'connection_tests',
    column: 'code_verifier',
    id: 'id',
    codec: 'sealed',
  },
]

/** Rows that are read at once. */
const BATCH = 200

/** Milliseconds that a look at one batch may take. */
const DEADLINE = 60_000

type Row = { readonly id: string; readonly owner: string; readonly value: string }

/** Reads and replaces sealed values, in batches that follow the primary key. */
export function sealedColumnStore(db: Database) {
  return guarded(
    {
      /** @param after the id that the batch before ended with */
      async batch(column: Column, after: string): Promise<readonly Row[]> {
        const { table, id, owner = id, column: name } = column
        const [of, key, bound, value] = [table, id, owner, name].map((part) => sql.identifier(part))
        return db.execute<Row>(sql`select ${key} as id, ${bound} as owner, ${value} as value from ${of}
          where ${key} > ${after} and ${value} is not null order by ${key} limit ${BATCH}`)
      },

      /** Unless somebody else has replaced it meanwhile. */
      async replace({ table, id, column }: Column, row: Row, value: string): Promise<void> {
        const [of, key, name] = [table, id, column].map((part) => sql.identifier(part))
        await db.execute(
          sql`update ${of} set ${name} = ${value} where ${key} = ${row.id} and ${name} = ${row.value}`,
        )
      },

      /** Refresh tokens that may still be used, by the key that their successors are derived with. */
      refreshTokens: () =>
        db.execute<{ key: string; count: number; until: string }>(sql`
          select token.key_id as key, count(*)::int as count, max(token.expires_at)::text as until
          from refresh_tokens as token join grants as family on family.id = token.grant_id
          where token.rotated_at is null and token.expires_at > now() and family.revoked_at is null
          group by token.key_id`),

      keyIds: async () =>
        (
          await db.execute<{ id: string }>(sql`select key_id as id from sealing_keys order by first_used_at`)
        ).map(({ id }) => id),

      /**
       * A start without it is no longer refused.
       *
       * @param record writes the entry in the audit log, in the same transaction
       */
      forget: (keyId: string, record: (tx: Transaction) => Promise<unknown>): Promise<void> =>
        transactInTime(db, async (tx) => {
          await tx.execute(sql`delete from sealing_keys where key_id = ${keyId}`)
          await record(tx)
        }),
    },
    { deadline: DEADLINE },
  )
}

/** Every value of a column, batch by batch. */
export async function* valuesOf(
  store: ReturnType<typeof sealedColumnStore>,
  column: Column,
): AsyncGenerator<readonly Row[]> {
  for (let after = ''; ; ) {
    const rows = await store.batch(column, after)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.id
  }
}
