/** Pictures that a person gives: chosen, dropped, pasted, or a whole folder of them. */

const KINDS = /^image\/(png|jpeg|gif|bmp|tiff|webp)$/;
const ENDINGS = /\.(png|jpe?g|gif|bmp|tiff?|webp)$/i;

/** Whether it is a picture by its kind or name; the platform looks at its bytes. @param {File} file */
export function isPicture(file) {
  return KINDS.test(file.type) || ENDINGS.test(file.name);
}

/**
 * Everything that was dropped or pasted, also what lies in folders.
 * @param {DataTransfer | null} transfer
 * @returns {Promise<File[]>}
 */
export async function given(transfer) {
  if (!transfer) return [];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return [...transfer.files];
  return (await Promise.all(entries.map(files))).flat();
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function files(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject))];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */
  const found = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(files))).flat();
}

/** A name for a picture and what is asked of it: sent again, it is read once. @param {Blob} picture @param {object} wanted */
export async function nameOf(picture, wanted) {
  if (!crypto.subtle) return undefined; // a page that came without TLS from another machine has no hashes
  const said = new TextEncoder().encode(JSON.stringify(wanted));
  const bytes = new Uint8Array(await new Blob([said, picture]).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `console-${[...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
