// GraphQL over the same state, executed against GitHub's published schema: a query that GitHub would refuse fails here.
import fs from "node:fs";
import { buildSchema, graphql } from "graphql";
import { accountId } from "./api.mjs";
import { graphqlSchemaFile } from "./openapi.mjs";

let schema;

function thread(state, comment) {
  const replies = state.reviewComments.filter((row) => row.in_reply_to_id === comment.id);
  return {
    id: comment.threadId,
    isResolved: comment.resolved,
    viewerCanResolve: false, // that would take Contents: write
    comments: () => ({
      totalCount: 1 + replies.length,
      nodes: [comment, ...replies].map((row) => commentNode(state, row)),
    }),
  };
}

function commentNode(state, row) {
  return {
    __typename: row.node_id.startsWith("IC_") ? "IssueComment" : "PullRequestReviewComment",
    id: row.node_id,
    databaseId: row.id,
    fullDatabaseId: String(row.id),
    body: row.body,
    viewerDidAuthor: row.login === "leadline[bot]",
    isMinimized: row.minimized !== null,
    minimizedReason: row.minimized,
    author: { __typename: row.login.endsWith("[bot]") ? "Bot" : "User", login: row.login.replace("[bot]", "") },
  };
}

function connection(nodes) {
  return { totalCount: nodes.length, nodes, pageInfo: { hasNextPage: false, endCursor: null } };
}

const account = (login) => ({ __typename: "User", login, databaseId: accountId(login) });

const pullNode = (state, pull) => ({ number: pull.number, state: pull.state.toUpperCase(), isDraft: pull.draft, headRefOid: pull.headSha,
  baseRefOid: pull.baseSha, baseRefName: pull.base, changedFiles: () => state.shortstat(pull).files, author: account(pull.author),
  baseRepository: { defaultBranchRef: { name: "main" } } });

// As GitHub names them: without the prefix that was asked for.
function refsBelow(state, repository, prefix) {
  return connection(state.git(repository, "for-each-ref", "--format=%(refname) %(objectname)", prefix).split("\n").filter(Boolean)
    .map((line) => line.split(" ")).map(([ref, oid]) => ({ name: ref.slice(prefix.length), target: { __typename: "Commit", oid } })));
}

function ref(state, repository, name) {
  try {
    return { name, target: { __typename: "Commit", oid: state.sha(repository, name) } };
  } catch {
    return null;
  }
}

function commit(state, repository, oid) {
  return { __typename: "Commit", history: ({ path, since }) => connection(state.git(repository, "log", "--format=%H", ...since ? [`--since=${since}`] : [], oid, "--", path)
    .split("\n").filter(Boolean).map((id) => ({ oid: id }))) };
}

function commitsOf(state, pull) {
  const actor = (login) => ({ user: login ? account(login) : null });
  return connection(state.commits(pull).map(({ oid, committedDate, author, committer }) => ({
    commit: { oid, committedDate, authors: () => connection([actor(author)]), committer: actor(committer) } })));
}

function blob(state, repository, expression) {
  try {
    return { __typename: "Blob", text: `${state.git(repository, "show", expression)}\n`, isTruncated: false, isBinary: false };
  } catch {
    return null;
  }
}

function roots(state, token) {
  const comments = () => [...state.issueComments, ...state.reviewComments];
  return {
    repository: ({ owner, name }) => state.hasRepository(`${owner}/${name}`) ? ({
      mergeQueue: () => state.mergingStrategy && state.queueReaders.has(token) ? { configuration: { mergingStrategy: state.mergingStrategy } } : null,
      ref: ({ qualifiedName }) => ref(state, `${owner}/${name}`, qualifiedName),
      defaultBranchRef: () => ref(state, `${owner}/${name}`, "refs/heads/main"),
      refs: ({ refPrefix }) => refsBelow(state, `${owner}/${name}`, refPrefix),
      object: ({ expression, oid }) => expression === undefined ? commit(state, `${owner}/${name}`, oid)
        : blob(state, `${owner}/${name}`, expression),
      pullRequest: ({ number }) => {
        if (!state.pull(`${owner}/${name}`, number)) return null;
        const mine = (row) => row.repository === `${owner}/${name}` && row.number === number;
        return {
          ...pullNode(state, state.pull(`${owner}/${name}`, number)),
          id: `PR_${number}`,
          locked: false,
          reviewThreads: () => connection(state.reviewComments.filter((row) => mine(row) && !row.in_reply_to_id)
            .map((row) => thread(state, row))),
          comments: () => connection(state.issueComments.filter(mine).map((row) => commentNode(state, row))),
          labels: () => connection((state.pull(`${owner}/${name}`, number)?.labels ?? []).map((label) => ({ name: label.name }))),
          timelineItems: () => connection((state.pull(`${owner}/${name}`, number)?.labels ?? []).map((label) => ({
            __typename: "LabeledEvent", id: label.event, createdAt: label.at, label: { name: label.name }, actor: account(label.by) }))),
          commits: () => commitsOf(state, state.pull(`${owner}/${name}`, number)),
        };
      },
    }) : null,
    node: ({ id }) => {
      const row = comments().find((candidate) => candidate.node_id === id);
      return row ? commentNode(state, row) : null;
    },
    nodes: ({ ids }) => ids.map((id) => {
      const row = comments().find((candidate) => candidate.node_id === id);
      return row ? commentNode(state, row) : null;
    }),
    minimizeComment: ({ input }) => {
      const row = comments().find((candidate) => candidate.node_id === input.subjectId);
      if (!row) throw new Error(`Could not resolve to a node with the global id of '${input.subjectId}'`);
      row.minimized = input.classifier.toLowerCase();
      return { minimizedComment: commentNode(state, row), clientMutationId: input.clientMutationId };
    },
    unminimizeComment: ({ input }) => {
      const row = comments().find((candidate) => candidate.node_id === input.subjectId);
      if (!row) throw new Error(`Could not resolve to a node with the global id of '${input.subjectId}'`);
      row.minimized = null;
      return { unminimizedComment: commentNode(state, row), clientMutationId: input.clientMutationId };
    },
    resolveReviewThread: ({ input }) => {
      const row = state.reviewComments.find((candidate) => candidate.threadId === input.threadId);
      if (!row) throw new Error(`Could not resolve to a node with the global id of '${input.threadId}'`);
      row.resolved = true;
      return { thread: thread(state, row) };
    },
  };
}

export async function answerGraphql(state, { query, variables, operationName }, token) {
  // As published it defines a field twice, which the checks of the schema itself refuse; queries are still checked.
  schema ??= buildSchema(fs.readFileSync(graphqlSchemaFile, "utf8"), { assumeValid: true, assumeValidSDL: true });
  return graphql({ schema, source: query, rootValue: roots(state, token), variableValues: variables, operationName,
    typeResolver: (value) => value.__typename });
}
