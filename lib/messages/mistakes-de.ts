import type { MISTAKES_EN } from './mistakes-en'

export const MISTAKES_DE: Readonly<Record<keyof typeof MISTAKES_EN, string>> = {
  missing: 'fehlt',
  empty: 'ist leer',
  empty_list: 'ist leer: geben Sie mindestens einen Eintrag an',
  too_long: 'ist länger als {count} Zeichen',
  control_character: 'enthält einen Zeilenumbruch oder ein anderes Steuerzeichen: lassen Sie es weg',
  invisible_character:
    'enthält {character}, das unsichtbar ist oder den Text darum umdreht: lassen Sie es weg',
  slug_reserved: 'heißt schon eine Seite der Konsole: wählen Sie etwas anderes',
  changed_meanwhile: 'wurde inzwischen geändert: jetzt ist „{stored}“ gespeichert',
  removed_meanwhile: 'wurde inzwischen geändert: jetzt ist nichts gespeichert',
  unknown_key: 'gibt es hier nicht: verwenden Sie eines von {keys}',
  not_a_slug:
    'ist kein Kurzname: verwenden Sie 1 bis 63 Zeichen aus a-z, 0-9 und -, ohne Strich am Anfang oder Ende',
  not_a_date: 'ist kein Datum: schreiben Sie 2027-01-31',
  not_a_scope: 'ist kein Scope: verwenden Sie sichtbares ASCII ohne Leerzeichen, " und \\',
  not_a_connection_id:
    'ist keine ID einer Verbindung: verwenden Sie 1 bis 64 Zeichen aus A-Z, a-z, 0-9, _ und -',
  not_a_client_id: 'ist keine Client-ID: verwenden Sie 1 bis 200 Zeichen aus A-Z, a-z, 0-9, ., _, ~ und -',
  own_claim: 'ist einer unserer eigenen Claims: er kann nicht weitergegeben werden',
  not_whole_seconds: 'muss eine ganze Zahl von Sekunden sein',
  too_short_lifetime: 'ist zu kurz: geben Sie mindestens {count} Sekunden an',
  too_long_lifetime: 'ist zu lang: geben Sie höchstens {count} Sekunden an',
  not_a_quota: 'muss eine ganze Zahl von 1 bis 1000000 sein',
  not_quoted_text: 'muss Text sein: setzen Sie Zahlen, Tage, true und false in Anführungszeichen',
  not_text: 'muss Text sein',
  not_a_number: 'muss eine Zahl sein',
  not_whole: 'muss eine ganze Zahl sein',
  not_boolean: 'muss true oder false sein',
  not_a_list: 'muss eine Liste sein',
  not_a_mapping: 'muss eine Zuordnung sein',
  not_a_connection_type: 'muss oidc, oauth2, saml oder platform sein',
  not_a_risk: 'muss read, write oder delete sein',
  not_a_registration: 'muss off sein, oder { quota: 10000 } mit einer ganzen Zahl',
  not_a_client_policy: 'muss any, off oder { hosts: [claude.ai] } sein, Hosts in Kleinbuchstaben',
  not_a_condition:
    'muss { claim, equals | in | contains }, { claim: email, domain }, { all: […] }, { any: […] } oder { not: … } sein, höchstens zehnfach verschachtelt',
  locks_out_everybody:
    'lehnt alle {users} Benutzer ab, die sich in den letzten {days} Tagen angemeldet haben: bestätigen Sie es, wenn das gemeint ist',
  locks_out_writer:
    'lehnt {writer} ab, mit Anmeldungen dort und dem Recht, solche Regeln zu schreiben: bestätigen Sie es, wenn das gemeint ist',
  not_a_listed_user:
    'muss eine E-Mail-Adresse sein, oder sub: und danach das Subject beim Identitätsanbieter',
  not_https_or_local:
    'muss eine https-URL ohne Zugangsdaten und Fragment sein, oder eine auf dieser Maschine',
  not_https: 'muss eine https-URL ohne Zugangsdaten und Fragment sein, und nicht auf dieser Maschine',
  not_a_resource:
    'muss die vollständige http- oder https-URL des MCP-Endpunkts sein, ohne Fragment, etwa https://mcp.example.com/mcp',
  not_a_host:
    'muss ein Hostname in Kleinbuchstaben sein, mit Port, wo es nicht der übliche ist, etwa auth.acme.com',
  issuer_with_query: 'darf keine Query haben: schreiben Sie ihn wie die Metadaten des Issuers',
  not_a_name: 'muss 1 bis 100 Zeichen haben',
  not_an_organization_slug: 'muss aus a-z, 0-9 und - bestehen, etwa acme-inc',
  not_a_redirect_uri: 'ist keine Redirect-URI: {problem}',
  not_public_keys: 'ist kein Satz öffentlicher Schlüssel: {problem}',
  not_a_keys_address: 'ist keine Adresse öffentlicher Schlüssel: {problem}',
  secret_moved: 'fehlt: geben Sie es noch einmal an, denn es wird anderswohin gesendet',
  keys_missing: 'fehlt: geben Sie es oder jwks_uri an, für private_key_jwt',
  secret_missing: 'fehlt: geben Sie es an, oder token_endpoint_auth_method none',
  secret_for_opaque_tokens:
    'fehlt: ohne es kann der Server seine opaken Tokens nicht prüfen lassen (Introspection)',
  secret_for_handoff:
    'fehlt: ohne es können die Tokens, die handoff_scopes erlaubt, niemandem ausgehändigt werden',
  installation_only: 'nur der Betreiber der Installation kann das einstellen',
  keys_unused:
    'Schlüssel sind für token_endpoint_auth_method private_key_jwt: nennen Sie das, oder lassen Sie sie weg',
  keys_twice: 'jwks ist auch angegeben: behalten Sie eines',
  public_service:
    'client_credentials ist für Clients, die beweisen können, wer sie sind: nennen Sie ein anderes Verfahren',
  like_a_user_id:
    'könnte die ID eines Benutzers sein, an deren Stelle client_credentials sie setzt: wählen Sie eine, die nicht 22 Zeichen lang ist',
  secret_unused:
    'token_endpoint_auth_method {method} heißt, dass es kein Secret gibt: lassen Sie es weg, oder nennen Sie ein Verfahren',
  scope_not_offered: 'der Server bietet keinen Scope „{name}“ an: fügen Sie ihn dort hinzu',
  issuer_trusted_already: 'diesem Issuer wird schon vertraut: behalten Sie einen Eintrag',
  not_certificates:
    'muss aus Zertifikaten von Zertifizierungsstellen in PEM bestehen, höchstens zehn, und aus nichts anderem',
  client_is_blocked: 'ist gesperrt: Entsperren Sie ihn zuerst',
  nothing_to_hand_on:
    'eine Verbindung mit Konten in Vestibule hat keine Tokens zum Weitergeben: lassen Sie das weg',
  default_has_no_host: 'der Standardserver liegt an PUBLIC_URL: lassen Sie das weg',
  foreign_connection: 'diese Verbindung gehört einer anderen Organisation: jede braucht ihre eigene',
  unknown_connection:
    'diese Organisation hat keine Verbindung mit diesem Kurznamen: legen Sie sie an, oder berichtigen Sie den Namen',
  organization_slug_repeated: 'eine andere Organisation hat diesen Kurznamen',
  organization_slug_taken: 'eine andere Organisation hat diesen Kurznamen: wählen Sie einen anderen',
  organization_name_taken: 'eine andere Organisation heißt so: wählen Sie einen anderen Namen',
  connection_short_name_taken: 'eine andere Verbindung hat diesen Kurznamen',
  connection_slug_repeated: 'eine andere Verbindung dieser Organisation hat diesen Kurznamen',
  connection_id_taken: 'eine andere Verbindung hat diese ID: IDs sind in der Installation eindeutig',
  connection_id_kept:
    'die ID einer Verbindung ändert sich nie, denn der Identitätsanbieter kennt ihre Callback-URL: lassen Sie {id}, oder legen Sie eine neue Verbindung an',
  server_slug_repeated:
    'ein anderer Server hat diesen Kurznamen: Kurznamen sind in der Installation eindeutig',
  server_host_repeated: 'ein anderer Server hat diesen Host: Hosts sind in der Installation eindeutig',
  default_repeated: 'ein anderer Server ist der Standardserver: es gibt höchstens einen',
  server_slug_foreign: 'ein Server einer anderen Organisation hat diesen Kurznamen: wählen Sie einen anderen',
  default_taken:
    'der Server {slug} ist schon der Standardserver, und es gibt höchstens einen: lassen Sie das weg',
  issuer_taken: 'der Server {slug} hat den Issuer {issuer} schon: wählen Sie einen anderen',
  issuer_is_public_url:
    '{issuer} ist PUBLIC_URL: wählen Sie einen anderen, oder machen Sie diesen Server mit default: true zum Standardserver',
  issuer_kept:
    'der Issuer eines Servers ändert sich nie, und der von {name} ist {issuer}: lassen Sie das weg',
  issuer_kept_by:
    'der Issuer eines Servers ändert sich nie, und der von {name} ist {issuer}: behalten Sie {setting}',
  scope_repeated: 'ein anderer Scope dieses Servers hat diesen Namen',
  client_id_repeated: 'ein anderer Client dieses Servers hat diese ID',
  client_id_taken: 'ein Client dieses Servers hat diese ID: wählen Sie eine andere',
  client_id_registered: 'ein Client, der sich selbst registriert hat, hat diese ID: wählen Sie eine andere',
  clients_elsewhere: 'Clients haben eigene Adressen: geben Sie sie dort an',
  other_than_address: 'ist anders als in der Adresse: lassen Sie es weg',
  secret_empty: 'das Secret ist leer',
  secret_not_ascii: 'das Secret muss eine Zeile aus druckbaren ASCII-Zeichen sein',
  secret_too_short: 'das Secret ist kürzer als {count} Zeichen: machen Sie eines mit openssl rand -hex 32',
  role_too_high: 'darf mehr als Sie: wählen Sie eine andere',
  past: 'liegt in der Vergangenheit',
  later_than_key: 'ist später als der des Schlüssels, der ihn macht',
  not_a_domain: 'ist keine Domain: schreiben Sie sie wie acme.example.com',
  not_a_tenant: 'ist keine Verzeichnis-ID (Mandant): sie sieht aus wie 1b4e28ba-2fa1-11d2-883f-0016d3cca427',
  not_saml_metadata:
    'sind nicht die Metadaten (XML) eines SAML-Identitätsanbieters mit einem Anmeldedienst per Redirect und einem Zertifikat',
  metadata_missing: 'fehlt: geben Sie die Adresse der Metadaten oder die Metadaten selbst an',
  metadata_twice: 'ist neben der Adresse der Metadaten angegeben: lassen Sie eines weg',
  tenants_missing: 'fehlt: sagen Sie, wessen Benutzer sich anmelden dürfen, zu einem Issuer mit {tenantid}',
  tenants_unused:
    'hat kein {tenantid}, das für den Mandanten steht: schreiben Sie ihn so, oder lassen Sie allowed_tenants weg',
  not_a_user_pool: 'ist keine ID eines Benutzerpools: sie sieht aus wie eu-central-1_AbCdEf123',
  not_an_email_address: 'ist keine E-Mail-Adresse',
  address_taken: 'jemand hat diese Adresse schon',
  member_already: 'ist schon Mitglied',
  invited_already: 'ist schon eingeladen: ziehen Sie jene Einladung zurück, um eine neue zu machen',
  not_a_role: 'ist keine Rolle',
  role_above_own: 'steht über Ihrer eigenen Rolle',
  last_installation_operator:
    'das ist der letzte Betreiber der Installation: machen Sie zuerst jemand anderen dazu',
  several_operators: 'diese Adresse haben mehrere Konten: nennen Sie eines mit seiner ID: {ids}',
  last_owner: 'das ist der letzte Eigentümer: machen Sie zuerst jemand anderen zum Eigentümer',
  not_a_radius: 'muss eine ganze Zahl von Pixeln zwischen 0 und {count} sein',
  not_a_support_address: 'muss eine E-Mail-Adresse oder die https-Adresse einer Seite sein',
  not_a_colour: 'ist keine Farbe: schreiben Sie sie wie #0c5a4a',
  not_displayable:
    'kann so nicht gezeigt werden: verwenden Sie höchstens {count} Zeichen, die alle sichtbar sind',
  file_too_large: 'ist größer als {count} KB: machen Sie es kleiner',
  not_an_image: 'ist kein Bild in PNG, JPEG oder WebP',
  not_a_logo: 'muss file: mit dem Pfad eines Bildes sein, oder das Bild selbst als data:image/png;base64,…',
  not_confirmed: 'setzen Sie zuerst das Häkchen: es lässt sich nicht rückgängig machen',
  connection_in_use:
    'wird von {servers} benutzt: stellen Sie diese zuerst hinter eine andere Verbindung, oder löschen Sie sie',
  connection_id_retired: 'eine Verbindung mit dieser ID wurde gelöscht: wählen Sie eine andere, oder keine',
  server_slug_retired:
    'ein Server mit diesem Kurznamen wurde gelöscht, und Clients kennen seinen Issuer noch: wählen Sie einen anderen',
  not_a_provider: 'ist kein Anbieter',
  one_connection: 'nennen Sie eine Verbindung, die es gibt, oder eine neue: nicht beides',
  no_provider: 'hat keinen Anbieter, der einzutragen wäre',
  too_far_away: 'liegt mehr als {count} Tage in der Zukunft',
  nothing_published: 'dort ist nichts Brauchbares veröffentlicht: schlagen Sie nach, um zu sehen, warum',
  not_public: 'ist unter keiner öffentlichen https-Adresse zu erreichen',
  does_not_fit: 'passt nicht zu dem, was eingerichtet ist: fragen Sie, wer Ihnen den Link geschickt hat',
  too_many_entries: 'hat mehr als 20 Einträge',
  not_a_template:
    'muss JSON sein, wenn {entry} und die anderen Namen eingesetzt sind, außerhalb von Anführungszeichen',
  not_headers:
    'dürfen höchstens zehn Kopfzeilen aus druckbaren Zeichen sein, und keine, die wir selbst schreiben',
  not_actions: 'müssen Anfänge von Aktionen sein, etwa grant. oder member.invited',
  too_many:
    'es gibt schon {count}, und mehr hat eine Organisation nicht, außer wenn der Betreiber der Installation sie hinzufügt',
  too_many_with_deleted:
    'es gibt schon {count}, und mehr hat eine Organisation nicht, außer wenn der Betreiber der Installation sie hinzufügt; gelöschte zählen mit, denn ihre Namen bleiben vergeben',
  too_many_for_a_month:
    'es gibt schon {count}, und mehr hat eine Organisation nicht, außer wenn der Betreiber der Installation sie hinzufügt; was zu Ende ist, zählt 30 Tage lang mit',
  too_many_webhooks: 'es gibt schon {count}: entfernen Sie einen',
  not_one_of: 'muss {values} sein',
  unreadable_light:
    'ist auf der hellen Seite schwer zu lesen: die nächste Farbe, die jeder lesen kann, ist {nearest}',
  unreadable_dark:
    'ist auf der dunklen Seite schwer zu lesen: die nächste Farbe, die jeder lesen kann, ist {nearest}',
  variable_not_set: 'die Umgebungsvariable {name} ist nicht gesetzt: setzen Sie sie',
  variable_empty: 'die Umgebungsvariable {name} ist leer: setzen Sie sie',
  file_empty: 'die Datei ist leer: beginnen Sie mit organizations:',
  secret_in_file:
    'ein Secret darf nicht in der Datei stehen: geben Sie env:NAME an, den Namen einer Umgebungsvariable, oder file:pfad, relativ zu dieser Datei',
  secret_file_missing: 'die Datei {file} gibt es nicht',
  secret_file_unreadable: 'die Datei {file} kann nicht gelesen werden ({error})',
  password_too_short: 'ist zu kurz: verwenden Sie mindestens {count} Zeichen',
  password_too_long: 'ist zu lang: verwenden Sie höchstens 128 Zeichen',
  not_the_short_name: 'ist nicht der Kurzname',
  not_parameters: 'ist nicht ein Parameter je Zeile, etwa prompt=login',
  yaml_indentation:
    'die Einrückung passt nicht zu den Zeilen darüber: rücken Sie je Ebene um zwei Leerzeichen ein',
  yaml_tab: 'diese Zeile ist mit einem Tabulator eingerückt: verwenden Sie Leerzeichen',
  yaml_character_missing: 'hier fehlt ein Anführungszeichen, eine Klammer, ein Doppelpunkt oder ein Komma',
  yaml_key_repeated: 'dieser Schlüssel steht zweimal da: behalten Sie einen',
  yaml_second_document: 'hier beginnt ein zweites Dokument: behalten Sie eines je Datei',
  yaml_escape: 'diese Escape-Sequenz ist in doppelten Anführungszeichen unbekannt: verwenden Sie einfache',
  yaml_mapping_in_line:
    'eine Zuordnung beginnt mitten in einer Zeile: beginnen Sie eine neue, oder setzen Sie den Wert in Anführungszeichen',
  yaml_block_in_braces: 'Blockstil innerhalb von Klammern: verwenden Sie einen Stil',
  yaml_colon_missing: 'ein Doppelpunkt fehlt: jedem Schlüssel folgt einer',
  yaml_tag: 'dieses Tag ist unbekannt: lassen Sie es weg',
  yaml_key_not_text: 'ein Schlüssel muss einfacher Text sein',
  yaml_anchor: 'dieser Anker oder Alias ist nicht wohlgeformt: benennen Sie ihn um',
  yaml_unknown_anchor: 'davor steht kein Anker dieses Namens: definieren Sie ihn zuerst mit &',
  yaml_aliases_multiply: 'die Aliase vervielfachen sich: schreiben Sie die Werte aus',
  yaml_unreadable:
    'das ist kein gültiges YAML: prüfen Sie Anführungszeichen, Doppelpunkte und Einrückung in der Nähe',
  unreadable_value: '{problem}',
  too_much_at_once: 'Das war zu viel auf einmal. Warten Sie eine Minute und versuchen Sie es wieder.',
  uri_not_text: 'sie muss Text sein',
  uri_too_long: 'sie darf nicht länger als 2048 Zeichen sein',
  uri_characters: 'sie enthält Zeichen, die eine URI nicht haben kann',
  uri_fragment: 'sie darf kein Fragment haben',
  uri_not_absolute: 'sie muss eine vollständige URI sein',
  uri_invalid: 'sie ist keine gültige URI',
  uri_credentials: 'sie darf weder Benutzernamen noch Passwort haben',
  uri_reserved_parameter: 'ihre Query darf keinen eigenen Parameter {name} haben',
  uri_not_plain:
    'Schema und Host müssen einfach geschrieben sein: in Kleinbuchstaben, ohne Kodierung und ohne Punkt am Ende',
  uri_not_https: 'sie muss https verwenden: http ist nur für localhost, 127.0.0.1 und [::1]',
  uri_scheme: 'ihr Schema kann keine Weiterleitung empfangen',
  uri_no_slash: 'nach ihrem Schema muss ein Schrägstrich stehen',
  keys_not_a_set: 'es muss ein Objekt mit einer Liste keys sein',
  keys_count: 'es muss 1 bis 20 Schlüssel enthalten',
  keys_not_objects: 'jeder Schlüssel muss ein Objekt sein',
  keys_not_public: 'es darf nur öffentliche Schlüssel enthalten',
  keys_characters: 'es enthält ein NUL oder ein halbes Zeichen',
  address_not_a_url: 'sie muss eine URL sein',
  address_not_https: 'sie muss https verwenden',
  address_credentials: 'sie darf keine Zugangsdaten und kein Fragment haben',
}
