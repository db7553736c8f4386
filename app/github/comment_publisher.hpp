#pragma once

#include "analyzers/report.hpp"
#include "app/config/repository_config.hpp"
#include "app/github/client.hpp"
#include "app/github/publication_log.hpp"
#include "app/render/github.hpp"

#include <spdlog/fwd.h>

namespace leadline {

// Brings what a pull request says into line with a report: one review with the findings that are
// new, the sticky comment edited in place (to one line when nothing is left to say), comments of
// findings that are gone put out of sight. A finding is known by its id, which rests on its
// content; what stands at GitHub counts for more than the log, and what a person hid or deleted is
// never posted again. Every step may be repeated.
class CommentPublisher {
public:
  CommentPublisher(GitHubClient& client, PublicationLog& log, spdlog::logger& logger)
      : m_client(client), m_log(log), m_logger(logger) {}

  enum class Outcome {
    published,
    superseded, // the head is another one now, or the pull request is closed: nothing was written
  };

  enum class Speech {
    all,
    settle_only, // a draft's: nothing new is said, but what is settled does not go on standing
  };

  // `conversation` was read after the analysis. Saves `publication` as it goes; the caller marks
  // the run as finished.
  Outcome publish(const RunContext& run, const Report& report, const ChangeSet& changes,
                  const Publishing& publishing, const Conversation& conversation,
                  Publication& publication, Speech speech = Speech::all);

private:
  struct Fresh; // a finding that the pull request does not show yet

  void post_new(const RunContext& run, std::vector<Fresh> fresh, std::size_t room,
                Publication& publication);
  void post_one_by_one(const RunContext& run, const std::vector<Fresh>& fresh,
                       Publication& publication);
  void update_sticky(const RunContext& run, const std::optional<std::string>& body,
                     const Conversation& conversation, Publication& publication);
  void retire_fixed(const RunContext& run, const Report& report, const Conversation& conversation,
                    Publication& publication);
  void save(const RunContext& run, const Publication& publication);

  GitHubClient& m_client;
  PublicationLog& m_log;
  spdlog::logger& m_logger;
};

} // namespace leadline
