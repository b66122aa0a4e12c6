/** Untrusted text, such as a `client_id`, must not control the terminal that it is printed on. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�')
}
