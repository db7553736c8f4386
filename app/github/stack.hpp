#pragma once

#include <string>
#include <vector>

namespace leadline {

// What stands at GitHub of a split that was pushed.
struct RemoteBranch {
  std::string name;   // without refs/heads/
  std::string commit; // full id
};

struct CommitFacts {
  std::string message;
  std::string committer_email; // "" where GitHub shows none
};

struct NewPull {
  std::string title;
  std::string body;
  std::string head; // branch of the same repository
  std::string base; // likewise
};

// Of asking for a pull request.
struct PullOutcome {
  int number = 0;     // 0: refused
  bool draft = true;  // false: this repository has no drafts
  std::string reason; // GitHub's, when it was refused
};

} // namespace leadline
