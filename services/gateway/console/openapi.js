/** The OpenAPI description (3.1), as far as the reference reads it. */

/**
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {string} [type]
 * @property {string} [format]
 * @property {string} [description]
 * @property {unknown[]} [enum]
 * @property {unknown} [default]
 * @property {unknown} [const]
 * @property {Record<string, Schema>} [properties]
 * @property {string[]} [required]
 * @property {Schema} [items]
 * @property {Schema[]} [anyOf]
 */
/** @typedef {Record<string, {schema?: Schema}>} Contents by media type */
/** @typedef {"path" | "query" | "header" | "cookie"} Place */
/** @typedef {{name: string, in: Place, required?: boolean, description?: string, schema?: Schema}} Parameter */
/**
 * @typedef {object} Operation
 * @property {string[]} [tags]
 * @property {string} [description]
 * @property {Parameter[]} [parameters]
 * @property {{required?: boolean, content: Contents}} [requestBody]
 * @property {Record<string, {$ref?: string, description?: string, content?: Contents}>} responses
 */
/**
 * @typedef {object} Description
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{schemas: Record<string, Schema>, responses: Record<string, {description: string}>}} components
 */

export {};
