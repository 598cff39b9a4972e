/** Voter codes and what is made of them, loaded when somebody signs in, and by those who make codes. */
import { hex, number, sha256 } from './belenios.js'
export { ALPHABET, normaliseCode, normaliseSymbols, remainder } from './symbols.js'

/** The secret key of a normalised code. @param {any} group @param {string} uuid of the poll @param {string} code */
export const derive = async (group, uuid, code) => {
  const halves = [0, 1].map((i) => sha256(`derive_credential|${uuid}|${i}|${code}`))
  return number((await Promise.all(halves)).map(hex).join('')) % group.q
}

/** Can never pass for a ballot's signature: its prefix differs. @param {any} group @param {string} uuid @param {bigint} secret @param {string} nonce */
export const proveLogin = (group, uuid, secret, nonce) =>
  group.prove(secret, `asar-login|${location.origin}|${uuid}|${nonce}|${group.publicKey(secret)}`)
