import { createHmac } from 'node:crypto'
import type { Keyring } from '@/lib/crypto/keyring'

/** What the first visitor has to know: printed where the server is started, and nowhere else. */
export const setupToken = (keyring: Keyring): string =>
  createHmac('sha256', keyring.derive(keyring.currentId, 'console setup')).update('first').digest('base64url')
