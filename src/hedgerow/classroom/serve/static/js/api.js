// Questions to the server.

/** What the server refused, and why. */
export class Refusal extends Error {
  constructor(status, told) {
    super(told.message || "");
    this.status = status;
    this.parameter = told.parameter || "";
    this.expected = told.expected || "";
  }
}

/** Return the answer of an address as JSON. Without a class code the browser goes to join. */
export async function ask(path, query = {}, signal = undefined) {
  const reply = await fetch(address(path, query), { signal, credentials: "same-origin" });
  if (reply.ok) return reply.json();
  if (reply.status === 401) location.assign("/join");
  let told = {};
  try {
    told = (await reply.json()).error;
  } catch {
    // The status says enough.
  }
  throw new Refusal(reply.status, told);
}

/** Return a path with its query. */
export function address(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  return text ? `${path}?${text}` : path;
}

/** As `ask`, again after a moment where the server is busy. */
export async function askPatiently(path, query, signal, tries = 4) {
  for (let left = tries; ; left -= 1) {
    try {
      return await ask(path, query, signal);
    } catch (error) {
      const busy = error instanceof Refusal && (error.status === 503 || error.status === 429);
      if (!busy || left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 + 600 * Math.random()));
    }
  }
}
