/** How the rules go on after the name of a field, in both languages. */
const GOES_ON =
  /^(is|are|must|has|may|was|cannot|could|contains|refuses|does|ist|muss|hat|darf|wurde|kann|könnte|enthält|weist|passt|fehlt|sieht|lässt|heißt|gibt|lehnt|liegt|steht|wird)\b/

/** A sentence of `formSentence` beside a field, whole in any case. No part of it is read as a pattern. */
export function atField(sentence: string, label: string): string {
  const said = sentence.replace('{label}', () => label).replace('{the}', () => within(label))
  const whole = GOES_ON.test(said) ? `${label} ${said}` : said.charAt(0).toUpperCase() + said.slice(1)
  return /[.!?:]$/.test(whole) ? whole : `${whole}.`
}

/** `Client secret`: the client secret; `Your email address`: your email address; `URL`: the URL. */
function within(label: string): string {
  const small = /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
  return /^your /.test(small) ? small : `the ${small}`
}
