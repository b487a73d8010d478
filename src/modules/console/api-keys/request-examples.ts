/** An example of a request with a key, ready to copy and paste. */
export interface RequestExample {
  readonly language: 'cURL' | 'JavaScript' | 'Python';
  readonly code: string;
}

/** The environment variable from which the examples read the key. */
export const KEY_VARIABLE = 'CHAMELEON_API_KEY';

export const exportKeyCommand = (key: string): string => `export ${KEY_VARIABLE}='${key}'`;

/**
 * Returns the same example request in several languages.
 * @param publicUrl the URL of the service.
 */
export const requestExamples = (publicUrl: string): readonly RequestExample[] => [
  {
    language: 'cURL',
    code: `curl -X POST "${publicUrl}/api/v1/ping" \\
  -H "X-API-Key: $${KEY_VARIABLE}" \\
  -H "Content-Type: application/json" \\
  -d '{"hello": "world"}'`,
  },
  {
    language: 'JavaScript',
    code: `const response = await fetch('${publicUrl}/api/v1/ping', {
  method: 'POST',
  headers: {
    'X-API-Key': process.env.${KEY_VARIABLE},
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({ hello: 'world' }),
});
console.log(await response.json());`,
  },
  {
    language: 'Python',
    code: `import os
import requests

response = requests.post(
    "${publicUrl}/api/v1/ping",
    headers={"X-API-Key": os.environ["${KEY_VARIABLE}"]},
    json={"hello": "world"},
)
print(response.json())`,
  },
];
