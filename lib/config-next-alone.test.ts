import { expect, it } from 'vitest'
import { readConfig } from './config'
import { missingForNextAlone } from './config-next-alone'

const KEY = `k1:${Buffer.alloc(32, 1).toString('base64')}`
const SOUND = {
  PUBLIC_URL: 'https://auth.example.com',
  DATABASE_URL: 'postgres://localhost/vestibule',
  REDIS_URL: 'redis://localhost',
  VESTIBULE_KEYS: KEY,
  CLIENT_ADDRESS_HEADER: 'X-Real-IP',
}

const missing = (environment: Record<string, string>) =>
  missingForNextAlone(readConfig({ ...SOUND, ...environment }, true)).map(
    (sentence) => sentence.split(/[ :=]/)[0],
  )

it('Next alone starts with all that it needs', () => {
  expect(missing({})).toEqual([])
  expect(missing({ REDIS_URL: '', RATE_LIMITS: '0' })).toEqual([])
})

it.each([
  ['CLIENT_ADDRESS_HEADER', { CLIENT_ADDRESS_HEADER: '' }],
  ['DATABASE_URL', { DATABASE_URL: '' }],
  ['A', { REDIS_URL: '' }],
  ['TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/8' }],
  ['METRICS_PORT', { METRICS_PORT: '9464' }],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' }],
])('and says so about %s', (variable, environment) => {
  expect(missing(environment)).toEqual([variable])
})

it.each(['x_real_ip', 'x-real-ip, x-forwarded-for', 'Host', 'User-Agent', 'X-Vestibule-Client-Address'])(
  'refuses %s as a header that a platform writes addresses into',
  (header) => {
    expect(() => readConfig({ ...SOUND, CLIENT_ADDRESS_HEADER: header })).toThrow(
      'CLIENT_ADDRESS_HEADER is not',
    )
  },
)

it.each(['short', 'with a space in it and long'])('refuses %s as a secret for cron', (secret) => {
  expect(() => readConfig({ ...SOUND, CRON_SECRET: secret })).toThrow('CRON_SECRET has')
})
