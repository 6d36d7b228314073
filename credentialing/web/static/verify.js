/* The digits behind the # of a scanned code: judged here with the service's public keys, never sent anywhere. The page is whole without this. */

const hex = (bytes) => [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");

/* Decimal digits to bytes; the leading 1 that keeps zeros is taken off. */
const bytesOf = (digits) => {
  let text = BigInt(digits).toString(16);
  if (text.length % 2) text = "0" + text;
  const bytes = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  if (bytes[0] !== 1) throw Error();
  return bytes.subarray(1);
};

/* As much CBOR (RFC 8949) as a token holds. */
const reader = (bytes) => {
  let at = 0;
  const take = (count) => {
    if (at + count > bytes.length) throw Error();
    return bytes.subarray(at, (at += count));
  };
  const read = () => {
    const [head] = take(1);
    let size = head & 31;
    if (size > 23 && size < 27) size = take(1 << (size - 24)).reduce((sum, one) => sum * 256 + one, 0);
    else if (size > 23) throw Error();
    const several = (count) => Array.from({ length: count }, read);
    switch (head >> 5) {
      case 0: return size;
      case 1: return -1 - size;
      case 2: return take(size);
      case 3: return new TextDecoder("utf-8", { fatal: true }).decode(take(size));
      case 4: return several(size);
      case 5: return new Map(Array.from({ length: size }, () => [read(), read()]));
      default: throw Error();
    }
  };
  return { read, isAtEnd: () => at === bytes.length };
};

const whole = (bytes) => {
  const { read, isAtEnd } = reader(bytes);
  const value = read();
  if (!isAtEnd()) throw Error();
  return value;
};

/* A byte string as CBOR writes it. */
const framed = (bytes) => {
  const size = bytes.length;
  return [...(size < 24 ? [64 + size] : size < 256 ? [88, size] : [89, size >> 8, size & 255]), ...bytes];
};

/* The claims of a token that one of our keys signed; which check fails otherwise. A lost key stands for what was logged before. */
const judge = async (digits, keys, logged) => {
  let kid, protectedHead, payload, signature;
  try {
    const token = whole(bytesOf(digits));
    [protectedHead, , payload, signature] = token;
    const header = whole(protectedHead);
    if (token.length !== 4 || header.get(1) !== -7 || signature.length !== 64) throw Error();
    kid = hex(header.get(4));
  } catch {
    return { fails: "unaltered" };
  }
  const known = keys.find((key) => key.kid === kid);
  if (!known || (known.state === "compromised" && !(logged < known.since))) return { fails: "ours" };
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const { kty, crv, x, y } = known.jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
  const signed = Uint8Array.from([0x84, 0x6a, ...new TextEncoder().encode("Signature1"), ...framed(protectedHead), 0x40, ...framed(payload)]);
  const holds = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
  return holds ? { claims: whole(payload) } : { fails: "unaltered" };
};

const day = (claim) => (claim === undefined ? "" : new Date(claim * 864e5).toISOString().slice(0, 10));

const agrees = (claims, page) =>
  claims.get(1) === page.code &&
  (page.number === undefined ||
    (claims.get(10) === page.number && claims.get(4) === page.name && day(claims.get(2)) === page.issued && day(claims.get(3)) === page.expires));

const mark = (name, result) => {
  const look = document.getElementById("looks").content.querySelector(`[data-check=${result}]`).cloneNode(true);
  const line = document.querySelector(`.pu-checks [data-check=${name}]`);
  look.dataset.check = name;
  look.querySelector("div").prepend(line.querySelector("div").firstChild.textContent);
  line.replaceWith(look);
};

const say = (id) => {
  const said = document.getElementById(id);
  if (!said) return;
  document.getElementById("answer").replaceChildren(said.content.cloneNode(true));
  document.title = document.querySelector("#answer h1").textContent;
};

const answer = async (digits, page) => {
  const { qr_keys: keys } = await (await fetch("/trust/bundle.json", { credentials: "omit" })).json();
  const { claims, fails } = await judge(digits, keys, page.logged);
  if (fails) {
    mark("unaltered", "skipped");
    mark("ours", "skipped");
    mark(fails, "failed");
    return say("forged");
  }
  mark("unaltered", "passed");
  mark("ours", "passed");
  if (agrees(claims, page)) return say("signed");
  mark("same_as_record", "failed");
  return say("differs");
};

const page = document.getElementById("answer");
const scanned = () => /^#\d+$/.test(location.hash) && page?.dataset.code;
if (scanned() && globalThis.crypto?.subtle) answer(location.hash.slice(1), page.dataset).catch(() => {});
addEventListener("hashchange", () => scanned() && location.reload());

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
