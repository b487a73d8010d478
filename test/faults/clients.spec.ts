import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import axios from 'axios';
import { TestApp } from '../support/app.js';
import { DATABASES } from '../support/databases.js';

// Go compiles its standard library on its first run.
jest.setTimeout(180_000);

const run = promisify(execFile);

/** Whether this program is installed. */
const works = (program: string, ...args: string[]): Promise<boolean> =>
  run(program, args).then(
    () => true,
    () => false,
  );

/** Reports a skipped client; fails where all clients are required. */
function skip(what: string): void {
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error(`Not tested: ${what}`);
  process.stderr.write(`SKIPPED: ${what}.\n`);
}

/** Sends a POST without a body and prints the status and the response. */
interface Client {
  readonly name: string;
  /** The program that the client needs. */
  readonly check: readonly string[];
  /** The environment contains `$URL` and `$KEY`. */
  readonly command: readonly string[];
  readonly file?: { readonly name: string; readonly text: string };
}

const CURL = ['curl', '-s', '-w', '\n%{http_code}', '-H'];
const PHP = ['php', '-r'];

const CLIENTS: readonly Client[] = [
  {
    name: 'curl -X POST',
    check: ['curl', '--version'],
    command: ['bash', '-c', `${quoted(CURL)} "X-API-Key: $KEY" -X POST "$URL"`],
  },
  {
    name: "curl -d ''",
    check: ['curl', '--version'],
    command: ['bash', '-c', `${quoted(CURL)} "X-API-Key: $KEY" -d '' "$URL"`],
  },
  {
    name: 'curl with a chunked, empty body',
    check: ['curl', '--version'],
    command: ['bash', '-c', `${quoted(CURL)} "X-API-Key: $KEY" -T - -X POST "$URL" < /dev/null`],
  },
  {
    name: 'PHP with curl',
    check: ['php', '-r', 'curl_version();'],
    command: [
      ...PHP,
      `$call = curl_init(getenv('URL'));
       curl_setopt_array($call, [CURLOPT_POST => true, CURLOPT_RETURNTRANSFER => true,
         CURLOPT_HTTPHEADER => ['X-API-Key: ' . getenv('KEY')]]);
       echo curl_exec($call), "\\n", curl_getinfo($call, CURLINFO_RESPONSE_CODE);`,
    ],
  },
  {
    name: 'PHP with curl and an empty array',
    check: ['php', '-r', 'curl_version();'],
    command: [
      ...PHP,
      `$call = curl_init(getenv('URL'));
       curl_setopt_array($call, [CURLOPT_POSTFIELDS => [], CURLOPT_RETURNTRANSFER => true,
         CURLOPT_HTTPHEADER => ['X-API-Key: ' . getenv('KEY')]]);
       echo curl_exec($call), "\\n", curl_getinfo($call, CURLINFO_RESPONSE_CODE);`,
    ],
  },
  {
    name: 'PHP with a stream',
    check: ['php', '--version'],
    command: [
      ...PHP,
      `$options = ['http' => ['method' => 'POST', 'header' => 'X-API-Key: ' . getenv('KEY'), 'content' => '',
         'ignore_errors' => true]];
       echo file_get_contents(getenv('URL'), false, stream_context_create($options)), "\\n",
         explode(' ', $http_response_header[0])[1];`,
    ],
  },
  {
    name: 'Ruby with Net::HTTP',
    check: ['ruby', '--version'],
    command: [
      'ruby',
      '-rnet/http',
      '-e',
      `response = Net::HTTP.post(URI(ENV['URL']), nil, 'X-API-Key' => ENV['KEY'])
       puts response.body, response.code`,
    ],
  },
  {
    name: 'Ruby with Net::HTTP and an empty form',
    check: ['ruby', '--version'],
    command: [
      'ruby',
      '-rnet/http',
      '-e',
      `url = URI(ENV['URL'])
       call = Net::HTTP::Post.new(url, 'X-API-Key' => ENV['KEY'])
       call.set_form_data({})
       response = Net::HTTP.start(url.host, url.port) { |http| http.request(call) }
       puts response.body, response.code`,
    ],
  },
  {
    name: 'Python with requests',
    check: ['python3', '-c', 'import requests'],
    command: [
      'python3',
      '-c',
      'import os, requests; response = requests.post(os.environ["URL"], headers={"X-API-Key": os.environ["KEY"]}); print(response.text); print(response.status_code)',
    ],
  },
  {
    name: 'Python with urllib',
    check: ['python3', '--version'],
    command: [
      'python3',
      '-c',
      'import os, urllib.request as u; response = u.urlopen(u.Request(os.environ["URL"], data=b"", headers={"X-API-Key": os.environ["KEY"]})); print(response.read().decode()); print(response.status)',
    ],
  },
  {
    name: 'Go',
    check: ['go', 'version'],
    command: ['go', 'run', 'main.go'],
    file: {
      name: 'main.go',
      text: `package main

import ("fmt"; "io"; "net/http"; "os")

func main() {
	call, _ := http.NewRequest("POST", os.Getenv("URL"), nil)
	call.Header.Set("X-API-Key", os.Getenv("KEY"))
	call.Header.Set("Content-Type", "text/plain")
	response, err := http.DefaultClient.Do(call)
	if err != nil { panic(err) }
	body, _ := io.ReadAll(response.Body)
	fmt.Println(string(body))
	fmt.Println(response.StatusCode)
}
`,
    },
  },
];

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(' ');
}

describe('with common HTTP clients', () => {
  let app: TestApp;
  let folder: string;
  let endpoint: string;
  let key: string;

  beforeAll(async () => {
    app = await TestApp.start(DATABASES[0]!);
    folder = mkdtempSync(join(tmpdir(), 'chameleon-test-'));
    endpoint = `${app.url}/api/v1/ping`;
    ({ key } = await app.createCaller('admin'));
  });

  afterAll(async () => {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The URL at which a key revokes itself. */
  const toRevoke = async () => {
    const { id, key: secret } = await app.createCaller();
    return { url: `${app.url}/api/v1/api-keys/${id}/revoke`, headers: { 'X-API-Key': secret } };
  };

  it.each(CLIENTS.map((client) => [client.name, client] as const))(
    'a key is revoked without a body: %s',
    async (name, { check: [program = '', ...args], command, file }) => {
      if (!(await works(program, ...args))) return skip(`${name}, as ${program} does not run`);
      if (file) writeFileSync(join(folder, file.name), file.text);
      const { url, headers } = await toRevoke();
      const [first = '', ...rest] = command;
      const env = { ...process.env, URL: url, KEY: headers['X-API-Key'], GOFLAGS: '-mod=mod' };
      const { stdout } = await run(first, rest, { cwd: folder, env });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.at(-1)).toBe('200');
      expect(JSON.parse(lines.slice(0, -1).join('\n'))).toMatchObject({ status: 'revoked' });
    },
  );

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty string', ''],
    ['an empty form', new URLSearchParams()],
  ])('a key is revoked without a body: axios with %s', async (_name, body) => {
    const { url, headers } = await toRevoke();
    const { status, data } = await axios.post<unknown>(url, body, { headers });
    expect([status, data]).toMatchObject([200, { status: 'revoked' }]);
  });

  it.each([
    ['nothing', undefined],
    ['an empty string', ''],
    ['an empty form', new URLSearchParams()],
  ])('a key is revoked without a body: fetch with %s', async (_name, body) => {
    const { url, headers } = await toRevoke();
    const response = await fetch(url, { method: 'POST', headers, ...(body !== undefined && { body }) });
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'revoked' }]);
  });

  describe('the examples of the documentation get a response', () => {
    const pong = { message: 'pong', echo: { key: 'value' }, apiKey: { name: 'Test key' } };
    const headers = () => ({ 'X-API-Key': key, 'Content-Type': 'application/json' });

    it('with fetch', async () => {
      const body = JSON.stringify({ key: 'value' });
      const response = await fetch(endpoint, { method: 'POST', headers: headers(), body });
      expect([response.status, await response.json()]).toMatchObject([200, pong]);
    });

    it('with axios', async () => {
      const { status, data } = await axios.post<unknown>(endpoint, { key: 'value' }, { headers: headers() });
      expect([status, data]).toMatchObject([200, pong]);
    });

    it('with curl', async () => {
      if (!(await works('curl', '--version'))) return skip('the example for curl, which is not installed');
      const fields = Object.entries(headers()).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
      const options = ['-s', '-X', 'POST', ...fields, '-d', '{"key": "value"}', '-w', ' %{http_code}'];
      const { stdout } = await run('curl', [endpoint, ...options]);
      expect(stdout).toMatch(/ 200$/);
      expect(JSON.parse(stdout.slice(0, -4))).toMatchObject(pong);
    });

    it('with Python', async () => {
      if (!(await works('python3', '-c', 'import requests')))
        return skip('the example for Python, whose requests is not installed');
      const script = `
import requests
headers = {
    "X-API-Key": "${key}",
    "Content-Type": "application/json"
}
response = requests.post(
    "${endpoint}",
    headers=headers,
    json={"key": "value"}
)
data = response.json()
print(response.status_code, data["message"], data["echo"]["key"])
`;
      expect((await run('python3', ['-c', script])).stdout).toBe('200 pong value\n');
    });
  });
});
