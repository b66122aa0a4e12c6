/** Next calls this once at its start. A wrong configuration ends the process, however it was started. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') await import('./instrumentation.node')
}
