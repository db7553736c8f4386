#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/file_source.hpp"

#include <map>
#include <string>

namespace leadline::test {

// A change set made from the two versions of each file, as `git diff` shows them (three lines of
// context), and the files themselves. Files keep the order in which they were added; diff lines
// count as in git's text.
class ChangeBuilder final : public FileSource {
public:
  // An empty text on a side means that the file is absent there.
  ChangeBuilder& file(const std::string& path, const std::string& old_text,
                      const std::string& new_text);
  ChangeBuilder& renamed(const std::string& old_path, const std::string& new_path,
                         const std::string& text);
  ChangeBuilder& mark(const std::string& path, const PathMarks& marks);
  // Reading this file fails.
  ChangeBuilder& unreadable(const std::string& path);

  ChangeSet changes;

  std::optional<std::string> read(Side side, const std::string& path) const override;
  PathMarks marks(const std::string& path) const override;
  std::vector<std::string> siblings(Side side, const std::string& path) const override;
  std::vector<std::string> folders_beside(Side side, const std::string& path) const override;

private:
  std::map<std::string, std::string> m_old;
  std::map<std::string, std::string> m_new;
  std::map<std::string, PathMarks> m_marks;
  std::string m_unreadable;
};

} // namespace leadline::test
