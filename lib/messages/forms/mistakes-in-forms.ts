import type { Catalogue, Language } from '../catalogue'
import { type MistakeCode, mistakeSentence, type Wrong } from '../mistakes'

/**
 * What a form says instead of the rules, which go on after a path and speak of files and wire names. `{the}` is the
 * field within a sentence, `{label}` what stands above it.
 */
const SENTENCES = {
  en: {
    missing: 'Enter {the}.',
    empty: 'Enter {the}.',
    empty_list: 'Enter at least one entry for “{label}”.',
    secret_empty: 'Enter {the}.',
    secret_moved: 'Enter {the} again: it will be sent to another address than before.',
    secret_missing: 'Enter {the}, or choose not to use one.',
    secret_for_opaque_tokens:
      'Create a credential first: without it the server cannot have its opaque tokens checked.',
    secret_for_handoff: 'Create a credential first: without it, no tokens can be handed over.',
    secret_unused:
      'There is no secret with this way of authenticating. Leave it empty, or choose another way.',
    keys_missing: 'Enter the public keys, or their address.',
    keys_unused:
      'Public keys are for clients that authenticate with a key. Choose that, or leave them empty.',
    keys_twice: 'Enter the public keys or their address, not both.',
    public_service:
      'Service access is for clients that can prove who they are. Choose how they authenticate.',
    like_a_user_id: 'Choose an ID that is not 22 characters long: it could be the ID of a user.',
    too_short_lifetime: '“{label}” must be at least {duration}.',
    too_long_lifetime: '“{label}” can be at most {duration}.',
    not_whole_seconds: 'Enter a whole number for “{label}”.',
    not_a_number: 'Enter a number for “{label}”.',
    not_whole: 'Enter a whole number for “{label}”.',
    not_a_slug: 'Use 1 to 63 of a-z, 0-9 and -, without a dash at either end.',
    not_a_registration: 'Choose whether clients may register themselves, and how many at once.',
    not_a_client_policy: 'Choose which clients are accepted, with hosts in lower case.',
    not_a_condition: 'Complete the condition: choose a claim, how it is compared, and a value.',
    not_a_mapping: 'Complete “{label}”.',
    unknown_connection: 'Choose one of the connections of this organization.',
    organization_slug_taken: 'Another organization has this short name. Choose another.',
    organization_slug_repeated: 'Another organization has this short name. Choose another.',
    connection_slug_repeated: 'Another connection has this short name. Choose another.',
    server_slug_repeated: 'Another server has this short name. Choose another.',
    server_slug_foreign: 'A server of another organization has this short name. Choose another.',
    server_slug_retired: 'A deleted server had this short name, and clients remember it. Choose another.',
    default_has_no_host: 'The default server is at the address of this installation. Leave this empty.',
    default_taken: 'There is a default server already. Leave this empty.',
    issuer_taken: 'Another server is at {issuer} already. Choose another.',
    issuer_is_public_url: '{issuer} is the address of this installation. Choose another.',
    not_the_short_name: 'Enter the short name exactly as it is shown.',
    tenants_unused: 'Write “{label}” with {tenantid} in place of the tenant, or name no tenants.',
    not_a_domain: 'Enter {the} as in acme.example.com.',
    not_a_tenant: 'Enter {the} as it is shown there, such as 1b4e28ba-2fa1-11d2-883f-0016d3cca427.',
    not_a_user_pool: 'Enter {the} as it is shown there, such as eu-central-1_AbCdEf123.',
    not_an_email_address: 'Enter a valid email address.',
    not_confirmed: 'Tick this first: it cannot be undone.',
  },
  de: {
    missing: 'Füllen Sie „{label}“ aus.',
    empty: 'Füllen Sie „{label}“ aus.',
    empty_list: 'Geben Sie bei „{label}“ mindestens einen Eintrag an.',
    secret_empty: 'Füllen Sie „{label}“ aus.',
    secret_moved: 'Geben Sie „{label}“ erneut ein: Es wird an eine andere Adresse gesendet als bisher.',
    secret_missing: 'Füllen Sie „{label}“ aus, oder wählen Sie, keines zu verwenden.',
    secret_for_opaque_tokens:
      'Erstellen Sie zuerst ein Secret: Ohne es kann der Server opake Tokens nicht nachschlagen.',
    secret_for_handoff: 'Erstellen Sie zuerst ein Secret: Ohne es können keine Tokens übergeben werden.',
    secret_unused:
      'Bei dieser Art der Authentifizierung gibt es kein Secret. Lassen Sie es leer, oder wählen Sie eine andere.',
    keys_missing: 'Geben Sie die öffentlichen Schlüssel oder ihre Adresse an.',
    keys_unused:
      'Öffentliche Schlüssel sind für Clients, die sich mit einem Schlüssel authentifizieren. Wählen Sie das, oder lassen Sie sie leer.',
    keys_twice: 'Geben Sie die öffentlichen Schlüssel oder ihre Adresse an, nicht beides.',
    public_service:
      'Dienstzugriff ist für Clients, die beweisen können, wer sie sind. Wählen Sie, wie sie sich authentifizieren.',
    like_a_user_id:
      'Wählen Sie eine ID, die nicht 22 Zeichen lang ist: Sie könnte die ID eines Benutzers sein.',
    too_short_lifetime: '„{label}“ muss mindestens {duration} sein.',
    too_long_lifetime: '„{label}“ darf höchstens {duration} sein.',
    not_whole_seconds: 'Geben Sie bei „{label}“ eine ganze Zahl ein.',
    not_a_number: 'Geben Sie bei „{label}“ eine Zahl ein.',
    not_whole: 'Geben Sie bei „{label}“ eine ganze Zahl ein.',
    not_a_slug: 'Verwenden Sie 1 bis 63 der Zeichen a-z, 0-9 und -, ohne Bindestrich am Anfang oder Ende.',
    not_a_registration: 'Wählen Sie, ob sich Clients selbst registrieren dürfen und wie viele gleichzeitig.',
    not_a_client_policy: 'Wählen Sie, welche Clients akzeptiert werden, mit Hosts in Kleinbuchstaben.',
    not_a_condition: 'Vervollständigen Sie die Bedingung: ein Claim, wie er verglichen wird, und ein Wert.',
    not_a_mapping: 'Vervollständigen Sie „{label}“.',
    unknown_connection: 'Wählen Sie eine der Verbindungen dieser Organisation.',
    organization_slug_taken: 'Eine andere Organisation hat diesen Kurznamen. Wählen Sie einen anderen.',
    organization_slug_repeated: 'Eine andere Organisation hat diesen Kurznamen. Wählen Sie einen anderen.',
    connection_slug_repeated: 'Eine andere Verbindung hat diesen Kurznamen. Wählen Sie einen anderen.',
    server_slug_repeated: 'Ein anderer Server hat diesen Kurznamen. Wählen Sie einen anderen.',
    server_slug_foreign:
      'Ein Server einer anderen Organisation hat diesen Kurznamen. Wählen Sie einen anderen.',
    server_slug_retired:
      'Ein gelöschter Server hatte diesen Kurznamen, und Clients merken ihn sich. Wählen Sie einen anderen.',
    default_has_no_host:
      'Der Standardserver ist unter der Adresse dieser Installation. Lassen Sie dies leer.',
    default_taken: 'Es gibt schon einen Standardserver. Lassen Sie dies leer.',
    issuer_taken: 'Ein anderer Server ist schon unter {issuer}. Wählen Sie eine andere Adresse.',
    issuer_is_public_url: '{issuer} ist die Adresse dieser Installation. Wählen Sie eine andere.',
    not_the_short_name: 'Geben Sie den Kurznamen genau so ein, wie er gezeigt wird.',
    tenants_unused:
      'Schreiben Sie „{label}“ mit {tenantid} an der Stelle des Mandanten, oder nennen Sie keine Mandanten.',
    not_a_domain: 'Geben Sie „{label}“ wie in acme.example.com ein.',
    not_a_tenant: 'Geben Sie „{label}“ ein, wie dort gezeigt, etwa 1b4e28ba-2fa1-11d2-883f-0016d3cca427.',
    not_a_user_pool: 'Geben Sie „{label}“ ein, wie dort gezeigt, etwa eu-central-1_AbCdEf123.',
    not_an_email_address: 'Geben Sie eine gültige E-Mail-Adresse ein.',
    not_confirmed: 'Bestätigen Sie zuerst: Das lässt sich nicht rückgängig machen.',
  },
} as const satisfies Catalogue<string>

const isOfForms = (code: MistakeCode): code is MistakeCode & keyof (typeof SENTENCES)['en'] =>
  Object.hasOwn(SENTENCES.en, code)

/** The sentence beside a field, as far as it can be said without the field's label: `atField` puts that in. */
export function formSentence(wrong: Wrong, language: Language): string {
  if (!isOfForms(wrong.code)) return mistakeSentence(wrong, language)
  const { count, issuer } = wrong.params ?? {}
  return SENTENCES[language][wrong.code]
    .replace('{duration}', () => durationOf(Number(count), language))
    .replace('{issuer}', () => String(issuer))
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Seconds in the largest unit that holds them whole: "30 days". */
function durationOf(seconds: number, language: Language): string {
  const [unit, length] = UNITS.find(([, length]) => seconds % length === 0) ?? UNITS[3]
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    seconds / length,
  )
}
