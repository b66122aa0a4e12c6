/** Adapters of oidc-provider, in the shapes that its documentation and community use. */
import Redis from 'ioredis'
import pg from 'pg'

const OF_GRANT = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken'])
const CONSUMABLE = new Set(['AuthorizationCode', 'RefreshToken'])
const now = () => Math.floor(Date.now() / 1000)

/** The adapter that comes with it keeps 1,000 entries, and would lose codes; this one keeps all. */
export function inMemory() {
  const kept = new Map()
  const grants = new Map()
  return class {
    constructor(model) {
      this.model = model
    }
    key(id) {
      return `${this.model}:${id}`
    }
    async upsert(id, payload) {
      const key = this.key(id)
      if (payload.uid) kept.set(`uid:${payload.uid}`, id)
      if (OF_GRANT.has(this.model) && payload.grantId) {
        const keys = grants.get(payload.grantId) ?? new Set()
        grants.set(payload.grantId, keys.add(key))
      }
      kept.set(key, payload)
    }
    async find(id) {
      return kept.get(this.key(id))
    }
    async findByUid(uid) {
      return this.find(kept.get(`uid:${uid}`))
    }
    async findByUserCode() {}
    async consume(id) {
      kept.get(this.key(id)).consumed = now()
    }
    async destroy(id) {
      kept.delete(this.key(id))
    }
    async revokeByGrantId(grantId) {
      for (const key of grants.get(grantId) ?? []) kept.delete(key)
      grants.delete(grantId)
    }
  }
}

/** @param url `redis://…` */
export function onRedis(url) {
  const redis = new Redis(url, { keyPrefix: 'oidc:' })
  return class {
    constructor(model) {
      this.model = model
    }
    key(id) {
      return `${this.model}:${id}`
    }
    async upsert(id, payload, lifetime) {
      const key = this.key(id)
      const text = JSON.stringify(payload)
      const commands = redis.multi()
      if (CONSUMABLE.has(this.model)) commands.hset(key, { payload: text })
      else commands.set(key, text)
      if (lifetime) commands.expire(key, lifetime)
      if (OF_GRANT.has(this.model) && payload.grantId) {
        const grant = `grant:${payload.grantId}`
        commands.rpush(grant, key)
        if (lifetime > (await redis.ttl(grant))) commands.expire(grant, lifetime)
      }
      if (payload.uid) commands.set(`uid:${payload.uid}`, id, 'EX', lifetime)
      await commands.exec()
    }
    async find(id) {
      if (!CONSUMABLE.has(this.model))
        return JSON.parse((await redis.get(this.key(id))) ?? 'null') ?? undefined
      const { payload, ...rest } = await redis.hgetall(this.key(id))
      return payload ? { ...rest, ...JSON.parse(payload) } : undefined
    }
    async findByUid(uid) {
      return this.find(await redis.get(`uid:${uid}`))
    }
    async findByUserCode() {}
    async consume(id) {
      await redis.hset(this.key(id), 'consumed', now())
    }
    async destroy(id) {
      await redis.del(this.key(id))
    }
    async revokeByGrantId(grantId) {
      const keys = await redis.lrange(`grant:${grantId}`, 0, -1)
      await redis.del(`grant:${grantId}`, ...keys)
    }
  }
}

const TABLE = `
  create table oidc_payload (type text, id text, payload jsonb not null, grant_id text, user_code text, uid text,
    expires_at timestamptz, consumed_at timestamptz, primary key (type, id));
  create index oidc_payload_grant on oidc_payload (grant_id);
  create index oidc_payload_uid on oidc_payload (uid)`

/** @param url `postgres://…` of an empty database */
export async function onPostgres(url) {
  const pool = new pg.Pool({ connectionString: url, max: 10, idleTimeoutMillis: 0 })
  await pool.query(TABLE)
  const ask = async (name, text, values) => (await pool.query({ name, text, values })).rows[0]
  const found = (row) => {
    if (!row || (row.expires_at && row.expires_at < new Date())) return undefined
    return row.consumed_at ? { ...row.payload, consumed: true } : row.payload
  }
  const columns = 'payload, expires_at, consumed_at'
  return class {
    constructor(model) {
      this.model = model
    }
    async upsert(id, payload, lifetime) {
      const expires = lifetime ? new Date(Date.now() + lifetime * 1000) : null
      const { grantId = null, userCode = null, uid = null } = payload
      const values = [this.model, id, JSON.stringify(payload), grantId, userCode, uid, expires]
      const text = `insert into oidc_payload (type, id, payload, grant_id, user_code, uid, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (type, id) do update
        set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, expires_at = excluded.expires_at`
      await ask('upsert', text, values)
    }
    async find(id) {
      return found(
        await ask('find', `select ${columns} from oidc_payload where type = $1 and id = $2`, [
          this.model,
          id,
        ]),
      )
    }
    async findByUid(uid) {
      return found(
        await ask('uid', `select ${columns} from oidc_payload where type = $1 and uid = $2`, [
          this.model,
          uid,
        ]),
      )
    }
    async findByUserCode() {}
    async consume(id) {
      await ask('consume', 'update oidc_payload set consumed_at = now() where type = $1 and id = $2', [
        this.model,
        id,
      ])
    }
    async destroy(id) {
      await ask('destroy', 'delete from oidc_payload where type = $1 and id = $2', [this.model, id])
    }
    async revokeByGrantId(grantId) {
      await ask('revoke', 'delete from oidc_payload where grant_id = $1', [grantId])
    }
  }
}
