// One conversation of the official JavaScript SDK with a server; prints every answer as one JSON object.
// Usage: node conversation.mjs URL [API_KEY]

import { Client } from "@langchain/langgraph-sdk";

const NOBODY = "00000000-0000-4000-8000-000000000000";
const [, , apiUrl, apiKey] = process.argv;
const client = new Client({ apiUrl, apiKey: apiKey ?? null, callerOptions: { maxRetries: 0 } });
const facts = {};

async function call(name, waiting) {
  if (name in facts) throw new Error(`two calls are named ${name}`);
  try {
    const value = await waiting;
    facts[name] = { value: value ?? null };
    return value;
  } catch (error) {
    if (error?.status === undefined) throw error;
    facts[name] = { refused: error.status };
    return undefined;
  }
}

async function listen(name, parts) {
  const heard = [];
  for await (const part of parts) heard.push(part);
  facts[name] = { events: heard.filter((p) => p.event !== "end").map(({ event, data }) => ({ event, data })) };
  return heard;
}

async function talkCatalogue() {
  const found = await call("assistants.search", client.assistants.search({ graphId: "probe_echo", limit: 5 }));
  await call("assistants.count", client.assistants.count({ graphId: "probe_echo" }));
  await call("assistants.get", client.assistants.get(found[0].assistant_id));
  await call("assistants.get.missing", client.assistants.get(NOBODY));
  await call("assistants.graph", client.assistants.getGraph("probe_echo"));
}

async function talkThreads() {
  const made = await call("threads.create", client.threads.create({ metadata: { purpose: "js" } }));
  const id = made.thread_id;
  await call("threads.create.again", client.threads.create({ threadId: id }));
  await call("threads.create.do_nothing", client.threads.create({ threadId: id, ifExists: "do_nothing" }));
  await call("threads.get", client.threads.get(id));
  await call("threads.get.missing", client.threads.get(NOBODY));
  await call("threads.update", client.threads.update(id, { metadata: { stage: "two" } }));
  await call("threads.search", client.threads.search({ metadata: { purpose: "js" }, limit: 2 }));
  await call("threads.count", client.threads.count({ metadata: { purpose: "js" } }));
  await call("threads.state.fresh", client.threads.getState(id));
  await call("threads.history.fresh", client.threads.getHistory(id));
  await call("threads.copy", client.threads.copy(id));
  await call("threads.delete", client.threads.delete(id));
  await call("threads.get.deleted", client.threads.get(id));
}

async function talkRuns() {
  const { thread_id: id } = await call("runs.thread", client.threads.create());
  await call("runs.wait", client.runs.wait(id, "probe_nine", { input: { count: 0 } }));
  await call("runs.thread.after", client.threads.get(id));
  const state = await call("runs.state", client.threads.getState(id));
  await call("runs.state.checkpoint", client.threads.getState(id, state.checkpoint));
  await call("runs.history", client.threads.getHistory(id, { limit: 2 }));
  await call("runs.update_state", client.threads.updateState(id, { values: { count: 7 }, asNode: "node_9" }));
  const run = await call("runs.create", client.runs.create(id, "probe_echo", { input: { text: "js" } }));
  await call("runs.join", client.runs.join(id, run.run_id));
  await call("runs.get", client.runs.get(id, run.run_id));
  await call("runs.list", client.runs.list(id, { limit: 1 }));
  await call("runs.get.missing", client.runs.get(id, NOBODY));
  await call("runs.wrong_graph", client.runs.create(id, "no_such_graph", { input: {} }));
  const slow = await call("runs.slow", client.runs.create(id, "probe_echo", { input: { text: "slow" } }));
  const refused = { input: { text: "no" }, multitaskStrategy: "reject" };
  await call("runs.reject", client.runs.create(id, "probe_echo", refused));
  await call("runs.cancel", client.runs.cancel(id, slow.run_id, true));
  await call("runs.cancelled", client.runs.get(id, slow.run_id));
  await call("runs.delete", client.runs.delete(id, run.run_id));
  await call("runs.stateless", client.runs.wait(null, "probe_echo", { input: { text: "bare" } }));
}

async function talkStreams() {
  const { thread_id: id } = await call("streams.thread", client.threads.create());
  const both = { input: { count: 0 }, streamMode: ["values", "updates"] };
  await listen("streams.both", client.runs.stream(id, "probe_nine", both));
  await listen("streams.stateless", client.runs.stream(null, "probe_echo", { input: { text: "bare" } }));
  const lasting = { input: { text: "slow" }, streamMode: "values", streamResumable: true };
  const run = await call("streams.run", client.runs.create(id, "probe_echo", lasting));
  const heard = await listen("streams.join", client.runs.joinStream(id, run.run_id));
  const again = { lastEventId: "-1" };
  const replayed = await listen("streams.replay", client.runs.joinStream(id, run.run_id, again));
  const ids = (parts) => parts.map((part) => part.id).join();
  if (ids(heard) !== ids(replayed)) throw new Error(`${ids(heard)} became ${ids(replayed)}`);
}

async function talkInterrupts() {
  const { thread_id: id } = await call("held.thread", client.threads.create());
  await call("held.wait", client.runs.wait(id, "probe_approval", { input: { text: "hi" } }));
  await call("held.thread.after", client.threads.get(id));
  await call("held.state", client.threads.getState(id));
  const command = { resume: [{ type: "accept", args: null }] };
  await call("held.resume", client.runs.wait(id, "probe_approval", { command }));
  await call("held.thread.resumed", client.threads.get(id));
}

async function talkUpkeep() {
  const cron = { schedule: "27 15 * * *", timezone: "Europe/Berlin", input: { text: "daily" } };
  const made = await call("crons.create", client.crons.create("probe_echo", cron));
  await call("crons.search", client.crons.search({ limit: 1 }));
  await call("crons.update", client.crons.update(made.cron_id, { enabled: false }));
  await call("crons.delete", client.crons.delete(made.cron_id));
  const place = ["js", "people"];
  await call("store.put", client.store.putItem(place, "ada", { likes: "tea" }));
  await call("store.get", client.store.getItem(place, "ada"));
  await call("store.get.missing", client.store.getItem(place, "nobody"));
  await call("store.search", client.store.searchItems(["js"], { limit: 5 }));
  await call("store.namespaces", client.store.listNamespaces({ prefix: ["js"] }));
  await call("store.delete", client.store.deleteItem(place, "ada"));
}

for (const talk of [talkCatalogue, talkThreads, talkRuns, talkStreams, talkInterrupts, talkUpkeep]) await talk();
process.stdout.write(JSON.stringify(facts));
