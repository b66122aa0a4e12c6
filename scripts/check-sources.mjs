// What no rule of Biome or of the dependency rules sees: addresses written by hand, control flow by sentences, clocks,
// and what is configured as data of no known shape.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const RULES = [
  {
    name: 'addresses-by-hand',
    pattern: /[`'"}]\/(console|setup)(?=[/?#`'"])/,
    except: ['lib/routes.ts'],
    instead: 'use lib/routes.ts',
  },
  {
    name: 'control-by-sentences',
    // Whoever improves a sentence must not change what happens.
    pattern:
      /\b(message|detail|problem|description)\??\.(startsWith|endsWith|includes|match)\(|\.test\([\w.?]*\b(message|detail|problem|description)\)|\b(message|description) [!=]==? ['"`]|switch \([\w.]*(message|description|detail|problem)\)/,
    // Redis tells its errors apart by the first word of the message (RESP, simple errors), the library for SAML by all.
    except: [
      'lib/store/challenges/redis.ts',
      'lib/store/redis/commands.ts',
      'lib/upstream/saml/assertion.ts',
    ],
    instead: 'compare a code',
  },
  {
    name: 'clock-of-an-instance',
    // Instances' clocks differ, and one may be wrong: what expires or is good once goes by the database's.
    pattern: /\bDate\.now\(\)|\bnew Date\(\)/,
    // A page says how long ago something was, and decides nothing by it.
    except: ['lib/store/database/clock.ts', 'components/ui/moment.tsx', 'sandbox/'],
    instead: "use the port's clock, or the database's (db.clock)",
  },
  {
    name: 'data-of-no-shape',
    // What is configured has one schema, and its type is derived from it.
    pattern: /Record<\w+, unknown>|\[\w+: \w+\]: unknown|[:<|] ?(any|object)\b(?!')/,
    only: ['lib/configuration/', 'lib/api/'],
    except: [],
    instead: 'use the type of the schema, or Json',
  },
  {
    name: 'type-by-force',
    pattern: /\bas unknown as\b/,
    only: ['lib/configuration/', 'lib/api/', 'lib/oauth/'],
    tests: true,
    except: [],
    instead: 'name the type that is needed',
  },
]

const files = ['app', 'components', 'lib', 'sandbox']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => path.posix.join(folder, file)),
  )
  .filter((file) => /\.tsx?$/.test(file))
  .concat('server.ts')

const isTest = (file) => /\.(test|contract)\.tsx?$/.test(file) || file.includes('/test-support/')

const isCode = (line) => !/^\s*(\/\/|\/?\*|import |\} from |export .* from )/.test(line)

const found = RULES.flatMap(({ name, pattern, only = [''], tests = false, except, instead }) =>
  files
    .filter((file) => only.some((place) => file.startsWith(place)) && (tests || !isTest(file)))
    .filter((file) => !except.some((place) => file.startsWith(place)))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          isCode(line) && pattern.test(line) ? [`${file}:${at + 1}: ${name}: ${instead}`] : [],
        ),
    ),
)
for (const line of found) console.error(line)
if (found.length > 0) process.exit(1)
