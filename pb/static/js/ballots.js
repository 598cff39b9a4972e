/** Making ballots of the Belenios protocol, loaded once a voter has signed in. Names follow the specification. */
import { fingerprint, proof } from './belenios.js'

/** A branch of a proof: a ciphertext of `vote` made with `nonce` is said to hold `message`. @typedef {{nonce: bigint, vote: number, message: number}} Claim */

/** @param {any} election @param {any} makers of answers @param {bigint} secret @param {number[][]} votes */
export const makeBallot = async (election, makers, secret, votes) => {
  const group = await election.load()
  const hash = await fingerprint(election.raw)
  const credential = group.publicKey(secret)
  const answers = []
  for (const [i, question] of election.questions.entries()) {
    const make = question.type ? makers.wholeAnswer : answer
    answers.push(await make(group, election.key, `${hash}|${credential}`, question, votes[i]))
  }
  const ballot = { election_uuid: election.uuid, election_hash: hash, credential, answers }
  const digest = await fingerprint(JSON.stringify(ballot))
  const signature = { hash: digest, proof: await group.prove(secret, `sig|${digest}`) }
  const raw = JSON.stringify({ ...ballot, signature })
  return [raw, await fingerprint(raw)]
}

/**
 * An answer to a homomorphic question (section 4.11.1).
 * @param {any} group @param {any} key @param {string} context @param {{blank?: boolean, min: number, max: number}} question
 * @param {number[]} votes
 */
const answer = async (group, key, context, { blank, min, max }, votes) => {
  const nonces = votes.map(() => group.random())
  const choices = votes.map((vote, i) => encrypt(group, key, nonces[i], vote))
  const individual_proofs = []
  for (const [i, vote] of votes.entries()) {
    const { alpha, beta } = choices[i]
    individual_proofs.push(await proveOneOf(group, key, `prove|${context}|${alpha},${beta}|`, range(nonces[i], vote, 0, 1)))
  }
  const statement = `${context}|${choices.map(({ alpha, beta }) => `${alpha},${beta}`)}`
  const first = blank ? 1 : 0
  const nonce = group.reduce(nonces.slice(first).reduce((a, b) => a + b))
  const vote = votes.slice(first).reduce((a, b) => a + b)
  const total = range(nonce, vote, min, max)
  if (!blank) {
    const { alpha, beta } = encrypt(group, key, nonce, vote)
    return { choices, individual_proofs, overall_proof: await proveOneOf(group, key, `prove|${statement}|${alpha},${beta}|`, total) }
  }
  const bit = { nonce: nonces[0], vote: votes[0] }
  return {
    choices,
    individual_proofs,
    overall_proof: await proveOneOf(group, key, `bproof1|${statement}|`, [{ ...bit, message: 1 }, ...total]),
    blank_proof: await proveOneOf(group, key, `bproof0|${statement}|`, [{ ...bit, message: 0 }, { nonce, vote, message: 0 }]),
  }
}

/** @param {any} group @param {any} key @param {bigint} nonce @param {number} vote */
const encrypt = (group, key, nonce, vote) => ({
  alpha: group.publicKey(nonce),
  beta: group.text(group.multiply(key.power(nonce), group.generator.power(BigInt(vote)))),
})

/** @param {bigint} nonce @param {number} vote @param {number} min @param {number} max @returns {Claim[]} */
const range = (nonce, vote, min, max) => Array.from({ length: max - min + 1 }, (_, i) => ({ nonce, vote, message: min + i }))

/**
 * Proves that one of the claims is true, not which (section 4.12): one branch is real, the others are simulated. As the
 * nonces are known, all powers are of fixed bases.
 * @param {any} group @param {any} key @param {string} prefix @param {Claim[]} claims
 */
const proveOneOf = async (group, key, prefix, claims) => {
  const real = claims.findIndex(({ vote, message }) => vote === message)
  if (real < 0) throw new RangeError('votes out of range')
  const w = group.random()
  const commitments = []
  const proofs = []
  let simulated = 0n
  for (const [i, { nonce, vote, message }] of claims.entries()) {
    const [c, s] = i === real ? [0n, w] : [group.random(), group.random()]
    const e = group.reduce(s + nonce * c)
    const shift = group.generator.power(group.reduce(BigInt(vote - message) * c))
    commitments.push(group.publicKey(e), group.text(group.multiply(key.power(e), shift)))
    proofs.push(proof(c, s))
    simulated += c
  }
  const c = group.reduce((await group.hash(prefix + commitments)) - simulated)
  proofs[real] = proof(c, group.reduce(w - claims[real].nonce * c))
  return proofs
}
