/**
 * Errors of entered values, as the rules of the configuration word them, and the same in German. The rules, the command
 * line and the API use English; a form uses its reader's language. `{name}` stands for a value.
 */
export const MISTAKES: Readonly<Record<string, string>> = {
  'is missing': 'fehlt',
  'is empty': 'ist leer',
  'is empty: give at least one': 'ist leer: geben Sie mindestens einen Eintrag an',
  'is longer than {count} characters': 'ist länger als {count} Zeichen',
  'contains a line break or another control character: leave it out':
    'enthält einen Zeilenumbruch oder ein anderes Steuerzeichen: lassen Sie es weg',
  'is not a key here: use one of {keys}': 'gibt es hier nicht: verwenden Sie eines von {keys}',
  'is not a slug: use 1 to 63 of a-z, 0-9 and -, with no dash at either end':
    'ist kein Kurzname: verwenden Sie 1 bis 63 Zeichen aus a-z, 0-9 und -, ohne Strich am Anfang oder Ende',
  'is not a scope: use visible ASCII without spaces, " and \\':
    'ist kein Scope: verwenden Sie sichtbares ASCII ohne Leerzeichen, " und \\',
  'is not a connection id: use 1 to 64 of A-Z, a-z, 0-9, _ and -':
    'ist keine ID einer Verbindung: verwenden Sie 1 bis 64 Zeichen aus A-Z, a-z, 0-9, _ und -',
  'is not a client id: use 1 to 200 of A-Z, a-z, 0-9, ., _, ~ and -':
    'ist keine Client-ID: verwenden Sie 1 bis 200 Zeichen aus A-Z, a-z, 0-9, ., _, ~ und -',
  'is a claim of our own: it cannot be passed on':
    'ist einer unserer eigenen Claims: er kann nicht weitergegeben werden',

  'must be a whole number of seconds': 'muss eine ganze Zahl von Sekunden sein',
  'is too short: give at least {count} seconds': 'ist zu kurz: geben Sie mindestens {count} Sekunden an',
  'is too long: give at most {count} seconds': 'ist zu lang: geben Sie höchstens {count} Sekunden an',
  'must be a whole number from 1 to {count}': 'muss eine ganze Zahl von 1 bis {count} sein',
  'must be text: put numbers, dates, true and false in quotes':
    'muss Text sein: setzen Sie Zahlen, Tage, true und false in Anführungszeichen',
  'must be text': 'muss Text sein',
  'must be a number': 'muss eine Zahl sein',
  'must be a whole number': 'muss eine ganze Zahl sein',
  'must be true or false': 'muss true oder false sein',
  'must be a list': 'muss eine Liste sein',
  'must be a mapping': 'muss eine Zuordnung sein',
  'must be oidc, oauth2 or platform': 'muss oidc, oauth2 oder platform sein',
  'must be off, or { quota: {count} } with a whole number':
    'muss off sein, oder { quota: {count} } mit einer ganzen Zahl',
  'must be any, off, or { hosts: [claude.ai] } with hosts in lower case':
    'muss any, off oder { hosts: [claude.ai] } sein, Hosts in Kleinbuchstaben',
  'must be an https URL without credentials and fragment, or one on this machine':
    'muss eine https-URL ohne Zugangsdaten und Fragment sein, oder eine auf dieser Maschine',
  'must be an https URL without credentials and fragment, and not on this machine':
    'muss eine https-URL ohne Zugangsdaten und Fragment sein, und nicht auf dieser Maschine',
  'must be the absolute http or https URL of the MCP endpoint, without a fragment, such as https://mcp.example.com/mcp':
    'muss die vollständige http- oder https-URL des MCP-Endpunkts sein, ohne Fragment, etwa https://mcp.example.com/mcp',
  'must be a host name in lower case, with a port where it is not the usual one, such as auth.acme.com':
    'muss ein Hostname in Kleinbuchstaben sein, mit Port, wo es nicht der übliche ist, etwa auth.acme.com',
  'must not have a query: write it as the metadata of the issuer does':
    'darf keine Query haben: schreiben Sie ihn wie die Metadaten des Issuers',
  'must have 1 to 100 characters': 'muss 1 bis 100 Zeichen haben',
  'must be made of a-z, 0-9 and -, as in acme-inc': 'muss aus a-z, 0-9 und - bestehen, etwa acme-inc',

  'is not a redirect URI: {problem}': 'ist keine Redirect-URI: {problem}',
  'is not a set of public keys: {problem}': 'ist kein Satz öffentlicher Schlüssel: {problem}',
  'is not an address of public keys: {problem}': 'ist keine Adresse öffentlicher Schlüssel: {problem}',
  'it must be an object with a list of keys': 'es muss ein Objekt mit einer Liste keys sein',
  'it must hold 1 to {count} keys': 'es muss 1 bis {count} Schlüssel enthalten',
  'each of its keys must be an object': 'jeder Schlüssel muss ein Objekt sein',
  'it must hold public keys only': 'es darf nur öffentliche Schlüssel enthalten',
  'it holds a NUL or half a character': 'es enthält ein NUL oder ein halbes Zeichen',
  'it must be a URL': 'sie muss eine URL sein',
  'it must use https': 'sie muss https verwenden',
  'it must not have credentials or a fragment': 'sie darf keine Zugangsdaten und kein Fragment haben',
  'it must be a string': 'sie muss Text sein',
  'it must not be longer than {count} characters': 'sie darf nicht länger als {count} Zeichen sein',
  'it has characters that a URI cannot have': 'sie enthält Zeichen, die eine URI nicht haben kann',
  'it must not have a fragment': 'sie darf kein Fragment haben',
  'it must be an absolute URI': 'sie muss eine vollständige URI sein',
  'it is not a valid URI': 'sie ist keine gültige URI',
  'it must not have a user name or password': 'sie darf weder Benutzernamen noch Passwort haben',
  'its query must not have a {name} parameter of its own':
    'ihre Query darf keinen eigenen Parameter {name} haben',
  'its scheme and host must be spelled plainly: in lower case, without encoding or a trailing dot':
    'Schema und Host müssen einfach geschrieben sein: in Kleinbuchstaben, ohne Kodierung und ohne Punkt am Ende',
  'it must use https: http is only for localhost, 127.0.0.1 and [::1]':
    'sie muss https verwenden: http ist nur für localhost, 127.0.0.1 und [::1]',
  'its scheme cannot receive a redirect': 'ihr Schema kann keine Weiterleitung empfangen',
  'it must have a slash after its scheme': 'nach ihrem Schema muss ein Schrägstrich stehen',

  'is missing: give it again, for it will be sent somewhere else':
    'fehlt: geben Sie es noch einmal an, denn es wird anderswohin gesendet',
  'is missing: give it, or jwks_uri, for private_key_jwt':
    'fehlt: geben Sie es oder jwks_uri an, für private_key_jwt',
  'is missing: give it, or token_endpoint_auth_method none':
    'fehlt: geben Sie es an, oder token_endpoint_auth_method none',
  'is missing: without it the server cannot have its opaque tokens checked (introspection)':
    'fehlt: ohne es kann der Server seine opaken Tokens nicht prüfen lassen (Introspection)',
  'is missing: without it nobody can be handed the tokens that handoff_scopes allows':
    'fehlt: ohne es können die Tokens, die handoff_scopes erlaubt, niemandem ausgehändigt werden',
  'only the operator of the installation can set this':
    'nur der Betreiber der Installation kann das einstellen',
  'keys are for token_endpoint_auth_method private_key_jwt: name that, or leave them out':
    'Schlüssel sind für token_endpoint_auth_method private_key_jwt: nennen Sie das, oder lassen Sie sie weg',
  'jwks is given as well: keep one': 'jwks ist auch angegeben: behalten Sie eines',
  'client_credentials is for clients that can prove who they are: name another method':
    'client_credentials ist für Clients, die beweisen können, wer sie sind: nennen Sie ein anderes Verfahren',
  'could be the id of a user, which is what client_credentials puts in its place: choose one that is not 22 characters long':
    'könnte die ID eines Benutzers sein, an deren Stelle client_credentials sie setzt: wählen Sie eine, die nicht 22 Zeichen lang ist',
  'token_endpoint_auth_method {method} means that there is no secret: leave it out, or name a method':
    'token_endpoint_auth_method {method} heißt, dass es kein Secret gibt: lassen Sie es weg, oder nennen Sie ein Verfahren',
  'the server offers no scope "{name}": add it there':
    'der Server bietet keinen Scope „{name}“ an: fügen Sie ihn dort hinzu',
  'this issuer is trusted already: keep one entry':
    'diesem Issuer wird schon vertraut: behalten Sie einen Eintrag',
  'a platform connection has no upstream tokens to hand on: leave this out':
    'eine Verbindung mit Konten in Vestibule hat keine Tokens zum Weitergeben: lassen Sie das weg',
  'the default server is at PUBLIC_URL: leave this out':
    'der Standardserver liegt an PUBLIC_URL: lassen Sie das weg',
  'this connection belongs to another organization: each needs its own':
    'diese Verbindung gehört einer anderen Organisation: jede braucht ihre eigene',
  'this organization has no connection of that slug: add it under connections, or correct the name':
    'diese Organisation hat keine Verbindung mit diesem Kurznamen: legen Sie sie an, oder berichtigen Sie den Namen',

  'another organization has this slug': 'eine andere Organisation hat diesen Kurznamen',
  'another organization has this slug: choose another':
    'eine andere Organisation hat diesen Kurznamen: wählen Sie einen anderen',
  'another organization is called that: choose another name':
    'eine andere Organisation heißt so: wählen Sie einen anderen Namen',
  'another connection has this short name': 'eine andere Verbindung hat diesen Kurznamen',
  'another connection of this organization has this slug':
    'eine andere Verbindung dieser Organisation hat diesen Kurznamen',
  'another connection has this id: ids are unique in the installation':
    'eine andere Verbindung hat diese ID: IDs sind in der Installation eindeutig',
  "a connection's id never changes, for the identity provider knows its callback: leave {id}, or name a new connection":
    'die ID einer Verbindung ändert sich nie, denn der Identitätsanbieter kennt ihre Callback-URL: lassen Sie {id}, oder legen Sie eine neue Verbindung an',
  'another server has this slug: slugs are unique in the installation':
    'ein anderer Server hat diesen Kurznamen: Kurznamen sind in der Installation eindeutig',
  'another server has this host: hosts are unique in the installation':
    'ein anderer Server hat diesen Host: Hosts sind in der Installation eindeutig',
  'another server is the default: there is one at most':
    'ein anderer Server ist der Standardserver: es gibt höchstens einen',
  'a server of another organization has this slug: choose another':
    'ein Server einer anderen Organisation hat diesen Kurznamen: wählen Sie einen anderen',
  'server {slug} is the default already, and there is one at most: leave this out':
    'der Server {slug} ist schon der Standardserver, und es gibt höchstens einen: lassen Sie das weg',
  'server {slug} has the issuer {issuer} already: choose another':
    'der Server {slug} hat den Issuer {issuer} schon: wählen Sie einen anderen',
  '{issuer} is PUBLIC_URL: choose another, or make this server the default one with default: true':
    '{issuer} ist PUBLIC_URL: wählen Sie einen anderen, oder machen Sie diesen Server mit default: true zum Standardserver',
  'the issuer of a server never changes, and that of {name} is {issuer}: leave this out':
    'der Issuer eines Servers ändert sich nie, und der von {name} ist {issuer}: lassen Sie das weg',
  'the issuer of a server never changes, and that of {name} is {issuer}: keep {setting}':
    'der Issuer eines Servers ändert sich nie, und der von {name} ist {issuer}: behalten Sie {setting}',
  'another scope of this server has this name': 'ein anderer Scope dieses Servers hat diesen Namen',
  'another client of this server has this id': 'ein anderer Client dieses Servers hat diese ID',
  'a client of this server has this id: choose another':
    'ein Client dieses Servers hat diese ID: wählen Sie eine andere',
  'a client that registered itself has this id: choose another':
    'ein Client, der sich selbst registriert hat, hat diese ID: wählen Sie eine andere',
  'clients have addresses of their own: put them there':
    'Clients haben eigene Adressen: geben Sie sie dort an',
  'is another than in the address: leave it out': 'ist anders als in der Adresse: lassen Sie es weg',

  'the environment variable {name} is {state}: set it':
    'die Umgebungsvariable {name} ist {state}: setzen Sie sie',
  'the secret is empty': 'das Secret ist leer',
  'the secret must be one line of printable ASCII characters':
    'das Secret muss eine Zeile aus druckbaren ASCII-Zeichen sein',
  'the secret is shorter than {count} characters: make one with openssl rand -hex 32':
    'das Secret ist kürzer als {count} Zeichen: machen Sie eines mit openssl rand -hex 32',

  'may do more than you: choose another': 'darf mehr als Sie: wählen Sie eine andere',
  'is in the past': 'liegt in der Vergangenheit',
  'is later than that of the key that makes it': 'ist später als der des Schlüssels, der ihn macht',
  'is not a domain: write it as in acme.example.com':
    'ist keine Domain: schreiben Sie sie wie acme.example.com',
  'is not a directory (tenant) ID: it looks like 1b4e28ba-2fa1-11d2-883f-0016d3cca427':
    'ist keine Verzeichnis-ID (Mandant): sie sieht aus wie 1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  'is not a user pool ID: it looks like eu-central-1_AbCdEf123':
    'ist keine ID eines Benutzerpools: sie sieht aus wie eu-central-1_AbCdEf123',
  'is not an e-mail address': 'ist keine E-Mail-Adresse',
  'somebody has this address already': 'jemand hat diese Adresse schon',
  'is a member already': 'ist schon Mitglied',
  'is invited already: withdraw that invitation to make another':
    'ist schon eingeladen: ziehen Sie jene Einladung zurück, um eine neue zu machen',
  'is no role': 'ist keine Rolle',
  'is above your own role': 'steht über Ihrer eigenen Rolle',
  'this is the last owner: make somebody else an owner first':
    'das ist der letzte Eigentümer: machen Sie zuerst jemand anderen zum Eigentümer',
  'is not a colour: write it as #0c5a4a': 'ist keine Farbe: schreiben Sie sie wie #0c5a4a',
  'is hard to read on the {scheme} page: the nearest colour that everybody can read is {nearest}':
    'ist auf der {scheme} Seite schwer zu lesen: die nächste Farbe, die jeder lesen kann, ist {nearest}',
  'cannot be shown like this: use at most {count} characters, all of them visible':
    'kann so nicht gezeigt werden: verwenden Sie höchstens {count} Zeichen, die alle sichtbar sind',
  'is larger than {count} KB: make it smaller': 'ist größer als {count} KB: machen Sie es kleiner',
  'is not a PNG, JPEG or WebP image': 'ist kein Bild in PNG, JPEG oder WebP',
  'tick this first: it cannot be undone':
    'setzen Sie zuerst das Häkchen: es lässt sich nicht rückgängig machen',

  'is used by {servers}: put them behind another connection, or delete them first':
    'wird von {servers} benutzt: stellen Sie diese zuerst hinter eine andere Verbindung, oder löschen Sie sie',
  'a connection with this id was deleted: choose another, or none':
    'eine Verbindung mit dieser ID wurde gelöscht: wählen Sie eine andere, oder keine',
  'a server with this slug was deleted, and clients remember its issuer: choose another':
    'ein Server mit diesem Kurznamen wurde gelöscht, und Clients kennen seinen Issuer noch: wählen Sie einen anderen',
  'is not a provider': 'ist kein Anbieter',
  'name a connection that there is, or a new one: not both':
    'nennen Sie eine Verbindung, die es gibt, oder eine neue: nicht beides',
  'has no provider to fill in': 'hat keinen Anbieter, der einzutragen wäre',
  'is more than {count} days away': 'liegt mehr als {count} Tage in der Zukunft',
  'nothing usable is published there: look it up to see why':
    'dort ist nichts Brauchbares veröffentlicht: schlagen Sie nach, um zu sehen, warum',
  'cannot be reached at a public https address': 'ist unter keiner öffentlichen https-Adresse zu erreichen',
  'does not fit to what the operators have set up: ask who sent you the link':
    'passt nicht zu dem, was eingerichtet ist: fragen Sie, wer Ihnen den Link geschickt hat',
  'has more than 20 entries': 'hat mehr als 20 Einträge',
  'must be beginnings of actions, such as grant. or member.invited':
    'müssen Anfänge von Aktionen sein, etwa grant. oder member.invited',
  'there are {count} already: remove one': 'es gibt schon {count}: entfernen Sie einen',

  'there is no such {kind}': '{kind} gibt es nicht',
  'must be {values}': 'muss {values} sein',
}

/** Values that are words. */
export const MISTAKE_WORDS: Readonly<Record<string, string>> = {
  'not set': 'nicht gesetzt',
  empty: 'leer',
  light: 'hellen',
  dark: 'dunklen',
  'API key': 'diesen API-Schlüssel',
  'audit log': 'dieses Prüfprotokoll',
  client: 'diesen Client',
  connection: 'diese Verbindung',
  delivery: 'diese Zustellung',
  grant: 'diese Freigabe',
  invitation: 'diese Einladung',
  login: 'diese Anmeldung',
  member: 'dieses Mitglied',
  organization: 'diese Organisation',
  person: 'diese Person',
  server: 'diesen Server',
  'setup link': 'diesen Einrichtungslink',
  test: 'diesen Test',
  user: 'diesen Benutzer',
  webhook: 'diesen Webhook',
}
