/** A call with a key in the languages that people ask for, ready to be pasted. */
export interface CallExample {
  readonly language: 'cURL' | 'JavaScript' | 'Python';
  readonly code: string;
}

/** The name under which the examples read the key. */
export const KEY_VARIABLE = 'CHAMELEON_API_KEY';

export const environmentLine = (key: string): string => `export ${KEY_VARIABLE}='${key}'`;

/** @param publicUrl where programs reach the service. */
export const callExamples = (publicUrl: string): readonly CallExample[] => [
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
