import { generate } from 'selfsigned'

/** A key and the certificate that proves it, PEM; the certificate is its own authority. */
export interface Certificate {
  readonly key: string
  readonly certificate: string
}

const DAY_MS = 86_400_000

/**
 * Makes a certificate for `localhost` and the loopback addresses, valid for a year.
 *
 * EC P-256 takes some 30 ms; it begins a day in the past, for clocks that differ.
 */
export async function createCertificate(): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - DAY_MS),
    notAfterDate: new Date(Date.now() + 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  })
  return { key: made.private, certificate: made.cert }
}
