// Signed webhooks, made from GitHub's example payloads.
import crypto from "node:crypto";
import { accountId, branchOfHead, checkRun, pullRequest, pullsOfHead, repositoryId } from "./api.mjs";
import { exchange } from "./exchange.mjs";
import { webhookExample } from "./openapi.mjs";

function withSource(state, payload, repository, sender) {
  const [owner, name] = repository.split("/");
  payload.repository = { ...payload.repository, id: repositoryId(repository), name, full_name: repository,
    owner: { ...payload.repository?.owner, login: owner } };
  payload.installation = { ...(payload.installation ?? {}), id: state.installationOf(repository) };
  payload.sender = { ...payload.sender, login: sender, id: accountId(sender), type: sender.endsWith("[bot]") ? "Bot" : "User" };
  return payload;
}

const wholeSecond = () => `${new Date().toISOString().slice(0, 19)}Z`; // as GitHub has times

const makers = {
  pull_request(state, { action, repository, number, sender = "robin", label, changes }) {
    // Not every action has an example; all have the same fields.
    const payload = { ...webhookExample("pull_request", action === "edited" ? "opened" : action), action };
    const pull = pullRequest(state, state.pull(repository, number));
    payload.number = number;
    if (label) payload.label = { ...payload.label, name: label };
    if (changes) payload.changes = changes;
    payload.pull_request = { ...payload.pull_request, ...pull, updated_at: wholeSecond() };
    return withSource(state, payload, repository, sender);
  },
  issue_comment(state, { action = "created", repository, number, body, sender = "robin", commentId, from }) {
    const payload = webhookExample("issue_comment", action);
    payload.issue = { ...payload.issue, number, pull_request: { url: `${state.url}/api/v3/repos/${repository}/pulls/${number}` } };
    const id = commentId ?? state.id();
    if (!commentId) {
      state.issueComments.push({ id, node_id: `IC_${id}`, repository, number, body, login: sender, edits: 0, minimized: null });
    }
    if (action === "edited") payload.changes = { body: { from } };
    const written = wholeSecond();
    payload.comment = { ...payload.comment, id, body, created_at: written, updated_at: written, user: { ...payload.comment.user, login: sender, id: accountId(sender) } };
    return withSource(state, payload, repository, sender);
  },
  // A reply in the thread of the review comment `to`.
  pull_request_review_comment(state, { action = "created", repository, number, to, body, sender = "robin" }) {
    const payload = webhookExample("pull_request_review_comment", action);
    const parent = state.reviewComments.find((row) => row.id === to);
    const id = state.id();
    state.reviewComments.push({ ...parent, id, node_id: `PRRC_${id}`, in_reply_to_id: to, login: sender, body });
    const written = wholeSecond();
    payload.comment = { ...payload.comment, id, in_reply_to_id: to, body, created_at: written, updated_at: written,
      user: { ...payload.comment.user, login: sender, id: accountId(sender) } };
    payload.pull_request = { ...payload.pull_request, number };
    return withSource(state, payload, repository, sender);
  },
  // `from`, of a group behind another one, is that one's branch; `headSha` is that of a group whose branch is gone.
  merge_group(state, { action = "checks_requested", repository, base, head, from = base, headSha, reason, sender = "robin" }) {
    const payload = { ...webhookExample("merge_group", "checks_requested"), action };
    if (action === "destroyed") payload.reason = reason;
    payload.merge_group = { ...payload.merge_group, base_ref: `refs/heads/${base}`, base_sha: state.sha(repository, from),
      head_ref: `refs/heads/${head}`, head_sha: headSha ?? state.sha(repository, head) };
    return withSource(state, payload, repository, sender);
  },
  repository(state, { action, repository, changes, sender = "robin" }) {
    return withSource(state, { ...webhookExample("repository", action), changes }, repository, sender);
  },
  // The check run as the API has it; pull requests and branch as GitHub names them, unless a test says that it names none.
  check_run(state, { action, repository, checkRunId, sender = "robin", identifier, named = true }) {
    const payload = webhookExample("check_run", action === "requested_action" ? "requested_action" : action);
    const { check_suite: suite } = payload.check_run;
    const run = state.checkRuns.find((row) => row.id === checkRunId);
    const pull_requests = named ? pullsOfHead(state, repository, run.head_sha) : [];
    payload.check_run = { ...payload.check_run, ...checkRun(state, run), pull_requests };
    payload.check_run.check_suite = { ...suite, head_sha: run.head_sha, pull_requests,
      head_branch: named ? branchOfHead(state, repository, run.head_sha) : null, app: { ...suite.app, id: state.appId } };
    if (identifier) payload.requested_action = { identifier };
    return withSource(state, payload, repository, sender);
  },
  check_suite(state, { action, repository, headSha, sender = "robin" }) {
    const payload = webhookExample("check_suite", action);
    payload.check_suite = { ...payload.check_suite, head_sha: headSha, head_branch: branchOfHead(state, repository, headSha),
      pull_requests: pullsOfHead(state, repository, headSha),
      app: { ...payload.check_suite.app, id: state.appId } };
    return withSource(state, payload, repository, sender);
  },
};

// Sends one delivery and remembers it; -> {guid, status, answer}. `guid` repeats an earlier delivery's id, `whole` is a payload
// that is sent as it is.
export async function deliver(state, target, { event, guid = crypto.randomUUID(), secret = state.webhookSecret, payload: whole, ...rest }) {
  const payload = whole ? whole : makers[event] ? makers[event](state, rest) : webhookExample(event, rest.action);
  const body = JSON.stringify(payload);
  const signature = `sha256=${crypto.createHmac("sha256", secret).update(body).digest("hex")}`;
  return attempt(state, target, { commentId: payload.comment?.id, guid, event, action: rest.action, body, signature, redelivery: false });
}

async function attempt(state, target, { body, signature, ...delivery }) {
  const record = { ...delivery, number: state.id(), at: new Date().toISOString() };
  Object.defineProperty(record, "again", { value: () => attempt(state, target, { ...delivery, body, signature, redelivery: true }) });
  state.deliveries.push(record);
  const { event, guid } = delivery;
  try {
    const { status, text } = await exchange(target, { method: "POST", body, headers: {
      "content-type": "application/json", "user-agent": "GitHub-Hookshot/stand-in", "x-github-event": event,
      "x-github-delivery": guid, "x-hub-signature-256": signature } });
    Object.assign(record, { status, ok: status >= 200 && status < 300, answer: text.trim() });
  } catch (error) {
    Object.assign(record, { status: 0, ok: false, error: String(error.cause ?? error) });
  }
  return record;
}
