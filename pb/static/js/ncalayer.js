/**
 * Signatures by NCALayer, the national program on the signer's own computer. It keeps the key and asks for the password;
 * this module only hands it what is to be signed and takes the signature back.
 */

const USUAL = 'wss://127.0.0.1:13579'
const MODULE = 'kz.gov.pki.knca.basics'

/** Why there is no signature: 'not-running', 'cancelled', 'failed' or 'busy'. */
export class SignatureProblem extends Error {
  /** @param {'not-running' | 'cancelled' | 'failed' | 'busy'} reason */
  constructor(reason) {
    super(reason)
    this.reason = reason
  }
}

/** @param {string | Uint8Array} content a text stands for its UTF-8 bytes @returns {string} */
const base64 = (content) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  let signs = ''
  for (const byte of bytes) signs += String.fromCharCode(byte) // a file has more than a call takes arguments
  return btoa(signs)
}

/** @param {string | Uint8Array} content @param {string[]} oids of the certificate's extended usages @param {string} locale */
const request = (content, oids, locale) => JSON.stringify({
  module: MODULE,
  method: 'sign',
  args: {
    allowedStorages: null,
    format: 'cms',
    data: base64(content),
    signingParams: { decode: true, encapsulate: false, digested: false },
    signerParams: { extKeyUsageOids: oids },
    locale: locale === 'ru' ? 'ru' : 'kk',
  },
})

/** The signature in an answer. @param {any} answer @returns {string} */
const signatureOf = (answer) => {
  if (answer?.status !== true) {
    throw new SignatureProblem(/cancel/i.test(answer?.message ?? '') ? 'cancelled' : 'failed')
  }
  const result = [answer.body?.result].flat()[0]
  if (result === undefined) throw new SignatureProblem('cancelled')
  if (typeof result !== 'string' || !result.startsWith('-----BEGIN CMS-----')) throw new SignatureProblem('failed')
  return result
}

let busy = false

/**
 * A detached CMS over a file's bytes, or a text's in UTF-8, as PEM. One at a time: NCALayer shows one window.
 * @param {string | Uint8Array} content @param {{oids: string[], locale: string}} options @returns {Promise<string>}
 */
export const sign = async (content, { oids, locale }) => {
  if (busy) throw new SignatureProblem('busy')
  busy = true
  const told = /** @type {HTMLElement | null} */ (document.querySelector('[data-ncalayer]'))
  /** @type {WebSocket | undefined} */
  let socket
  try {
    const opened = socket = new WebSocket(told?.dataset.ncalayer || USUAL)
    return await new Promise((resolve, reject) => {
      let running = false
      opened.onopen = () => {
        running = true
        opened.send(request(content, oids, locale))
      }
      opened.onclose = () => reject(new SignatureProblem(running ? 'failed' : 'not-running'))
      opened.onmessage = ({ data }) => {
        try {
          const answer = JSON.parse(data)
          if (answer?.result?.version === undefined) resolve(signatureOf(answer)) // otherwise it is the greeting
        } catch (error) {
          reject(error instanceof SignatureProblem ? error : new SignatureProblem('failed'))
        }
      }
    })
  } catch (error) {
    throw error instanceof SignatureProblem ? error : new SignatureProblem('not-running')
  } finally {
    busy = false
    socket?.close()
  }
}
