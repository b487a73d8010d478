import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Creates a certificate authority and a certificate for names such as `DNS:localhost`, as files in the folder. */
export function makeCertificates(folder: string, names: string): { ca: string; cert: string; key: string } {
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    path('ca.key'),
    '-out',
    path('ca.pem'),
    '-subj',
    '/CN=Test CA',
  );
  openssl('req', ...newKey, '-keyout', path('key.pem'), '-out', path('csr.pem'), '-subj', '/CN=Test');
  writeFileSync(path('names'), `subjectAltName = ${names}\n`);
  const signing = [
    '-CA',
    path('ca.pem'),
    '-CAkey',
    path('ca.key'),
    '-CAcreateserial',
    '-extfile',
    path('names'),
  ];
  openssl('x509', '-req', '-in', path('csr.pem'), ...signing, '-out', path('cert.pem'));
  return { ca: path('ca.pem'), cert: path('cert.pem'), key: path('key.pem') };
}
