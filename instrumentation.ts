/** Next calls this once at its start. A wrong configuration, or a start without our server, ends the process. */
export async function register(): Promise<void> {
  const isBuild = process.env.NEXT_PHASE === 'phase-production-build'
  if (process.env.NEXT_RUNTIME === 'nodejs' && !isBuild) await import('./instrumentation.node')
}
