/** Checking what came from outside: elements and signatures. The voter's page does not load it. */
import { FixedBase } from './belenios.js'

/** An element for powers. @param {any} group @param {string} text @returns {FixedBase?} null outside the group */
export const member = (group, text) => {
  const element = typeof text === 'string' ? group.read(text) : null
  const base = element && new FixedBase(group, element)
  return base && group.text(base.power(group.q)) === group.text(group.one) ? base : null
}

/**
 * Whether a proof of knowing the logarithm of `key` holds: c = H(statement|g^r·X^c).
 * @param {any} group @param {FixedBase} key @param {string} statement @param {{challenge: string, response: string}} proof
 */
export const holds = async (group, key, statement, { challenge, response }) => {
  const [c, r] = [challenge, response].map((digits) => (/^(0|[1-9]\d{0,616})$/.test(digits) ? BigInt(digits) : group.q))
  if (c >= group.q || r >= group.q) return false
  const commitment = group.multiply(group.generator.power(r), key.power(c))
  return c === (await group.hash(`${statement}|${group.text(commitment)}`))
}
