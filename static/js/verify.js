// Checks an export of the log in the browser: a second implementation, written apart from verify.py and from whatever
// writes the log. It reads the file that is dropped, sends nothing, and needs nothing but the browser (WebCrypto with
// Ed25519, DecompressionStream). docs/audit-log.md describes the package; checks have the names that verify.py gives them.

const LARGEST_LINE = 64 * 1024;
const LARGEST_SMALL = 4 * 1024 * 1024;
const MOST_MEMBERS = 10_000;
const MOST_PROBLEMS = 1000;
const MOST_PROOF = 128;
const MOST_ROTATIONS = 1000;
const LARGEST_OPENINGS = 32 * 1024 * 1024;
const LARGEST_HERE = 1024 * 1024 * 1024; // a page holds what it reads; verify.py reads exports of any size
const DEEPEST = 64;
const USUAL_FLAGS = 0x0806;
const SMALL = ["README.txt", "MANIFEST.sha256", "checkpoint.txt", "closing.json", "export.json", "keys.txt", "rotations.jsonl", "verify.py", "evidence.html"];
const STREAMS = ["disclosures.jsonl", "earlier.jsonl", "entries.jsonl", "inclusion.jsonl"];
const REQUIRED = ["MANIFEST.sha256", "checkpoint.txt", "closing.json", "disclosures.jsonl", "earlier.jsonl", "entries.jsonl", "export.json", "rotations.jsonl"];
const EVIDENCE = /^evidence\/[0-9a-f]{64}$/;
const HEX32 = /^[0-9a-f]{64}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WORD = /^[a-z][a-z0-9_]{0,39}$/;
const PACKED = /^([0-9a-f]{64}) {2}([^\n]+)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const MEMBERS = "action,actor,after,auth,before,details,evidence,id,origin,personal,portfolio,subject,ts,v";
const FILTERS = "action,person,portfolios,since,subjects,until";

class Unsafe extends Error {}
class Broken extends Error {
  constructor(check, text) {
    super(text);
    this.check = check;
  }
}
class TooMany extends Error {}

// Bytes ---------------------------------------------------------------------------------------------------------------
const encoder = new TextEncoder();
const decode = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const leafHash = (line) => sha256(Uint8Array.of(0), line);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

// Merkle tree: RFC 9162, 2.1.3.2 and 2.1.4.2 --------------------------------------------------------------------------
const half = (number) => Math.floor(number / 2); // sizes go beyond 32 bits
const odd = (number) => number % 2 === 1;

export const included = async (leaf, index, size, proof, root) => {
  if (!(index >= 0 && index < size)) return false;
  let [number, last, result] = [index, size - 1, leaf];
  for (const part of proof) {
    if (last === 0) return false;
    if (odd(number) || number === last) {
      result = await nodeHash(part, result);
      while (!odd(number) && number) [number, last] = [half(number), half(last)];
    } else {
      result = await nodeHash(result, part);
    }
    [number, last] = [half(number), half(last)];
  }
  return last === 0 && equal(result, root);
};

export const continues = async (old, oldRoot, size, root, proof) => {
  if (!(old > 0 && old <= size)) return false;
  if (old === size) return proof.length === 0 && equal(oldRoot, root);
  let power = old;
  while (!odd(power)) power = half(power);
  const path = power === 1 ? [oldRoot, ...proof] : [...proof];
  if (!path.length) return false;
  let [number, last] = [old - 1, size - 1];
  while (odd(number)) [number, last] = [half(number), half(last)];
  let [first, second] = [path[0], path[0]];
  for (const part of path.slice(1)) {
    if (last === 0) return false;
    if (odd(number) || number === last) {
      first = await nodeHash(part, first);
      second = await nodeHash(part, second);
      while (!odd(number) && number) [number, last] = [half(number), half(last)];
    } else {
      second = await nodeHash(second, part);
    }
    [number, last] = [half(number), half(last)];
  }
  return last === 0 && equal(first, oldRoot) && equal(second, root);
};

class Tree {
  size = 0;
  edge = [];

  async append(leaf) {
    for (let number = this.size; odd(number); number = half(number)) leaf = await nodeHash(this.edge.pop(), leaf);
    this.edge.push(leaf);
    this.size += 1;
  }

  async root() {
    if (!this.edge.length) return sha256();
    let root = this.edge.at(-1);
    for (const left of this.edge.slice(0, -1).reverse()) root = await nodeHash(left, root);
    return root;
  }
}

// Canonical JSON: RFC 8785 is what JSON.stringify writes when keys are sorted -----------------------------------------
const canonical = (value, room = DEEPEST) => {
  if (value && typeof value === "object") {
    if (room === 0) throw new Error("nested too deep");
    if (Array.isArray(value)) return `[${value.map((one) => canonical(one, room - 1)).join(",")}]`;
    const members = Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key], room - 1)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new Error("no whole number");
  if (typeof value === "string" && !value.isWellFormed()) throw new Error("half a character");
  return JSON.stringify(value);
};

const canonicalValue = (bytes) => {
  let same, value;
  try {
    const text = decode(bytes);
    value = JSON.parse(text);
    same = canonical(value) === text;
  } catch {
    same = false;
  }
  if (!same) throw new Broken("line_invalid", "it is not the canonical form of what it says");
  return value;
};

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const KINDS = { object: isObject, list: Array.isArray, text: (value) => typeof value === "string", number: Number.isSafeInteger };
const areTexts = (value) => Array.isArray(value) && value.every((one) => typeof one === "string");
const typed = (value, key, kind) => {
  const found = isObject(value) ? value[key] : undefined;
  if (!KINDS[kind](found)) throw new Broken("export_malformed", `the member ${key} is missing or of a wrong kind`);
  return found;
};
const row = (bytes) => {
  let value;
  try {
    value = canonicalValue(bytes);
  } catch {
    value = null;
  }
  if (!isObject(value)) throw new Broken("export_malformed", "a row is no JSON object in canonical form");
  return value;
};
const hashes = (value, key) => {
  const texts = typed(value, key, "list");
  if (texts.length > MOST_PROOF || !texts.every((text) => typeof text === "string" && HEX32.test(text))) {
    throw new Broken("proof_malformed", "a proof holds something else than 32-byte hashes");
  }
  return texts.map(unhex);
};

// Signed notes --------------------------------------------------------------------------------------------------------
const fromBase64 = (text, size) => {
  let raw;
  try {
    raw = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    raw = new Uint8Array();
  }
  const again = btoa(String.fromCharCode(...raw));
  if (!raw.length || again !== text || (size && raw.length !== size)) {
    throw new Broken("note_malformed", "this is not the base64 that was due");
  }
  return raw;
};

// Ed25519 has eight points that fit any signature; these are the y of them. Other bytes may stand for no point at all.
const PRIME = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const EIGHT = ["00".repeat(32), `01${"00".repeat(31)}`, `ec${"ff".repeat(30)}7f`, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"];

const isWeak = (raw) => {
  const positive = Uint8Array.from(raw, (byte, at) => (at === 31 ? byte & 0x7f : byte));
  const y = BigInt(`0x${hex(positive.toReversed())}`);
  if (y >= PRIME || EIGHT.includes(hex(positive))) return true;
  // x² = u / v: there is an x when u · v is a square.
  let [power, base, rest] = [1n, ((y * y - 1n) * (D * y * y + 1n)) % PRIME, (PRIME - 1n) / 2n];
  for (; rest; rest >>= 1n) {
    if (rest & 1n) power = (power * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return power !== 1n;
};

const readKey = async (vkey) => {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([^]+)$/.exec(vkey) ?? [];
  if (!name) throw new Broken("note_malformed", "this is no public key");
  const raw = fromBase64(encoded, 33);
  const digest = await sha256(encoder.encode(`${name}\n`), raw);
  if (raw[0] !== 1 || hex(digest.slice(0, 4)) !== id) throw new Broken("note_malformed", "this is no Ed25519 key");
  if (isWeak(raw.slice(1))) throw new Broken("note_malformed", "this key verifies what nobody signed");
  const key = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
  return { name, id, key, vkey, until: null };
};

const openNote = async (note, keys) => {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || at + 2 >= note.length) {
    throw new Broken("note_malformed", "a note has a text, an empty line and signatures");
  }
  const text = note.slice(0, at + 1);
  const signers = [];
  const lines = note.slice(at + 2, -1).split("\n");
  if (lines.length > 100) throw new Broken("note_malformed", "more than 100 signatures");
  for (const line of lines) {
    const [, name, encoded] = /^— ([^ ]+) ([^]*)$/.exec(line) ?? [];
    if (!name) throw new Broken("note_malformed", "this is no signature");
    const raw = fromBase64(encoded);
    for (const known of keys) {
      if (known.name !== name || known.id !== hex(raw.slice(0, 4)) || signers.includes(known)) continue;
      const right = raw.length === 68 && (await crypto.subtle.verify("Ed25519", known.key, raw.slice(4), encoder.encode(text)));
      if (!right) throw new Broken("signature_invalid", `the signature of ${name} does not hold`);
      signers.push(known);
    }
  }
  if (!signers.length) throw new Broken("key_unknown", "no key that you trust signed this checkpoint");
  const parts = text.split("\n");
  if (parts.length < 4 || parts.pop() !== "" || !parts.every(Boolean)) {
    throw new Broken("note_malformed", "a checkpoint has three lines: origin, size, root");
  }
  const [origin, told, encoded] = parts;
  const root = fromBase64(encoded, 32);
  if (!/^(0|[1-9][0-9]{0,14})$/.test(told)) throw new Broken("note_malformed", "this is no size");
  const size = Number(told);
  if (signers.every((signer) => signer.until !== null && size > signer.until)) {
    throw new Broken("key_retired", `a key that had retired signed the checkpoint of ${size} entries`);
  }
  return { origin, size, root, signers };
};

// The zip file --------------------------------------------------------------------------------------------------------
const latin = (bytes) => new TextDecoder("latin1").decode(bytes);
const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

// The directory stands right before the end, and nothing follows: what is elsewhere, other readers may find.
const directory = (bytes) => {
  const view = viewOf(bytes);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50 || view.getUint16(end + 20, true)) throw new Unsafe("this is no zip file: it has no end");
  const [disk, other, here, count] = [4, 6, 8, 10].map((offset) => view.getUint16(end + offset, true));
  const [size, start] = [12, 16].map((offset) => view.getUint32(end + offset, true));
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) throw new Unsafe("it is too large for this page: use verify.py");
  if (count > MOST_MEMBERS || size > LARGEST_SMALL) throw new Unsafe("its directory lists too much");
  if (disk || other || here !== count || start + size !== end) throw new Unsafe("its directory is not where it should be");
  const found = new Map();
  let at = start;
  for (let number = 0; number < count; number += 1) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new Unsafe("its directory cannot be read");
    const [names, extras, comments] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = latin(bytes.slice(at + 46, at + 46 + names));
    const member = {
      name,
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      mode: view.getUint32(at + 38, true) >>> 16,
      offset: view.getUint32(at + 42, true),
    };
    if (at + 46 + names + extras + comments > end) throw new Unsafe("its directory cannot be read");
    readExtra(view, at + 46 + names, extras, member);
    checkMember(member);
    if (found.has(name)) throw new Unsafe(`the name ${name} occurs twice`);
    found.set(name, member);
    at += 46 + names + extras + comments;
  }
  if (at !== end) throw new Unsafe("its directory cannot be read");
  checkPlaces(bytes, [...found.values()], start);
  return found;
};

const readExtra = (view, start, length, member) => {
  // Sizes beyond 32 bits, which a writer that did not know the size beforehand may also use.
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    const ends = field + view.getUint16(at + 2, true);
    for (const name of ["size", "packed", "offset"]) {
      if (member[name] !== 0xffffffff || field + 8 > ends) continue;
      member[name] = Number(view.getBigUint64(field, true));
      field += 8;
    }
  }
};

const checkMember = (member) => {
  const small = SMALL.includes(member.name);
  if (!small && !STREAMS.includes(member.name) && !EVIDENCE.test(member.name)) throw new Unsafe(`a member is called ${member.name}`);
  if (![0, 0o100000].includes(member.mode & 0o170000)) throw new Unsafe(`${member.name} is no ordinary file`);
  if (member.flags & ~USUAL_FLAGS || ![0, 8].includes(member.method)) throw new Unsafe(`${member.name} is packed in a way that no export uses`);
  if (small && member.size > LARGEST_SMALL) throw new Unsafe(`${member.name} is too large`);
  if (member.size > 1 << 20 && member.size > 250 * member.packed) throw new Unsafe(`${member.name} would unpack to too much`);
};

// Members that share bytes are how a small file unpacks to a huge one, and bytes of none could be a member that only other
// readers find. What stands before a member's bytes must say the same of it as the directory, for the same reason.
const checkPlaces = (bytes, members, end) => {
  const view = viewOf(bytes);
  let [ends, total] = [0, 0];
  for (const member of members.sort((one, other) => one.offset - other.offset)) {
    if (member.offset !== ends) throw new Unsafe("its members do not follow each other");
    if (member.offset + 30 > bytes.length) throw new Unsafe(`${member.name} is not where the directory says`);
    const [flags, method, names, extras] = [6, 8, 26, 28].map((offset) => view.getUint16(member.offset + offset, true));
    const [crc, packed, size] = [14, 18, 22].map((offset) => view.getUint32(member.offset + offset, true));
    const there = { flags, method, crc, packed, size };
    const after = member.offset + 30 + names;
    if (after + extras > bytes.length) throw new Unsafe(`${member.name} is not where the directory says`);
    readExtra(view, after, extras, there);
    const same = view.getUint32(member.offset, true) === 0x04034b50 && latin(bytes.slice(after - names, after)) === member.name
      && Object.keys(there).every((key) => there[key] === member[key]);
    if (!same) throw new Unsafe(`${member.name} is not where the directory says`);
    member.start = member.offset + 30 + names + extras;
    ends = member.start + member.packed;
    total += member.size;
  }
  if (ends !== end) throw new Unsafe("its members do not follow each other");
  if (total > LARGEST_HERE) throw new Unsafe("it is too large for this page: use verify.py");
};

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});
const crc32 = (bytes) => {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (sum >>> 8) ^ CRC[(sum ^ byte) & 0xff];
  return (sum ^ 0xffffffff) >>> 0;
};

const inflated = async (raw, member) => {
  const reader = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > member.size) throw new Error("it is larger than it says");
      parts.push(next.value);
    }
  } catch {
    throw new Broken("export_malformed", `${member.name} cannot be unpacked`);
  }
  return join(...parts);
};

const unpacked = async (bytes, member) => {
  const raw = bytes.subarray(member.start, member.start + member.packed);
  const found = member.method === 0 ? raw : await inflated(raw, member);
  if (found.length !== member.size || crc32(found) !== member.crc) {
    throw new Broken("export_malformed", `${member.name} unpacks to something else than it says`);
  }
  return found;
};

function* linesOf(bytes, name, limit = 1 << 20) {
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    if (at - start > limit) throw new Broken("line_invalid", `a line of ${name} is over ${limit} bytes`);
    yield bytes.subarray(start, at);
    start = at + 1;
  }
  if (start < bytes.length) throw new Broken("line_invalid", `${name} ends within a line`);
}

// Times are compared as they are written ------------------------------------------------------------------------------
const moment = (at, micros) => `${new Date(at).toISOString().slice(0, -1)}${micros}Z`;
// Five minutes before: entries that were written at one time reach the log in any order.
const earlier = (told) => {
  const at = Date.parse(`${told.slice(0, 23)}Z`);
  if (Number.isNaN(at) || told < "0001" || moment(at, told.slice(23, 26)) !== told) return "";
  const before = moment(at - 300_000, told.slice(23, 26));
  return before < "0001" ? "" : before;
};

// The checks ----------------------------------------------------------------------------------------------------------
class Check {
  problems = [];
  warnings = [];
  entries = 0;
  origin = "";
  size = 0;

  constructor(bytes, keys, since, progress) {
    Object.assign(this, { bytes, keys, since, progress });
    this.digests = new Map();
    this.chains = new Map();
    this.held = new Set();
    this.newest = "";
    this.latest = moment(Date.now() + 86_400_000, "000");
  }

  add(check, text, index = null) {
    this.problems.push({ check, text, index });
    if (this.problems.length >= MOST_PROBLEMS) throw new TooMany();
  }

  warn(check, text, index) {
    if (this.warnings.length < MOST_PROBLEMS) this.warnings.push({ check, text, index });
  }

  async read(name) {
    const bytes = await unpacked(this.bytes, this.members.get(name));
    this.digests.set(name, hex(await sha256(bytes)));
    return bytes;
  }

  async text(name) {
    try {
      return decode(await this.read(name));
    } catch (error) {
      if (error instanceof TypeError) throw new Broken("export_malformed", `${name} is no UTF-8`);
      throw error;
    }
  }

  async rows(name) {
    if (!this.members.has(name)) return [];
    return Array.from(linesOf(await this.read(name), name), row);
  }

  async run() {
    this.members = directory(this.bytes);
    const missing = REQUIRED.filter((name) => !this.members.has(name));
    if (missing.length) throw new Unsafe(`this is no export of a log: it has no ${missing.join(", ")}`);
    await this.walkRotations();
    this.facts = canonicalValue(await this.read("export.json"));
    if (typed(this.facts, "format", "number") !== 1) throw new Unsafe("this page knows format 1 of exports only");
    this.readScope();
    this.checkpoint = await this.opened("checkpoint.txt", await this.text("checkpoint.txt"));
    [this.origin, this.size] = [this.checkpoint.origin, this.checkpoint.size];
    if (this.facts.origin !== this.origin) this.add("origin_differs", "export.json is of another log than the checkpoint");
    await this.readEarlier();
    await this.checkSince();
    await this.checkEntries();
    this.checkChains();
    await this.checkClosing();
    await this.checkFiles();
  }

  async opened(name, note) {
    const found = await openNote(note, this.keys);
    if (!this.keys.some((key) => key.name === found.origin)) throw new Broken("origin_differs", `${name} is of the log ${found.origin}`);
    return found;
  }

  async walkRotations() {
    const told = [];
    for (const one of await this.rows("rotations.jsonl")) {
      if (told.length === MOST_ROTATIONS) throw new Broken("rotation_invalid", "more rotations than can be");
      const line = encoder.encode(typed(one, "line", "text"));
      const value = canonicalValue(line);
      if (value?.action !== "log_key.rotated") throw new Broken("rotation_invalid", "an entry of rotations.jsonl rotates no key");
      const [old, next] = [typed(value.before, "vkey", "text"), typed(value.after, "vkey", "text")];
      told.push({ one, line, old: await readKey(old), next: await readKey(next) });
    }
    const known = new Map(this.keys.map((key) => [key.vkey, key]));
    for (const { old, next } of [...told, ...told.toReversed()]) {
      if (!known.has(old.vkey) && !known.has(next.vkey)) continue;
      for (const key of [old, next]) if (!known.has(key.vkey)) known.set(key.vkey, key);
    }
    this.keys = [...known.values()];
    for (const { one, line, old, next } of told) {
      if (known.has(old.vkey)) await this.checkRotation(one, line, known.get(old.vkey), known.get(next.vkey));
    }
  }

  async checkRotation(one, line, old, next) {
    if (old.until !== null) throw new Broken("rotation_invalid", "a key that had retired endorses another one");
    let note;
    try {
      note = await openNote(typed(one, "note", "text"), [old, next]);
    } catch (error) {
      if (error instanceof Broken) throw new Broken("rotation_invalid", error.message);
      throw error;
    }
    if (note.signers.length !== 2) throw new Broken("rotation_invalid", "only one of the two keys signed the rotation");
    const right = await included(await leafHash(line), typed(one, "index", "number"), note.size, hashes(one, "proof"), note.root);
    if (!right) throw new Broken("rotation_invalid", "the rotation is not in the tree that was signed");
    old.until = note.size;
  }

  readScope() {
    this.scope = typed(this.facts, "scope", "object");
    if (Object.keys(this.scope).sort().join() !== FILTERS) {
      throw new Broken("export_malformed", "the scope names other filters than there are");
    }
    const { subjects, portfolios, ...texts } = this.scope;
    const right =
      Object.values(texts).every((value) => value === null || typeof value === "string") &&
      (portfolios === null || areTexts(portfolios)) &&
      (subjects === null || (Array.isArray(subjects) && subjects.every((pair) => areTexts(pair) && pair.length === 2)));
    if (!right) throw new Broken("export_malformed", "a filter of the scope is of a wrong kind");
    this.partial = Object.values(this.scope).some((value) => value !== null);
    this.subjects = subjects && new Set(subjects.map((pair) => pair.join("\n")));
  }

  async readEarlier() {
    this.earlier = new Map();
    for (const one of await this.rows("earlier.jsonl")) {
      const former = await this.opened("earlier.jsonl", typed(one, "note", "text"));
      const proof = hashes(one, "proof");
      await this.compare(former, proof, "a former checkpoint");
      this.earlier.set(former.size, { ...former, proof });
      if (this.earlier.size > MOST_MEMBERS) throw new Broken("export_malformed", "more former checkpoints than can be");
    }
  }

  async compare(one, proof, what) {
    const now = this.checkpoint;
    if (one.origin !== now.origin) this.add("origin_differs", `${what} is of another log`);
    else if (one.size === now.size && !equal(one.root, now.root)) this.add("fork", `${what} of ${one.size} entries has another root`);
    else if (one.size > now.size) this.add("cut_back", `${what} had ${one.size} entries, the export ends at ${now.size}`);
    else if (!(await continues(one.size, one.root, now.size, now.root, proof))) {
      this.add("history_rewritten", `the log does not continue ${what} of ${one.size} entries`);
    }
  }

  async checkSince() {
    this.kept = null;
    if (!this.since) return;
    const one = await this.opened("your checkpoint", this.since);
    const proven = this.earlier.get(one.size);
    if (one.size >= this.checkpoint.size || one.origin !== this.checkpoint.origin) await this.compare(one, [], "your checkpoint");
    else if (proven) await this.compare(one, proven.proof, "your checkpoint");
    else if (this.partial) this.add("since_unproven", `no proof leads from your checkpoint of ${one.size} entries; name it when you export`);
    else this.kept = one;
  }

  async checkEntries() {
    const disclosed = await this.disclosures();
    const inclusion = this.partial ? await this.rows("inclusion.jsonl") : null;
    const tree = new Tree();
    const leaves = [];
    let [last, next] = [-1, 0];
    for (const line of linesOf(await this.read("entries.jsonl"), "entries.jsonl", LARGEST_LINE)) {
      const leaf = await leafHash(line);
      let index = tree.size;
      if (inclusion) {
        const proof = inclusion[this.entries];
        if (!proof) throw new Broken("entry_surplus", "there are more entries than proofs");
        index = typed(proof, "index", "number");
        if (index < 0) throw new Broken("inclusion_invalid", `${index} is no place in a log`);
        if (index <= last) this.add("order_broken", `entry ${index} does not come after ${last}`, index);
        await this.guarded(index, async () => {
          const right = await included(leaf, index, this.checkpoint.size, hashes(proof, "proof"), this.checkpoint.root);
          if (!right) this.add("inclusion_invalid", "the entry is not in the signed tree", index);
        });
      }
      last = index;
      const first = next;
      while (disclosed[next]?.index === index) next += 1;
      await this.guarded(index, async () => {
        const personal = this.checkLine(canonicalValue(line), leaf, index);
        for (const { one } of disclosed.slice(first, next)) await this.checkDisclosure(one, personal, index);
      });
      const opened = disclosed.slice(first, next).reduce((sum, { size }) => sum + size, 0);
      if (opened > LARGEST_OPENINGS) throw new Broken("personal_mismatch", `entry ${index} discloses more than it can hold`);
      leaves.push(leaf);
      this.entries += 1;
      if (this.entries % 500 === 0) this.progress?.(this.entries);
      if (!inclusion) await this.grow(tree, leaf);
    }
    if (next < disclosed.length) this.add("personal_mismatch", "a disclosed value belongs to no entry here, or stands out of order");
    this.digest = hex(await sha256(...leaves));
    const { size, root } = this.checkpoint;
    if (inclusion) {
      if (inclusion.length > this.entries) this.add("entry_omitted", "there are more proofs than entries");
    } else if (tree.size !== size) {
      this.add(tree.size < size ? "entry_omitted" : "entry_surplus", `the checkpoint signed ${size} entries, the export has ${tree.size}`);
    } else if (!equal(await tree.root(), root)) this.add("root_mismatch", "the entries are not those that were signed");
  }

  async disclosures() {
    const lines = linesOf(await this.read("disclosures.jsonl"), "disclosures.jsonl");
    return Array.from(lines, (line) => {
      const one = row(line);
      return { one, index: typed(one, "index", "number"), size: line.length };
    });
  }

  async guarded(index, work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.add(error.check, error.message, index);
    }
  }

  async grow(tree, leaf) {
    await tree.append(leaf);
    const former = this.earlier.get(tree.size);
    const kept = this.kept?.size === tree.size ? this.kept : null;
    if (!former && !kept) return;
    const root = await tree.root();
    if (former && !equal(former.root, root)) this.add("checkpoint_mismatch", `the checkpoint of ${tree.size} entries signed other entries`, tree.size - 1);
    if (kept && !equal(kept.root, root)) this.add("history_rewritten", `your checkpoint of ${tree.size} entries had other entries`, tree.size - 1);
  }

  checkLine(value, leaf, index) {
    const { subject } = isObject(value) ? value : {};
    const right =
      isObject(subject) &&
      Object.keys(value).sort().join() === MEMBERS &&
      Object.keys(subject).sort().join() === "id,prev,seq,type" &&
      typeof subject.type === "string" &&
      WORD.test(subject.type) &&
      typeof subject.id === "string" &&
      UUID.test(subject.id) &&
      value.v === 1 &&
      typeof value.id === "string" &&
      UUID.test(value.id) &&
      typeof value.ts === "string" &&
      TIME.test(value.ts) &&
      Number.isSafeInteger(subject.seq) &&
      subject.seq >= 1 &&
      (subject.prev === null) === (subject.seq === 1) &&
      (subject.prev === null || (typeof subject.prev === "string" && HEX32.test(subject.prev))) &&
      [value.personal, value.actor, value.details].every(isObject) &&
      Array.isArray(value.evidence) &&
      typeof value.origin === "string" &&
      typeof value.action === "string";
    if (!right) throw new Broken("line_invalid", "it is no line of a log");
    if (value.origin !== this.origin) throw new Broken("origin_differs", `the entry is of the log ${value.origin}`);
    const key = canonical([subject.type, subject.id]);
    if (!this.chains.has(key)) this.chains.set(key, []);
    this.chains.get(key).push({ seq: subject.seq, prev: subject.prev, leaf: hex(leaf), index });
    this.checkTime(value.ts, index);
    if (!this.inScope(value)) this.add("scope_violated", "the entry is not of this export's scope", index);
    for (const one of value.evidence) if (isObject(one)) this.held.add(one.sha256);
    return value.personal;
  }

  checkTime(told, index) {
    if (told >= this.newest) {
      this.newest = told;
      if (told > this.latest) this.warn("clock_ahead", "its time has not come yet", index);
    } else if (told < earlier(this.newest)) this.warn("clock_back", "its time lies before that of an entry above it", index);
  }

  inScope(value) {
    const { portfolios, person, action, since, until } = this.scope;
    return (
      (portfolios === null || portfolios.includes(value.portfolio)) &&
      (this.subjects === null || this.subjects.has(`${value.subject.type}\n${value.subject.id}`)) &&
      (person === null || value.actor.person === person) &&
      (action === null || value.action.startsWith(action)) &&
      (since === null || value.ts >= since) &&
      (until === null || value.ts < until)
    );
  }

  async checkDisclosure(one, personal, index) {
    const [path, salt, value] = ["path", "salt", "value"].map((key) => typed(one, key, "text"));
    const commitment = HEX32.test(salt) && hex(await sha256(Uint8Array.of(2), unhex(salt), encoder.encode(canonical(value))));
    if (!commitment || personal[path] !== commitment) this.add("personal_mismatch", `${path} is not the value that the entry holds the commitment to`, index);
  }

  checkChains() {
    const whole = Object.entries(this.scope).every(([name, value]) => name === "subjects" || value === null);
    for (const chain of this.chains.values()) {
      let [last, hashed] = [0, null];
      for (const { seq, prev, leaf, index } of chain) {
        if (seq === last + 1) {
          if (prev !== hashed) this.add("chain_broken", "the entry does not continue the one before it of its subject", index);
        } else if (whole || seq <= last) this.add("chain_gap", `its subject has no entry ${last + 1} to ${seq - 1} here`, index);
        [last, hashed] = [seq, leaf];
      }
    }
  }

  async checkClosing() {
    const one = row(await this.read("closing.json"));
    const line = encoder.encode(typed(one, "line", "text"));
    const index = typed(one, "index", "number");
    const value = canonicalValue(line);
    const note = await this.opened("closing.json", typed(one, "note", "text"));
    const now = this.checkpoint;
    if (!(await continues(now.size, now.root, note.size, note.root, hashes(one, "consistency")))) {
      this.add("closing_invalid", "its checkpoint does not continue the export's");
    }
    if (!(await included(await leafHash(line), index, note.size, hashes(one, "proof"), note.root))) {
      this.add("closing_invalid", "the closing entry is not in the signed tree", index);
    }
    if (value?.action !== "export.created") throw new Broken("closing_invalid", "the closing entry closes no export");
    const told = typed(value, "details", "object");
    const [entries, size] = [typed(told, "entries", "number"), typed(told, "size", "number")];
    const scope = hex(await sha256(encoder.encode(canonical(this.scope))));
    if (value.origin !== now.origin || told.scope_sha256 !== scope || size !== now.size || told.root !== hex(now.root)) {
      this.add("closing_invalid", "the closing entry is of another export", index);
    }
    if (entries !== this.entries) {
      const check = this.entries < entries ? "entry_omitted" : "entry_surplus";
      this.add(check, `the log closed this scope with ${entries} entries, the export has ${this.entries}`);
    } else if (told.digest !== this.digest) this.add("entries_differ", "these are not the entries that the log closed");
    const page = this.members.has("evidence.html") ? (await this.read("evidence.html"), this.digests.get("evidence.html")) : null;
    if ((told.document ?? null) !== page) this.add("document_mismatch", "evidence.html is not the page that the log closed");
  }

  async checkFiles() {
    for (const name of this.members.keys()) {
      if (!EVIDENCE.test(name)) continue;
      await this.read(name);
      const digest = name.slice("evidence/".length);
      if (this.digests.get(name) !== digest) this.add("evidence_mismatch", `${name} is another file`);
      else if (!this.held.has(digest)) this.add("evidence_mismatch", `no entry here names ${name}`);
    }
    const told = new Map();
    for (const line of (await this.text("MANIFEST.sha256")).split("\n").slice(0, -1)) {
      const [, digest, name] = PACKED.exec(line) ?? [];
      if (name) told.set(name, digest);
      else this.add("manifest_mismatch", "a line of the manifest says nothing of a member");
    }
    for (const name of [...this.members.keys()].sort()) {
      if (name === "MANIFEST.sha256") continue;
      if (!this.digests.has(name)) await this.read(name);
      if (told.get(name) !== this.digests.get(name)) this.add("manifest_mismatch", `${name} is not as it was packed`);
      told.delete(name);
    }
    for (const name of told.keys()) this.add("manifest_mismatch", `${name} was packed and is gone`);
  }
}

// Answers { problems, warnings, entries, origin, size }, or { refused } when the file is not safe to read or no export.
export const verify = async (bytes, vkeys, since = "", progress = null) => {
  let check;
  try {
    const keys = await Promise.all(vkeys.map((vkey) => readKey(vkey.trim()))).catch((error) => {
      throw new Unsafe(error.message);
    });
    check = new Check(bytes, keys, since, progress);
    await check.run();
  } catch (error) {
    if (error instanceof Unsafe) return { refused: error.message };
    if (error instanceof Broken) check.problems.push({ check: error.check, text: error.message, index: null });
    else if (!(error instanceof TooMany)) check.problems.push({ check: "export_malformed", text: `the file cannot be read: ${error.message}`, index: null });
  }
  const { problems, warnings, entries, origin, size } = check;
  return { problems, warnings, entries, origin, size };
};
