// What the page uses of the client package.

export { createTokenSource } from "../clients/web/src/source.js";
export { TokenError } from "../clients/web/src/error.js";
