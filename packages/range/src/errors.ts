/** The server does not offer what this attack is about. */
export class NotOffered extends Error {
  override readonly name = 'NotOffered'
}

/** The server's answer, or its absence, says neither that it withstood nor that it did not. */
export class Undecided extends Error {
  override readonly name = 'Undecided'
}
