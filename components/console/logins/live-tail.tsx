type LiveTailProps = {
  /** Where the events come from. */
  readonly at: string
  readonly start: string
  readonly pause: string
  readonly running: string
  readonly failed: string
}

/** Draws the page anew whenever something happened at a login, until it is paused. */
export function LiveTail({ at, start, pause, running, failed }: LiveTailProps) {
  const texts = {
    'data-start': start,
    'data-pause': pause,
    'data-running': running,
    'data-failed': failed,
  }
  return (
    <div className="live" data-own data-tail-at={at} {...texts}>
      <button type="button" className="btn btn-plain btn-small">
        {start}
      </button>
      <span role="status" />
    </div>
  )
}
