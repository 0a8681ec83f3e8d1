// The server's data, and what has changed in them.

/** Why the server gave no data, in a sentence. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

export async function get(path, signal) {
  let response;
  try {
    response = await fetch(path, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("The console does not answer: has the local AWS ended? Start it again with `atalaya local up`.", 0);
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(body?.error ?? `The console answered with status ${response.status}.`, response.status);
  return body;
}

/** Calls `changed` with the server's answer, at once and after every change, for ever. */
export async function follow(changed, lost) {
  let version = "";
  let pause = 500;
  for (;;) {
    try {
      const answer = await get(`/api/changes?after=${version}`);
      version = answer.version;
      pause = 500;
      changed(answer);
    } catch (error) {
      version = "";
      lost(error.message);
      await new Promise((resolve) => { setTimeout(resolve, pause); });
      pause = Math.min(pause * 2, 8000);
    }
    // A page that nobody sees need not know.
    if (document.hidden) await new Promise((resolve) => { document.addEventListener("visibilitychange", resolve, { once: true }); });
  }
}
