'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

/** Milliseconds: the page is drawn anew that often at the most. */
const PAUSE = 1_000

type LiveTailProps = {
  /** Where the events come from. */
  readonly at: string
  readonly start: string
  readonly pause: string
  readonly running: string
  readonly failed: string
}

/** Draws the page anew whenever something happened at a login, until it is paused. One stream for the page. */
export function LiveTail({ at, start, pause, running, failed }: LiveTailProps) {
  const router = useRouter()
  const [state, setState] = useState<'off' | 'live' | 'failed'>('off')
  useEffect(() => {
    if (state !== 'live') return
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        router.refresh()
      }, PAUSE)
    }
    const source = new EventSource(at)
    // What happened before it was open, and while it was not.
    source.addEventListener('open', refresh)
    source.addEventListener('login', refresh)
    source.addEventListener('end', () => {
      source.close()
      setState('off')
      router.refresh()
    })
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED) setState('failed')
    })
    return () => {
      source.close()
      clearTimeout(timer)
    }
  }, [at, router, state])
  const isLive = state === 'live'
  return (
    <div className="live" data-live={isLive || undefined}>
      <button
        type="button"
        className="btn btn-plain btn-small"
        onClick={() => setState(isLive ? 'off' : 'live')}
      >
        {isLive ? pause : start}
      </button>
      <span role="status">{isLive ? running : state === 'failed' && failed}</span>
    </div>
  )
}
