/** A string, a number, a word or a sign, with the space before it. */
const TOKEN = /\s*("(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/y;
/** Larger texts are not searched. */
const LONGEST = 1024 * 1024;

/** Where in a text `JSON.parse` gave up, in bytes: at what does not belong there, or at the end of a text that is cut off. */
export function jsonErrorOffset(text: string, error: Error): number {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return Buffer.byteLength(text.slice(0, position === undefined ? unexpectedAt(text) : Number(position)));
}

/** The engine tells no position where it wanted a value and found something else: that is the first text that is no token, or a sign in the place of a value. */
function unexpectedAt(text: string): number {
  if (text.length > LONGEST) return text.length;
  const tokens = new RegExp(TOKEN);
  let [end, before] = [0, ":"];
  for (let found = tokens.exec(text); found; found = tokens.exec(text)) {
    const token = found[1] as string;
    const empty = before === "[" && token === "]";
    if ("[,:".includes(before) && "]},:".includes(token) && !empty) return tokens.lastIndex - token.length;
    [end, before] = [tokens.lastIndex, token];
  }
  return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
}
