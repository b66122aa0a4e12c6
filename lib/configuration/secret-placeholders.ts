/**
 * Names for the secrets that an export leaves out: `ACME_OKTA_CLIENT_SECRET`. The same export gives the same names,
 * and no two secrets share one.
 */
export function secretPlaceholders(): (...parts: readonly string[]) => string {
  const taken = new Set<string>()
  return (...parts) => {
    const plain = parts
      .join('_')
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_')
      // A variable's name does not begin with a digit.
      .replace(/^(?=[0-9])/, '_')
    let name = plain
    for (let i = 2; taken.has(name); i++) name = `${plain}_${i}`
    taken.add(name)
    return `env:${name}`
  }
}
