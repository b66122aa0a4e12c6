/** Anybody's text, such as a `client_id`, must not drive the terminal it is printed on. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '�')
}
