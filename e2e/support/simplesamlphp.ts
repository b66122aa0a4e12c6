import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where Debian's package has it. */
const HOME = '/usr/share/simplesamlphp'

/**
 * SimpleSAMLphp as an identity provider with one user, for one client, whose requests have to be signed.
 *
 * @param callbackUrl the client's entity ID
 * @param client.ourMetadata where the client's certificates are
 */
export async function startSimpleSamlPhp(
  port: number,
  callbackUrl: string,
  { ourMetadata }: { readonly ourMetadata: string },
) {
  const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-saml-'))
  const at = (name: string) => path.join(directory, name)
  for (const name of ['metadata', 'cert', 'log', 'data', 'tmp', 'sessions']) mkdirSync(at(name))
  const key = ['-keyout', at('cert/server.pem'), '-out', at('cert/server.crt')]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...key, '-days', '2', '-subj', '/CN=idp'],
    {
      stdio: 'ignore',
    },
  )
  const origin = `http://localhost:${port}`
  writeFileSync(
    at('config.php'),
    `<?php include '/etc/simplesamlphp/config.php';
$config = array_merge($config, ['baseurlpath' => '${origin}/', 'certdir' => '${at('cert')}/', 'loggingdir' => '${at('log')}/',
  'datadir' => '${at('data')}/', 'tempdir' => '${at('tmp')}', 'metadatadir' => '${at('metadata')}', 'logging.handler' => 'file',
  'secretsalt' => 'of the tests', 'auth.adminpassword' => 'of the tests', 'enable.saml20-idp' => true,
  'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true], 'store.type' => 'phpsession',
  'session.phpsession.savepath' => '${at('sessions')}', 'session.cookie.secure' => false, 'session.cookie.samesite' => 'Lax',
  'metadata.sources' => [['type' => 'flatfile', 'directory' => '${at('metadata')}']]]);`,
  )
  writeFileSync(
    at('authsources.php'),
    `<?php $config = ['users' => ['exampleauth:UserPass',
  'una:secret' => ['uid' => ['una'], 'mail' => ['una@example.com'], 'groups' => ['editors', 'staff']]]];`,
  )
  writeFileSync(
    at('metadata/saml20-idp-hosted.php'),
    `<?php $metadata['${origin}/idp'] = ['host' => '__DEFAULT__', 'privatekey' => 'server.pem', 'certificate' => 'server.crt',
  'auth' => 'users', 'validate.authnrequest' => true, 'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'userid.attribute' => 'uid',
  'saml20.sign.assertion' => true];`,
  )
  /** As its operator does with the metadata of an application. */
  const readOurMetadata = async () => {
    const xml = await (await fetch(ourMetadata)).text()
    const keys = [...xml.matchAll(/<ds:X509Certificate>([^<]+)</g)].map(
      ([, certificate]) =>
        `['type' => 'X509Certificate', 'signing' => true, 'encryption' => false, 'X509Certificate' => '${certificate}']`,
    )
    writeFileSync(
      at('metadata/saml20-sp-remote.php'),
      `<?php $metadata['${callbackUrl}'] = ['AssertionConsumerService' => '${callbackUrl}', 'validate.authnrequest' => true,
  'keys' => [${keys.join(', ')}],
  'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid'];`,
    )
  }
  const env = { ...process.env, SIMPLESAMLPHP_CONFIG_DIR: directory }
  const server: ChildProcess = spawn('php', ['-S', `localhost:${port}`, '-t', `${HOME}/www`], {
    env,
    stdio: 'ignore',
  })
  const metadataUrl = `${origin}/saml2/idp/metadata.php`
  const metadata = await answerOf(metadataUrl)
  return {
    metadata,
    readOurMetadata,
    stop: () => {
      server.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Its answer, as soon as it listens. */
async function answerOf(url: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer) return answer.text()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('SimpleSAMLphp does not start')
}
