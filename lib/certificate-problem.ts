/**
 * Explains an error of a TLS certificate, by the code with which Node's TLS ends a connection. Half a sentence for
 * operators, without text of the certificate, which is untrusted.
 */
const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired: renew it there (if it is new, the clock of this machine is wrong)',
  CERT_NOT_YET_VALID: 'is not valid yet: compare the clock of this machine with a true one',
  ERR_TLS_CERT_ALTNAME_INVALID: 'was issued for another host name: correct the address, or renew it there',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed: have it signed, or trust it by NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN:
    'comes from a private authority that is not trusted here: see NODE_EXTRA_CA_CERTS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'comes from an authority that is not trusted here, or without the certificates in between: send the whole chain there, or see NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'comes without the certificates in between, or from a private authority: send the whole chain there, or see NODE_EXTRA_CA_CERTS',
  CERT_REVOKED: 'was revoked: renew it there',
}

/**
 * @param code of the error that ended the connection
 * @returns undefined when it was not about the certificate
 */
export function certificateProblem(code: string): string | undefined {
  if (Object.hasOwn(PROBLEMS, code)) return PROBLEMS[code]
  return /CERT|ISSUER|LEAF_SIGNATURE/.test(code)
    ? 'is not trusted here (incomplete chain, or a private authority: see NODE_EXTRA_CA_CERTS)'
    : undefined
}
