/** What a key may do, in words, with the name that programs and the API use. */

import { named } from "../words.js";

/** @param {string} scope */
export function scopeName(scope) {
  const words = named("scope", scope);
  return words === scope ? scope : `${words} (${scope})`;
}

/** @param {string[]} scopes */
export function scopeNames(scopes) {
  return scopes.map((scope) => named("scope", scope)).join(", ");
}
