import type { Server } from 'node:http'
import { expect, it } from 'vitest'
import { limitedServer } from '@/lib/http/node/limited-server'
import { log } from '@/lib/log'
import { metrics } from './metrics'
import { metricsServer } from './serve-metrics'

const limitsOf = (server: Server) => ({
  head: server.headersTimeout,
  request: server.requestTimeout,
  idle: server.timeout,
  // What looks after answers comes before what gives them.
  listeners: server.listenerCount('request'),
})

it('an attacker keeps no connection of the metrics by slowness either: they have the limits of the main server', () => {
  const source = { readBacklog: () => Promise.reject(new Error('not asked')), pingChallenges: async () => {} }
  const main = limitsOf(limitedServer(() => {}))
  expect(limitsOf(metricsServer(metrics(), source, log))).toEqual(main)
  expect(main).toMatchObject({ head: 20_000, request: 60_000, idle: 120_000, listeners: 2 })
})
