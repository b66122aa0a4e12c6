/** Text for HTML, between tags or in a quoted attribute: line breaks are those of the text alone. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`)
}
