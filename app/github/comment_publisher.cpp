#include "app/github/comment_publisher.hpp"

#include "app/github/anchors.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_body_characters = 65'536;
constexpr std::size_t k_max_comments_of_a_review = 25;
constexpr std::size_t k_max_single_comments = 10;
constexpr std::size_t k_max_standing_comments = 50; // in sight on one pull request, over all runs
constexpr int k_max_refusals = 2; // in a row, then it is not the lines that are wrong

// The id in a comment's hidden marker, "" when it has none.
std::string finding_id_in(const std::string& body) {
  static const std::string k_example = finding_marker("@");
  static const std::string k_before = k_example.substr(0, k_example.find('@'));
  static const std::string k_after = k_example.substr(k_example.find('@') + 1);
  const std::size_t start = body.rfind(k_before); // it stands at the end
  if (start == std::string::npos) {
    return {};
  }
  const std::size_t end = body.find(k_after, start + k_before.size());
  return end == std::string::npos
             ? std::string()
             : body.substr(start + k_before.size(), end - start - k_before.size());
}

const PublishedFinding* find(const Publication& publication, const std::string& id) {
  const auto found =
      std::find_if(publication.findings.begin(), publication.findings.end(),
                   [&](const PublishedFinding& each) { return each.finding_id == id; });
  return found != publication.findings.end() ? &*found : nullptr;
}

void remember(Publication& publication, const PublishedFinding& finding) {
  std::erase_if(publication.findings, [&](const PublishedFinding& each) {
    return each.finding_id == finding.finding_id;
  });
  publication.findings.push_back(finding);
}

// What we put out of sight ourselves may be said again; what a person resolved, hid or deleted may
// not.
bool is_shown(const std::string& id, const Publication& publication) {
  const PublishedFinding* logged = find(publication, id);
  return logged != nullptr && !logged->retired;
}

// Threads that the log does not know, because it was lost or a crash came before it was written.
void learn(const Conversation& conversation, Publication& publication) {
  for (const ReviewThread& thread : conversation.threads) {
    const std::string id = thread.first.ours ? finding_id_in(thread.first.body) : "";
    if (id.empty()) {
      continue;
    }
    const PublishedFinding* logged = find(publication, id);
    const bool out_of_sight = thread.resolved || thread.first.minimized;
    if (logged == nullptr || (logged->retired && !out_of_sight)) {
      remember(publication, {id, thread.first.id, thread.first.node_id, false});
    } else if (logged->comment_id == 0) {
      remember(publication, {id, thread.first.id, thread.first.node_id, logged->retired});
    }
  }
}

// How many comments on lines and files may be added.
std::size_t room_for_more(const Conversation& conversation) {
  const auto standing = static_cast<std::size_t>(std::count_if(
      conversation.threads.begin(), conversation.threads.end(), [](const ReviewThread& thread) {
        return thread.first.ours && !thread.resolved && !thread.first.minimized &&
               !finding_id_in(thread.first.body).empty();
      }));
  return k_max_standing_comments - std::min(standing, k_max_standing_comments);
}

std::string review_body(std::size_t count) {
  return count == 1 ? "leadline found a change to look at; it is commented on its line."
                    : "leadline found " + std::to_string(count) +
                          " changes to look at; each is commented on its line.";
}

} // namespace

struct CommentPublisher::Fresh {
  const Finding* finding = nullptr;
  Anchor anchor = Anchor::none;

  ReviewComment comment(Anchor at) const {
    ReviewComment comment;
    comment.path = finding->path;
    Finding shown = *finding;
    if (at == Anchor::line) {
      comment.side = finding->side;
      comment.line = finding->line;
    } else {
      shown.suggestion.clear(); // a suggestion is for a line
    }
    comment.body =
        cut(inline_comment(shown), k_body_characters, "\n" + finding_marker(finding->id));
    return comment;
  }

  PublishedFinding published(const PostedComment& posted = {}) const {
    return {finding->id, posted.id, posted.node_id, false};
  }
};

CommentPublisher::Outcome CommentPublisher::publish(const RunContext& run, const Report& report,
                                                    const ChangeSet& changes,
                                                    const Publishing& publishing,
                                                    const Conversation& conversation,
                                                    Publication& publication, Speech speech) {
  if (!conversation.open || conversation.head_sha != run.head_sha) {
    return Outcome::superseded;
  }
  learn(conversation, publication);
  std::vector<Fresh> fresh;
  for (const Finding& finding : report.findings) {
    if (speech == Speech::all && publishing.inline_comments &&
        finding.severity >= publishing.inline_severity && !is_shown(finding.id, publication)) {
      fresh.push_back({&finding, anchor_of(changes, finding)});
    }
  }
  post_new(run, std::move(fresh), room_for_more(conversation), publication);
  const auto sticky = publishing.sticky_comment ? sticky_comment(report, run) : std::nullopt;
  if (speech == Speech::all || !sticky) {
    update_sticky(run, sticky, conversation, publication);
  }
  if (report.coverage.complete()) { // what was not analysed may still stand
    retire_fixed(run, report, conversation, publication);
  }
  return Outcome::published;
}

// What is too much is remembered as said: it stands in the summary only, and does not come with the
// next run either.
void CommentPublisher::post_new(const RunContext& run, std::vector<Fresh> fresh, std::size_t room,
                                Publication& publication) {
  std::vector<Fresh> on_lines;
  std::vector<Fresh> alone;
  for (Fresh& each : fresh) { // the most urgent come first
    const bool fits = on_lines.size() + alone.size() < room;
    if (fits && each.anchor == Anchor::line && on_lines.size() < k_max_comments_of_a_review) {
      on_lines.push_back(each);
    } else if (fits && each.anchor == Anchor::file && alone.size() < k_max_single_comments) {
      alone.push_back(each);
    } else if (each.anchor != Anchor::none) {
      remember(publication, each.published());
    }
  }
  if (!on_lines.empty()) {
    std::vector<ReviewComment> comments;
    for (const Fresh& each : on_lines) {
      comments.push_back(each.comment(Anchor::line));
    }
    if (m_client.create_review(run.pull_number, run.head_sha, review_body(comments.size()),
                               comments)) {
      for (const Fresh& each : on_lines) {
        remember(publication, each.published());
      }
      save(run, publication);
    } else { // one bad line refuses them all, and the answer does not say which
      m_logger.warn("review refused, its {} comments are posted one by one", comments.size());
      alone.insert(alone.begin(), on_lines.begin(), on_lines.end());
    }
  }
  post_one_by_one(run, alone, publication);
}

void CommentPublisher::post_one_by_one(const RunContext& run, const std::vector<Fresh>& fresh,
                                       Publication& publication) {
  int refusals = 0;
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    if (refusals == k_max_refusals) {
      m_logger.warn("{} findings stand in the summary only", fresh.size() - i);
      return;
    }
    if (i >= k_max_single_comments) {
      remember(publication, fresh[i].published());
      continue;
    }
    std::optional<PostedComment> posted;
    if (fresh[i].anchor == Anchor::line) {
      posted = m_client.create_review_comment(run.pull_number, run.head_sha,
                                              fresh[i].comment(Anchor::line));
    }
    if (!posted) {
      posted = m_client.create_review_comment(run.pull_number, run.head_sha,
                                              fresh[i].comment(Anchor::file));
    }
    refusals = posted ? 0 : refusals + 1;
    if (posted) {
      remember(publication, fresh[i].published(*posted));
      save(run, publication);
    }
  }
}

void CommentPublisher::update_sticky(const RunContext& run, const std::optional<std::string>& body,
                                     const Conversation& conversation, Publication& publication) {
  const auto is_sticky = [&](const StandingComment& comment) {
    return comment.id == publication.sticky_comment_id ||
           (comment.ours && comment.body.rfind(k_sticky_marker, 0) == 0);
  };
  const auto standing =
      std::find_if(conversation.comments.begin(), conversation.comments.end(), is_sticky);
  const bool found = standing != conversation.comments.end();
  const bool deleted = !found && publication.sticky_comment_id != 0 && conversation.complete;
  // Who hid it may show it again; it must not be an old one then.
  publication.sticky_hidden = found ? standing->minimized : publication.sticky_hidden || deleted;
  if (found) {
    publication.sticky_comment_id = standing->id;
  }
  const bool exists = publication.sticky_comment_id != 0;
  if ((publication.sticky_hidden && !found) || (!body && !exists)) {
    return;
  }
  if (!body && found && is_retired_comment(standing->body)) {
    return;
  }
  const std::string text = cut(body ? *body : retired_comment(run), k_body_characters, "");
  if (!exists) {
    publication.sticky_comment_id = m_client.create_comment(run.pull_number, text).id;
    save(run, publication);
  } else if (!found || standing->body != text) {
    publication.sticky_hidden =
        !m_client.edit_comment(publication.sticky_comment_id, text) || publication.sticky_hidden;
  }
}

void CommentPublisher::retire_fixed(const RunContext& run, const Report& report,
                                    const Conversation& conversation, Publication& publication) {
  std::vector<Retirement> retirements;
  std::vector<PublishedFinding> retired;
  for (const ReviewThread& thread : conversation.threads) {
    const std::string id = thread.first.ours ? finding_id_in(thread.first.body) : "";
    const bool stands = std::any_of(report.findings.begin(), report.findings.end(),
                                    [&](const Finding& each) { return each.id == id; });
    if (id.empty() || stands || thread.resolved || thread.first.minimized ||
        thread.has_reply_of_others) {
      continue;
    }
    // Resolving takes the permission Contents: write, which we do not ask for; minimising our own
    // comment takes Pull requests: write (https://github.com/orgs/community/discussions/44650).
    retirements.push_back(
        thread.we_can_resolve
            ? Retirement{thread.node_id, Retirement::Way::resolve_thread}
            : Retirement{thread.first.node_id, Retirement::Way::minimize_comment});
    retired.push_back({id, thread.first.id, thread.first.node_id, true});
  }
  if (retirements.empty()) {
    return;
  }
  // On disk first: after a crash in between, a thread that is still in sight is learnt again, while
  // one that we hid could not be told from one that a person hid.
  for (const PublishedFinding& each : retired) {
    remember(publication, each);
  }
  save(run, publication);
  std::string complaints;
  const std::vector<bool> done = m_client.retire(retirements, complaints);
  for (std::size_t i = 0; i < done.size(); ++i) {
    if (!done[i]) {
      retired[i].retired = false;
      remember(publication, retired[i]);
    }
  }
  if (!complaints.empty()) {
    m_logger.warn("not all comments of fixed findings were put out of sight: {}", complaints);
  }
}

void CommentPublisher::save(const RunContext& run, const Publication& publication) {
  m_log.save(run.repository, run.pull_number, publication);
}

} // namespace leadline
