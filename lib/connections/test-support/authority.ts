import { makeAuthority } from '@/lib/upstream/test-support/certificates'

/** The certificate of a private authority, as an operator enters it. */
export const AUTHORITY = makeAuthority().cert.trim()
