#pragma once

#include "app/github/client.hpp"
#include "app/github/clock.hpp"
#include "app/github/publication_log.hpp"

#include <cstdint>
#include <string>

namespace leadline {

// Makes the check run of a head and finishes it, each once, whatever fails in between. Pull
// requests of the same head share it where it has the same name; another name's run is none of
// ours. The id is looked up in the log, then at GitHub where the log does not know how far the run
// has come, before a run is made. A person's re-run makes a new check run: annotations can only be
// added to one (https://docs.github.com/rest/checks/runs#update-a-check-run).
class CheckPublisher {
public:
  struct Identity {
    std::string name;   // what branch protection requires
    std::string app_id; // ours: other apps' check runs are not touched
  };

  struct Begun {
    std::int64_t id = 0;
    bool finished = false; // by an earlier try of the same run
    int annotations = 0;   // that it has already
    std::string head_sha = {};
    std::string run_key = {};
    std::string conclusion = {}; // as GitHub told it; "" not known
  };

  // What the log has written down before `doubted_before` may be of before the run began
  // (FoundDatabase): GitHub is asked for the newest check run then, one call more.

  CheckPublisher(GitHubClient& client, PublicationLog& log, Clock& clock, Identity identity,
                 std::optional<FoundDatabase::Time> doubted_before = std::nullopt)
      : m_client(client), m_log(log), m_clock(clock), m_identity(std::move(identity)),
        m_doubted_before(doubted_before) {}

  // Shows that a verdict about `head_sha` is asked for, where no run is under way: a check run that
  // is queued. begin() takes it over. False: one is under way, or this one has ended.
  bool announce(const std::string& head_sha, const std::string& run_key, const std::string& reason);
  // Ends what announce() has shown, or a run that died has begun, of a head that nobody waits for
  // any more, as cancelled. `summary` says why. False: there was nothing to end.
  bool withdraw(const std::string& head_sha, const std::string& run_key,
                const std::string& summary);
  // What begin() has made is another run's to finish: as if it were announced only. Where it has
  // annotations already, which nobody can take back, it ends instead.
  void hand_over(const Begun& begun);

  // `run_key` is the same for all tries of one run and stands in the check run's external_id.
  Begun begin(const std::string& head_sha, const std::string& run_key, const std::string& reason);

  // Another one of the same run, whose verdict is not any more what it ended with.
  Begun begin_anew(const std::string& head_sha, const std::string& run_key,
                   const std::string& reason);

  // `outcome` has conclusion, texts, all annotations and at most two buttons beside "Re-run". Sends
  // the annotations in batches; the last one concludes.
  void finish(const Begun& begun, CheckRunFields outcome);

  enum class Earlier { keep, replace };

  // Without begin(): concludes the run of `head_sha` that is not finished, or makes one. False: a
  // finished run stands, of this run_key or, to be kept, of an earlier one. A later begin() of the
  // same run_key begins anew.
  bool conclude(const std::string& head_sha, const std::string& run_key, CheckRunFields outcome,
                Earlier earlier);

  // Ends what begin() has made, which nobody waits for any more. `summary` says why.
  void cancel(const Begun& begun, const std::string& summary);

private:
  bool is_doubted(const std::string& head_sha);
  std::optional<CheckRun> known_run(const std::string& head_sha);
  std::string slot(const std::string& head_sha); // its row in the log
  void note(const std::string& head_sha, std::int64_t id, CheckRunState::Step step,
            const std::string& run_key);
  std::int64_t create(const std::string& head_sha, CheckRunFields fields, CheckRunState::Step step);

  GitHubClient& m_client;
  PublicationLog& m_log;
  Clock& m_clock;
  Identity m_identity;
  std::optional<FoundDatabase::Time> m_doubted_before;
};

} // namespace leadline
