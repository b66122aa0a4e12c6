import { performance } from 'node:perf_hooks'
import type { AuthorizationRequests, OpenRequest } from '@/lib/oauth/ports/authorization-requests'
import type { Ports } from '@/lib/oauth/ports/ports'
import { type Upstream, UpstreamError } from '@/lib/oauth/ports/upstream'
import type { Tracing } from './tracing'

/** The same ports: which login a request belongs to, and what its identity provider was asked, is traced. */
export function tracedPorts(ports: Ports, tracing: Tracing): Ports {
  return {
    ...ports,
    requests: tracedRequests(ports.requests, tracing),
    challenges: {
      ...ports.challenges,
      async redeemCode(...code) {
        const redeemed = await ports.challenges.redeemCode(...code)
        if (redeemed.outcome === 'redeemed') tracing.belongs({ id: redeemed.requestId })
        return redeemed
      },
    },
    upstream: tracedUpstream(ports.upstream, tracing),
  }
}

function tracedRequests(requests: AuthorizationRequests, { belongs }: Tracing): AuthorizationRequests {
  const noted = <T extends { readonly id: string; readonly reference: string }>(
    request: T | null,
    isFirst?: boolean,
  ) => {
    if (request) belongs({ id: request.id, reference: request.reference, ...(isFirst && { isFirst }) })
    return request
  }
  const open = <T extends Pick<OpenRequest, 'request'>>(found: T | null) => {
    noted(found?.request ?? null)
    return found
  }
  return {
    ...requests,
    async create(...request) {
      const created = await requests.create(...request)
      noted(created, true)
      return created
    },
    createRemembered: async (...request) => noted(await requests.createRemembered(...request), true),
    findOpen: async (...request) => open(await requests.findOpen(...request)),
    show: async (...request) => open(await requests.show(...request)),
    allow: async (...request) => open(await requests.allow(...request)),
    remember: async (...request) => open(await requests.remember(...request)),
    takeAttempt: (state, connection, at, work) =>
      requests.takeAttempt(state, connection, at, (taken) => {
        open(taken)
        return work(taken)
      }),
    findTaken: async (...attempt) => noted(await requests.findTaken(...attempt)),
    deny: async (...request) => noted(await requests.deny(...request)),
    fail: async (...request) => noted(await requests.fail(...request)),
  }
}

function tracedUpstream(upstream: Upstream, { did }: Tracing): Upstream {
  async function traced<T>(operation: string, connection: string, work: Promise<T>): Promise<T> {
    const began = performance.now()
    const ended = (error: string) =>
      did({
        name: `provider ${operation}`,
        seconds: (performance.now() - began) / 1_000,
        attributes: { 'vestibule.connection': connection },
        error,
      })
    try {
      const result = await work
      ended('')
      return result
    } catch (error) {
      ended(error instanceof UpstreamError ? error.reason : 'internal_error')
      throw error
    }
  }
  return {
    ...upstream,
    begin: (id, login) => traced('begin', id, upstream.begin(id, login)),
    complete: (id, callback, expected) => traced('complete', id, upstream.complete(id, callback, expected)),
    refresh: (id, held) => traced('refresh', id, upstream.refresh(id, held)),
    revoke: (id, held) => traced('revoke', id, upstream.revoke(id, held)),
  }
}
