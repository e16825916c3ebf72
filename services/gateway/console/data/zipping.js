/**
 * Files as one zip archive, uncompressed: pictures are compressed already. After APPNOTE.TXT 6.3.3 of PKWARE, without
 * ZIP64: at most 65,535 files and 4 GiB.
 */

/** @typedef {{name: string, blob: Blob}} Entry */

const PIECE_MS = 20;
const [UTF8, MOST_FILES, MOST_BYTES] = [0x0800, 0xffff, 0xffffffff];
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** Whether so many files of so many bytes fit in one archive. @param {Entry[]} entries */
export function fits(entries) {
  return entries.length <= MOST_FILES && entries.reduce((sum, { name, blob }) => sum + blob.size + 3 * name.length + 200, 0) < MOST_BYTES;
}

/**
 * The archive, made of the files as they lie on disk: only one file at a time is read, for its checksum.
 * @param {Entry[]} entries
 * @param {(done: number) => void} report
 * @param {AbortSignal} signal
 */
export async function zip(entries, report, signal) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const directory = [];
  let [at, paused] = [0, performance.now()];
  for (const [place, { name, blob }] of entries.entries()) {
    signal.throwIfAborted();
    const file = { name: new TextEncoder().encode(name), size: blob.size, sum: await checksum(blob), at };
    const head = fields([0x04034b50, 4], [20, 2], [UTF8, 2], [0, 2], [0, 4], [file.sum, 4], [file.size, 4], [file.size, 4], [file.name.length, 2], [0, 2]);
    parts.push(head, file.name, blob);
    directory.push(fields([0x02014b50, 4], [20, 2], [20, 2], [UTF8, 2], [0, 2], [0, 4], [file.sum, 4], [file.size, 4], [file.size, 4], [file.name.length, 2], [0, 2], [0, 2], [0, 2], [0, 2], [0, 4], [file.at, 4]), file.name);
    at += head.length + file.name.length + file.size;
    report(place + 1);
    if (performance.now() - paused < PIECE_MS) continue;
    await new Promise((resolve) => setTimeout(resolve)); // so that the page answers meanwhile
    paused = performance.now();
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([0x06054b50, 4], [0, 2], [0, 2], [entries.length, 2], [entries.length, 2], [size, 4], [at, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** CRC-32 of a file, read in pieces so that no task is long. @param {Blob} blob */
async function checksum(blob) {
  let value = 0xffffffff;
  const reader = blob.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** Numbers of so many bytes each, the lowest byte first. @param {...[number, number]} values */
function fields(...values) {
  return new Uint8Array(values.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, place) => (value / 256 ** place) & 0xff)));
}
