import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** The system's Python, not one of a version manager: that one has Debian's packages. */
const python = (...args: readonly string[]) =>
  spawnSync('/usr/bin/python3', ['-B', ...args], { cwd: import.meta.dirname, encoding: 'utf8' })

const hasPyJwt = python('-c', 'import jwt, cryptography').status === 0

/** Needs Debian's python3-jwt and python3-cryptography. */
it.runIf(hasPyJwt)('the Python package passes the vectors', { timeout: 20_000 }, () => {
  const { status, stderr } = python('-m', 'unittest')
  expect(stderr).toMatch(/Ran 33 tests[\s\S]*OK/)
  expect(status).toBe(0)
})
