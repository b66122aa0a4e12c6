import { describe, expect, it } from 'vitest'
import { parseRedisGroup } from './redis-url'

const PLAIN = { db: 0, tls: false, username: '', password: '', sentinelUsername: '', sentinelPassword: '' }

describe('address of several Redis servers', () => {
  it.each([
    [
      'redis+cluster://a,b:7001,[::1]:7002',
      { kind: 'cluster', name: '', hosts: ['a:6379', 'b:7001', '::1:7002'] },
    ],
    ['redis+cluster://a/0', { kind: 'cluster', name: '', hosts: ['a:6379'] }],
    [
      'rediss+cluster://vestibule:p%40ss:word@a.example',
      {
        kind: 'cluster',
        name: '',
        hosts: ['a.example:6379'],
        tls: true,
        username: 'vestibule',
        password: 'p@ss:word',
      },
    ],
    ['redis+sentinel://a,b:5000/main', { kind: 'sentinel', name: 'main', hosts: ['a:26379', 'b:5000'] }],
    [
      'redis+sentinel://:secret@a/main/3?sentinel_username=s&sentinel_password=t%26u',
      {
        kind: 'sentinel',
        name: 'main',
        hosts: ['a:26379'],
        db: 3,
        password: 'secret',
        sentinelUsername: 's',
        sentinelPassword: 't&u',
      },
    ],
  ])('%s', (url, expected) => {
    const { hosts, ...rest } = parseRedisGroup(url) ?? { hosts: [] }
    expect({ ...rest, hosts: hosts.map(({ host, port }) => `${host}:${port}`) }).toEqual({
      ...PLAIN,
      ...expected,
    })
  })

  it.each([
    'redis://a,b',
    'redis+cluster://',
    'redis+cluster://a,,b',
    'redis+cluster://a:0',
    'redis+cluster://a:65536',
    'redis+cluster://a/1',
    'redis+cluster://a/0/1',
    'redis+cluster://%zz@a',
    'redis+sentinel://a',
    'redis+sentinel://a/',
    'redis+sentinel://a/main/x',
    'redis+sentinel://a b/main',
    'redis+other://a',
  ])('%s is none', (url) => {
    expect(parseRedisGroup(url)).toBeNull()
  })
})
