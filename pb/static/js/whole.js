/** Whole ballots (section 4.11.2), loaded in polls that have them: one ciphertext holds a number for each answer. */

/**
 * @param {any} group @param {any} key @param {string} context S0 @param {object} _question
 * @param {number[]} numbers 0..255 for each answer
 */
export const wholeAnswer = async (group, key, context, _question, numbers) => {
  const nonce = group.random()
  const alpha = group.publicKey(nonce)
  const beta = group.text(group.multiply(key.power(nonce), encode(group, numbers)))
  const statement = `raweg|${context}|${group.text(key.rows[0][1])},${alpha},${beta}`
  return { choices: { alpha, beta }, proof: await group.prove(nonce, statement) }
}

/** Whether an odd modulus n has Jacobi symbol (a/n) = 1. @param {bigint} a @param {bigint} n */
const isSquare = (a, n) => {
  let sign = 1
  while (a) {
    for (; !(a & 1n); a >>= 1n) if ((n & 7n) === 3n || (n & 7n) === 5n) sign = -sign
    if ((a & n & 3n) === 3n) sign = -sign
    ;[a, n] = [n % a, a]
  }
  return n === 1n && sign === 1
}

/** The element that a number is, if it is one. @param {any} group @param {bigint} number */
const embed = (group, number) => (group.embed ? group.embed(number) : isSquare(number, group.p) && number)

/** The element that carries these numbers: 8 bits for each, then the smallest padding that gives a member. @param {any} group @param {number[]} numbers */
export const encode = (group, numbers) => {
  if (numbers.length > group.most || numbers.some((number) => !Number.isInteger(number) || number < 0 || number > 255)) {
    throw new RangeError('votes out of range')
  }
  const start = numbers.reduce((sum, number) => (sum << 8n) | BigInt(number), 0n) << group.padding
  for (let epsilon = 0n; epsilon < 1n << group.padding; epsilon++) {
    const element = embed(group, start + epsilon)
    if (element) return element
  }
  throw new RangeError('no element for these numbers')
}
