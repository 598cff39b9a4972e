/** Sealing a short secret to a public key on P-256; pb/core/sealing.py describes the format. */

const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text)

/** @param {Uint8Array} bytes base64url without padding */
export const encode = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

/** @param {string} text */
export const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0))

/** A new key pair that never leaves this page. @returns {Promise<{privateKey: CryptoKey, publicKey: string}>} */
export const generateKey = async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(CURVE, false, ['deriveBits'])
  return { privateKey, publicKey: encode(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))) }
}

/**
 * @param {CryptoKey} privateKey @param {Uint8Array} peer @param {Uint8Array} ephemeral @param {Uint8Array} recipient
 * @param {string} context
 */
const cipher = async (privateKey, peer, ephemeral, recipient, context) => {
  const theirs = await crypto.subtle.importKey('raw', peer, CURVE, false, [])
  const shared = await crypto.subtle.deriveBits({ name: 'ECDH', public: theirs }, privateKey, 256)
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits'])
  const salt = new Uint8Array([...ephemeral, ...recipient])
  const made = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(context) }, material, 352)
  const key = await crypto.subtle.importKey('raw', made.slice(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return { key, algorithm: { name: 'AES-GCM', iv: made.slice(32), additionalData: utf8(context) } }
}

/** @param {string} text @param {string} publicKey @param {string} context */
export const seal = async (text, publicKey, context) => {
  const recipient = decode(publicKey)
  const own = await generateKey()
  const ephemeral = decode(own.publicKey)
  const { key, algorithm } = await cipher(own.privateKey, recipient, ephemeral, recipient, context)
  return encode(new Uint8Array([...ephemeral, ...new Uint8Array(await crypto.subtle.encrypt(algorithm, key, utf8(text)))]))
}

/** @param {string} sealed @param {{privateKey: CryptoKey, publicKey: string}} own @param {string} context */
export const unseal = async (sealed, own, context) => {
  const bytes = decode(sealed)
  const ephemeral = bytes.slice(0, 65)
  const { key, algorithm } = await cipher(own.privateKey, ephemeral, ephemeral, decode(own.publicKey), context)
  return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes.slice(65)))
}
