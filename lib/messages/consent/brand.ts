import { catalogue } from '../catalogue'

/** Links of the operator under a page for end users. */
export const messages = catalogue(
  { terms: 'Terms', privacy: 'Privacy', support: 'Help' },
  { terms: 'Nutzungsbedingungen', privacy: 'Datenschutz', support: 'Hilfe' },
)
